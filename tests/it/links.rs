//! The link graph: what leads nowhere is reported at once, and links are rewritten to lead where they should.

use crate::support::site::{Site, Visitor, a_page, a_post};
use diesel::prelude::*;
use mainstay::{
    content::model::{
        autosave::{self, Sheet},
        entry::{Entry, EntryId},
        link::broken::{self, Reason},
        publishing,
        redirect::{self, Origin},
        revision::{Draft, Revision},
        saving, trash,
    },
    db::Conn,
    error::AppResult,
    journal::Actor,
    schema::{broken_links, broken_targets},
    web::person::Role,
};

const REPORT: &str = "/admin/links";

/// What is broken: address, reason, how many entries link there. The counts and the rows must agree.
#[track_caller]
fn broken(site: &Site) -> Vec<(String, Reason, i64)> {
    let conn = &mut site.database.conn();
    let rows: Vec<(i64, String, Reason, i64)> = broken_targets::table
        .order(broken_targets::path)
        .select((broken_targets::id, broken_targets::path, broken_targets::reason, broken_targets::sources))
        .load(conn)
        .unwrap();
    for (id, path, _, sources) in &rows {
        let counted: i64 = broken_links::table.filter(broken_links::target_id.eq(id)).count().get_result(conn).unwrap();
        assert_eq!(counted, *sources, "the count of {path} is wrong");
    }
    rows.into_iter().map(|(_, path, reason, sources)| (path, reason, sources)).collect()
}

fn one(path: &str, reason: Reason, sources: i64) -> (String, Reason, i64) {
    (path.to_owned(), reason, sources)
}

fn a_link(site: &Site, title: &str, body: &str) -> EntryId {
    site.given(a_post(title).published().with(|draft| draft.body = body.to_owned()))
}

fn on(site: &Site, work: impl Fn(&mut Conn, chrono::NaiveDateTime) -> AppResult<()>) {
    let now = site.state.clock.now();
    site.write(|conn| work(conn, now));
}

/// The newest revision of an entry.
fn the_newest(conn: &mut Conn, id: EntryId) -> AppResult<Revision> {
    let newest = Entry::find(conn, id)?.latest_revision_id.unwrap();
    Ok(Revision::find(conn, newest)?)
}

fn save(site: &Site, id: EntryId, change: impl Fn(&mut Draft)) {
    on(site, |conn, now| {
        let newest = the_newest(conn, id)?;
        let mut draft = newest.draft();
        change(&mut draft);
        saving::save(conn, id, newest.id, &draft, &Actor::default(), now).map(drop)
    });
}

fn publish(site: &Site, id: EntryId) {
    on(site, |conn, now| publishing::publish(conn, id, &Actor::default(), now));
}

fn bodies(site: &Site, id: EntryId) -> (String, String) {
    let conn = &mut site.database.conn();
    let entry = Entry::find(conn, id).unwrap();
    let of = |conn: &mut Conn, id| Revision::find(conn, id).unwrap().draft().body;
    let newest = of(conn, entry.latest_revision_id.unwrap());
    (entry.live_revision_id.map(|id| of(conn, id)).unwrap_or_default(), newest)
}

#[actix_web::test]
async fn links_that_lead_nowhere_are_reported_at_once() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    editor.get(REPORT).await.assert_status(200).assert_shows("Every link holds");
    let draft = site.given(a_page("Draft"));
    let source =
        a_link(&site, "One", "[a](/none) [b](/draft#x) [c](/posts/one) [d](/tags/no) [e](https://x.example/y) [f](/) [g](/posts?x=1)");
    a_link(&site, "Two", "[a](/none/?x=1) [again](/none)");
    assert_eq!(broken(&site), [one("/draft", Reason::Draft, 1), one("/none", Reason::Missing, 2), one("/tags/no", Reason::Missing, 1)]);
    let page = editor.get(REPORT).await;
    page.assert_shows("/none").assert_shows("Nothing there").assert_shows("Not live");
    assert_eq!(page.texts("#broken tbody th")[0], "/none", "what most entries link to stands first");
    assert_eq!(editor.get(&format!("{REPORT}?reason=draft")).await.texts("#broken tbody th"), ["/draft"]);
    let shown = editor.get(&page.link("/none")).await;
    shown.assert_shows("2 live entries link to this address.");
    assert_eq!(shown.texts("#sources tbody th"), ["Two", "One"]);
    assert_eq!(shown.link("Lead this address elsewhere"), "/admin/redirects/new?from=/none");

    publish(&site, draft);
    assert_eq!(broken(&site).len(), 2, "it is live now");
    on(&site, |conn, now| publishing::unpublish(conn, draft, &Actor::default(), now));
    on(&site, |conn, now| trash::trash(conn, draft, &Actor::default(), now));
    assert_eq!(broken(&site)[0], one("/draft", Reason::Trashed, 1));
    site.given(a_page("None").published());
    assert_eq!(broken(&site).len(), 2);
    on(&site, |conn, now| redirect::to_path(conn, "/tags/no", "/posts", Origin::Hand, now).map_err(Into::into));
    on(&site, |conn, now| Ok(broken::addresses_changed(conn, &["/tags/no"], now)?));
    assert_eq!(broken(&site), [one("/draft", Reason::Trashed, 1), one("/tags/no", Reason::Moved, 1)]);
    on(&site, |conn, now| publishing::unpublish(conn, source, &Actor::default(), now));
    assert_eq!(broken(&site), [], "nobody reads these links any more");
    assert_eq!(site.count("broken_links"), 0);
}

#[actix_web::test]
async fn links_are_rewritten_when_a_page_moves_in_the_tree_if_that_is_ticked() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    site.given(a_page("About").published());
    let deep = site.given(a_page("Deep").published());
    site.given(a_page("Deeper").published().with(|draft| draft.parent = Some(deep)));
    let written = "[a](/deep) [b](/deep/deeper?x=1#y) [c](/about) `/deep`";
    let source = a_link(&site, "One", written);
    let ask = async |to: &str| editor.get(&format!("/admin/pages/{deep}/move?parent={to}")).await;
    let looked = ask("/about").await;
    looked.assert_shows("One entry links to it");
    editor.submit(looked.form("#confirm")).await.assert_status(303);
    assert_eq!(bodies(&site, source).0, written, "a redirect leads their readers on");
    site.visitor().get("/deep/deeper").await.assert_moved_to("/about/deep/deeper");
    editor.submit(ask("top").await.form("#confirm")).await.assert_status(303);

    let moved = editor.submit(ask("/about").await.form("#confirm").tick("relink", "true")).await;
    moved.assert_status(303);
    editor.get(moved.header("location")).await.assert_shows("Rewrote the links in 1 live entry.");
    let rewritten = "[a](/about/deep) [b](/about/deep/deeper?x=1#y) [c](/about) `/deep`";
    assert_eq!(bodies(&site, source), (rewritten.to_owned(), rewritten.to_owned()));
    let page = site.visitor().get("/posts/one").await;
    assert_eq!(page.attributes(".prose a", "href"), ["/about/deep", "/about/deep/deeper?x=1#y", "/about"]);
    assert_eq!(broken(&site), []);
}

#[actix_web::test]
async fn full_addresses_of_this_site_are_kept_as_paths_and_followed() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let about = site.given(a_page("About").published());
    let body = "[a](https://example.org/about?x#y) [b](HTTP://Example.org) <a href=\"https://example.org/none\">c</a> [d](https://example.org.evil.example/about) https://example.org/about";
    let form = editor.get("/admin/entries/new").await.form("#editor").fill([("title", "One"), ("body", body), ("do", "publish")]);
    editor.submit(form).await.assert_status(303);
    let source = Entry::query().order(mainstay::schema::entries::id.desc()).first(&mut site.database.conn()).unwrap().id;
    let kept = "[a](/about?x#y) [b](/) <a href=\"/none\">c</a> [d](https://example.org.evil.example/about) https://example.org/about";
    assert_eq!(bodies(&site, source).0, kept);
    assert_eq!(broken(&site), [one("/none", Reason::Missing, 1)]);
    editor.get(&format!("/admin/entries/{about}")).await.assert_shows("One entry links here:");
    let snippet = editor.get("/admin/snippets/new").await.form("#snippet");
    editor.submit(snippet.fill([("name", "us"), ("body", "[us](https://example.org/about)")])).await.assert_status(303);
    assert_eq!(editor.get("/admin/snippets/1").await.form("#snippet").value("body"), "[us](/about)");
}

#[actix_web::test]
async fn what_changes_otherwise_is_found_by_the_job() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    a_link(&site, "One", "[a](/tags/rust)");
    assert_eq!(broken(&site), [one("/tags/rust", Reason::Missing, 1)]);
    site.given(a_post("Two").published().with(|draft| draft.tags = vec!["rust".to_owned()]));
    let form = editor.get(REPORT).await.form("#check");
    editor.submit(form.clone()).await.assert_redirects_to(REPORT);
    editor.submit(form).await.assert_redirects_to(REPORT); // pressed twice
    assert_eq!(site.run_jobs(), 1);
    assert_eq!(broken(&site), []);
}

#[actix_web::test]
async fn a_branch_in_the_trash_takes_its_links_along() {
    let site = Site::start().await;
    let top = site.given(a_page("Top").published());
    let below = site.given(a_page("Below").published().with(|draft| {
        draft.parent = Some(top);
        draft.body = "[a](/none) [b](/top)".to_owned();
    }));
    a_link(&site, "Outside", "[a](/top/below) [b](/none)");
    assert_eq!(broken(&site), [one("/none", Reason::Missing, 2)]);
    on(&site, |conn, now| trash::trash(conn, top, &Actor::default(), now));
    assert_eq!(broken(&site), [one("/none", Reason::Missing, 1), one("/top/below", Reason::Missing, 1)]);
    on(&site, |conn, now| trash::restore(conn, top, &Actor::default(), now).map(drop));
    publish(&site, top);
    publish(&site, below);
    assert_eq!(broken(&site), [one("/none", Reason::Missing, 2)]);
    site.run_jobs();
}

#[actix_web::test]
async fn a_rename_rewrites_the_links_to_a_branch_where_somebody_wishes_it() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let top = site.given(a_page("Top").published());
    site.given(a_page("Below").published().with(|draft| draft.parent = Some(top)));
    let live = a_link(&site, "Live", "[a](/top?x=1#y), [b](/top/below/), `[c](/top)` and <a href=\"/top/below\">d</a>. [e](/topper)");
    let ahead = a_link(&site, "Ahead", "Live [a](/top).");
    save(&site, ahead, |draft| draft.body = "Somebody’s newer words, [a](/top/below).".to_owned());
    let draft = site.given(a_post("Draft").with(|draft| draft.body = "[a](/top)".to_owned()));
    let scheduled = site.given(a_post("Scheduled").with(|draft| draft.body = "[a](/top)".to_owned()));
    let at = site.state.clock.now() + chrono::TimeDelta::days(1);
    on(&site, |conn, now| publishing::schedule(conn, scheduled, at, &Actor::default(), now));

    let form = editor.get(&format!("/admin/entries/{top}")).await.form("#editor");
    let form = form.fill([("slug", "first"), ("do", "publish")]);
    editor.submit(form.clone().tick("relink", "true")).await.assert_status(303);
    let told = editor.get(&format!("/admin/entries/{top}")).await;
    told.assert_shows("Rewrote the links in 2 live entries.").assert_shows("1 draft").assert_shows("1 entry was left alone");
    let rewritten = "[a](/first?x=1#y), [b](/first/below), `[c](/top)` and <a href=\"/first/below\">d</a>. [e](/topper)";
    assert_eq!(bodies(&site, live), (rewritten.to_owned(), rewritten.to_owned()));
    assert_eq!(bodies(&site, ahead), ("Live [a](/first).".to_owned(), "Somebody’s newer words, [a](/first/below).".to_owned()));
    assert_eq!(bodies(&site, draft).1, "[a](/first)");
    assert_eq!(bodies(&site, scheduled).1, "[a](/top)", "what is set goes out as it is");
    site.visitor().get("/posts/ahead").await.assert_shows("href=\"/first\"").assert_lacks("newer words");
    assert_eq!(broken(&site), [one("/topper", Reason::Missing, 1)], "nothing is led on any more");
    assert_eq!(site.count("journal WHERE kind = 'entry.relinked'"), 2);
    site.later(chrono::TimeDelta::days(2));
    site.run_jobs();
    assert_eq!(broken(&site), [one("/top", Reason::Moved, 1), one("/topper", Reason::Missing, 1)]);

    // The report mends what is led on.
    let page = editor.get(REPORT).await;
    let shown = editor.get(&page.link("/top")).await;
    shown.assert_shows("A redirect leads visitors on");
    editor.submit(shown.form("#mend")).await.assert_redirects_to(REPORT);
    assert_eq!(broken(&site), [one("/topper", Reason::Missing, 1)]);
    assert_eq!(bodies(&site, scheduled).0, "[a](/first)");
}

#[actix_web::test]
async fn a_rename_without_that_wish_leaves_them_as_they_are() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let page = site.given(a_page("Page").published());
    let source = a_link(&site, "One", "[a](/page)");
    let form = editor.get(&format!("/admin/entries/{page}")).await.form("#editor");
    editor.submit(form.fill([("slug", "other"), ("do", "publish")])).await.assert_status(303);
    assert_eq!(bodies(&site, source).0, "[a](/page)");
    assert_eq!(broken(&site), [one("/page", Reason::Moved, 1)]);
}

#[actix_web::test]
async fn authors_rewrite_only_what_is_their_own_and_what_is_typed_is_kept() {
    let site = Site::start().await;
    let ada = site.given_user(Role::Author);
    let page = site.given(a_page("Page").by(ada).published());
    let own = site.given(a_post("Own").by(ada).published().with(|draft| draft.body = "[a](/page)".to_owned()));
    let other = a_link(&site, "Other", "[a](/page)");
    let now = site.state.clock.now();
    site.write(|conn| Ok(autosave::keep(conn, ada, &Sheet::Entry(own), None, "Own", "{\"body\":\"half a sen\"}", now)?));
    let author = site.session_of(ada);
    let form = author.get(&format!("/admin/entries/{page}")).await.form("#editor");
    author.submit(form.fill([("slug", "moved"), ("do", "publish")]).tick("relink", "true")).await.assert_status(303);
    author.get(&format!("/admin/entries/{page}")).await.assert_shows("Rewrote the links in 1 live entry. 1 entry was left alone");
    assert_eq!((bodies(&site, own).0, bodies(&site, other).0), ("[a](/moved)".to_owned(), "[a](/page)".to_owned()));
    assert_eq!(site.count("autosaves"), 1, "what is typed and not saved stays");
}

/// Fills the page that asks, and sends it.
async fn leave(who: &Visitor, page: &str, elsewhere: &str, relink: bool) -> crate::support::answer::Answer {
    let form = who.get(page).await.form("#confirm").fill([("elsewhere", elsewhere)]);
    who.submit(if relink { form.tick("relink", "true") } else { form }).await
}

#[actix_web::test]
async fn visitors_and_links_of_what_goes_off_the_site_are_led_elsewhere() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let (first, second) = (site.given(a_page("First").published()), site.given(a_post("Second").published()));
    site.given(a_page("Deep").published().with(|draft| draft.parent = Some(first)));
    site.given(a_page("Heir").published());
    let source = a_link(&site, "Source", "[a](/first) [b](/first/deep#x) [c](/posts/second)");

    let asks = format!("/admin/entries/{second}/unpublication");
    leave(&editor, &asks, "", true).await.assert_status(422).assert_shows("Type where the links are to lead");
    let refused = leave(&editor, &asks, "heir", true).await;
    refused.assert_status(422).assert_shows("Begin with a slash");
    assert_eq!(refused.form("#confirm").value("elsewhere"), "heir");
    site.visitor().get("/posts/second").await.assert_status(200);
    leave(&editor, &asks, "/posts/second", false).await.assert_status(422).assert_shows("This is the old address itself");
    leave(&editor, &asks, "/heir", false).await.assert_status(303);
    editor.get(&format!("/admin/entries/{second}")).await.assert_shows("Its visitors are led to /heir.");
    site.visitor().get("/posts/second").await.assert_moved_to("/heir");
    assert_eq!(broken(&site), [one("/posts/second", Reason::Draft, 1)]);

    leave(&editor, &format!("/admin/entries/{first}/trash"), "/heir", true).await.assert_redirects_to("/admin/entries");
    editor.get("/admin/entries").await.assert_shows("Rewrote the links in 1 live entry.");
    site.visitor().get("/first/deep").await.assert_moved_to("/heir");
    site.visitor().get("/first").await.assert_moved_to("/heir");
    assert_eq!(bodies(&site, source).0, "[a](/heir) [b](/heir#x) [c](/posts/second)");
}

#[actix_web::test]
async fn many_entries_are_rewritten_by_a_job() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let ada = site.given_user(Role::Author);
    let page = site.given(a_page("Page").published());
    for number in 0..60 {
        site.given(a_post(&format!("Post {number}")).by(ada).published().with(|draft| draft.body = "[a](/page)".to_owned()));
    }
    let form = editor.get(&format!("/admin/entries/{page}")).await.form("#editor");
    editor.submit(form.fill([("slug", "new"), ("do", "publish")]).tick("relink", "true")).await.assert_status(303);
    editor.get(&format!("/admin/entries/{page}")).await.assert_shows("rewritten in the background");
    assert!(site.run_jobs() >= 2);
    assert_eq!(broken(&site), []);
    assert_eq!(site.count("links WHERE path = '/new'"), 60);
    assert_eq!(site.count("journal WHERE kind = 'entry.relinked' AND user_id IS NOT NULL"), 60);
}
