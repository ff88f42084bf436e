//! Work that is done after the request: a queue in the database.
//!
//! Tables `jobs` and `schedules`. A job is a struct that serializes; it is enqueued in the transaction that makes it necessary,
//! claimed by any worker for the time of a lease, run outside that claim, and deleted, or tried again later. Jobs may run
//! twice and must not mind. Start at [`Job`]; which jobs there are is told by `app::jobs`.

pub mod queue;
pub mod schedule;
pub mod worker;

use crate::{
    clock::Clock,
    db::{Conn, Db},
    error::{AnyError, AnyResult},
    mail::Mail,
    storage::Storage,
    web::outgoing::Outgoing,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::path::PathBuf;

/// What a job returns; an error is kept, shown in the log, and the job tried again.
pub type JobResult = AnyResult<()>;

/// What a job may use.
#[derive(Clone)]
pub struct JobEnv {
    /// The doors to the database. A job opens its own transactions.
    pub db: Db,
    /// Where letters go.
    pub mail: Mail,
    /// Asks other servers.
    pub outgoing: Outgoing,
    /// The time.
    pub clock: Clock,
    /// Where the site stands, e.g. `https://example.org`.
    pub base_url: String,
    /// Where the bytes of uploaded and imported files lie.
    pub storage: Storage,
    /// A folder for uploads until they are whole and looked at.
    pub uploads_dir: PathBuf,
}

impl JobEnv {
    /// The present moment, UTC.
    pub fn now(&self) -> NaiveDateTime {
        self.clock.now()
    }
}

/// A kind of work.
pub trait Job: Serialize + DeserializeOwned {
    /// Its name in the table: room and verb, e.g. `content.publish`.
    const KIND: &'static str;

    /// How long a worker has for it before another may take it. Less than a minute says that it must be done in time: a thread
    /// that does nothing else takes it, so that slow jobs do not hold it up.
    const LEASE_SECONDS: i64 = 300;

    /// Whether it takes many seconds of a processor: a thread of its own takes such jobs, one after another, so that letters and
    /// the like do not wait for them.
    const IS_SLOW: bool = false;

    /// Does it. Thin: forwards to a model function.
    fn run(&self, env: &JobEnv) -> JobResult;

    /// Files the job in the caller's transaction, to run as soon as possible after it.
    fn enqueue(&self, conn: &mut Conn, now: NaiveDateTime) -> QueryResult<()> {
        queue::insert(conn, Self::KIND, &payload(self)?, now, now, None)
    }

    /// Files many jobs at once, in one statement.
    fn enqueue_all(jobs: &[Self], conn: &mut Conn, now: NaiveDateTime) -> QueryResult<()> {
        let payloads = jobs.iter().map(payload).collect::<QueryResult<Vec<String>>>()?;
        queue::insert_all(conn, Self::KIND, &payloads, now)
    }

    /// Files the job to run at `at`.
    fn enqueue_at(&self, conn: &mut Conn, at: NaiveDateTime, now: NaiveDateTime) -> QueryResult<()> {
        queue::insert(conn, Self::KIND, &payload(self)?, at, now, None)
    }

    /// Files the job to run at `at`, unless one with this key waits or runs already.
    fn enqueue_once_at(&self, conn: &mut Conn, key: &str, at: NaiveDateTime, now: NaiveDateTime) -> QueryResult<()> {
        queue::insert(conn, Self::KIND, &payload(self)?, at, now, Some(key))
    }

    /// Files the job unless one with this key waits already.
    fn enqueue_once(&self, conn: &mut Conn, key: &str, now: NaiveDateTime) -> QueryResult<()> {
        queue::insert(conn, Self::KIND, &payload(self)?, now, now, Some(key))
    }
}

fn payload(job: &impl Serialize) -> QueryResult<String> {
    serde_json::to_string(job).map_err(|error: serde_json::Error| diesel::result::Error::SerializationError(AnyError::from(error)))
}

/// A kind of job as the worker knows it.
#[derive(Clone, Copy)]
pub struct Kind {
    /// Its name in the table.
    pub name: &'static str,
    /// Reads the payload and runs it.
    pub run: fn(&str, &JobEnv) -> JobResult,
    /// Seconds of its lease.
    pub lease_seconds: i64,
    /// Whether it takes many seconds of a processor.
    pub is_slow: bool,
}

impl Kind {
    /// Whether it must be done in time.
    pub fn is_timely(&self) -> bool {
        self.lease_seconds < 60
    }
}

/// The entry of a job in the list of kinds.
pub const fn kind<J: Job>() -> Kind {
    Kind {
        name: J::KIND,
        run: |payload, env| serde_json::from_str::<J>(payload)?.run(env),
        lease_seconds: J::LEASE_SECONDS,
        is_slow: J::IS_SLOW,
    }
}
