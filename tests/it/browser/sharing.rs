//! A guest reads a draft by a link and leaves a note; the author answers, looks at the draft in frames, and lets it go out at a
//! set time, which it does although nobody asks for a page.

use super::{DESK, PHONE, Setting, add_editor, chromium::Browser, log_in, served::Served};
use crate::support::site::{Site, a_post};
use diesel::prelude::*;
use fantoccini::Locator;
use mainstay::{
    content::{self, model::entry::EntryId},
    jobs::worker::{Catalogue, Workers},
    schema::journal,
};
use std::time::{Duration, Instant};

const BODY: &str = "The queue is a table. A worker takes the next row and *locks* it.\n\nNothing is lost, since the row was never deleted.";

#[actix_web::test]
async fn with_scripts_a_guest_leaves_a_note_and_the_draft_goes_out_by_itself() {
    for width in [DESK, PHONE] {
        a_draft_is_read_by_others(&Setting { scripts: true, width }).await;
    }
}

#[actix_web::test]
async fn without_scripts_a_guest_leaves_a_note_and_the_draft_goes_out_by_itself() {
    a_draft_is_read_by_others(&Setting { scripts: false, width: PHONE }).await;
}

async fn a_draft_is_read_by_others(setting: &Setting) {
    let site = Site::start().await;
    let served = Served::start(&site);
    add_editor(&site);
    let id = site.given(a_post("On queues").with(|draft| draft.body = BODY.to_owned()));
    let ada = setting.open("sharer").await;
    log_in(&ada, &served).await;
    let link = share(&ada, &served, id).await;
    let guest = setting.open("guest").await;
    leave_a_note(&guest, &served, &link, setting).await;
    answer(&ada, &served, id).await;
    guest.go(&served.url(&link)).await;
    guest.shows("That of the row.").await;
    guest.close();
    look_at_it(&ada, &served, id, setting).await;
    goes_out_by_itself(&ada, &site, &served, id).await;
    revoke(&ada, &served, id, &link).await;
    ada.close();
}

/// Returns the path of the link.
async fn share(browser: &Browser, served: &Served, id: EntryId) -> String {
    browser.go(&served.url(&format!("/admin/entries/{id}"))).await;
    browser.follow("Make a link for somebody without an account").await;
    browser.is_at(&format!("/admin/entries/{id}/sharing")).await;
    browser.shot("sharing-empty").await;
    browser.press("Make the link").await;
    browser.shows("Say whom the link is for").await;
    browser.shot("sharing-refused").await;
    browser.fill("#label", "Grace").await;
    browser.press("Make the link").await;
    browser.shows("It is shown this once.").await;
    browser.shot("sharing-made").await;
    let link = browser.value("#link").await;
    link.strip_prefix(&served.url("")).unwrap_or_else(|| panic!("{link}")).to_owned()
}

async fn leave_a_note(guest: &Browser, served: &Served, link: &str, setting: &Setting) {
    guest.go(&served.url(link)).await;
    guest.shows("shared by Ada Byron").await;
    guest.shot("shared").await;
    if setting.scripts {
        // As by the mouse: from within one element into another.
        let select = "const p = document.querySelector('[data-passages] p'), s = getSelection(), r = document.createRange();
                      r.setStart(p.firstChild, 22); r.setEnd(p.querySelector('em').firstChild, 5); s.removeAllRanges(); s.addRange(r);";
        guest.client().execute(select, Vec::new()).await.unwrap();
        guest.press("Note on this passage").await;
        assert_eq!(guest.value("#quote").await, "A worker takes the next row and locks");
    } else {
        guest.fill("#quote", "A worker takes the next row and locks").await;
    }
    guest.fill("#name", "Grace").await;
    guest.press("Leave the note").await;
    guest.shows("Write a note of at most 5,000 characters").await;
    assert_eq!(guest.value("#quote").await, "A worker takes the next row and locks");
    guest.shot("note-refused").await;
    guest.fill("#body", "Which lock?").await;
    guest.press("Leave the note").await;
    guest.shows("Which lock?").await;
    assert_eq!(guest.text("mark.passage").await, "A worker takes the next row and");
    guest.shot("note-left").await;
}

async fn answer(ada: &Browser, served: &Served, id: EntryId) {
    ada.go(&served.url(&format!("/admin/entries/{id}"))).await;
    ada.follow("One open note").await;
    ada.shows("Which lock?").await;
    ada.shot("notes").await;
    ada.click(".note-acts summary").await;
    ada.fill("textarea[id^=reply]", "That of the row.").await;
    ada.press("Send the reply").await;
    ada.shows("Replied.").await;
    ada.press("Settle").await;
    ada.shows("Settled the note.").await;
    ada.shot("notes-settled").await;
}

/// In frames; and with scripts beside the form while it is written.
async fn look_at_it(ada: &Browser, served: &Served, id: EntryId, setting: &Setting) {
    ada.go(&served.url(&format!("/admin/entries/{id}/preview/frames"))).await;
    ada.shot("frames").await;
    let frames = ada.client().find_all(Locator::Css("iframe")).await.unwrap();
    assert_eq!(frames.len(), 3);
    frames[0].clone().enter_frame().await.unwrap();
    ada.shows("On queues").await;
    ada.client().enter_parent_frame().await.unwrap();
    ada.go(&served.url(&format!("/admin/entries/{id}"))).await;
    if setting.scripts && setting.width == DESK {
        ada.press("Side by side").await;
        ada.fill("#body", "What is being typed at the moment.").await;
        let frame = ada.client().find(Locator::Css("iframe[name=beside-frame]")).await.unwrap();
        let begun = Instant::now();
        loop {
            frame.clone().enter_frame().await.unwrap();
            let text = ada.client().execute("return document.body.innerText", Vec::new()).await.unwrap();
            ada.client().enter_parent_frame().await.unwrap();
            if text.as_str().is_some_and(|text| text.contains("What is being typed at the moment.")) {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{text}");
            actix_web::rt::time::sleep(Duration::from_millis(100)).await;
        }
        ada.shot("beside").await;
        ada.press("Save draft").await;
        ada.shows("Saved the draft.").await;
    }
}

/// A worker runs as it does in `mainstay serve`; the clock of the site goes on from here.
async fn goes_out_by_itself(ada: &Browser, site: &Site, served: &Served, id: EntryId) {
    ada.click("#when-at").await;
    // How a day is typed depends on the language of the browser.
    let set = "document.querySelector('#publish_date').value = '2026-12-02'; document.querySelector('#publish_time').value = '08:00'";
    ada.client().execute(set, Vec::new()).await.unwrap();
    ada.shot("set-time").await;
    ada.press("Publish").await;
    ada.shows("Scheduled. It goes out by itself at the time you set.").await;
    ada.shot("scheduled").await;
    ada.go(&served.url("/admin/calendar")).await;
    ada.shows("goes live").await;
    ada.shot("calendar").await;
    assert!(!served.site_shows("/posts", "On queues"));
    // Without the jobs that repeat: a clock that jumps makes them all due at once.
    let workers = Workers::start(1, &site.state.job_env(), Catalogue { kinds: &[content::JOBS], schedules: &[] });
    site.later(chrono::TimeDelta::hours(23));
    let due = Instant::now();
    let out = || -> i64 {
        let rows = journal::table.filter(journal::kind.eq("entry.published")).filter(journal::subject_key.eq(id.number()));
        rows.count().get_result(&mut site.database.conn()).unwrap()
    };
    while out() == 0 {
        assert!(due.elapsed() < Duration::from_secs(2), "it did not go out in time");
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
    workers.stop();
    assert!(served.site_shows("/posts", "On queues"));
}

async fn revoke(ada: &Browser, served: &Served, id: EntryId, link: &str) {
    ada.go(&served.url(&format!("/admin/entries/{id}/sharing"))).await;
    ada.press("Revoke").await;
    ada.shows("Revoked the link. It opens nothing any more.").await;
    ada.shot("sharing-revoked").await;
    ada.go(&served.url(link)).await;
    ada.shows("Ask whoever sent it for a new one").await;
    ada.shot("dead-link").await;
}
