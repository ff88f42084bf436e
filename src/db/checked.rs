//! Connections of the pool, and when one of them has to be asked whether it still lives.
//!
//! Asking costs a round trip, as much as a quarter of what a page takes. One that was used a second ago is taken for alive,
//! unless any of them has been lost since. One on which a statement has failed is used no further ([`Failures`]).

use super::Conn;
use diesel::{
    Connection,
    connection::{CacheSize, Instrumentation, InstrumentationEvent, SimpleConnection},
    r2d2::{ConnectionManager, Error, R2D2Connection},
    result::{DatabaseErrorKind, Error as QueryError},
};
use r2d2::ManageConnection;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How long a connection that nobody uses is taken for alive.
const TRUSTED: Duration = Duration::from_secs(1);

/// What every connection is told first.
const FIRST: &str = "SET sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION'";

/// A blocked thread is not cancelled when its client leaves, hence the limits.
const LIMITS: &str = "SET innodb_lock_wait_timeout = 5; /*M! SET max_statement_time = 10 */";

/// Those of [`unhurried`] work.
const NO_LIMITS: &str = "SET innodb_lock_wait_timeout = 300; /*M! SET max_statement_time = 0 */";

/// Runs work that nobody waits for in a browser, such as a command over the whole site: it waits five minutes for a lock, and takes
/// as long as it takes.
pub fn unhurried<T, E: From<diesel::result::Error>>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    conn.batch_execute(NO_LIMITS)?;
    let done = work(conn);
    conn.batch_execute(LIMITS)?;
    done
}

/// Notes that a statement has failed: the connection is then used no further.
///
/// When the server breaks off amid the rows of an answer (a deadlock, a lock or a time waited for too long), libmariadb takes the
/// prepared statement for one whose rows are still to come. Sent once more, `mysql_stmt_execute` reads those first, and waits for ever.
struct Failures(Arc<AtomicBool>);

impl Instrumentation for Failures {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery { error: Some(error), .. } = event
            && !is_refusal(error)
        {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// Whether a row was refused, which is an answer like others and has no rows.
fn is_refusal(error: &QueryError) -> bool {
    use DatabaseErrorKind::{CheckViolation, ForeignKeyViolation, NotNullViolation, UniqueViolation};
    matches!(error, QueryError::DatabaseError(CheckViolation | ForeignKeyViolation | NotNullViolation | UniqueViolation, _))
}

/// Has all statements prepared anew, so that one that has failed ([`Failures`]) can be sent again on this connection.
pub(super) fn forget_statements(conn: &mut Conn) {
    conn.set_prepared_statement_cache_size(CacheSize::Disabled);
    conn.set_prepared_statement_cache_size(CacheSize::Unbounded);
}

/// A connection with what is known of its health.
pub struct Checked {
    /// The connection.
    pub conn: Conn,
    used: Instant,
    /// How many connections had been lost when this one was last known to live.
    losses: u64,
    all_losses: Arc<AtomicU64>,
    /// Whether it is lost, or a statement has failed on it.
    is_over: Arc<AtomicBool>,
}

impl Checked {
    /// Notes that the server has dropped this connection: it is thrown away, and the others are asked before their next use.
    pub fn lose(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.all_losses.fetch_add(1, Ordering::Relaxed);
    }
}

/// Opens and checks them.
pub struct Manager {
    inner: ConnectionManager<Conn>,
    losses: Arc<AtomicU64>,
}

impl Manager {
    /// For the database at this address.
    pub fn new(url: &str) -> Manager {
        Manager { inner: ConnectionManager::new(url), losses: Arc::default() }
    }
}

impl ManageConnection for Manager {
    type Connection = Checked;
    type Error = Error;

    fn connect(&self) -> Result<Checked, Error> {
        let losses = self.losses.load(Ordering::Relaxed);
        let mut conn = self.inner.connect()?;
        conn.batch_execute(FIRST).and_then(|()| conn.batch_execute(LIMITS)).map_err(Error::QueryError)?;
        let is_over = Arc::<AtomicBool>::default();
        conn.set_instrumentation(Failures(is_over.clone()));
        Ok(Checked { conn, used: Instant::now(), losses, all_losses: self.losses.clone(), is_over })
    }

    fn is_valid(&self, checked: &mut Checked) -> Result<(), Error> {
        let losses = self.losses.load(Ordering::Relaxed);
        if checked.used.elapsed() > TRUSTED || checked.losses != losses {
            checked.conn.ping().map_err(Error::QueryError)?;
            checked.losses = losses;
        }
        checked.used = Instant::now();
        Ok(())
    }

    fn has_broken(&self, checked: &mut Checked) -> bool {
        checked.used = Instant::now();
        checked.is_over.load(Ordering::Relaxed) || self.inner.has_broken(&mut checked.conn)
    }
}
