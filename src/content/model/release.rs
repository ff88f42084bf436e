//! Release: the one way in which a person lets visitors see an entry, at once or at a set time.
//!
//! Whatever stands between a draft and its readers is asked here and nowhere else. Jobs and imports carry out what was decided
//! before, or by the operator: they call [`publishing`] directly.

use super::{entry::EntryId, publishing, workflow::follow};
use crate::{db::Conn, error::AppResult, journal::Actor, web::person::Person};
use chrono::NaiveDateTime;

/// When visitors are to see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// At once.
    Now,
    /// From then on, UTC. A time that has passed means at once.
    At(NaiveDateTime),
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// Visitors see it.
    Live,
    /// Visitors will see it from then on, UTC.
    Scheduled(NaiveDateTime),
}

/// Releases the newest revision, or says what to mend first (`AppError::Invalid`). `override_reason` is why a block does not
/// count this time; only some may give one.
pub fn release(
    conn: &mut Conn,
    id: EntryId,
    when: Release,
    person: &Person,
    _override_reason: Option<&str>,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Released> {
    follow::may_release(conn, id, person, actor, now)?;
    match when {
        Release::At(at) if at > now => {
            publishing::schedule(conn, id, at, actor, now)?;
            Ok(Released::Scheduled(at))
        }
        Release::Now | Release::At(_) => {
            publishing::publish(conn, id, actor, now)?;
            Ok(Released::Live)
        }
    }
}
