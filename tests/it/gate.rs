//! The publish gate, through the forms of the editor and of its levels.

use crate::support::{
    answer::{Answer, Form},
    pictures::heavy_gif,
    site::{Site, Visitor, a_page, a_post},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    content::{
        gate,
        model::{
            address::{self, Standing},
            entry::{EntryId, Kind},
            publishing,
            revision::Draft,
            trash,
        },
    },
    journal::Actor,
    schema::journal,
    web::person::Role,
};
use std::time::Instant;

/// Says nothing about where it leads.
const SILENT: &str = "A fine text.\n\nRead on [here](https://example.net/a).\n";

async fn set(site: &Site, field: &str, level: &str) {
    let admin = site.signed_in(Role::Admin);
    let form = admin.get("/admin/gate").await.form("#gate").fill([(field, level)]);
    admin.submit(form).await.assert_redirects_to("/admin/gate");
}

async fn new_sheet(person: &Visitor, kind: &str) -> Form {
    person.get(&format!("/admin/entries/new?kind={kind}")).await.form("#editor")
}

/// What the gate says on the editor's page, each without the words for screen readers.
fn told(page: &Answer) -> Vec<String> {
    let words = page.texts(".gate .checks .is-warn strong, .gate .checks .is-block strong");
    words.into_iter().map(|text| text.replace("To mend: ", "").replace("Blocks publishing: ", "")).collect()
}

fn details(site: &Site, kind: &str) -> Vec<serde_json::Value> {
    let rows: Vec<String> =
        journal::table.filter(journal::kind.eq(kind)).order(journal::id).select(journal::detail).load(&mut site.database.conn()).unwrap();
    rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
}

#[actix_web::test]
async fn warnings_stand_beside_the_text_with_the_line_and_stop_nobody() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    let sheet = author.get("/admin/entries/new?kind=post").await;
    sheet.assert_shows("The checks run each time you save.");
    assert!(told(&sheet).is_empty(), "an empty sheet is not scolded");
    let form = sheet.form("#editor").fill([("title", "Seven bridges"), ("body", SILENT), ("do", "save")]);
    let edit = author.submit(form).await.header("location").to_owned();
    let page = author.get(&edit).await;
    let silent = "“here” does not say where the link leads";
    assert_eq!(told(&page), ["There is neither a summary nor a description", silent]);
    assert_eq!(page.texts(".gate .row-between span"), ["2 to mend"]);
    assert_eq!(page.texts(".gate .passage a"), ["Summary", "Line 3"]);
    assert_eq!(page.attributes(".gate .passage a", "href"), ["#summary", "#body"]);
    assert_eq!(
        (page.attributes(".gate a", "data-line"), page.attributes(".gate a", "data-quote")),
        (vec!["3".to_owned()], vec!["[here](https://example.net/a)".to_owned()])
    );
    page.assert_lacks("Publish in spite of this").assert_shows(&format!("{} checks passed", gate::catalogue().count() - 2));
    author.submit(page.form("#editor").fill([("do", "publish")])).await.assert_redirects_to(&edit);
    site.visitor().get("/posts/seven-bridges").await.assert_status(200);
    assert_eq!(told(&author.get(&edit).await).len(), 2, "they are still told when it is live");
}

#[actix_web::test]
async fn what_blocks_is_not_published_at_once_or_later_and_nothing_typed_is_lost() {
    let site = Site::start().await;
    set(&site, "link_words-post", "block").await;
    let editor = site.signed_in(Role::Editor);
    for when in [
        [("when", "now"), ("publish_date", ""), ("publish_time", "")],
        [("when", "at"), ("publish_date", "2026-12-24"), ("publish_time", "08:00")],
    ] {
        let typed =
            new_sheet(&editor, "post").await.fill([("title", "Held back"), ("body", SILENT), ("tags", "one, two"), ("do", "publish")]);
        let refused = editor.submit(typed.fill(when)).await;
        refused.assert_status(422).assert_shows("One thing to put right").assert_shows("1 blocks publishing");
        assert!(refused.texts("title")[0].starts_with("Error: "));
        let silent = "“here” does not say where the link leads";
        assert_eq!(told(&refused)[0], silent, "what blocks comes first");
        assert_eq!(refused.link(&format!("{silent}.")), "#gate-01");
        assert_eq!(refused.attributes("#gate-01", "class"), ["is-block"]);
        refused.assert_lacks("Publish in spite of this").assert_shows("an owner publishes it and says why");
        let again = refused.form("#editor");
        assert_eq!((again.value("body"), again.value("tags"), again.value("when")), (SILENT.trim_end(), "one, two", when[0].1));
        assert_eq!((site.count("entries"), site.count("jobs")), (0, 0));
    }
}

#[actix_web::test]
async fn a_mended_draft_goes_out_and_other_kinds_are_not_held() {
    let site = Site::start().await;
    set(&site, "link_words-post", "block").await;
    let editor = site.signed_in(Role::Editor);
    let form = new_sheet(&editor, "page").await.fill([("title", "A page of ours"), ("body", SILENT), ("do", "publish")]);
    editor.submit(form).await.assert_status(303);
    site.visitor().get("/a-page-of-ours").await.assert_status(200);
    let post = site.given(a_post("A post of ours").published());
    let edit = format!("/admin/entries/{post}");
    let form = editor.get(&edit).await.form("#editor").fill([("body", SILENT), ("do", "publish")]);
    let refused = editor.submit(form).await;
    refused.assert_status(422);
    site.visitor().get("/posts/a-post-of-ours").await.assert_shows("The text of");
    assert_eq!(site.count(&format!("revisions WHERE entry_id = {post}")), 1, "as with every mistake, nothing is saved");
    let saved = editor.submit(refused.form("#editor").fill([("do", "save")])).await;
    saved.assert_redirects_to(&edit);
    let mended = editor.get(&edit).await.form("#editor").fill([("body", "Read on [how bridges hang](/posts)."), ("do", "publish")]);
    editor.submit(mended).await.assert_redirects_to(&edit);
    site.visitor().get("/posts/a-post-of-ours").await.assert_shows("how bridges hang");
}

#[actix_web::test]
async fn only_an_owner_publishes_in_spite_of_a_block_and_only_with_a_reason() {
    let site = Site::start().await;
    set(&site, "link_words-post", "block").await;
    set(&site, "picture_text-post", "block").await;
    let body = format!("{SILENT}\n\n![](/files/a/b.png)\n\n[more](https://example.net/b)\n");
    let typed = |form: Form| form.fill([("title", "For good reason"), ("body", body.as_str()), ("do", "publish")]);
    for role in [Role::Author, Role::Editor, Role::Admin] {
        let person = site.signed_in(role);
        let refused = person.submit(typed(new_sheet(&person, "post").await)).await;
        refused.assert_status(422).assert_lacks("override_reason");
        let mut forged = typed(refused.form("#editor"));
        forged.fields.push(("override_reason".to_owned(), "Because".to_owned()));
        person.submit(forged).await.assert_status(422);
    }
    let owner = site.signed_in(Role::Owner);
    let refused = owner.submit(typed(new_sheet(&owner, "post").await)).await;
    refused.assert_status(422).assert_shows("Publish in spite of this");
    assert_eq!(refused.attributes(".gate details", "open").len(), 1);
    let reason = refused.form("#editor");
    let blank = owner.submit(typed(reason.clone()).fill([("override_reason", "  \u{200b} ")])).await;
    blank.assert_status(422);
    let long = "x".repeat(501);
    let long = owner.submit(typed(reason.clone()).fill([("override_reason", long.as_str())])).await;
    long.assert_status(422).assert_shows("Shorten the reason to 500 characters.");
    assert_eq!((long.form("#editor").value("override_reason").len(), site.count("entries")), (501, 0));
    let passed = owner.submit(typed(reason).fill([("override_reason", "The client insists. 🎈")])).await;
    passed.assert_status(303);
    site.visitor().get("/posts/for-good-reason").await.assert_status(200);
    let kept = details(&site, "entry.let_past_the_gate");
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["checks"], serde_json::json!(["picture_text", "link_words"]));
    assert_eq!(kept[0]["reason"], "The client insists. 🎈");
    owner.get("/admin/journal").await.assert_shows("let past the gate “For good reason”");
    // A reason that is not needed is not kept.
    let edit = passed.header("location").to_owned();
    let page = owner.get(&edit).await;
    let again = page.form("#editor");
    assert_eq!(again.value("override_reason"), "", "a reason holds once");
    let again = again.fill([("body", "All is well."), ("override_reason", "Still"), ("do", "publish")]);
    owner.submit(again).await.assert_redirects_to(&edit);
    assert_eq!(details(&site, "entry.let_past_the_gate").len(), 1);
}

#[actix_web::test]
async fn a_check_that_is_off_says_nothing() {
    let site = Site::start().await;
    let post = site.given(a_post("Seven bridges").with(|draft| draft.body = SILENT.to_owned()));
    let editor = site.signed_in(Role::Editor);
    assert_eq!(told(&editor.get(&format!("/admin/entries/{post}")).await).len(), 2);
    set(&site, "link_words-post", "off").await;
    set(&site, "description_length-post", "off").await;
    let page = editor.get(&format!("/admin/entries/{post}")).await;
    assert!(told(&page).is_empty());
    page.assert_shows("Nothing to mend").assert_shows(&format!("{} checks passed", gate::catalogue().count() - 2));
}

#[actix_web::test]
async fn levels_are_set_by_admins_journalled_and_set_back() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    admin.get("/admin").await.assert_shows("href=\"/admin/gate\"");
    site.signed_in(Role::Editor).get("/admin").await.assert_lacks("href=\"/admin/gate\"");
    let page = admin.get("/admin/gate").await;
    assert_eq!(page.texts("fieldset legend").len(), gate::catalogue().count());
    assert_eq!(page.form("#gate").value("trashed_links-post"), "block");
    admin.submit(page.form("#gate")).await.assert_redirects_to("/admin/gate");
    admin.get("/admin/gate").await.assert_shows("Nothing was changed.");
    assert_eq!((site.count("gate_rules"), details(&site, "gate.changed").len()), (0, 0));
    let form = page.form("#gate").fill([("dead_links-post", "block"), ("dead_links-page", "off"), ("trashed_links-page", "warn")]);
    admin.submit(form.clone()).await.assert_redirects_to("/admin/gate");
    admin.submit(form).await.assert_redirects_to("/admin/gate"); // pressed twice
    let changes = details(&site, "gate.changed");
    assert_eq!(changes, [serde_json::json!({ "dead_links": { "post": "block", "page": "off" }, "trashed_links": { "page": "warn" } })]);
    assert_eq!(site.count("gate_rules"), 3);
    let page = admin.get("/admin/gate").await;
    page.assert_shows("Saved the levels of the publish gate.");
    let form = page.form("#gate");
    assert_eq!((form.value("dead_links-post"), form.value("dead_links-page")), ("block", "off"));
    admin.submit(form.fill([("dead_links-post", "warn"), ("dead_links-page", "warn"), ("trashed_links-page", "block")])).await;
    assert_eq!(site.count("gate_rules"), 0, "what is usual is not stored");
    admin.get("/admin/journal").await.assert_shows("changed the gate");
}

#[actix_web::test]
async fn a_level_that_there_is_not_is_refused_and_the_others_stay_chosen() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let form = admin.get("/admin/gate").await.form("#gate").fill([("dead_links-post", "shout"), ("picture_text-page", "block")]);
    let refused = admin.submit(form).await;
    refused.assert_status(422).assert_shows("Choose off, warn or block.");
    assert_eq!(refused.link("Choose off, warn or block."), "#dead_links-post");
    let again = refused.form("#gate");
    assert_eq!((again.value("dead_links-post"), again.value("picture_text-page")), ("warn", "block"));
    assert_eq!(site.count("gate_rules"), 0);
}

#[actix_web::test]
async fn links_are_held_against_what_the_site_has() {
    let site = Site::start().await;
    let author = site.given_user(Role::Editor);
    let now = site.state.clock.now();
    site.given(a_post("Live").by(author).published().with(|draft| draft.tags = vec!["rust".to_owned()]));
    site.given(a_post("Not yet").by(author));
    let above = site.given(a_page("Guides").by(author).published());
    let below = site.given(a_page("Old guide").by(author).published().with(|draft| draft.parent = Some(above)));
    let gone = site.given(a_post("Gone").by(author).published());
    for id in [gone, below] {
        site.write(|conn| trash::trash(conn, id, &Actor::default(), now));
    }
    let moved = site.given(a_post("Old name").by(author).published());
    let editor = site.session_of(author);
    let edit = format!("/admin/entries/{moved}");
    let form = editor.get(&edit).await.form("#editor").fill([("slug", "new-name"), ("do", "publish")]);
    editor.submit(form).await.assert_redirects_to(&edit);
    let body = "[live](/posts/live) [tag](/tags/rust) [who](/authors/editor-1) [when](/posts/2026/12) [moved](/posts/old-name)\n\
                [draft](/posts/not-yet)\n[gone](/posts/gone)\n[guide](/guides/old-guide)\n[lost](/posts/nothing)\n[no tag](/tags/none)\n\
                [self](/posts/this-very-post) [part](/posts/this-very-post#no-part)\n";
    let typed = new_sheet(&editor, "post").await.fill([("title", "This very post"), ("body", body), ("do", "publish")]);
    let refused = editor.submit(typed).await;
    refused.assert_status(422);
    let links: Vec<String> = told(&refused).into_iter().filter(|text| text.contains("leads to")).collect();
    assert_eq!(
        links,
        [
            "“gone” leads to “Gone”, which lies in the trash",
            "“guide” leads to “Old guide”, which lies in the trash",
            "“lost” leads to /posts/nothing, where there is no page",
            "“no tag” leads to /tags/none, where there is no page",
            "“draft” leads to “Not yet”, which is a draft",
            "“part” leads to #no-part, and no section is called that",
        ]
    );
    assert_eq!(refused.attributes(".error-summary a", "href"), ["#gate-01", "#gate-02"], "into the trash blocks from the beginning");
}

#[actix_web::test]
async fn a_title_is_compared_with_live_entries_only() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let first = site.given(a_post("Seven Bridges").by(author).published());
    let draft = site.given(a_page("Another name").by(author));
    let editor = site.signed_in(Role::Editor);
    let twice = |page: &Answer| told(page).iter().filter(|text| text.contains("Another entry is called")).count();
    assert_eq!(twice(&editor.get(&format!("/admin/entries/{first}")).await), 0, "an entry is not its own twin");
    let edit = format!("/admin/entries/{draft}");
    let form = editor.get(&edit).await.form("#editor").fill([("title", "seven bridges"), ("do", "save")]);
    editor.submit(form).await.assert_redirects_to(&edit);
    let page = editor.get(&edit).await;
    page.assert_shows("/posts/seven-bridges has it too.");
    assert_eq!(twice(&page), 1);
    let now = site.state.clock.now();
    site.write(|conn| publishing::unpublish(conn, first, &Actor::default(), now));
    assert_eq!(twice(&editor.get(&edit).await), 0);
}

#[actix_web::test]
async fn files_are_weighed_as_they_are_kept() {
    let site = Site::start().await;
    let address = site.given_file("Harbour at dawn.gif", &heavy_gif(2_100_000)).address;
    let post = site.given(a_post("Seven bridges").with(|draft| {
        draft.image_url.clone_from(&address);
        draft.body = "![A bridge](/files/0000000000000000/none.png)".to_owned();
    }));
    let page = site.signed_in(Role::Editor).get(&format!("/admin/entries/{post}")).await;
    let told: Vec<String> = told(&page).into_iter().skip(1).collect();
    assert_eq!(
        told,
        [
            "The picture above the text has no description",
            "Harbour at dawn.gif has 2.1 MB",
            "The page has 2.1 MB",
            "“A bridge” names /files/0000000000000000/none.png, which is not there",
        ]
    );
}

#[actix_web::test]
async fn what_a_person_has_scheduled_goes_out_and_imports_pass() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let typed = new_sheet(&editor, "post").await.fill([("title", "Seven bridges"), ("body", SILENT), ("do", "publish")]);
    let typed = typed.fill([("when", "at"), ("publish_date", "2026-12-01"), ("publish_time", "11:00")]);
    editor.submit(typed).await.assert_status(303);
    set(&site, "link_words-post", "block").await;
    site.later(TimeDelta::hours(2));
    site.run_jobs();
    site.visitor().get("/posts/seven-bridges").await.assert_status(200);
    site.given(a_post("Brought").published().with(|draft| draft.body = SILENT.to_owned()));
    site.visitor().get("/posts/brought").await.assert_status(200);
}

#[actix_web::test]
async fn every_page_of_the_program_is_known_to_the_gate() {
    let site = Site::start().await;
    let pages: Vec<String> = crate::permissions::routes::registered()
        .into_iter()
        .filter(|(method, address)| method == "GET" && !address.contains('{'))
        .map(|(_, address)| address)
        .collect();
    // No text leads there: letters do, or programs ask.
    let unspoken = [
        "/setup",
        "/invitation",
        "/healthz/live",
        "/healthz/ready",
        "/static/css/theme.css",
        "/favicon.ico",
        "/search/suggestions",
        "/comments/confirmation",
        "/comments/moderation",
        "/comments/new",
        "/unsubscribe/comments",
        "/sign-up/confirmation",
    ];
    let paths: Vec<&str> = pages.iter().map(String::as_str).filter(|path| !unspoken.contains(path)).collect();
    let known = site.write(|conn| Ok(address::standing(conn, &paths)?));
    let unknown: Vec<&&str> = paths.iter().filter(|path| known.get(**path) != Some(&Standing::Program)).collect();
    assert!(unknown.is_empty(), "tell content::model::address of {unknown:?}");
}

#[actix_web::test]
async fn five_thousand_words_with_two_hundred_links_take_few_queries_and_little_time() {
    let site = Site::start().await;
    site.given_user(Role::Author);
    let mut body = String::new();
    for part in 0..50 {
        body.push_str(&format!("## Part {part}\n\n{}\n\n", "plain words of a long text that goes on ".repeat(12)));
        for link in 0..4 {
            body.push_str(&format!("See [part {link} of {part}](/posts/p-{part}-{link}). "));
        }
        body.push_str("\n\n![A plan](/files/00/plan.png)\n\n");
    }
    let draft = Draft { title: "Long".to_owned(), body, ..Draft::empty(1.into()) };
    let conn = &mut site.database.conn();
    let own: Option<EntryId> = None;
    gate::examine(conn, Kind::Post, own, &draft).unwrap();
    let before = questions(conn);
    let begun = Instant::now();
    let report = gate::examine(conn, Kind::Post, own, &draft).unwrap();
    let took = begun.elapsed();
    let asked = questions(conn) - before;
    assert!(report.findings.len() < 60 && report.findings.len() > 10);
    assert!(asked <= 10, "{asked} statements"); // one of them counts the others
    assert!(took.as_millis() < 2000, "{took:?}"); // without optimisation, beside other tests
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// Statements that this connection has sent so far.
fn questions(conn: &mut mainstay::db::Conn) -> i64 {
    const SENT: &str =
        "SELECT CAST(variable_value AS SIGNED) AS n FROM information_schema.session_status WHERE variable_name = 'QUESTIONS'";
    diesel::sql_query(SENT).get_result::<Count>(conn).unwrap().n
}
