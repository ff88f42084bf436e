//! What authors and editors do.

use crate::support::site::{Site, a_page, a_post};
use chrono::TimeDelta;
use mainstay::{
    content::model::{
        entry::{EntryId, Listed},
        timing, trash,
    },
    journal::Actor,
    web::person::Role,
};

fn id_of(location: &str) -> EntryId {
    location.rsplit('/').next().unwrap().parse().unwrap()
}

#[actix_web::test]
async fn a_post_is_written_saved_and_published_through_the_form() {
    let site = Site::start().await;
    let (author, visitor) = (site.signed_in(Role::Author), site.visitor());
    let form = author.get("/admin/entries/new?kind=post").await.form("#editor");
    let saved =
        author.submit(form.fill([("title", "My first post"), ("body", "Hello **there**."), ("tags", "Rust, web"), ("do", "save")])).await;
    saved.assert_status(303);
    let edit = saved.header("location").to_owned();
    visitor.get("/posts/my-first-post").await.assert_status(404);
    let page = author.get(&edit).await;
    page.assert_shows("Saved the draft.").assert_shows("Draft");
    assert_eq!((page.form("#editor").value("tags"), page.form("#editor").value("slug")), ("Rust, web", "my-first-post"));
    author.submit(page.form("#editor").fill([("do", "publish")])).await.assert_redirects_to(&edit);
    visitor.get("/posts/my-first-post").await.assert_status(200).assert_shows("<strong>there</strong>");
    visitor.get("/tags/rust").await.assert_shows("My first post");
    author.get(&edit).await.assert_shows("Published. Visitors see it now.").assert_shows("Publish changes");
    assert_eq!(site.count("revisions"), 1, "publishing what was saved is no new revision");
    assert_eq!(site.count("journal WHERE kind IN ('entry.created', 'entry.published')"), 2);
}

#[actix_web::test]
async fn a_form_that_is_wrong_comes_back_with_everything_typed() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let form = editor.get("/admin/entries/new?kind=post").await.form("#editor");
    let typed = [
        ("title", ""),
        ("body", "line one\nline two \"<b>"),
        ("slug", "Not A Slug"),
        ("image_url", "https://x.example/a.png"),
        ("do", "save"),
    ];
    let answer = editor.submit(form.fill(typed)).await;
    answer
        .assert_status(422)
        .assert_shows("Give it a title")
        .assert_shows("Use lower-case letters")
        .assert_shows("Pages make no request to other hosts");
    assert_eq!(answer.texts("#error-summary"), ["3 things to put right"]);
    assert!(answer.texts("title")[0].starts_with("Error: "));
    let again = answer.form("#editor");
    assert_eq!((again.value("body"), again.value("slug")), ("line one\nline two \"<b>", "Not A Slug"));
    assert_eq!(site.count("entries"), 0);
}

#[actix_web::test]
async fn changes_to_a_live_post_wait_until_they_are_published() {
    let site = Site::start().await;
    let post = site.given(a_post("Pools").published());
    let (editor, visitor) = (site.signed_in(Role::Editor), site.visitor());
    let edit = format!("/admin/entries/{post}");
    let form = editor.get(&edit).await.form("#editor");
    editor
        .submit(form.fill([("title", "Pools, revised"), ("slug", "pools-revised"), ("body", "New words."), ("do", "save")]))
        .await
        .assert_redirects_to(&edit);
    visitor.get("/posts/pools").await.assert_status(200).assert_lacks("New words.").assert_lacks("revised");
    editor.get(&edit).await.assert_shows("Live, draft ahead");
    let preview = editor.get(&format!("{edit}/preview")).await;
    preview.assert_status(200).assert_shows("New words.").assert_shows("This is a preview");
    editor.submit(editor.get(&edit).await.form("#editor").fill([("do", "publish")])).await.assert_redirects_to(&edit);
    visitor.get("/posts/pools").await.assert_moved_to("/posts/pools-revised");
    visitor.get("/posts/pools-revised").await.assert_shows("New words.");
}

#[actix_web::test]
async fn a_save_over_a_newer_revision_is_refused_with_both_texts() {
    let site = Site::start().await;
    let post = site.given(a_post("Shared").with(|draft| draft.body = "First.".to_owned()));
    let (ada, bob) = (site.signed_in(Role::Editor), site.signed_in(Role::Editor));
    let edit = format!("/admin/entries/{post}");
    let (for_ada, for_bob) = (ada.get(&edit).await.form("#editor"), bob.get(&edit).await.form("#editor"));
    ada.submit(for_ada.fill([("body", "Ada's words."), ("do", "save")])).await.assert_redirects_to(&edit);
    let refused = bob.submit(for_bob.fill([("body", "Bob's words."), ("do", "publish")])).await;
    refused.assert_status(409).assert_shows("Editor 2").assert_shows("Ada&#39;s words.").assert_shows("Bob&#39;s words.");
    site.visitor().get("/posts/shared").await.assert_status(404);
    let again = refused.form("#editor");
    assert!(again.value("body").contains("Ada's words.") && again.value("body").contains("Bob's words."), "{}", again.value("body"));
    bob.submit(again.fill([("body", "Bob's words."), ("do", "save")])).await.assert_redirects_to(&edit);
    assert_eq!(bob.get(&edit).await.form("#editor").value("body"), "Bob's words.");
    assert_eq!(site.count("revisions"), 3, "nobody's words are lost");
}

#[actix_web::test]
async fn pressing_save_twice_saves_once() {
    let site = Site::start().await;
    let post = site.given(a_post("Twice"));
    let editor = site.signed_in(Role::Editor);
    let form = editor.get(&format!("/admin/entries/{post}")).await.form("#editor").fill([("body", "Changed."), ("do", "save")]);
    editor.submit(form.clone()).await.assert_status(303);
    editor.submit(form).await.assert_status(303);
    assert_eq!(site.count("revisions"), 2);
}

#[actix_web::test]
async fn a_new_post_sent_twice_is_made_once() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    let form = author.get("/admin/entries/new?kind=post").await.form("#editor").fill([("title", "Once"), ("do", "publish")]);
    let first = author.submit(form.clone()).await;
    author.submit(form.clone()).await.assert_redirects_to(first.header("location"));
    assert_eq!((site.count("entries"), site.count("journal WHERE kind = 'entry.published'")), (1, 1));
    site.signed_in(Role::Author).submit(form).await.assert_status(403); // with another person's token
}

#[actix_web::test]
async fn an_author_touches_only_own_entries() {
    let site = Site::start().await;
    let theirs = site.given(a_post("Theirs").published());
    let author = site.signed_in(Role::Author);
    let form = author.get("/admin/entries/new?kind=post").await.form("#editor");
    let own = author.submit(form.fill([("title", "Mine"), ("do", "save")])).await.header("location").to_owned();
    for path in ["", "/preview", "/trash", "/unpublication", "/deletion"] {
        author.get(&format!("/admin/entries/{theirs}{path}")).await.assert_status(403);
    }
    let page = author.get(&own).await;
    assert!(!page.body.contains("name=\"author\""), "an author names no other author");
    author.submit(page.form("#editor").fill([("do", "save")]).to(&format!("/admin/entries/{theirs}"))).await.assert_status(403);
    let list = author.get("/admin/entries").await;
    list.assert_shows("Mine").assert_lacks("Theirs");
    author.get("/admin/settings").await.assert_status(403);
    author.get("/admin/journal").await.assert_status(403);
}

#[actix_web::test]
async fn an_entry_goes_to_the_trash_comes_back_and_is_deleted_for_good() {
    let site = Site::start().await;
    let post = site.given(a_post("Going").published());
    site.given(a_post("Linking").published().with(|draft| draft.body = "See [that](/posts/going).".to_owned()));
    let (editor, visitor) = (site.signed_in(Role::Editor), site.visitor());
    let entry = format!("/admin/entries/{post}");
    let asked = editor.get(&format!("{entry}/trash")).await;
    asked
        .assert_shows("Move “Going” to the trash?")
        .assert_shows("One entry links to it")
        .assert_shows("Linking")
        .assert_shows("until 31 December 2026");
    visitor.get("/posts/going").await.assert_status(200);
    editor.submit(asked.form("#confirm")).await.assert_redirects_to("/admin/entries");
    visitor.get("/posts/going").await.assert_status(404);
    visitor.get("/posts").await.assert_lacks("Going");
    editor.get("/admin/entries?view=trash").await.assert_shows("Going");
    editor.submit(editor.get(&entry).await.form("#restore")).await.assert_redirects_to(&entry);
    editor.get(&entry).await.assert_shows("Restored “Going” as a draft.");
    visitor.get("/posts/going").await.assert_status(404);
    editor.submit(editor.get(&format!("{entry}/trash")).await.form("#confirm")).await.assert_status(303);
    editor.submit(editor.get(&format!("{entry}/deletion")).await.form("#confirm")).await.assert_redirects_to("/admin/entries?view=trash");
    editor.get(&entry).await.assert_status(404);
    assert_eq!(site.count("entries"), 1);
    assert_eq!(site.count(&format!("revisions WHERE entry_id = {post}")), 0);
}

#[actix_web::test]
async fn an_address_in_the_trash_is_free_and_a_restored_entry_finds_another() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let first = site.given(a_post("Same").by(author));
    let now = site.state.clock.now();
    site.write(|conn| trash::trash(conn, first, &Actor::default(), now));
    site.given(a_post("Same").by(author).published());
    site.write(|conn| trash::restore(conn, first, &Actor::default(), now));
    let path = site.write(|conn| Ok(Listed::find(conn, first)?.path));
    assert_eq!(path.as_deref(), Some("/posts/same-2"));
}

#[actix_web::test]
async fn the_trash_is_emptied_after_thirty_days() {
    let site = Site::start().await;
    let post = site.given(a_post("Old"));
    let now = site.state.clock.now();
    site.write(|conn| trash::trash(conn, post, &Actor::default(), now));
    site.later(TimeDelta::days(29));
    site.write(|conn| trash::empty(conn, now + TimeDelta::days(29)));
    assert_eq!(site.count("entries"), 1);
    site.write(|conn| trash::empty(conn, now + TimeDelta::days(31)));
    assert_eq!(site.count("entries"), 0);
}

#[actix_web::test]
async fn a_scheduled_post_goes_out_by_itself_once() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let form = editor.get("/admin/entries/new?kind=post").await.form("#editor");
    let filled =
        form.fill([("title", "Tomorrow"), ("when", "at"), ("publish_date", "2026-12-02"), ("publish_time", "08:00"), ("do", "publish")]);
    let saved = editor.submit(filled).await;
    let edit = saved.header("location").to_owned();
    editor.get(&edit).await.assert_shows("Scheduled. It goes out by itself").assert_shows("2 December 2026, 08:00 UTC");
    editor.get("/admin").await.assert_shows("Going out next").assert_shows("Tomorrow");
    assert_eq!(site.run_jobs(), 0);
    site.visitor().get("/posts/tomorrow").await.assert_status(404);
    site.later(TimeDelta::hours(23));
    assert_eq!(site.run_jobs(), 1);
    site.visitor().get("/posts/tomorrow").await.assert_status(200);
    let id = id_of(&edit);
    let now = site.state.clock.now();
    site.write(|conn| timing::carry_out(conn, id, now)); // the job runs again
    assert_eq!(site.count("journal WHERE kind = 'entry.published'"), 1);
}

#[actix_web::test]
async fn a_set_time_that_is_dropped_publishes_nothing() {
    let site = Site::start().await;
    let post = site.given(a_post("Perhaps"));
    let editor = site.signed_in(Role::Editor);
    let edit = format!("/admin/entries/{post}");
    let form = editor.get(&edit).await.form("#editor");
    editor.submit(form.fill([("when", "at"), ("publish_date", "2026-12-02"), ("do", "publish")])).await.assert_status(303);
    editor.submit(editor.get(&format!("{edit}/unpublication")).await.form("#confirm")).await.assert_redirects_to(&edit);
    site.later(TimeDelta::days(2));
    assert_eq!(site.run_jobs(), 1);
    site.visitor().get("/posts/perhaps").await.assert_status(404);
}

#[actix_web::test]
async fn a_post_taken_off_the_site_leaves_every_list() {
    let site = Site::start().await;
    let post = site.given(a_post("Off").published().with(|draft| draft.tags = vec!["gone".to_owned()]));
    let editor = site.signed_in(Role::Editor);
    let asked = editor.get(&format!("/admin/entries/{post}/unpublication")).await;
    editor.submit(asked.form("#confirm")).await.assert_status(303);
    for path in ["/", "/posts", "/tags/gone"] {
        site.visitor().get(path).await.assert_lacks("Off</a>");
    }
    assert_eq!((site.count("listings"), site.count("list_counts WHERE entries <> 0")), (0, 0));
}

#[actix_web::test]
async fn what_is_typed_can_be_previewed_without_being_saved() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    let form = author.get("/admin/entries/new?kind=post").await.form("#editor");
    let preview = author.submit(form.fill([("title", "Just looking"), ("body", "*soft*")]).to("/admin/entries/preview")).await;
    preview.assert_status(200).assert_shows("<em>soft</em>").assert_shows("This is a preview");
    assert_eq!((preview.header("cache-control"), site.count("entries")), ("no-store", 0));
}

#[actix_web::test]
async fn the_list_of_entries_is_filtered_ordered_and_paged_by_its_address() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    for number in 1..=35 {
        site.later(TimeDelta::minutes(1));
        let post = a_post(&format!("Entry {number:02}")).by(author);
        site.given(if number % 2 == 0 { post.published() } else { post });
    }
    site.given(a_page("A page").by(author));
    let editor = site.signed_in(Role::Editor);
    let titles = |answer: &crate::support::answer::Answer| answer.texts("#entries tbody th a");
    let first = editor.get("/admin/entries").await;
    assert_eq!((titles(&first).len(), titles(&first)[0].as_str()), (30, "A page"));
    let second = editor.get(&first.attributes("a[rel=next]", "href")[0]).await;
    assert_eq!(titles(&second).len(), 6);
    assert_eq!(titles(&editor.get(&second.attributes("a[rel=prev]", "href")[0]).await), titles(&first));
    assert_eq!(titles(&editor.get("/admin/entries?view=live").await).len(), 17);
    assert_eq!(titles(&editor.get("/admin/entries?kind=page").await), ["A page"]);
    assert_eq!(titles(&editor.get("/admin/entries?q=entry%2007").await), ["Entry 07"]);
    assert_eq!(titles(&editor.get("/admin/entries?q=%25").await), Vec::<String>::new());
    let sorted = editor.get("/admin/entries?order=title").await;
    assert_eq!(titles(&sorted)[..2], ["A page".to_owned(), "Entry 01".to_owned()]);
    let rest = editor.get(&sorted.attributes("a[rel=next]", "href")[0]).await;
    assert_eq!(titles(&rest).last().map(String::as_str), Some("Entry 35"));
    editor.get("/admin/entries?view=trash").await.assert_shows("Nothing matches");
    editor.get("/admin/entries?view=nonsense&author=x&before=y").await.assert_status(200);
}

#[actix_web::test]
async fn a_moved_page_keeps_out_of_its_own_branch() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let above = site.given(a_page("Above").by(author).published());
    let below = site.given(a_page("Below").by(author).published().with(|draft| draft.parent = Some(above)));
    let editor = site.signed_in(Role::Editor);
    let page = editor.get(&format!("/admin/entries/{above}")).await;
    assert!(!page.attributes("#parent option", "value").contains(&below.to_string()), "it is not offered");
    let forged = page.form("#editor").fill([("parent", &below.to_string()), ("do", "publish")]);
    editor.submit(forged).await.assert_status(422).assert_shows("A page cannot stand below itself");
}

#[actix_web::test]
async fn reserved_and_taken_addresses_are_refused_at_the_field() {
    let site = Site::start().await;
    site.given(a_page("About").published());
    let editor = site.signed_in(Role::Editor);
    let form = editor.get("/admin/entries/new?kind=page").await.form("#editor");
    let reserved = editor.submit(form.clone().fill([("title", "X"), ("slug", "admin"), ("do", "save")])).await;
    reserved.assert_status(422).assert_shows("/admin is an address of the program itself");
    let taken = editor.submit(form.clone().fill([("title", "X"), ("slug", "about"), ("do", "save")])).await;
    taken.assert_status(422).assert_shows("There is already an entry at /about");
    let made = editor.submit(form.fill([("title", "About"), ("do", "save")])).await;
    let page = editor.get(made.header("location")).await;
    assert_eq!(page.form("#editor").value("slug"), "about-2", "a slug made from the title finds a free one");
}

#[actix_web::test]
async fn categories_are_ticked_and_lists_follow() {
    let site = Site::start().await;
    let now = site.state.clock.now();
    let topic = site.write(|conn| mainstay::content::model::category::ensure(conn, "databases/servers", Some("Servers"), now));
    let editor = site.signed_in(Role::Editor);
    let form = editor.get("/admin/entries/new?kind=post").await.form("#editor");
    let saved = editor.submit(form.fill([("title", "Ticked"), ("do", "publish")]).tick("categories", &topic.to_string())).await;
    site.visitor().get("/categories/databases/servers").await.assert_shows("Ticked");
    site.visitor().get("/categories/databases").await.assert_shows("Ticked");
    let form = editor.get(saved.header("location")).await.form("#editor").without("categories").fill([("do", "publish")]);
    editor.submit(form).await.assert_status(303);
    site.visitor().get("/categories/databases").await.assert_lacks("Ticked");
}

#[actix_web::test]
async fn links_that_lead_nowhere_are_shown_in_the_editor() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    site.given(a_post("There").by(author).published());
    let post = site.given(
        a_post("From")
            .by(author)
            .with(|draft| draft.body = "[good](/posts/there) [bad](/posts/not-there) [out](https://x.example)".to_owned()),
    );
    let editor = site.signed_in(Role::Editor);
    let page = editor.get(&format!("/admin/entries/{post}")).await;
    page.assert_shows("“bad” leads to /posts/not-there, where there is no page").assert_lacks("“good” leads");
    site.given(a_post("Not there").by(author).published());
    editor.get(&format!("/admin/entries/{post}")).await.assert_lacks("where there is no page");
}

#[actix_web::test]
async fn an_older_renderers_pages_are_rendered_again_by_a_job() {
    use diesel::prelude::*;
    use mainstay::{content::jobs::Rerender, jobs::Job, schema::entries};
    let site = Site::start().await;
    let post = site.given(a_post("Old").published().with(|draft| draft.body = "*fresh*".to_owned()));
    diesel::update(entries::table)
        .set((entries::renderer.eq(0), entries::body_html.eq("stale")))
        .execute(&mut site.database.conn())
        .unwrap();
    site.visitor().get("/posts/old").await.assert_shows("stale");
    let now = site.state.clock.now();
    site.write(|conn| Ok(Rerender.enqueue(conn, now)?));
    assert_eq!(site.run_jobs(), 1);
    site.visitor().get("/posts/old").await.assert_shows("<em>fresh</em>");
    assert_eq!(site.count(&format!("journal WHERE kind = 'entries.rendered' AND cache_tags LIKE '%page:{post}%'")), 1);
}

#[actix_web::test]
async fn the_dashboard_leads_a_new_site_on() {
    let site = Site::start().await;
    let owner = site.signed_in(Role::Owner);
    let page = owner.get("/admin").await;
    page.assert_status(200).assert_shows("Tuesday 1 December").assert_shows("Next steps for a new site").assert_shows("Name the site");
    site.given(a_post("Begun"));
    owner.get("/admin").await.assert_shows("Begun");
    site.signed_in(Role::Author).get("/admin").await.assert_status(200).assert_lacks("Just changed").assert_lacks("Begun");
    owner.get("/admin/markdown").await.assert_status(200).assert_shows("How to write Markdown").assert_shows("Big Buck Bunny");
}
