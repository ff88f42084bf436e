//! The tree of pages: looked at, moved, put in order.

use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor, a_page, a_post},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    content::model::{
        entry::{Entry, EntryId, Kind},
        publishing,
        revision::{Draft, Revision},
        saving,
        workflow::{
            Step, Target,
            changes::{self, NewWorkflow},
        },
    },
    journal::Actor,
    schema::{entries, redirects},
    web::person::Role,
};

fn page_below(site: &Site, title: &str, above: Option<EntryId>) -> EntryId {
    site.given(a_page(title).published().with(|draft| draft.parent = above))
}

fn entry(site: &Site, id: EntryId) -> Entry {
    Entry::find(&mut site.database.conn(), id).unwrap()
}

/// Goes through both steps as somebody does: chooses, looks, confirms.
async fn move_to(who: &Visitor, page: EntryId, to: &str) -> Answer {
    let looked = who.get(&format!("/admin/pages/{page}/move?parent={to}")).await;
    who.submit(looked.form("#confirm")).await
}

/// What stands below a page as visitors see it.
async fn children(site: &Site, address: &str) -> Vec<String> {
    site.visitor().get(address).await.texts("[aria-labelledby=below-title] li a")
}

/// A newer draft behind what is live.
fn save_draft(site: &Site, id: EntryId, change: impl Fn(&mut Draft)) {
    let now = site.state.clock.now();
    site.write(|conn| {
        let newest = Entry::find(conn, id)?.latest_revision_id.unwrap();
        let newest = Revision::find(conn, newest)?;
        let mut draft = newest.draft();
        change(&mut draft);
        saving::save(conn, id, newest.id, &draft, &Actor::default(), now).map(drop)
    });
}

#[actix_web::test]
async fn the_tree_shows_a_level_and_the_branches_that_are_open() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    editor.get("/admin/pages").await.assert_status(200).assert_shows("No pages yet");
    let guides = page_below(&site, "Guides", None);
    let deep = page_below(&site, "Deep", Some(guides));
    page_below(&site, "Deeper", Some(deep));
    site.given(a_page("Draft below").with(|draft| draft.parent = Some(guides)));
    site.given(a_post("No page").published());
    let top = editor.get("/admin/pages").await;
    assert_eq!(top.texts(".where"), ["/guides"]);
    let open = editor.get(&top.attributes(".twig a", "href")[0].replace("#page-1", "")).await;
    assert_eq!(open.texts(".where"), ["/guides", "/guides/deep", "/guides/draft-below"]);
    let both = open.attributes(".twig a", "href")[1].clone();
    assert_eq!(editor.get(&both).await.texts(".where"), ["/guides", "/guides/deep", "/guides/deep/deeper", "/guides/draft-below"]);
    let level = editor.get(&format!("/admin/pages?below={guides}")).await;
    assert_eq!(level.texts(".where"), ["/guides/deep", "/guides/draft-below"]);
    assert_eq!(level.texts(".crumbs li"), ["Pages", "Guides"]);
    editor.get("/admin/pages?below=99999").await.assert_status(404);
    editor.get("/admin/pages?below=x&open=%00,9&before=~").await.assert_status(200);
}

#[actix_web::test]
async fn a_large_level_is_paged_and_an_open_branch_is_cut() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let author = site.given_user(Role::Author);
    let above = site.given(a_page("Above").by(author));
    for number in 0..60 {
        site.given(a_page(&format!("Page {number}")).by(author).with(|draft| draft.parent = Some(above)));
    }
    let first = editor.get(&format!("/admin/pages?below={above}")).await;
    assert_eq!(first.texts(".where").len(), 50);
    let second = editor.get(&first.link("Next")).await;
    assert_eq!(second.texts(".where").len(), 10);
    assert_eq!(editor.get(&second.link("Back")).await.texts(".where"), first.texts(".where"));
    let open = editor.get(&format!("/admin/pages?open={above}")).await;
    assert_eq!(open.texts(".where").len(), 26);
    assert_eq!(open.link("Show all pages below “Above”"), format!("/admin/pages?below={above}"));
}

#[actix_web::test]
async fn a_page_moves_at_once_with_everything_below_it() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let (guides, about) = (page_below(&site, "Guides", None), page_below(&site, "About", None));
    let deep = page_below(&site, "Deep", Some(guides));
    page_below(&site, "Deeper", Some(deep));
    let looked = editor.get(&format!("/admin/pages/{deep}/move?parent={about}")).await;
    looked.assert_shows("Move “Deep” and 1 page below it below “About”?").assert_shows("2 old addresses lead to the new place");
    let moved = editor.submit(looked.form("#confirm")).await;
    moved.assert_redirects_to(&format!("/admin/pages?below={about}#page-{deep}"));
    let visitor = site.visitor();
    visitor.get("/about/deep/deeper").await.assert_status(200).assert_shows("About");
    visitor.get("/guides/deep").await.assert_moved_to("/about/deep");
    visitor.get("/guides/deep/deeper").await.assert_moved_to("/about/deep/deeper");
    assert_eq!((children(&site, "/guides").await, children(&site, "/about").await), (vec![], vec!["Deep".to_owned()]));
    assert!(!entry(&site, deep).is_ahead(), "nothing waits behind it");
    editor.get("/admin/journal").await.assert_shows("moved “Deep”");
    editor.get(&format!("/admin/entries/{deep}/revisions")).await.assert_shows("Moved to /about/deep.");
    // Sent twice, it is done once.
    let revisions = site.count("revisions");
    let again = Form::forged(&format!("/admin/pages/{deep}/move"), &[("token", &editor.token), ("parent", &about.to_string())]);
    editor.submit(again).await.assert_status(303);
    assert_eq!(site.count("revisions"), revisions);
    move_to(&editor, deep, "top").await.assert_redirects_to(&format!("/admin/pages#page-{deep}"));
    visitor.get("/guides/deep").await.assert_moved_to("/deep");
}

#[actix_web::test]
async fn no_words_go_out_by_a_move_and_no_draft_takes_it_back() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let (guides, about) = (page_below(&site, "Guides", None), page_below(&site, "About", None));
    let deep = page_below(&site, "Deep", Some(guides));
    save_draft(&site, deep, |draft| draft.title = "Pinned".to_owned());
    let at = site.state.clock.now() + TimeDelta::hours(1);
    site.write(|conn| publishing::schedule(conn, deep, at, &Actor::default(), at - TimeDelta::hours(1)));
    save_draft(&site, deep, |draft| draft.title = "Not yet".to_owned());
    let open = editor.get(&format!("/admin/entries/{deep}")).await.form("#editor");
    move_to(&editor, deep, &about.to_string()).await.assert_status(303);
    site.visitor().get("/about/deep").await.assert_shows("<h1>Deep</h1>").assert_lacks("Not yet");
    assert!(entry(&site, deep).is_ahead() && entry(&site, deep).is_ahead_of_schedule());
    // Who had it open is told, and what was moved stays moved.
    let late = editor.submit(open.fill([("title", "Typed meanwhile"), ("do", "save")])).await;
    late.assert_status(409);
    assert_eq!(late.form("#editor").value("parent"), "/about");
    site.later(TimeDelta::hours(2));
    site.run_jobs();
    site.visitor().get("/about/deep").await.assert_shows("<h1>Pinned</h1>");
    let form = editor.get(&format!("/admin/entries/{deep}")).await.form("#editor");
    assert_eq!((form.value("title"), form.value("parent")), ("Not yet", "/about"));
    editor.submit(form.fill([("do", "publish")])).await.assert_status(303);
    site.visitor().get("/about/deep").await.assert_shows("<h1>Not yet</h1>");
    site.run_jobs();
}

#[actix_web::test]
async fn a_move_that_cannot_be_says_why_and_keeps_what_was_typed() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let (guides, about) = (page_below(&site, "Guides", None), page_below(&site, "About", None));
    let deep = page_below(&site, "Deep", Some(guides));
    page_below(&site, "Deep", Some(about));
    let long = page_below(&site, "Long", None);
    let mut above = long;
    for number in 0..6 {
        let title = format!("{number} {}", "x".repeat(110));
        above = site.given(a_page(&title).with(|draft| {
            draft.parent = Some(above);
            draft.slug = format!("{}{number}", "x".repeat(110));
        }));
    }
    let trashed = page_below(&site, "Gone", None);
    editor.submit(editor.get(&format!("/admin/entries/{trashed}/trash")).await.form("#confirm")).await.assert_status(303);
    let token = editor.token.clone();
    let send = |page: EntryId, parent: String, slug: &str| {
        Form::forged(&format!("/admin/pages/{page}/move"), &[("token", &token), ("parent", &parent), ("slug", slug)])
    };
    for (page, parent, slug, sentence) in [
        (guides, deep.to_string(), "", "A page cannot stand below itself."),
        (guides, guides.to_string(), "", "A page cannot stand below itself."),
        (deep, about.to_string(), "", "There is already an entry at /about/deep. Choose another address."),
        (deep, "top".to_owned(), "admin", "/admin is an address of the program itself."),
        (deep, "top".to_owned(), "Über uns", "Use lower-case letters a to z"),
        (deep, "/nowhere".to_owned(), "", "There is no page at “/nowhere”."),
        (deep, "99999".to_owned(), "", "The page above is gone."),
        (deep, trashed.to_string(), "", "The page above is gone."),
        (deep, String::new(), "", "Choose the page above, or the top."),
        (long, about.to_string(), &"y".repeat(100), "The address of a page below this one would be too long."),
        (trashed, "top".to_owned(), "", "This page lies in the trash."),
    ] {
        let refused = editor.submit(send(page, parent.clone(), slug)).await;
        refused.assert_status(422).assert_shows(sentence);
        assert_eq!(refused.form("#move").value("slug"), slug);
    }
    editor.submit(send(deep, "/about".to_owned(), "deep-water")).await.assert_status(303);
    site.visitor().get("/about/deep-water").await.assert_status(200);
    let looked = editor.get(&format!("/admin/pages/{guides}/move?parent={guides}")).await;
    looked.assert_status(200).assert_shows("A page cannot stand below itself.");
}

#[actix_web::test]
async fn the_page_above_is_found_by_title_or_address() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let (guides, _) = (page_below(&site, "Guides for sailors", None), page_below(&site, "About", None));
    let deep = page_below(&site, "Deep", Some(guides));
    let choose = |q: &str| format!("/admin/pages/{deep}/move?q={q}");
    assert_eq!(editor.get(&choose("sailors")).await.texts("#parent .choice").len(), 2);
    assert_eq!(editor.get(&choose("/ab")).await.texts("#parent .hint"), ["/about"]);
    editor.get(&choose("%C3%BC%F0%9F%8E%88")).await.assert_status(200).assert_shows("No other page is found");
    editor.get(&choose("")).await.assert_lacks("/guides-for-sailors/deep </span>");
    let found = editor.get("/admin/pages/suggestions?q=/guides").await;
    assert_eq!((found.kind(), found.header("cache-control")), ("application/json", "no-store"));
    found.assert_shows("/guides-for-sailors/deep");
}

#[actix_web::test]
async fn siblings_are_put_in_order_and_visitors_see_it_at_once() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let above = page_below(&site, "Above", None);
    let [one, two, three] = ["One", "Two", "Three"].map(|title| page_below(&site, title, Some(above)));
    let view = format!("/admin/pages?below={above}");
    let press = async |page: EntryId, to: &str| {
        let form = editor.get(&view).await.form(&format!("#page-{page} form"));
        editor.submit(form.fill([("to", to)])).await.assert_redirects_to(&format!("{view}#page-{page}"));
        children(&site, "/above").await.join(" ")
    };
    assert_eq!(children(&site, "/above").await, ["One", "Two", "Three"]);
    assert_eq!(press(three, "up").await, "One Three Two");
    assert_eq!(press(one, "down").await, "Three One Two");
    let drag = async |page: EntryId, to: &str, beside: EntryId| {
        let fields = [("token", editor.token.as_str()), ("to", to), ("beside", &beside.to_string()), ("back", "//evil.example")];
        let sent = editor.submit(Form::forged(&format!("/admin/pages/{page}/position"), &fields)).await;
        sent.assert_redirects_to(&format!("/admin/pages#page-{page}"));
        children(&site, "/above").await.join(" ")
    };
    assert_eq!(drag(two, "before", three).await, "Two Three One");
    assert_eq!(drag(two, "after", one).await, "Three One Two");
    assert_eq!(drag(two, "after", two).await, "Three One Two");
    // What is published later stays where it is, and what is new or comes from elsewhere goes to the end.
    editor.submit(editor.get(&format!("/admin/entries/{three}")).await.form("#editor").fill([("body", "New."), ("do", "publish")])).await;
    page_below(&site, "New", Some(above));
    let other = page_below(&site, "Other", None);
    move_to(&editor, other, &above.to_string()).await.assert_status(303);
    assert_eq!(children(&site, "/above").await, ["Three", "One", "Two", "New", "Other"]);
    let wrong = Form::forged(&format!("/admin/pages/{one}/position"), &[("token", &editor.token), ("to", "before"), ("beside", "1")]);
    editor.submit(wrong).await.assert_status(409).assert_shows("do not stand below the same page");
    editor.get("/admin/journal").await.assert_shows("sorted “Two”");
}

#[actix_web::test]
async fn an_author_moves_what_is_by_that_author_unless_a_workflow_covers_it() {
    let site = Site::start().await;
    let (me, contributor) = (site.given_user(Role::Author), site.given_user(Role::Contributor));
    let (author, writer) = (site.session_of(me), site.session_of(contributor));
    let about = page_below(&site, "About", None);
    let mine = site.given(a_page("Mine").by(me).published());
    move_to(&author, mine, &about.to_string()).await.assert_status(303);
    page_below(&site, "Theirs", Some(mine));
    let up = |who: &Visitor, page: EntryId| Form::forged(&format!("/admin/pages/{page}/move"), &[("token", &who.token), ("parent", "top")]);
    author.submit(up(&author, mine)).await.assert_status(403).assert_shows("pages below this one that you may not move");
    author.submit(up(&author, about)).await.assert_status(403);
    let sheet = site.given(a_page("Sheet").by(contributor).with(|draft| draft.parent = Some(about)));
    writer.submit(up(&writer, sheet)).await.assert_status(303);
    site.write(|conn| publishing::publish(conn, sheet, &Actor::default(), site.state.clock.now()));
    let down = Form::forged(&format!("/admin/pages/{sheet}/move"), &[("token", &writer.token), ("parent", &about.to_string())]);
    writer.submit(down).await.assert_status(403).assert_shows("Your role does not change what visitors see.");
    let alone = site.given(a_page("Alone").by(me).published().with(|draft| draft.parent = Some(about)));
    let step = Step { name: "Look".to_owned(), roles: vec!["editor".to_owned()], people: Vec::new() };
    let flow = NewWorkflow { name: "Two eyes".to_owned(), asks_again: true, steps: vec![step], covers: vec![Target::Kind(Kind::Page)] };
    site.write(|conn| changes::create(conn, &flow, &Actor::default(), site.state.clock.now()));
    author.submit(up(&author, alone)).await.assert_status(422).assert_shows("The workflow “Two eyes” covers this entry.");
    let editor = site.signed_in(Role::Editor);
    move_to(&editor, alone, "top").await.assert_status(303);
}

#[actix_web::test]
async fn the_editor_takes_the_page_above_by_its_address() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let about = page_below(&site, "About", None);
    let sheet = editor.get(&format!("/admin/entries/new?kind=page&parent={about}")).await;
    let form = sheet.form("#editor");
    assert_eq!(form.value("parent"), "/about");
    let wrong = editor.submit(form.clone().fill([("title", "Team"), ("parent", "/nobody 🎈"), ("do", "save")])).await;
    wrong.assert_status(422).assert_shows("There is no page at “/nobody 🎈”.");
    assert_eq!(wrong.form("#editor").value("parent"), "/nobody 🎈");
    editor.submit(form.fill([("title", "Team"), ("parent", "about/"), ("do", "publish")])).await.assert_status(303);
    site.visitor().get("/about/team").await.assert_status(200);
    let old: i64 = redirects::table.count().get_result(&mut site.database.conn()).unwrap();
    let kept: i64 = entries::table.filter(entries::path.eq("/about/team")).count().get_result(&mut site.database.conn()).unwrap();
    assert_eq!((old, kept), (0, 1));
}
