//! The trash: whole branches of pages go and come back together.

use crate::support::site::{Site, a_page, a_post};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    content::model::{
        category::{self, CategoryId},
        entry::EntryId,
        redirect,
        revision::Draft,
        trash,
    },
    journal::Actor,
    schema::entries,
    web::person::{Role, UserId},
};

/// A page, three below it at two depths, and one beside it whose address begins alike. Those below it are filed, as imports do.
struct Branch {
    root: EntryId,
    below: EntryId,
    deepest: EntryId,
    topic: CategoryId,
}

fn branch(site: &Site, author: UserId) -> Branch {
    let topic = site.write(|conn| category::ensure(conn, "Imported", None, site.state.clock.now()));
    let filed = |parent: EntryId| move |draft: &mut Draft| (draft.parent, draft.categories) = (Some(parent), vec![topic]);
    let below = |title: &str, parent: EntryId| site.given(a_page(title).by(author).published().with(filed(parent)));
    let root = site.given(a_page("Above").by(author).published());
    let first = below("Below", root);
    below("Beside", root);
    let deepest = below("Deepest", first);
    site.given(a_page("Above all").by(author).published());
    Branch { root, below: first, deepest, topic }
}

fn path(site: &Site, id: EntryId) -> Option<String> {
    entries::table.find(id).select(entries::path).first(&mut site.database.conn()).unwrap()
}

#[actix_web::test]
async fn a_page_goes_to_the_trash_with_everything_below_it_and_comes_back_with_it() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let Branch { root, below, deepest, topic } = branch(&site, author);
    let (editor, visitor) = (site.signed_in(Role::Editor), site.visitor());
    let edit = format!("/admin/entries/{root}");
    let asked = editor.get(&format!("{edit}/trash")).await;
    asked.assert_shows("Move “Above” and 3 pages below it to the trash?").assert_shows("3 pages stand below it and go along");
    assert!(asked.attributes("#title", "name").is_empty(), "for so few no title is asked");
    editor.submit(asked.form("#confirm")).await.assert_redirects_to("/admin/entries");
    editor.get("/admin/entries").await.assert_shows("Moved “Above” and 3 pages below it to the trash.");
    for gone in ["/above", "/above/below", "/above/beside", "/above/below/deepest"] {
        visitor.get(gone).await.assert_status(404);
    }
    visitor.get("/above-all").await.assert_status(200);
    assert_eq!(site.count("journal WHERE kind = 'entry.trashed'"), 1, "one act");
    editor.submit(asked.form("#confirm")).await.assert_status(303); // pressed twice
    assert_eq!(site.count("entries WHERE state = 'trashed'"), 4);
    let filed = async |view: &str| {
        let list = editor.get(&format!("/admin/entries?category={topic}&view={view}")).await;
        list.texts("#entries tbody th a")
    };
    assert_eq!((filed("trash").await.len(), filed("all").await.len()), (3, 0));

    let page = editor.get(&edit).await;
    assert_eq!(page.texts(".editbar button"), ["Restore it as a draft"], "all that can be done with it");
    assert!(page.texts("input[type=radio][name=when], input[type=radio][name=until]").is_empty());
    editor.submit(page.form("#restore")).await.assert_redirects_to(&edit);
    editor.get(&edit).await.assert_shows("Restored “Above” and 3 pages below it as drafts.");
    let paths = [root, below, deepest].map(|id| path(&site, id).unwrap());
    assert_eq!(paths, ["/above", "/above/below", "/above/below/deepest"]);
    assert_eq!((filed("trash").await.len(), filed("draft").await.len()), (0, 3));
    assert_eq!(site.count("entries WHERE state = 'draft' AND trashed_at IS NULL AND trashed_with_id IS NULL"), 4);
    visitor.get("/above/below").await.assert_status(404);
}

#[actix_web::test]
async fn a_branch_comes_back_to_another_address_where_its_own_is_taken() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let Branch { root, deepest, .. } = branch(&site, author);
    let now = site.state.clock.now();
    site.write(|conn| trash::trash(conn, root, &Actor::default(), now));
    let other = site.given(a_page("Above").by(author).published());
    let linking = site.given(a_post("Linking").by(author).with(|draft| draft.body = "[There](/above-2/below/deepest)".to_owned()));
    site.write(|conn| Ok(redirect::to_path(conn, "/above-2/below", "/above-all", redirect::Origin::Import, now)?));
    assert_eq!(site.write(|conn| trash::restore(conn, root, &Actor::default(), now)), 3);
    assert_eq!((path(&site, other).as_deref(), path(&site, deepest).as_deref()), (Some("/above"), Some("/above-2/below/deepest")));
    assert_eq!(site.count("redirects"), 0, "somebody lives there now");
    assert_eq!(site.count(&format!("links WHERE entry_id = {linking} AND target_entry_id = {deepest}")), 1, "a loose link is tied");
}

#[actix_web::test]
async fn what_went_to_the_trash_before_its_branch_stays_there_when_that_comes_back() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let Branch { root, below, deepest, .. } = branch(&site, author);
    let now = site.state.clock.now();
    let nobody = Actor::default();
    site.write(|conn| trash::trash(conn, below, &nobody, now));
    site.write(|conn| trash::trash(conn, root, &nobody, now));
    assert_eq!(site.write(|conn| trash::restore(conn, root, &nobody, now)), 1);
    assert_eq!((path(&site, below), path(&site, deepest)), (None, None));
    assert_eq!(site.write(|conn| trash::restore(conn, below, &nobody, now)), 1);
    assert_eq!(path(&site, deepest).as_deref(), Some("/above/below/deepest"));
}

#[actix_web::test]
async fn a_page_of_a_branch_in_the_trash_comes_back_alone_with_what_is_below_it() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let Branch { root, below, deepest, .. } = branch(&site, author);
    let now = site.state.clock.now();
    let nobody = Actor::default();
    site.write(|conn| trash::trash(conn, root, &nobody, now));
    assert_eq!(site.write(|conn| trash::restore(conn, below, &nobody, now)), 1);
    assert_eq!((path(&site, below).as_deref(), path(&site, deepest).as_deref()), (Some("/below"), Some("/below/deepest")));
    assert_eq!(site.count("entries WHERE state = 'trashed'"), 2);
    assert_eq!(site.write(|conn| trash::restore(conn, root, &nobody, now)), 1);
    assert_eq!(path(&site, root).as_deref(), Some("/above"));
}

#[actix_web::test]
async fn ten_pages_or_more_go_only_when_the_title_is_typed() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let root = site.given(a_page("The  long — دليل 🚀 guide").by(author).published());
    for number in 1..=9 {
        site.given(a_page(&format!("Part {number}")).by(author).with(|draft| draft.parent = Some(root)));
    }
    let editor = site.signed_in(Role::Editor);
    let edit = format!("/admin/entries/{root}");
    let asked = editor.get(&format!("{edit}/trash")).await;
    for wrong in ["", "The long guide", "<b>"] {
        let refused = editor.submit(asked.form("#confirm").fill([("title", wrong)])).await;
        refused.assert_status(422).assert_shows("10 pages go at once");
        assert_eq!(refused.form("#confirm").value("title"), wrong);
        assert!(refused.texts("title")[0].starts_with("Error: "));
    }
    assert_eq!(site.count("entries WHERE state = 'trashed'"), 0);
    editor.submit(asked.form("#confirm").fill([("title", " the long — دليل 🚀 guide ")])).await.assert_status(303);
    assert_eq!(site.count("entries WHERE state = 'trashed'"), 10);

    let asked = editor.get(&format!("{edit}/deletion")).await;
    asked.assert_shows("and 9 pages below it for good?");
    editor.submit(asked.form("#confirm")).await.assert_status(422);
    let title = "The long — دليل 🚀 guide";
    editor.submit(asked.form("#confirm").fill([("title", title)])).await.assert_redirects_to("/admin/entries?view=trash");
    assert_eq!((site.count("entries"), site.count("revisions")), (0, 0));
}

#[actix_web::test]
async fn an_author_does_not_take_pages_of_others_along() {
    let site = Site::start().await;
    let (ada, bob) = (site.given_user(Role::Author), site.given_user(Role::Author));
    let root = site.given(a_page("Mine").by(ada).published());
    site.given(a_page("Yours").by(bob).published().with(|draft| draft.parent = Some(root)));
    let author = site.session_of(ada);
    let asked = author.get(&format!("/admin/entries/{root}/trash")).await;
    author.submit(asked.form("#confirm")).await.assert_status(403).assert_shows("pages below this one that you may not take off the site");
    site.visitor().get("/mine/yours").await.assert_status(200);
}

#[actix_web::test]
async fn a_branch_is_deleted_for_good_after_thirty_days_together() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let Branch { root, below, .. } = branch(&site, author);
    let now = site.state.clock.now();
    site.write(|conn| trash::trash(conn, below, &Actor::default(), now));
    site.later(TimeDelta::days(1));
    site.write(|conn| trash::trash(conn, root, &Actor::default(), now + TimeDelta::days(1)));
    site.write(|conn| trash::empty(conn, now + TimeDelta::days(30) + TimeDelta::hours(1)));
    assert_eq!(site.count("entries"), 3, "the part that went a day earlier, with what is below it");
    site.write(|conn| trash::empty(conn, now + TimeDelta::days(31) + TimeDelta::hours(1)));
    assert_eq!(site.count("entries"), 1);
}

#[actix_web::test]
async fn words_typed_while_the_entry_went_to_the_trash_are_not_lost() {
    let site = Site::start().await;
    let post = site.given(a_post("Going"));
    let editor = site.signed_in(Role::Editor);
    let form = editor.get(&format!("/admin/entries/{post}")).await.form("#editor");
    let now = site.state.clock.now();
    site.write(|conn| trash::trash(conn, post, &Actor::default(), now));
    let refused = editor.submit(form.fill([("body", "My words."), ("do", "save")])).await;
    refused.assert_status(422).assert_shows("moved this entry to the trash while you were writing");
    assert_eq!(refused.form("#editor").value("body"), "My words.");
    assert_eq!(path(&site, post), None);
}
