//! The counts of entries by kind and state, against a recount.

use crate::support::site::{Site, a_page, a_post, begin};
use chrono::TimeDelta;
use diesel::{prelude::*, sql_types::BigInt, sql_types::Text};
use indicatif::ProgressBar;
use mainstay::{
    content::model::{
        entry::{Entry, EntryId},
        publishing,
        revision::{Draft, Revision},
        saving, timing, trash,
    },
    exchange::{
        markdown::{self, Options},
        source::Source,
    },
    journal::Actor,
    web::person::Role,
};
use std::path::Path;

#[derive(Debug, PartialEq, QueryableByName)]
struct Counted {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn read(site: &Site, sql: &str) -> Vec<Counted> {
    diesel::sql_query(sql).load(&mut site.database.conn()).unwrap()
}

/// The counts are those of a recount.
#[track_caller]
fn assert_true(site: &Site, after: &str) {
    let told = read(site, "SELECT kind, state, CAST(entries AS SIGNED) AS n FROM entry_counts WHERE entries <> 0 ORDER BY kind, state");
    let recount = read(site, "SELECT kind, state, COUNT(*) AS n FROM entries GROUP BY kind, state ORDER BY kind, state");
    assert_eq!(told, recount, "after {after}");
}

#[actix_web::test]
async fn the_counts_are_true_after_whatever_becomes_of_entries() {
    let site = Site::start().await;
    let nobody = Actor::default();
    let author = site.given_user(Role::Author);
    let options = Options { base_url: Some("https://blog.example".to_owned()), ..Options::default() };
    let source = Source::Folder(Path::new("tests/fixtures/markdown").to_owned());
    for _ in 0..2 {
        let state = &site.state;
        markdown::import(&state.db, &state.storage, &source, &options, &state.clock, &ProgressBar::hidden()).unwrap();
        assert_true(&site, "an import, and the same again");
    }
    let root = site.given(a_page("Root").by(author).published());
    let below: Vec<EntryId> = (0..12)
        .map(|number| {
            let page = a_page(&format!("Below {number}")).by(author).with(|draft| draft.parent = Some(root));
            site.given(if number % 3 == 0 { page.published() } else { page })
        })
        .collect();
    let deepest = site.given(a_page("Deepest").by(author).published().with(|draft| draft.parent = Some(below[0])));
    let posts: Vec<EntryId> = (0..6).map(|number| site.given(a_post(&format!("Post {number}")).by(author))).collect();
    assert_true(&site, "creating and publishing");

    let now = begin();
    let act = |what: &str, work: &dyn Fn(&mut mainstay::db::Conn) -> mainstay::error::AppResult<()>| {
        site.write(work);
        assert_true(&site, what);
    };
    act("a part of a branch went to the trash", &|conn| trash::trash(conn, below[0], &nobody, now));
    act("the rest of it went", &|conn| trash::trash(conn, root, &nobody, now));
    act("it went twice", &|conn| trash::trash(conn, root, &nobody, now));
    act("the branch came back without that part", &|conn| trash::restore(conn, root, &nobody, now).map(drop));
    act("that part came back", &|conn| trash::restore(conn, below[0], &nobody, now).map(drop));
    act("it came back twice", &|conn| trash::restore(conn, below[0], &nobody, now).map(drop));
    act("something was published again", &|conn| publishing::publish(conn, deepest, &nobody, now));
    act("all of it went", &|conn| trash::trash(conn, root, &nobody, now));
    act("one page in the middle came back alone", &|conn| trash::restore(conn, below[0], &nobody, now).map(drop));
    act("the branch was deleted for good", &|conn| trash::delete(conn, root, &nobody, now));
    act("what had come back went by itself", &|conn| trash::trash(conn, below[0], &nobody, now));
    act("the trash was emptied", &|conn| trash::empty(conn, now + TimeDelta::days(31)).map(drop));
    assert_eq!(site.count("entries WHERE state = 'trashed'"), 0);

    let later = now + TimeDelta::hours(1);
    act("schedules were made", &|conn| {
        publishing::schedule(conn, posts[0], later, &nobody, now)?;
        publishing::schedule(conn, posts[1], later, &nobody, now)?;
        timing::set_expiry(conn, posts[0], Some(later + TimeDelta::hours(1)), &nobody, now)
    });
    act("one was dropped", &|conn| timing::drop_schedule(conn, posts[1], &nobody, now));
    act("publishing and taking off at once", &|conn| {
        publishing::publish(conn, posts[2], &nobody, now)?;
        publishing::publish(conn, posts[3], &nobody, now)?;
        publishing::publish(conn, posts[3], &nobody, now)?;
        publishing::unpublish(conn, posts[2], &nobody, now)?;
        publishing::unpublish(conn, posts[2], &nobody, now)
    });
    act("a save ahead and an old revision again", &|conn| {
        let newest = Entry::find(conn, posts[3])?.latest_revision_id.unwrap();
        let draft = Draft { body: "Ahead.".to_owned(), ..Revision::find(conn, newest)?.draft() };
        saving::save(conn, posts[3], newest, &draft, &nobody, now)?;
        saving::revert(conn, posts[3], 1, None, &nobody, now).map(drop)
    });
    act("what is live went to the trash", &|conn| trash::trash(conn, posts[3], &nobody, now));
    site.later(TimeDelta::minutes(61));
    site.run_jobs();
    assert!(Entry::find(&mut site.database.conn(), posts[0]).unwrap().is_live());
    assert_true(&site, "a schedule was carried out");
    site.later(TimeDelta::minutes(61));
    site.run_jobs();
    assert!(!Entry::find(&mut site.database.conn(), posts[0]).unwrap().is_live());
    assert_true(&site, "one came off by itself");
}
