//! Rights limited to branches of the page tree: on the main way, and on every other one that leads to a change.

use crate::support::{
    answer::Form,
    site::{Site, Visitor, a_page, a_post},
};
use diesel::prelude::*;
use mainstay::{
    content::model::{
        entry::{Entry, EntryId},
        publishing,
        revision::{Draft, Revision},
        saving, trash,
    },
    journal::Actor,
    schema::{jobs, user_branches, users},
    web::person::{Reach, Role, UserId},
};

fn page_below(site: &Site, title: &str, above: Option<EntryId>) -> EntryId {
    site.given(a_page(title).published().with(|draft| draft.parent = above))
}

fn entry(site: &Site, id: EntryId) -> Entry {
    Entry::find(&mut site.database.conn(), id).unwrap()
}

/// Somebody with that role who writes below this page only.
fn limited(site: &Site, role: Role, branch: EntryId) -> (UserId, Visitor) {
    let id = site.given_user(role);
    limit(site, id, Reach::Branches, &[branch]);
    (id, site.session_of(id))
}

fn limit(site: &Site, user: UserId, reach: Reach, branches: &[EntryId]) {
    let conn = &mut site.database.conn();
    diesel::update(users::table.find(user)).set((users::reach.eq(reach), users::password_hash.eq("x"))).execute(conn).unwrap();
    let rows: Vec<_> = branches.iter().map(|page| (user_branches::user_id.eq(user), user_branches::page_id.eq(page.number()))).collect();
    diesel::insert_into(user_branches::table).values(rows).execute(conn).unwrap();
}

/// A newer draft behind what is live, by somebody else.
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

async fn token(who: &Visitor) -> String {
    who.get("/admin/profile").await.form("#profile").value("token").to_owned()
}

#[actix_web::test]
async fn an_editor_of_a_branch_changes_everybodys_pages_in_it_and_sees_the_others() {
    let site = Site::start().await;
    let (guides, about) = (page_below(&site, "Guides", None), page_below(&site, "About", None));
    let (deep, post) = (page_below(&site, "Deep", Some(guides)), site.given(a_post("A post").published()));
    page_below(&site, "Guides for all", None);
    let (_, editor) = limited(&site, Role::Editor, guides);
    for page in [guides, deep] {
        let form = editor.get(&format!("/admin/entries/{page}")).await.form("#editor");
        editor.submit(form.fill([("body", "New words."), ("do", "publish")])).await.assert_status(303);
    }
    site.visitor().get("/guides/deep").await.assert_shows("New words.");
    for other in [about, post] {
        editor.get(&format!("/admin/entries/{other}")).await.assert_status(403).assert_shows("in some branches");
    }
    let list = editor.get("/admin/entries").await;
    list.assert_shows("About").assert_shows("A post").assert_lacks("New post");
    assert_eq!(list.attributes("tbody th a", "href").len(), 2, "only what may be changed is a link");
    assert_eq!(editor.get("/admin/pages").await.attributes(".leaf a[href*=entries]", "href"), [format!("/admin/entries/{guides}")]);
    editor.get("/guides/deep").await.assert_shows("Edit this page");
    editor.get("/about").await.assert_lacks("Edit this page");
    site.run_jobs();
}

#[actix_web::test]
async fn new_pages_are_made_in_the_branch_and_posts_where_they_are_allowed() {
    let site = Site::start().await;
    let (guides, about) = (page_below(&site, "Guides", None), page_below(&site, "About", None));
    let (id, editor) = limited(&site, Role::Author, guides);
    editor.get("/admin/entries/new?kind=post").await.assert_status(403).assert_shows("pages only");
    let sheet = editor.get("/admin/entries/new").await;
    assert_eq!(sheet.form("#editor").value("parent"), "/guides", "the branch is proposed");
    let refused = editor.submit(sheet.form("#editor").fill([("title", "Mine"), ("parent", "/about")])).await;
    refused.assert_status(422).assert_shows("Choose a page in one of them");
    let refused = editor.submit(sheet.form("#editor").fill([("title", "Mine"), ("parent", "")])).await;
    refused.assert_status(422);
    editor.submit(sheet.form("#editor").fill([("title", "Mine")])).await.assert_status(303);
    let sheet = editor.get("/admin/entries/new").await; // a form that was sent finds what it has made
    let post = sheet.form("#editor").fill([("title", "A post"), ("kind", "post"), ("parent", "")]);
    editor.submit(post.clone()).await.assert_status(403);
    let found = editor.get("/admin/pages/suggestions?q=").await;
    assert!(found.body.contains("/guides") && !found.body.contains("/about"), "{}", found.body);
    diesel::update(users::table.find(id)).set(users::reach.eq(Reach::BranchesAndPosts)).execute(&mut site.database.conn()).unwrap();
    editor.submit(post).await.assert_status(303);
    editor.get("/admin/entries/new?kind=post").await.assert_status(200);
    editor.get(&format!("/admin/entries/{about}")).await.assert_status(403);
    site.run_jobs();
}

#[actix_web::test]
async fn moving_a_page_into_or_out_of_a_branch_takes_the_right_at_both_ends() {
    let site = Site::start().await;
    let (guides, about) = (page_below(&site, "Guides", None), page_below(&site, "About", None));
    let (deep, inner) = (page_below(&site, "Deep", Some(guides)), page_below(&site, "Inner", Some(guides)));
    let (_, editor) = limited(&site, Role::Editor, guides);
    let token = token(&editor).await;
    let go = |page: EntryId, to: String| Form::forged(&format!("/admin/pages/{page}/move"), &[("token", &token), ("parent", &to)]);
    editor.submit(go(deep, about.to_string())).await.assert_status(422).assert_shows("Choose a page in one of them");
    editor.submit(go(deep, "top".to_owned())).await.assert_status(422);
    editor.submit(go(about, guides.to_string())).await.assert_status(403);
    editor.submit(go(guides, about.to_string())).await.assert_status(422);
    editor.submit(go(deep, inner.to_string())).await.assert_status(303);
    assert_eq!(entry(&site, deep).path.as_deref(), Some("/guides/inner/deep"));
    let form = editor.get(&format!("/admin/entries/{deep}")).await.form("#editor");
    editor.submit(form.fill([("parent", "/about"), ("do", "save")])).await.assert_status(422);
    // Somebody else has drafted the move: whoever is limited does not let it out, at once, by a set time, or among many.
    save_draft(&site, deep, |draft| draft.parent = Some(about));
    let form = editor.get(&format!("/admin/entries/{deep}")).await.form("#editor");
    editor.submit(form.fill([("do", "publish")])).await.assert_status(422);
    let many = Form::forged("/admin/entries/bulk", &[("token", &token), ("do", "publish"), ("id", &deep.to_string())]);
    let run = editor.submit(many).await;
    editor.get(run.header("location")).await.assert_shows("1 entry refused").assert_shows("Choose a page in one of them");
    assert_eq!(entry(&site, deep).path.as_deref(), Some("/guides/inner/deep"));
    site.run_jobs();
}

#[actix_web::test]
async fn history_copies_order_and_trash_lead_out_of_no_branch() {
    let site = Site::start().await;
    let (guides, about) = (page_below(&site, "Guides", None), page_below(&site, "About", None));
    let deep = site.given(a_page("Deep").with(|draft| draft.parent = Some(about)));
    save_draft(&site, deep, |draft| draft.parent = Some(guides)); // revision 1 stood below “About”
    let (_, editor) = limited(&site, Role::Editor, guides);
    let token = token(&editor).await;
    let post = |address: String, fields: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = fields.iter().copied().chain([("token", token.as_str())]).collect();
        Form::forged(&address, &all)
    };
    editor
        .submit(post(format!("/admin/entries/{deep}/revisions/1/restoration"), &[]))
        .await
        .assert_status(409)
        .assert_shows("stood elsewhere");
    editor.submit(post(format!("/admin/entries/{guides}/duplication"), &[])).await.assert_status(422);
    editor.submit(post(format!("/admin/entries/{deep}/duplication"), &[])).await.assert_status(303);
    editor.submit(post(format!("/admin/pages/{guides}/position"), &[("to", "down")])).await.assert_status(403);
    editor.submit(post(format!("/admin/pages/{about}/position"), &[("to", "up")])).await.assert_status(403);
    editor.submit(post(format!("/admin/pages/{deep}/position"), &[("to", "down")])).await.assert_status(303);
    // In the trash a page belongs where it stood.
    editor.submit(post(format!("/admin/entries/{deep}/trash"), &[])).await.assert_status(303);
    editor.get(&format!("/admin/entries/{deep}")).await.assert_status(200);
    editor.submit(post(format!("/admin/entries/{deep}/restoration"), &[])).await.assert_status(303);
    editor.submit(post(format!("/admin/entries/{deep}/trash"), &[])).await.assert_status(303);
    site.write(|conn| trash::trash(conn, guides, &Actor::default(), site.state.clock.now()));
    let refused = editor.submit(post(format!("/admin/entries/{deep}/restoration"), &[])).await;
    refused.assert_status(409).assert_shows("at the top of the tree");
    editor.submit(post(format!("/admin/entries/{guides}/restoration"), &[])).await.assert_status(303);
    editor.submit(post(format!("/admin/entries/{deep}/restoration"), &[])).await.assert_status(303);
    assert_eq!(entry(&site, deep).path.as_deref(), Some("/guides/deep"));
    site.run_jobs();
}

#[actix_web::test]
async fn a_branch_takes_its_limits_along_and_leaves_nothing_when_it_is_deleted() {
    let site = Site::start().await;
    let (guides, about) = (page_below(&site, "Guides", None), page_below(&site, "About", None));
    let deep = page_below(&site, "Deep", Some(guides));
    let (_, editor) = limited(&site, Role::Editor, guides);
    let chief = site.signed_in(Role::Editor);
    let looked = chief.get(&format!("/admin/pages/{guides}/move?parent={about}")).await;
    chief.submit(looked.form("#confirm")).await.assert_status(303);
    editor.get(&format!("/admin/entries/{deep}")).await.assert_status(200);
    editor.get(&format!("/admin/entries/{about}")).await.assert_status(403);
    let now = site.state.clock.now();
    site.write(|conn| {
        trash::trash(conn, guides, &Actor::default(), now)?;
        trash::delete(conn, guides, &Actor::default(), now)
    });
    for page in [about, site.given(a_page("Another"))] {
        editor.get(&format!("/admin/entries/{page}")).await.assert_status(403);
    }
    editor.get("/admin").await.assert_status(200);
    site.run_jobs();
}

#[actix_web::test]
async fn a_review_outside_of_the_branch_is_read_and_not_answered() {
    let site = Site::start().await;
    let (guides, about) = (page_below(&site, "Guides", None), page_below(&site, "About", None));
    let (_, editor) = limited(&site, Role::Editor, guides);
    let author = site.given_user(Role::Contributor);
    let by = site.session_of(author);
    let mut reviews = Vec::new();
    for (title, above) in [("Inside", guides), ("Outside", about)] {
        let id = site.given(a_page(title).by(author).with(|draft| draft.parent = Some(above)));
        let form = by.get(&format!("/admin/entries/{id}")).await.form("#editor");
        by.submit(form.fill([("do", "submit")])).await.assert_status(303);
        let page = by.get(&format!("/admin/entries/{id}")).await;
        reviews.push(page.attributes("a[href^='/admin/reviews/']", "href")[0].clone());
    }
    let letters: i64 = jobs::table.filter(jobs::kind.eq("content.review_letter")).count().get_result(&mut site.database.conn()).unwrap();
    assert_eq!(letters, 1, "nobody is asked by letter who may not answer");
    editor.get("/admin/reviews").await.assert_shows("Inside").assert_lacks("Outside");
    let chief = site.signed_in(Role::Editor);
    let answer = chief.get(&reviews[1]).await.form("#review");
    editor.get(&reviews[1]).await.assert_status(200).assert_shows("outside of the branches");
    let token = token(&editor).await;
    for act in ["approval", "changes", "withdrawal"] {
        let fields: Vec<(&str, &str)> = vec![
            ("token", &token),
            ("revision", answer.value("revision")),
            ("step", answer.value("step")),
            ("words", "No."),
            ("when", "now"),
        ];
        editor.submit(Form::forged(&format!("{}/{act}", reviews[1]), &fields)).await.assert_status(403);
    }
    let form = editor.get(&reviews[0]).await.form("#review");
    editor.submit(form).await.assert_status(303);
    site.visitor().get("/guides/inside").await.assert_status(200);
    site.run_jobs();
}

#[actix_web::test]
async fn links_are_rewritten_within_the_branch_only_and_a_preview_tells_nothing_of_others() {
    let site = Site::start().await;
    let (guides, about) = (page_below(&site, "Guides", None), page_below(&site, "About", None));
    let (deep, inner) = (page_below(&site, "Deep", Some(guides)), page_below(&site, "Inner", Some(guides)));
    for page in [about, inner] {
        save_draft(&site, page, |draft| draft.body = "[there](/guides/deep)".to_owned());
        site.write(|conn| publishing::publish(conn, page, &Actor::default(), site.state.clock.now()));
    }
    let (_, editor) = limited(&site, Role::Editor, guides);
    let form = editor.get(&format!("/admin/entries/{deep}")).await.form("#editor");
    editor.submit(form.fill([("slug", "deeper"), ("relink", "true"), ("do", "publish")])).await.assert_status(303);
    let body = |id: EntryId| {
        let conn = &mut site.database.conn();
        let newest = Entry::find(conn, id).unwrap().latest_revision_id.unwrap();
        Revision::find(conn, newest).unwrap().draft().body
    };
    assert_eq!((body(inner), body(about)), ("[there](/guides/deeper)".to_owned(), "[there](/guides/deep)".to_owned()));
    let secret = site.given(a_post("Secret").with(|draft| draft.tags = vec!["hush".to_owned()]));
    let base = entry(&site, secret).latest_revision_id.unwrap();
    let sheet = editor.get(&format!("/admin/entries/{deep}")).await.form("#editor");
    let mut sheet = sheet.fill([("kind", "post"), ("base", &base.to_string())]);
    sheet.action = "/admin/entries/preview".to_owned();
    editor.submit(sheet).await.assert_status(200).assert_lacks("hush");
    site.run_jobs();
}

#[actix_web::test]
async fn an_admin_limits_a_person_and_sets_them_free_again() {
    let site = Site::start().await;
    let guides = page_below(&site, "Guides", None);
    let about = page_below(&site, "About", None);
    let id = site.given_user(Role::Editor);
    let (admin, editor) = (site.signed_in(Role::Admin), site.session_of(id));
    let address = format!("/admin/people/{id}");
    let form = admin.get(&address).await.form("#person");
    let wrong = [
        ([("reach", "branches"), ("branches", "/nowhere"), ("role", "editor")], "There is no page at “/nowhere”"),
        ([("reach", "branches"), ("branches", " \n"), ("role", "editor")], "Give the address of at least one page"),
        ([("reach", "branches"), ("branches", "/guides"), ("role", "admin")], "Owners and admins cannot be limited"),
        ([("reach", "galaxy"), ("branches", "/guides"), ("role", "editor")], "Choose how far the rights reach"),
    ];
    for (fields, sentence) in wrong {
        admin.submit(form.clone().fill(fields)).await.assert_status(422).assert_shows(sentence);
    }
    admin.submit(form.clone().fill([("reach", "branches"), ("branches", "/guides/\n/guides")])).await.assert_status(303);
    assert_eq!(admin.get(&address).await.form("#person").value("branches"), "/guides");
    admin.get("/admin/people").await.assert_shows("in branches");
    editor.get(&format!("/admin/entries/{about}")).await.assert_status(403);
    editor.get(&format!("/admin/entries/{guides}")).await.assert_status(200);
    for lost in ["/admin/snippets", "/admin/tags", "/admin/categories", "/admin/redirects", "/admin/links", "/admin/media/folders/new"] {
        editor.get(lost).await.assert_status(403);
    }
    let form = admin.get(&address).await.form("#person");
    admin.submit(form.fill([("reach", "everything")])).await.assert_status(303);
    editor.get(&format!("/admin/entries/{about}")).await.assert_status(200);
    assert_eq!(site.count("user_branches"), 0);
    assert_eq!((site.count("journal WHERE kind = 'account.limited'"), site.count("journal WHERE kind = 'account.unlimited'")), (1, 1));
}
