//! The queue: jobs are done once, tried again when they fail, and repeated ones are enqueued by one node only.

use crate::support::{
    program::{LONG, within},
    site::Site,
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    app::repeat,
    jobs::{
        Job, JobEnv, JobResult, Kind, kind, queue,
        schedule::{self, Schedule},
        worker::{self, Catalogue},
    },
    schema::jobs,
};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};

/// Fails, or panics.
#[derive(Serialize, Deserialize)]
struct Fails {
    panics: bool,
}

impl Job for Fails {
    const KIND: &'static str = "tests.fails";

    fn run(&self, _: &JobEnv) -> JobResult {
        if self.panics { panic!("as it is meant to") } else { Err("no luck".into()) }
    }
}

/// Takes its time: until it may end.
#[derive(Serialize, Deserialize)]
struct Slow;

static BEGUN: AtomicBool = AtomicBool::new(false);
static MAY_END: AtomicBool = AtomicBool::new(false);

impl Job for Slow {
    const KIND: &'static str = "tests.slow";

    fn run(&self, _: &JobEnv) -> JobResult {
        BEGUN.store(true, Ordering::Relaxed);
        within(2 * LONG, || MAY_END.load(Ordering::Relaxed));
        Ok(())
    }
}

/// Must be done in time.
#[derive(Serialize, Deserialize)]
struct Timely;

impl Job for Timely {
    const KIND: &'static str = "tests.timely";
    const LEASE_SECONDS: i64 = 10;

    fn run(&self, _: &JobEnv) -> JobResult {
        Ok(())
    }
}

const KINDS: &[&[Kind]] = &[&[kind::<Fails>()]];
const CATALOGUE: Catalogue = Catalogue { kinds: KINDS, schedules: &[] };
const HOURLY: &[Schedule] = &[repeat(Fails::KIND, 60)];

type Row = (i32, Option<String>, bool);

fn row(site: &Site) -> Row {
    jobs::table.select((jobs::attempts, jobs::last_error, jobs::failed_at.is_not_null())).first(&mut site.database.conn()).unwrap()
}

fn forget(site: &Site) {
    diesel::delete(jobs::table).execute(&mut site.database.conn()).unwrap();
}

#[actix_web::test]
async fn a_job_that_fails_is_tried_again_later_and_given_up_after_ten_tries() {
    let site = Site::start().await;
    let now = site.state.clock.now();
    site.write(|conn| Ok(Fails { panics: false }.enqueue(conn, now)?));
    let env = site.state.job_env();
    assert_eq!(worker::run_due(&env, CATALOGUE).unwrap(), 1);
    assert_eq!(row(&site), (1, Some("no luck".to_owned()), false));
    assert_eq!(worker::run_due(&env, CATALOGUE).unwrap(), 0, "not at once");
    site.later(TimeDelta::minutes(2));
    assert_eq!(worker::run_due(&env, CATALOGUE).unwrap(), 1);
    for _ in 0..20 {
        site.later(TimeDelta::days(3));
        worker::run_due(&env, CATALOGUE).unwrap();
    }
    assert_eq!(row(&site), (queue::MOST_ATTEMPTS, Some("no luck".to_owned()), true));
    assert_eq!(site.write(|conn| Ok(queue::counts(conn)?)), (0, 1));
    forget(&site);
}

#[actix_web::test]
async fn a_job_that_panics_or_is_unknown_leaves_the_worker_alive() {
    let site = Site::start().await;
    let now = site.state.clock.now();
    let env = site.state.job_env();
    site.write(|conn| Ok(Fails { panics: true }.enqueue(conn, now)?));
    assert_eq!(worker::run_due(&env, CATALOGUE).unwrap(), 1);
    assert!(row(&site).1.unwrap().contains("panicked"));
    forget(&site);
    site.write(|conn| Ok(queue::insert(conn, "tests.of_a_later_version", "null", now, now, None)?));
    assert_eq!(worker::run_due(&env, CATALOGUE).unwrap(), 1);
    assert!(row(&site).1.unwrap().contains("knows no job tests.of_a_later_version"));
    forget(&site);
}

#[actix_web::test]
async fn a_job_in_hand_is_passed_over_until_its_lease_ends() {
    let site = Site::start().await;
    let now = site.state.clock.now();
    let (conn, other) = (&mut site.database.conn(), &mut site.database.conn());
    Fails { panics: false }.enqueue(conn, now).unwrap();
    assert!(queue::claim(conn, now, None, |_| None).unwrap().is_some());
    assert!(queue::claim(other, now, None, |_| None).unwrap().is_none());
    let over = now + TimeDelta::seconds(queue::LEASE_SECONDS + 1);
    assert_eq!(queue::claim(other, over, None, |_| None).unwrap().map(|job| job.attempts), Some(1), "its worker died");
    forget(&site);
}

#[actix_web::test]
async fn a_repeated_job_is_enqueued_once_by_one_of_two_nodes_and_caught_up_once() {
    let site = Site::start().await;
    let now = site.state.clock.now();
    let (one, other) = (&mut site.database.conn(), &mut site.database.conn());
    assert_eq!(schedule::enqueue_due(one, HOURLY, now).unwrap(), 0, "the first time is an hour away");
    let later = now + TimeDelta::hours(30); // nothing ran for a day
    assert_eq!(schedule::enqueue_due(one, HOURLY, later).unwrap() + schedule::enqueue_due(other, HOURLY, later).unwrap(), 1);
    assert_eq!(site.count("jobs"), 1);
    assert_eq!(schedule::enqueue_due(other, HOURLY, later + TimeDelta::minutes(59)).unwrap(), 0);
    assert_eq!(schedule::enqueue_due(other, HOURLY, later + TimeDelta::minutes(60)).unwrap(), 1);
    assert_eq!(site.count("jobs"), 1, "one that still waits is not joined by another");
    forget(&site);
}

#[actix_web::test]
async fn a_slow_job_does_not_hold_up_what_must_be_done_in_time() {
    const BOTH: Catalogue = Catalogue { kinds: &[&[kind::<Slow>(), kind::<Timely>()]], schedules: &[] };
    let site = Site::start().await;
    let now = site.state.clock.now();
    site.write(|conn| Ok(Slow.enqueue(conn, now)?));
    let workers = worker::Workers::start(1, &site.state.job_env(), BOTH);
    assert!(within(LONG, || BEGUN.load(Ordering::Relaxed)), "the one worker has the slow job in hand");
    site.write(|conn| Ok(Timely.enqueue(conn, now)?));
    let done = within(LONG, || site.count("jobs WHERE kind = 'tests.timely'") == 0);
    assert_eq!((done, site.count("jobs WHERE kind = 'tests.slow'")), (true, 1), "it waited for the slow one");
    MAY_END.store(true, Ordering::Relaxed);
    workers.stop();
    forget(&site);
}
