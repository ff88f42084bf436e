//! The list of changes.

use crate::support::site::{Site, a_post};
use chrono::TimeDelta;
use mainstay::{
    jobs::Job,
    journal::{Actor, Change},
    site::jobs::PruneJournal,
    web::person::Role,
};
use serde_json::json;

const JOURNAL: &str = "/admin/journal";

/// Changes one second after the other, numbered from 0.
fn given_changes(site: &Site, kind: &'static str, count: i64) {
    for key in 0..count {
        site.later(TimeDelta::seconds(1));
        let now = site.state.clock.now();
        site.write(|conn| {
            let label = format!("Thing {key}");
            let change = Change { kind, subject: "thing", key, label: &label, detail: json!({}), cache_tags: Vec::new() };
            Ok(change.record(conn, &Actor::default(), now)?)
        });
    }
}

#[actix_web::test]
async fn a_change_appears_with_who_did_what() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    editor.get(JOURNAL).await.assert_status(200).assert_shows("Nothing here");

    let form = editor.get("/admin/categories/new").await.form("#category");
    editor.submit(form.fill([("name", "Ropes & knots")])).await.assert_status(303);
    site.given(a_post("Hello").published());

    let page = editor.get(JOURNAL).await;
    assert_eq!(page.texts("tbody th"), ["published “Hello”", "created “Hello”", "created the category “Ropes & knots”"]);
    let row = page.texts("tbody tr:last-child td");
    assert_eq!((row[0].as_str(), row[1].as_str(), row[2].as_str()), ("1 Dec, 10:00", "Editor 1", "category.created"));
    assert_eq!(row[3].len(), 8, "the reference of the request: {row:?}");
    assert_eq!(page.attributes("tbody time", "datetime")[0], "2026-12-01T10:00:00Z");
}

#[actix_web::test]
async fn what_the_program_does_by_itself_is_listed_as_its_own() {
    let site = Site::start().await;
    given_changes(&site, "thing.swept", 1);
    let page = site.signed_in(Role::Admin).get(JOURNAL).await;
    assert_eq!(page.texts("tbody td")[1], "Mainstay");
}

#[actix_web::test]
async fn a_kind_can_be_chosen_and_stays_chosen_over_pages() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    given_changes(&site, "thing.made", 60);
    given_changes(&site, "thing.mended", 3);

    let all = editor.get(JOURNAL).await;
    assert_eq!(all.texts("#kind option"), ["Any", "thing.made", "thing.mended"]);
    assert_eq!(all.texts("tbody th").len(), 50);
    let mended = editor.get(&format!("{JOURNAL}?kind=thing.mended")).await;
    assert_eq!(mended.texts("tbody th").len(), 3);
    assert_eq!(mended.form(".sieve").value("kind"), "thing.mended");
    let made = editor.get(&format!("{JOURNAL}?kind=thing.made")).await;
    let older = editor.get(&made.link("Older")).await;
    assert_eq!(older.texts("tbody th").len(), 10);
    assert_eq!(older.form(".sieve").value("kind"), "thing.made");
    editor.get(&format!("{JOURNAL}?kind=nothing")).await.assert_status(200).assert_shows("Nothing here");
}

#[actix_web::test]
async fn a_long_journal_is_turned_page_by_page_both_ways() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    given_changes(&site, "thing.made", 120);
    let first = editor.get(JOURNAL).await;
    let deeds = first.texts("tbody th");
    assert_eq!((deeds.len(), deeds[0].as_str(), deeds[49].as_str()), (50, "made the thing “Thing 119”", "made the thing “Thing 70”"));
    let second = editor.get(&first.link("Older")).await;
    let third = editor.get(&second.link("Older")).await;
    assert_eq!((second.texts("tbody th")[0].as_str(), third.texts("tbody th").len()), ("made the thing “Thing 69”", 20));
    assert_eq!(third.attributes(".pager a", "rel"), ["prev"], "nothing is older");
    let back = editor.get(&third.link("Newer")).await;
    assert_eq!(back.texts("tbody th"), second.texts("tbody th"));
    assert_eq!(editor.get(&back.link("Newer")).await.texts("tbody th"), deeds);
}

#[actix_web::test]
async fn changes_of_one_moment_are_neither_lost_nor_shown_twice() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let now = site.state.clock.now();
    for key in 0..75 {
        site.write(|conn| {
            let label = format!("Thing {key}");
            let change = Change { kind: "thing.made", subject: "thing", key, label: &label, detail: json!({}), cache_tags: Vec::new() };
            Ok(change.record(conn, &Actor::default(), now)?)
        });
    }
    let first = editor.get(JOURNAL).await;
    let second = editor.get(&first.link("Older")).await;
    let mut deeds = [first.texts("tbody th"), second.texts("tbody th")].concat();
    deeds.sort();
    deeds.dedup();
    assert_eq!(deeds.len(), 75);
    assert_eq!(editor.get(&second.link("Newer")).await.texts("tbody th"), first.texts("tbody th"));
}

#[actix_web::test]
async fn nonsense_in_the_address_is_the_first_page() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    given_changes(&site, "thing.made", 2);
    for query in ["before=x", "after=1~x", "before=99999999999999999999~1", "before=1~99999999999999999999"] {
        assert_eq!(editor.get(&format!("{JOURNAL}?{query}")).await.texts("tbody th").len(), 2, "{query}");
    }
}

#[actix_web::test]
async fn an_author_does_not_read_the_journal() {
    let site = Site::start().await;
    for role in [Role::Owner, Role::Admin, Role::Editor] {
        site.signed_in(role).get(JOURNAL).await.assert_status(200);
    }
    site.signed_in(Role::Author).get(JOURNAL).await.assert_status(403);
}

#[actix_web::test]
async fn it_is_searched_by_person_day_and_address() {
    let site = Site::start().await;
    let (ada, bob) = (site.given_user(Role::Editor), site.given_user(Role::Editor));
    for (user, address, name) in [(ada, "203.0.113.9:4000", "Ropes"), (bob, "[2001:db8::7]:4000", "Knots")] {
        let editor = site.session_of(user).at(address);
        let form = editor.get("/admin/categories/new").await.form("#category");
        editor.submit(form.fill([("name", name)])).await.assert_status(303);
        site.later(TimeDelta::days(2));
    }
    let owner = site.signed_in(Role::Owner);
    let (ropes, knots) = ("created the category “Ropes”", "created the category “Knots”");
    for (query, found) in [
        (format!("who={ada}"), vec![ropes]),
        ("who=0".to_owned(), vec![]),
        ("from=2026-12-02".to_owned(), vec![knots]),
        ("until=2026-12-01".to_owned(), vec![ropes]),
        ("from=2026-12-01&until=2026-12-03".to_owned(), vec![knots, ropes]),
        ("address=203.0.113.9".to_owned(), vec![ropes]),
        ("address=2001:db8::7".to_owned(), vec![knots]),
        (format!("address=203.0.113.9&who={bob}"), vec![]),
        ("address=nowhere".to_owned(), vec![]),
    ] {
        assert_eq!(owner.get(&format!("{JOURNAL}?{query}")).await.assert_status(200).texts("tbody th"), found, "{query}");
    }
}

#[actix_web::test]
async fn it_is_taken_away_as_a_file_that_calculates_nothing_and_that_is_a_line_too() {
    let site = Site::start().await;
    let owner = site.signed_in(Role::Owner);
    for name in ["=HYPERLINK(1)", "Plain"] {
        let form = owner.get("/admin/categories/new").await.form("#category");
        owner.submit(form.fill([("name", name)])).await.assert_status(303);
    }
    site.given(a_post("Hello"));
    let file = owner.get(&format!("{JOURNAL}.csv?kind=category.created")).await;
    assert!(file.assert_status(200).kind().starts_with("text/csv"));
    file.assert_shows("at,who,kind,subject,key,name,detail,address,device,request")
        .assert_shows(",'=HYPERLINK(1),")
        .assert_shows(",Plain,");
    assert_eq!(file.body.lines().count(), 3, "what the filter finds, below its head: {}", file.body);
    assert_eq!(site.count("journal WHERE kind = 'journal.exported'"), 1);
}

#[actix_web::test]
async fn addresses_are_forgotten_before_lines_as_the_settings_say() {
    let site = Site::start().await;
    let owner = site.signed_in(Role::Owner);
    let form = owner.get("/admin/settings").await.form("#settings");
    owner.submit(form.fill([("journal_days", "30"), ("trace_days", "7")])).await.assert_status(303);
    let user = site.given_user(Role::Editor);
    let prune = || PruneJournal.run(&site.state.job_env()).unwrap();
    for kind in ["thing.first", "thing.second", "thing.third"] {
        let actor = Actor { address: Some("203.0.113.9".parse().unwrap()), agent: "A browser".to_owned(), ..Actor::of(user) };
        let now = site.state.clock.now();
        site.write(|conn| {
            let change = Change { kind, subject: "thing", key: 1, label: "", detail: json!({}), cache_tags: Vec::new() };
            Ok(change.record(conn, &actor, now)?)
        });
        prune();
        site.later(TimeDelta::days(16));
    }
    let traced = |kind: &str| site.count(&format!("journal WHERE kind = '{kind}' AND address = '203.0.113.9' AND agent = 'A browser'"));
    let lines = |kind: &str| site.count(&format!("journal WHERE kind = '{kind}'"));
    assert_eq!((lines("thing.first"), traced("thing.second"), lines("thing.second")), (0, 0, 1), "32 days, 16 days");
    assert_eq!((traced("thing.third"), lines("thing.third")), (1, 1), "fresh when it was last pruned");
}
