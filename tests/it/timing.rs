//! The clock: what goes live, is updated and comes off at a set time; the calendar; previews in frames.

use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor, a_post},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    content::model::{
        entry::{Entry, EntryId},
        publishing,
        revision::{Draft, Revision},
        saving, timing, trash,
    },
    journal::Actor,
    schema::{entries, journal},
    web::person::Role,
};

async fn editor_form(by: &Visitor, id: EntryId) -> Form {
    by.get(&format!("/admin/entries/{id}")).await.form("#editor")
}

/// Fills the editor in, presses a button, and returns the page that follows.
async fn press<const N: usize>(by: &Visitor, id: EntryId, fields: [(&str, &str); N]) -> Answer {
    let form = editor_form(by, id).await.fill(fields);
    let answer = by.submit(form).await;
    answer.assert_status(303);
    by.get(&format!("/admin/entries/{id}")).await
}

fn entry(site: &Site, id: EntryId) -> Entry {
    Entry::find(&mut site.database.conn(), id).unwrap()
}

fn changes(site: &Site, kind: &str) -> i64 {
    journal::table.filter(journal::kind.eq(kind)).count().get_result(&mut site.database.conn()).unwrap()
}

/// A live post with a newer draft.
fn live_with_draft(site: &Site) -> EntryId {
    let id = site.given(a_post("Opening hours").published());
    save(site, id, "Nine to five.");
    id
}

fn save(site: &Site, id: EntryId, body: &str) {
    let now = site.state.clock.now();
    site.write(|conn| {
        let newest = entry_of(conn, id);
        let draft = Draft { body: body.to_owned(), ..newest.draft() };
        saving::save(conn, id, newest.id, &draft, &Actor::default(), now).map(drop)
    });
}

fn entry_of(conn: &mut mainstay::db::Conn, id: EntryId) -> Revision {
    let newest = Entry::find(conn, id).unwrap().latest_revision_id.unwrap();
    Revision::find(conn, newest).unwrap()
}

#[actix_web::test]
async fn what_was_scheduled_goes_live_and_a_newer_draft_does_not_slip_in() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let id = live_with_draft(&site);
    let at = [("when", "at"), ("publish_date", "2026-12-02"), ("publish_time", "08:00"), ("do", "publish")];
    let page = press(&editor, id, at).await;
    page.assert_shows("Revision 2 goes live on").assert_shows("2 December 2026, 08:00 UTC").assert_lacks("this draft is newer");
    let page = press(&editor, id, [("body", "Ten to four."), ("do", "save")]).await;
    page.assert_shows("Revision 2 goes live on").assert_shows("this draft is newer, and does not go with it");
    editor.get("/admin/entries").await.assert_shows("Live, update scheduled").assert_shows("the newest draft is not in it");
    editor.get("/admin").await.assert_shows("is updated");
    site.later(TimeDelta::hours(23));
    assert_eq!(site.run_jobs(), 1);
    let page = site.visitor().get("/posts/opening-hours").await;
    page.assert_shows("Nine to five.").assert_lacks("Ten to four.");
    editor.get(&format!("/admin/entries/{id}")).await.assert_shows("Live, draft ahead").assert_shows("Ten to four.");
    assert_eq!((changes(&site, "entry.scheduled"), changes(&site, "entry.updated")), (1, 1));
}

#[actix_web::test]
async fn a_newer_draft_can_take_the_place_of_the_scheduled_one() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let id = live_with_draft(&site);
    press(&editor, id, [("when", "at"), ("publish_date", "2026-12-02"), ("publish_time", "08:00"), ("do", "publish")]).await;
    press(&editor, id, [("body", "Ten to four."), ("do", "save")]).await;
    let page = press(&editor, id, [("do", "reschedule")]).await;
    page.assert_shows("It takes the place of the draft that was scheduled before").assert_shows("Revision 3 goes live on");
    site.later(TimeDelta::hours(23));
    assert_eq!(site.run_jobs(), 2, "the first job finds nothing to do any more, or does it; the other the rest");
    site.visitor().get("/posts/opening-hours").await.assert_shows("Ten to four.");
    assert_eq!(changes(&site, "entry.updated"), 1);
}

#[actix_web::test]
async fn a_set_time_is_dropped_without_taking_the_entry_off() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let id = live_with_draft(&site);
    press(&editor, id, [("when", "at"), ("publish_date", "2026-12-02"), ("publish_time", "08:00"), ("do", "publish")]).await;
    let page = press(&editor, id, [("body", "Typed before dropping."), ("do", "unschedule")]).await;
    page.assert_shows("The set time is dropped. The draft is kept.").assert_shows("Typed before dropping.").assert_lacks("goes live on");
    site.later(TimeDelta::hours(23));
    site.run_jobs();
    let page = site.visitor().get("/posts/opening-hours").await;
    page.assert_status(200).assert_shows("The text of Opening hours.");
    assert_eq!((changes(&site, "entry.schedule_dropped"), changes(&site, "entry.updated")), (1, 0));
}

#[actix_web::test]
async fn publishing_at_once_drops_an_older_time_and_says_so() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let id = live_with_draft(&site);
    press(&editor, id, [("when", "at"), ("publish_date", "2026-12-02"), ("publish_time", "08:00"), ("do", "publish")]).await;
    let page = press(&editor, id, [("body", "Right now."), ("when", "now"), ("do", "publish")]).await;
    page.assert_shows("Published. Visitors see it now. The time that was set for an earlier draft is dropped.");
    site.later(TimeDelta::hours(23));
    site.run_jobs();
    site.visitor().get("/posts/opening-hours").await.assert_shows("Right now.");
    assert_eq!(changes(&site, "entry.updated"), 1);
}

#[actix_web::test]
async fn a_time_that_has_passed_means_now_and_is_told() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let id = site.given(a_post("Late"));
    let past = [("when", "at"), ("publish_date", "2026-11-30"), ("publish_time", "08:00"), ("do", "publish")];
    press(&editor, id, past).await.assert_shows("That time has passed, so it was published at once.");
    site.visitor().get("/posts/late").await.assert_status(200);
    let off = [("until", "at"), ("until_date", "2026-11-30"), ("until_time", "08:00"), ("do", "save")];
    press(&editor, id, off).await.assert_shows("The time to come off has passed, so it was taken off the site at once.");
    site.visitor().get("/posts/late").await.assert_status(404);
}

#[actix_web::test]
async fn an_entry_comes_off_by_itself_once() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let id = site.given(a_post("Advent").published());
    let off = [("until", "at"), ("until_date", "2026-12-24"), ("until_time", "18:00"), ("do", "save")];
    press(&editor, id, off).await.assert_shows("It comes off the site by itself at the time you set.");
    editor.get("/admin/entries?view=scheduled").await.assert_shows("Advent").assert_shows("comes off 24 Dec, 18:00");
    editor.get("/admin").await.assert_shows("comes off the site");
    assert_eq!(site.run_jobs(), 0);
    site.visitor().get("/posts/advent").await.assert_status(200);
    site.later(TimeDelta::days(24));
    assert_eq!(site.run_jobs(), 1);
    site.visitor().get("/posts/advent").await.assert_status(404);
    site.visitor().get("/posts").await.assert_lacks("Advent");
    let now = site.state.clock.now();
    site.write(|conn| timing::carry_out(conn, id, now)); // the job runs again
    assert_eq!((changes(&site, "entry.unpublished"), changes(&site, "entry.expiry_set")), (1, 1));
    assert_eq!(entry(&site, id).unpublish_at, None);
}

#[actix_web::test]
async fn an_entry_that_was_to_come_off_can_stay() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let id = site.given(a_post("Advent").published());
    press(&editor, id, [("until", "at"), ("until_date", "2026-12-24"), ("until_time", "18:00"), ("do", "save")]).await;
    press(&editor, id, [("until", "never"), ("do", "save")]).await.assert_shows("It stays on the site until you take it off.");
    site.later(TimeDelta::days(24));
    site.run_jobs();
    site.visitor().get("/posts/advent").await.assert_status(200);
    assert_eq!((changes(&site, "entry.unpublished"), changes(&site, "entry.expiry_dropped")), (0, 1));
}

#[actix_web::test]
async fn who_saves_a_form_opened_before_does_not_take_back_the_time_that_somebody_set_since() {
    let site = Site::start().await;
    let (ada, bob) = (site.signed_in(Role::Editor), site.signed_in(Role::Editor));
    let id = site.given(a_post("Advent").published());
    let opened = editor_form(&bob, id).await;
    press(&ada, id, [("until", "at"), ("until_date", "2026-12-24"), ("until_time", "18:00"), ("do", "save")]).await;
    bob.submit(opened.fill([("body", "Bob's words."), ("do", "save")])).await.assert_status(303);
    assert!(entry(&site, id).unpublish_at.is_some());
}

#[actix_web::test]
async fn it_cannot_come_off_before_it_goes_out() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let id = site.given(a_post("Sale"));
    let form = editor_form(&editor, id).await.fill([
        ("body", "What was typed."),
        ("when", "at"),
        ("publish_date", "2026-12-10"),
        ("publish_time", "08:00"),
        ("until", "at"),
        ("until_date", "2026-12-09"),
        ("until_time", "08:00"),
        ("do", "publish"),
    ]);
    let refused = editor.submit(form).await;
    refused.assert_status(422).assert_shows("It would come off the site before it goes out").assert_shows("What was typed.");
    assert_eq!(refused.form("#editor").value("until_date"), "2026-12-09");
    let mended = refused.form("#editor").fill([("until_date", "2026-12-11"), ("do", "publish")]);
    editor.submit(mended).await.assert_status(303);
    let (on, off) = (entry(&site, id).publish_at, entry(&site, id).unpublish_at);
    assert!(on.is_some() && off > on);
    // Nor by moving either time alone.
    let later = editor_form(&editor, id).await.fill([("publish_date", "2026-12-12"), ("do", "publish")]);
    editor.submit(later).await.assert_status(422);
    let earlier = editor_form(&editor, id).await.fill([("until_date", "2026-12-10"), ("until_time", "07:00"), ("do", "save")]);
    editor.submit(earlier).await.assert_status(422);
    for (date, what) in [("", "no day"), ("2026-02-30", "no such day")] {
        let form = editor_form(&editor, id).await.fill([("until", "at"), ("until_date", date), ("do", "save")]);
        let refused = editor.submit(form).await;
        refused.assert_status(422).assert_shows("Give the day and the time at which it comes off");
        assert_eq!(entry(&site, id).unpublish_at, off, "{what}");
    }
}

#[actix_web::test]
async fn after_a_day_without_the_program_everything_is_done_in_its_order() {
    let site = Site::start().await;
    let id = site.given(a_post("Flash sale"));
    let now = site.state.clock.now();
    let (on, off) = (now + TimeDelta::hours(1), now + TimeDelta::hours(2));
    site.write(|conn| {
        publishing::schedule(conn, id, on, &Actor::default(), now)?;
        timing::set_expiry(conn, id, Some(off), &Actor::default(), now)
    });
    site.later(TimeDelta::days(1));
    // Whichever job is first finds both due.
    site.write(|conn| timing::carry_out(conn, id, now + TimeDelta::days(1)));
    site.run_jobs();
    assert_eq!((changes(&site, "entry.published"), changes(&site, "entry.unpublished")), (1, 1));
    assert!(!entry(&site, id).is_live());
}

#[actix_web::test]
async fn the_trash_drops_every_time() {
    let site = Site::start().await;
    let id = live_with_draft(&site);
    let now = site.state.clock.now();
    let at = now + TimeDelta::hours(1);
    site.write(|conn| {
        publishing::schedule(conn, id, at, &Actor::default(), now)?;
        timing::set_expiry(conn, id, Some(at + TimeDelta::hours(1)), &Actor::default(), now)?;
        trash::trash(conn, id, &Actor::default(), now)
    });
    let trashed = entry(&site, id);
    assert_eq!((trashed.publish_at, trashed.scheduled_revision_id, trashed.unpublish_at), (None, None, None));
    site.later(TimeDelta::hours(3));
    site.run_jobs();
    assert_eq!((changes(&site, "entry.updated"), changes(&site, "entry.unpublished")), (0, 0));
}

#[actix_web::test]
async fn two_nodes_carry_a_schedule_out_once() {
    let site = Site::start().await;
    let id = live_with_draft(&site);
    let now = site.state.clock.now();
    let at = now + TimeDelta::minutes(1);
    site.write(|conn| publishing::schedule(conn, id, at, &Actor::default(), now));
    let db = &site.state.db;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || db.write_here(|conn| timing::carry_out(conn, id, at)).unwrap());
        }
    });
    assert_eq!(changes(&site, "entry.updated"), 1);
    site.later(TimeDelta::minutes(2));
    site.run_jobs();
    assert_eq!(changes(&site, "entry.updated"), 1);
}

#[actix_web::test]
async fn the_calendar_shows_what_is_planned_and_what_went_live() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    site.given(a_post("Out today").by(author).published());
    let other = site.given(a_post("Somebody else's").published());
    let now = site.state.clock.now();
    site.write(|conn| timing::set_expiry(conn, other, Some(now + TimeDelta::days(9)), &Actor::default(), now));
    let next = site.given(a_post("Next month").by(author));
    site.write(|conn| publishing::schedule(conn, next, now + TimeDelta::days(40), &Actor::default(), now));

    let editor = site.signed_in(Role::Editor);
    let page = editor.get("/admin/calendar").await;
    page.assert_status(200).assert_shows("December 2026").assert_shows("Out today").assert_lacks("Next month");
    let ninth = page.texts("td").into_iter().find(|cell| cell.contains("Thursday 10 December")).unwrap();
    assert!(ninth.contains("10:00") && ninth.contains("Somebody else's") && ninth.contains("comes off"), "{ninth}");
    let january = editor.get(&page.link("Month after")).await;
    january.assert_shows("January 2027").assert_shows("Next month").assert_shows("goes live").assert_lacks("Out today");
    editor.get(&january.link("This month")).await.assert_shows("December 2026");
    editor.get("/admin/calendar?month=2027-02").await.assert_shows("Nothing in February 2027 yet");
    for nonsense in ["x", "2026-13", "", "9999-12", "0000-01", "-1"] {
        editor.get(&format!("/admin/calendar?month={nonsense}")).await.assert_status(200);
    }
    let mine = site.session_of(author).get("/admin/calendar").await;
    mine.assert_shows("Out today").assert_lacks("Somebody else");
}

#[actix_web::test]
async fn the_days_of_the_calendar_are_those_of_the_sites_zone() {
    let site = Site::start().await;
    let (id, now) = (site.given(a_post("Late in Auckland")), site.state.clock.now());
    let at = "2026-12-31T12:30:00".parse().unwrap(); // half past one on New Year's Day there
    site.write(|conn| publishing::schedule(conn, id, at, &Actor::default(), now));
    let owner = site.signed_in(Role::Owner);
    let form = owner.get("/admin/settings").await.form("#settings").fill([("time_zone", "Pacific/Auckland")]);
    owner.submit(form).await.assert_status(303);
    owner.get("/admin/calendar?month=2026-12").await.assert_lacks("Late in Auckland");
    let january = owner.get("/admin/calendar?month=2027-01").await;
    let first = january.texts("td").into_iter().find(|cell| cell.contains("Friday 1 January")).unwrap();
    assert!(first.contains("01:30"), "{first}");
    let stored: Option<chrono::NaiveDateTime> =
        entries::table.find(id).select(entries::publish_at).first(&mut site.database.conn()).unwrap();
    assert_eq!(stored, Some(at), "the moment is the same");
}

#[actix_web::test]
async fn any_revision_is_previewed_in_frames_of_ours_and_kept_by_nobody() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let id = live_with_draft(&site);
    let old = editor.get(&format!("/admin/entries/{id}/revisions/1/preview")).await;
    old.assert_status(200).assert_shows("The text of Opening hours.").assert_shows("This is a preview");
    let new = editor.get(&format!("/admin/entries/{id}/revisions/2/preview")).await;
    new.assert_shows("Nine to five.");
    editor.get(&format!("/admin/entries/{id}/revisions/3/preview")).await.assert_status(404);
    let form = editor_form(&editor, id).await.fill([("body", "Not saved.")]).to("/admin/entries/preview");
    let unsaved = editor.submit(form).await;
    unsaved.assert_shows("Not saved.");
    for page in [&old, &new, &unsaved, &editor.get(&format!("/admin/entries/{id}/preview")).await] {
        assert_eq!((page.header("x-frame-options"), page.header("cache-control")), ("SAMEORIGIN", "no-store"));
        assert!(page.header("content-security-policy").contains("frame-ancestors 'self'"));
        page.assert_lacks("You are logged in");
    }
    // Every other page refuses to stand in a frame, and only two hold frames.
    for address in ["/", "/posts/opening-hours", "/admin", "/login"] {
        let page = editor.get(address).await;
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"), "{address}");
        assert!(!page.header("content-security-policy").contains("frame-src"), "{address}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{address}");
    }
    let frames = editor.get(&format!("/admin/entries/{id}/preview/frames")).await;
    assert!(frames.header("content-security-policy").contains("frame-src 'self'"));
    assert_eq!(frames.attributes("iframe", "src"), vec![format!("/admin/entries/{id}/revisions/2/preview"); 3]);
    let phone = editor.get(&frames.link("Phone 360 px")).await;
    assert_eq!(phone.attributes("iframe", "src").len(), 1);
    let live = editor.get(&frames.link("See what visitors see, revision 1")).await;
    assert_eq!(live.attributes("iframe", "src")[0], format!("/admin/entries/{id}/revisions/1/preview"));
    editor.get(&format!("/admin/entries/{id}/preview/frames?revision=9")).await.assert_status(404);
    editor.get(&format!("/admin/entries/{id}/preview/frames?revision=x&width=y")).await.assert_status(200);
}
