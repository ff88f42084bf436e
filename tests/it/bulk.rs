//! Acts on many entries at once, and copies of entries.

use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor, a_page, a_post},
};
use diesel::prelude::*;
use mainstay::{
    content::{
        gate,
        model::{
            category,
            entry::{Entry, EntryId, EntryState},
            gate::{Level, Rule, save},
            revision::Revision,
            saving,
        },
    },
    journal::Actor,
    schema::{bulk_items, bulk_runs, entries},
    web::person::Role,
};

fn entry(site: &Site, id: EntryId) -> Entry {
    Entry::find(&mut site.database.conn(), id).unwrap()
}

/// Ticks these in the list and presses a button, which shows what will happen.
async fn look(who: &Visitor, act: &str, ids: &[EntryId]) -> Answer {
    let ids: String = ids.iter().map(|id| format!("&id={id}")).collect();
    who.get(&format!("/admin/entries/bulk?do={act}{ids}")).await
}

/// Goes on, and opens the page of what became of each.
async fn go_on(who: &Visitor, form: Form) -> Answer {
    let sent = who.submit(form).await;
    let to = sent.assert_status(303).header("location").to_owned();
    who.get(&to).await
}

fn block(site: &Site, check: &str) {
    let now = site.state.clock.now();
    site.write(|conn| {
        let rules = gate::rules(conn)?.into_iter();
        let rules: Vec<Rule> = rules.map(|rule| if rule.check == check { Rule { level: Level::Block, ..rule } } else { rule }).collect();
        Ok(save(conn, &rules, &Actor::default(), now)?)
    });
}

#[actix_web::test]
async fn the_list_offers_what_a_role_may_do() {
    let site = Site::start().await;
    let (editor, writer) = (site.signed_in(Role::Editor), site.given_user(Role::Contributor));
    let mine = site.given(a_post("Mine").by(writer));
    let acts = async |who: &Visitor, list: &str| who.get(list).await.attributes(".bulk button", "value").join(" ");
    let all = "publish unpublish add_category remove_category add_tag remove_tag set_author trash";
    assert_eq!(acts(&editor, "/admin/entries").await, all);
    let writer = site.session_of(writer);
    assert_eq!(acts(&writer, "/admin/entries").await, "add_category remove_category add_tag remove_tag trash");
    go_on(&writer, look(&writer, "trash", &[mine]).await.form("#confirm")).await.assert_shows("It lies in the trash now.");
    assert_eq!(acts(&writer, "/admin/entries?view=trash").await, "restore");
    let list = editor.get("/admin/entries?view=trash&q=Mine&order=title").await;
    let form = list.form("#bulk").tick("id", &mine.to_string());
    let names: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(names, [("view", "trash"), ("order", "title"), ("q", "Mine"), ("id", &mine.to_string())]);
    editor.get("/admin/entries/bulk").await.assert_status(200).assert_shows("No entry is chosen");
    editor.get("/admin/entries/bulk?do=%00&id=x&id=99999").await.assert_status(200);
    look(&writer, "publish", &[mine]).await.assert_status(200).assert_shows("What is to be done?");
}

#[actix_web::test]
async fn each_entry_is_published_by_its_own_rules() {
    let site = Site::start().await;
    let me = site.given_user(Role::Author);
    let author = site.session_of(me);
    let good = site.given(a_post("Good").by(me));
    let held = site.given(a_post("Held").by(me).with(|draft| draft.body = "See [here](/posts).".to_owned()));
    let live = site.given(a_post("Live").by(me).published());
    let theirs = site.given(a_post("A secret title"));
    block(&site, "link_words");
    let journal = site.count("journal");
    let looked = look(&author, "publish", &[good, held, live, theirs]).await;
    looked.assert_shows("Publish 4 entries?").assert_shows("does not say where the link leads").assert_shows("It is somebody else");
    looked.assert_shows("Visitors see its newest revision already.").assert_lacks("A secret title");
    assert_eq!((site.count("journal"), entry(&site, good).state), (journal, EntryState::Draft), "it was only looked at");
    let form = looked.form("#confirm");
    let told = go_on(&author, form.clone()).await;
    told.assert_shows("1 entry done").assert_shows("2 entries refused").assert_shows("1 entry as before").assert_lacks("A secret title");
    site.visitor().get("/posts/good").await.assert_status(200);
    site.visitor().get("/posts/held").await.assert_status(404);
    assert_eq!((site.count("bulk_runs"), site.count("journal")), (1, journal + 1), "one line for each that was done");
    // Sent twice, it is done once.
    go_on(&author, form).await.assert_shows("1 entry done");
    assert_eq!(site.count("bulk_runs"), 1);
    let other = site.signed_in(Role::Author);
    other.get("/admin/entries/bulk/1").await.assert_status(403);
    site.signed_in(Role::Editor).get("/admin/entries/bulk/1").await.assert_status(200).assert_lacks("A secret title");
}

#[actix_web::test]
async fn taking_off_the_site_tells_what_else_it_touches() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let target = site.given(a_post("Target").published());
    let link = site.given(a_post("Linking").published().with(|draft| draft.body = "See [the target](/posts/target).".to_owned()));
    look(&editor, "unpublish", &[target]).await.assert_shows("1 entry links to it");
    go_on(&editor, look(&editor, "unpublish", &[target, link]).await.form("#confirm")).await.assert_shows("2 entries done");
    assert_eq!([target, link].map(|id| entry(&site, id).state), [EntryState::Draft; 2]);
    let above = site.given(a_page("Above").published());
    let below = site.given(a_page("Below").published().with(|draft| draft.parent = Some(above)));
    look(&editor, "trash", &[above]).await.assert_shows("1 page below it goes along");
    look(&editor, "unpublish", &[above]).await.assert_shows("1 page below it stays on the site");
    let told = go_on(&editor, look(&editor, "trash", &[above, below]).await.form("#confirm")).await;
    told.assert_shows("It lies in the trash now, with 1 page below it.").assert_shows("It lies in the trash.");
    let told = go_on(&editor, look(&editor, "restore", &[above, below]).await.form("#confirm")).await;
    told.assert_shows("It is a draft now, and so are 1 page below it.");
    let large = site.given(a_page("Large"));
    let author = site.given_user(Role::Author);
    for number in 0..10 {
        site.given(a_page(&format!("Page {number}")).by(author).with(|draft| draft.parent = Some(large)));
    }
    look(&editor, "trash", &[large]).await.assert_shows("10 pages below it would go along.").assert_lacks("is-danger\"");
}

#[actix_web::test]
async fn topics_and_authors_change_at_once_and_no_words_go_out() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let now = site.state.clock.now();
    let systems = site.write(|conn| category::ensure(conn, "Systems", None, now));
    let (post, page) = (site.given(a_post("Post").published()), site.given(a_page("Page").published()));
    site.write(|conn| {
        let newest = Entry::find(conn, post)?.latest_revision_id.unwrap();
        let newest = Revision::find(conn, newest)?;
        let mut draft = newest.draft();
        draft.title = "Not yet".to_owned();
        saving::save(conn, post, newest.id, &draft, &Actor::default(), now).map(drop)
    });
    let with = async |act: &str, value: &str| {
        let form = look(&editor, act, &[post, page]).await.form("#confirm");
        go_on(&editor, form.fill([("value", value)])).await
    };
    let told = with("add_category", &systems.to_string()).await;
    told.assert_shows("Put into “Systems”.").assert_shows("Pages have no categories and no tags.");
    with("add_tag", "Rust  lang").await.assert_shows("Tagged “Rust lang”.");
    with("add_tag", "rust lang").await.assert_shows("It has that tag already.");
    let visitor = site.visitor();
    for list in ["/categories/systems", "/tags/rust-lang"] {
        visitor.get(list).await.assert_shows("href=\"/posts/post\"");
    }
    visitor.get("/posts/post").await.assert_shows("<h1>Post</h1>").assert_shows("Rust lang").assert_lacks("Not yet");
    assert!(entry(&site, post).is_ahead());
    let ada = site.given_user(Role::Author);
    with("set_author", &ada.to_string()).await.assert_shows("2 entries done");
    visitor.get(&format!("/authors/author-{}", ada.number())).await.assert_shows("/posts/post");
    // The draft takes none of it back.
    let form = editor.get(&format!("/admin/entries/{post}")).await.form("#editor");
    assert_eq!((form.value("title"), form.value("tags")), ("Not yet", "Rust lang"));
    editor.submit(form.fill([("do", "publish")])).await.assert_status(303);
    visitor.get("/categories/systems").await.assert_shows("Not yet");
    with("remove_tag", "Rust lang").await.assert_shows("No longer tagged “Rust lang”.");
    with("remove_category", &systems.to_string()).await.assert_shows("Taken out of “Systems”.");
    visitor.get("/categories/systems").await.assert_lacks("Not yet");
    assert_eq!(entry(&site, post).author_id, ada);
    editor.get("/admin/journal").await.assert_shows("untagged “Not yet”").assert_shows("filed “Post”");
}

#[actix_web::test]
async fn what_is_wrong_is_told_at_its_field() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let post = site.given(a_post("Post"));
    for (act, value, sentence) in [
        ("add_category", "99999", "Choose a category from the list."),
        ("set_author", "", "Choose an author from the list."),
        ("add_tag", "", "Type the name of one tag"),
        ("add_tag", "a, b", "Type the name of one tag"),
        ("explode", "", "Choose what to do with the entries."),
    ] {
        let fields = [("token", editor.token.as_str()), ("do", act), ("value", value), ("id", &post.to_string())];
        editor.submit(Form::forged("/admin/entries/bulk", &fields)).await.assert_status(422).assert_shows(sentence);
    }
    let form = look(&editor, "add_tag", &[post]).await.form("#confirm").fill([("value", &"🎈".repeat(81))]);
    assert_eq!(editor.submit(form).await.assert_status(422).form("#confirm").value("value"), "🎈".repeat(81));
    let author = site.signed_in(Role::Author);
    let fields = [("token", author.token.as_str()), ("do", "set_author"), ("value", "1"), ("id", &post.to_string())];
    author.submit(Form::forged("/admin/entries/bulk", &fields)).await.assert_status(422);
    assert_eq!(site.count("bulk_runs"), 0);
}

#[actix_web::test]
async fn all_that_match_are_done_by_a_job_which_may_be_run_again() {
    let site = Site::start().await;
    let me = site.given_user(Role::Editor);
    let editor = site.session_of(me);
    let author = site.given_user(Role::Author);
    for number in 0..70 {
        site.given(a_post(&format!("Post {number}")).by(author));
    }
    let other = site.given(a_page("A page"));
    let looked = editor.get("/admin/entries/bulk?do=publish&all=true&kind=post").await;
    looked.assert_shows("Publish 70 entries?").assert_shows("of the 40 others when it is done");
    let page = go_on(&editor, looked.form("#confirm")).await;
    page.assert_shows("0 of 70 entries are done.");
    assert_eq!(site.run_jobs(), 3, "one does them, and two what the search finds of them");
    let page = editor.get("/admin/entries/bulk/1").await;
    page.assert_shows("70 entries done").assert_lacks("data-progress");
    let live: i64 = entries::table.filter(entries::state.eq(EntryState::Published)).count().get_result(&mut site.database.conn()).unwrap();
    assert_eq!((live, entry(&site, other).state), (70, EntryState::Draft));
    // Ended in the middle, it goes on where it was.
    let conn = &mut site.database.conn();
    diesel::update(bulk_runs::table).set(bulk_runs::finished_at.eq(None::<chrono::NaiveDateTime>)).execute(conn).unwrap();
    diesel::update(bulk_items::table.filter(bulk_items::place.gt(65))).set(bulk_items::outcome.eq("waiting")).execute(conn).unwrap();
    let run = mainstay::content::jobs::GoOn { run: 1.into() };
    site.write(|conn| Ok(mainstay::jobs::Job::enqueue(&run, conn, site.state.clock.now())?));
    site.run_jobs();
    editor.get("/admin/entries/bulk/1").await.assert_shows("65 entries done").assert_shows("5 entries as before");
    // Whoever asked for it may have lost the right meanwhile.
    let looked = editor.get("/admin/entries/bulk?do=unpublish&all=true&kind=post").await;
    go_on(&editor, looked.form("#confirm")).await;
    let users = mainstay::schema::users::table.find(me);
    diesel::update(users).set(mainstay::schema::users::role.eq(Role::Author)).execute(conn).unwrap();
    site.run_jobs();
    assert_eq!(entries::table.filter(entries::state.eq(EntryState::Published)).count().get_result::<i64>(conn).unwrap(), 70);
}

#[actix_web::test]
async fn a_copy_is_a_draft_of_its_own() {
    let site = Site::start().await;
    let (editor, me) = (site.signed_in(Role::Editor), site.given_user(Role::Author));
    let author = site.session_of(me);
    let now = site.state.clock.now();
    let systems = site.write(|conn| category::ensure(conn, "Systems", None, now));
    let post = site.given(a_post("Post").by(me).published().with(|draft| {
        draft.categories = vec![systems];
        draft.tags = vec!["rust".to_owned()];
        draft.image_url = "/files/a/b.png".to_owned();
        draft.featured = true;
        draft.dated_at = Some("2026-10-05T08:00:00".parse().unwrap());
    }));
    let form = author.get(&format!("/admin/entries/{post}/duplication")).await.form("#confirm");
    let made = author.submit(form.clone()).await;
    let copy = author.get(made.assert_status(303).header("location")).await;
    let fields = copy.form("#editor");
    assert_eq!((fields.value("title"), fields.value("slug"), fields.value("tags")), ("Post (copy)", "post-copy", "rust"));
    assert_eq!(
        (fields.value("image_url"), fields.value("date"), fields.value("categories")),
        ("/files/a/b.png", "", &*systems.to_string())
    );
    let id: EntryId = made.header("location").rsplit('/').next().unwrap().parse().unwrap();
    let copied = entry(&site, id);
    assert_eq!((copied.state, copied.author_id, copied.featured, copied.publish_at), (EntryState::Draft, me, false, None));
    assert_eq!(author.submit(form).await.header("location"), made.header("location"), "sent twice, it is made once");
    editor.get("/admin/journal").await.assert_shows("duplicated “Post (copy)”");
    let again = editor.get(&format!("/admin/entries/{post}/duplication")).await.form("#confirm");
    let second = editor.submit(again).await.header("location").rsplit('/').next().unwrap().parse::<EntryId>().unwrap();
    assert_eq!((entry(&site, second).path.as_deref(), entry(&site, second).author_id), (Some("/posts/post-copy-2"), me));
}

#[actix_web::test]
async fn a_page_is_copied_alone_or_with_its_branch() {
    let site = Site::start().await;
    let (editor, me) = (site.signed_in(Role::Editor), site.given_user(Role::Author));
    let guides = site.given(a_page("Guides").by(me).published());
    let deep = site.given(a_page("Deep").by(me).published().with(|draft| draft.parent = Some(guides)));
    site.given(a_page("Deeper").by(me).with(|draft| draft.parent = Some(deep)));
    site.given(a_page("Other").with(|draft| draft.parent = Some(guides)));
    let copy = async |who: &Visitor, with: &str| {
        let form = who.get(&format!("/admin/entries/{guides}/duplication")).await.form("#confirm");
        who.submit(form.fill([("with", with)])).await
    };
    let paths = |like: &str| -> Vec<String> {
        let found =
            entries::table.filter(entries::path.like(format!("{like}%"))).order(entries::path).select(entries::path.assume_not_null());
        found.load(&mut site.database.conn()).unwrap()
    };
    copy(&editor, "page").await.assert_status(303);
    assert_eq!(paths("/guides-copy"), ["/guides-copy"]);
    copy(&editor, "branch").await.assert_status(303);
    assert_eq!(paths("/guides-copy-2"), ["/guides-copy-2", "/guides-copy-2/deep", "/guides-copy-2/deep/deeper", "/guides-copy-2/other"]);
    assert_eq!(paths("/guides/"), ["/guides/deep", "/guides/deep/deeper", "/guides/other"]);
    copy(&site.session_of(me), "branch").await.assert_status(403).assert_shows("not yours to copy");
    site.visitor().get("/guides-copy-2/deep").await.assert_status(404);
}
