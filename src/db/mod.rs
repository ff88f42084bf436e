//! The doors to the database, and what all tables share.
//!
//! [`Db::read`], [`Db::write`] and [`Db::write_one`] are the only ways in: all run their closure on a blocking thread with one
//! connection; `write` makes it one transaction. Times are UTC `NaiveDateTime`s to the microsecond. Start at [`Db`]; keys are in
//! [`id`], words from a fixed list in [`text_enum`], paging in [`cursor`], SQL as text in [`statement`], the server that we start
//! ourselves in [`private_server`], and what is typed into a search in [`words`].

mod checked;
pub mod cursor;
pub mod id;
pub mod private_server;
pub mod statement;
pub mod text_enum;
pub mod touched;
pub mod words;

pub use checked::unhurried;

use crate::{
    app::FOLLOWERS,
    error::{AnyResult, AppError, AppResult},
    web::blocking::blocking,
};
use checked::Manager;
use chrono::{NaiveDateTime, Utc};
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    r2d2::{Pool, PoolError},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::{sync::Arc, thread, time::Duration};

/// A connection to the database.
pub type Conn = MysqlConnection;

/// The migrations in the program.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

#[diesel::declare_sql_function]
extern "SQL" {
    /// The id that the last INSERT of this connection was given; 0 where nothing was inserted.
    fn last_insert_id() -> diesel::sql_types::BigInt;
}

/// The doors to the database; cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    hook: Option<Hook>,
}

/// What must be kept as the rows are: is told what a transaction touches at its end, and writes in it.
pub trait Follows: Sync {
    /// Brings it up to date. `tags` are those of the page cache, each perhaps more than once.
    fn follow(&self, conn: &mut Conn, tags: &[String], now: NaiveDateTime) -> AppResult<()>;
}

/// Is told which cached pages a transaction touches, after COMMIT and before anybody is answered.
pub type Hook = Arc<dyn Fn(&[String]) + Send + Sync>;

impl Db {
    /// Prepares a pool of at most `size` connections, without opening one yet.
    pub fn open(url: &str, size: u32) -> Result<Db, PoolError> {
        let pool = Pool::builder().max_size(size).min_idle(Some(0)).connection_timeout(Duration::from_secs(3)).build(Manager::new(url))?;
        Ok(Db { pool, hook: None })
    }

    /// The same, telling what each transaction touches.
    pub fn telling(self, hook: Hook) -> Db {
        Db { hook: Some(hook), ..self }
    }

    /// Runs `work` on a blocking thread with one connection.
    pub async fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut Conn) -> AppResult<T> + Send + 'static) -> AppResult<T> {
        let db = self.clone();
        blocking(move || db.read_here(work)).await
    }

    /// Runs `work` in one transaction; a deadlock makes it run again, so it must do nothing but SQL.
    pub async fn write<T: Send + 'static>(&self, work: impl Fn(&mut Conn) -> AppResult<T> + Send + 'static) -> AppResult<T> {
        let db = self.clone();
        blocking(move || db.write_here(work)).await
    }

    /// Runs one statement, which is a transaction by itself: to begin one and to end it costs six more ways to the server and back.
    /// Tells nobody what it touches, so it is for rows that no page shows.
    pub async fn write_one(&self, work: impl Fn(&mut Conn) -> QueryResult<()> + Send + 'static) -> AppResult<()> {
        self.read(move |conn| retry_deadlocks(conn, |conn| Ok(work(conn)?))).await
    }

    /// [`Db::read`] on this thread, for jobs and commands.
    pub fn read_here<T>(&self, work: impl FnOnce(&mut Conn) -> AppResult<T>) -> AppResult<T> {
        let mut checked = self.pool.get()?;
        let done = work(&mut checked.conn);
        if matches!(done, Err(AppError::Unavailable)) {
            checked.lose();
        }
        done
    }

    /// [`Db::write`] on this thread, for jobs and commands.
    pub fn write_here<T>(&self, work: impl Fn(&mut Conn) -> AppResult<T>) -> AppResult<T> {
        let mut done = None;
        self.transaction(&mut |conn| work(conn).map(|value| done = Some(value)))?;
        Ok(done.expect("a transaction has run what it was given"))
    }

    /// Compiled once for all that is written, not for each.
    fn transaction(&self, work: &mut dyn FnMut(&mut Conn) -> AppResult<()>) -> AppResult<()> {
        touched::begin();
        let done = self.read_here(|conn| {
            retry_deadlocks(conn, |conn| {
                touched::begin();
                conn.transaction(|conn| {
                    work(conn)?;
                    follow(conn)
                })
            })
        });
        let tags = touched::take();
        // A connection that was lost may have been lost after COMMIT.
        if let (Some(hook), Ok(_) | Err(AppError::Unavailable)) = (&self.hook, &done)
            && !tags.is_empty()
        {
            hook(&tags);
        }
        done
    }
}

/// Has everything follow that is kept as the rows are.
fn follow(conn: &mut Conn) -> AppResult<()> {
    let tags = touched::so_far();
    if tags.is_empty() {
        return Ok(());
    }
    let now = Utc::now().naive_utc();
    FOLLOWERS.iter().try_for_each(|one| one.follow(conn, &tags, now))
}

/// Runs a transaction again that a deadlock has broken off, up to three times.
pub fn retry_deadlocks<T>(conn: &mut Conn, mut attempt: impl FnMut(&mut Conn) -> AppResult<T>) -> AppResult<T> {
    for pause in [5, 20, 80] {
        match attempt(conn) {
            Err(error) if error.is_deadlock() => checked::forget_statements(conn),
            done => return done,
        }
        thread::sleep(Duration::from_millis(pause));
    }
    attempt(conn)
}

/// Brings the tables up to date; of several processes one does it, the others wait up to a minute. Returns how many steps.
pub fn migrate(url: &str) -> AnyResult<usize> {
    let conn = &mut Conn::establish(url)?;
    let got: Option<i64> =
        diesel::select(diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::BigInt>>("GET_LOCK('mainstay.migrate', 60)"))
            .get_result(conn)?;
    if got != Some(1) {
        return Err("another process is still migrating this database; try again when it is done".into());
    }
    let run = conn.run_pending_migrations(MIGRATIONS)?.len();
    conn.batch_execute("DO RELEASE_LOCK('mainstay.migrate')")?;
    Ok(run)
}
