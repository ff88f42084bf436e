//! Acts on many entries at once: each by its own rules, with its own row in the journal, and with a sentence of what became of it.
//!
//! Tables `bulk_runs` and `bulk_items`. A run goes by the rights of who asked for it, as they are when it goes. A few entries are
//! done in the transaction that begins the run; many by a job, a batch a transaction, which remembers how far it has come. What an
//! act does to one entry is in [`acts`].

pub mod acts;

use super::entry::EntryId;
use crate::{
    accounts::model::user::User,
    content::jobs::GoOn,
    db::{Conn, last_insert_id, retry_deadlocks},
    error::{AppError, AppResult},
    jobs::Job,
    journal::Actor,
    schema::{bulk_items, bulk_runs, entries, links},
    text_enum, typed_id,
    web::person::{Person, Right, UserId},
};
use acts::{Act, Deed};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::collections::HashMap;

typed_id!(
    /// Names a run.
    RunId
);

text_enum!(
    /// What became of an entry.
    Outcome {
        /// It has not come to it yet.
        Waiting = "waiting",
        /// Done.
        Done = "done",
        /// It was so already.
        Unchanged = "unchanged",
        /// A rule stood in the way.
        Refused = "refused",
    }
);

/// Entries that one run may have.
pub const MOST: usize = 2000;
/// Entries that are done while somebody waits, and those of one batch of the job.
const AT_ONCE: usize = 30;
const BATCH: i64 = 20;
/// What stands in the place of a title that is not told.
pub const SOMEBODY_ELSES: &str = "An entry that is somebody else’s";
/// Days that runs are kept.
const DAYS: i64 = 30;

/// A run.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = bulk_runs)]
pub struct Run {
    /// Key.
    pub id: RunId,
    /// Who asked for it.
    pub user_id: UserId,
    act: String,
    value: String,
    /// When, UTC.
    pub created_at: NaiveDateTime,
    /// When the last entry was done.
    pub finished_at: Option<NaiveDateTime>,
}

/// One entry of a run.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = bulk_items)]
pub struct Item {
    /// In the order of the list.
    pub place: i32,
    /// `None`: it is deleted since.
    pub entry_id: Option<EntryId>,
    /// As it was called then.
    pub title: String,
    /// What became of it.
    pub outcome: Outcome,
    /// That in a sentence.
    pub said: String,
}

impl Run {
    /// The run with this key.
    pub fn find(conn: &mut Conn, id: RunId) -> QueryResult<Run> {
        Run::query().find(id).first(conn)
    }

    /// What it does.
    pub fn deed(&self) -> AppResult<Deed> {
        let act = Act::from_word(&self.act).ok_or(AppError::NotFound)?;
        Ok(Deed { act, value: self.value.clone() })
    }

    /// How many of its entries have come to what.
    pub fn counts(&self, conn: &mut Conn) -> QueryResult<HashMap<Outcome, i64>> {
        let own = bulk_items::table.filter(bulk_items::run_id.eq(self.id)).group_by(bulk_items::outcome);
        let rows: Vec<(Outcome, i64)> = own.select((bulk_items::outcome, diesel::dsl::count_star())).load(conn)?;
        Ok(rows.into_iter().collect())
    }

    /// Its entries of one outcome, in the order of the list, after a place.
    pub fn items(&self, conn: &mut Conn, outcome: Outcome, after: i32, limit: i64) -> QueryResult<Vec<Item>> {
        let own = Item::query().filter(bulk_items::run_id.eq(self.id)).filter(bulk_items::outcome.eq(outcome));
        own.filter(bulk_items::place.gt(after)).order(bulk_items::place).limit(limit).load(conn)
    }
}

/// Begins a run on these entries; does it at once where they are few. A form that was sent twice finds its run again.
pub fn begin(
    conn: &mut Conn,
    deed: &Deed,
    ids: &[EntryId],
    person: &Person,
    nonce: Option<&str>,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<RunId> {
    let known = bulk_runs::table.filter(bulk_runs::nonce.eq(nonce.unwrap_or(""))).filter(bulk_runs::user_id.eq(person.id));
    if let Some(known) = known.select(bulk_runs::id).first(conn).optional()? {
        return Ok(known);
    }
    let row = (
        bulk_runs::user_id.eq(person.id),
        bulk_runs::act.eq(deed.act.word()),
        bulk_runs::value.eq(&deed.value),
        bulk_runs::nonce.eq(nonce),
        bulk_runs::created_at.eq(now),
    );
    diesel::insert_into(bulk_runs::table).values(row).execute(conn)?;
    let id: RunId = diesel::select(last_insert_id()).get_result(conn)?;
    let count = add_items(conn, id, ids, person)?;
    if count <= AT_ONCE {
        while step(conn, id, actor, now)? {}
    } else {
        GoOn { run: id }.enqueue(conn, now)?;
    }
    Ok(id)
}

fn add_items(conn: &mut Conn, run: RunId, ids: &[EntryId], person: &Person) -> QueryResult<usize> {
    let rows = entries::table.filter(entries::id.eq_any(ids)).select((entries::id, entries::title, entries::author_id));
    let rows: Vec<(EntryId, String, UserId)> = rows.load(conn)?;
    let told = |title: String, author: UserId| {
        if person.may_any(Right::Write) || author == person.id { title } else { SOMEBODY_ELSES.to_owned() }
    };
    let titles: HashMap<EntryId, String> = rows.into_iter().map(|(id, title, author)| (id, told(title, author))).collect();
    let known: Vec<(EntryId, &String)> = ids.iter().filter_map(|id| Some((*id, titles.get(id)?))).collect();
    let rows: Vec<_> = known
        .iter()
        .zip(1..)
        .map(|((id, title), place)| {
            (bulk_items::run_id.eq(run), bulk_items::place.eq(place), bulk_items::entry_id.eq(*id), bulk_items::title.eq((*title).clone()))
        })
        .collect();
    for some in rows.chunks(500) {
        diesel::insert_into(bulk_items::table).values(some.to_vec()).execute(conn)?;
    }
    Ok(rows.len())
}

/// What the job does: the next batch. Says whether more wait.
pub fn go_on(conn: &mut Conn, id: RunId, now: NaiveDateTime) -> AppResult<bool> {
    let run = Run::query().find(id).for_update().first(conn).optional()?;
    match run {
        Some(run) if run.finished_at.is_none() => step(conn, id, &Actor::of(run.user_id), now),
        _ => Ok(false),
    }
}

/// Does the next batch; the caller is the only one at it. Says whether more wait.
fn step(conn: &mut Conn, id: RunId, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let run = Run::find(conn, id)?;
    let deed = run.deed()?;
    let person = User::active(conn, run.user_id)?.map(|user| user.person());
    let items = run.items(conn, Outcome::Waiting, 0, BATCH)?;
    for item in &items {
        let (outcome, said) = match (&person, item.entry_id) {
            (Some(person), Some(entry)) => attempt(conn, &deed, entry, person, actor, now)?,
            (None, _) => (Outcome::Refused, "Your account was disabled meanwhile.".to_owned()),
            (_, None) => (Outcome::Refused, "It was deleted meanwhile.".to_owned()),
        };
        let set = (bulk_items::outcome.eq(outcome), bulk_items::said.eq(said.chars().take(600).collect::<String>()));
        diesel::update(bulk_items::table.find((id, item.place))).set(set).execute(conn)?;
    }
    let more = items.len() as i64 == BATCH;
    if !more {
        diesel::update(bulk_runs::table.find(id)).set(bulk_runs::finished_at.eq(now)).execute(conn)?;
    }
    Ok(more)
}

/// Does it to one entry, whole or not at all, and says what became of it.
fn attempt(conn: &mut Conn, deed: &Deed, id: EntryId, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<(Outcome, String)> {
    let done = conn.transaction(|conn| acts::carry_out(conn, deed, id, person, actor, now));
    match done {
        Ok(done) => Ok(done),
        Err(AppError::Invalid(errors)) => {
            let sentences: Vec<&str> = errors.general().iter().map(String::as_str).chain(errors.fields().map(|(_, it)| it)).collect();
            Ok((Outcome::Refused, sentences.join(" ")))
        }
        Err(AppError::Forbidden(why) | AppError::Conflict(why)) => Ok((Outcome::Refused, why.to_owned())),
        Err(AppError::NotFound) => Ok((Outcome::Refused, "It was deleted meanwhile.".to_owned())),
        Err(other) => Err(other),
    }
}

/// What would become of these entries, one after the other: it is done, looked at, and taken back. So it goes by the very rules.
pub fn rehearse(
    conn: &mut Conn,
    deed: &Deed,
    ids: &[EntryId],
    person: &Person,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Vec<(EntryId, Outcome, String)>> {
    let mut told = Vec::new();
    let taken_back = retry_deadlocks(conn, |conn| {
        told.clear();
        conn.transaction(|conn| -> AppResult<()> {
            for id in ids {
                let (outcome, said) = attempt(conn, deed, *id, person, actor, now)?;
                told.push((*id, outcome, said));
            }
            Err(diesel::result::Error::RollbackTransaction.into())
        })
    });
    match taken_back {
        Err(AppError::Internal(error)) if is_rollback(&error) => Ok(told),
        Err(other) => Err(other),
        Ok(()) => Ok(told),
    }
}

fn is_rollback(error: &crate::error::AnyError) -> bool {
    matches!(error.downcast_ref(), Some(diesel::result::Error::RollbackTransaction))
}

/// How many other entries link to each of these, in their live or newest revision.
pub fn inbound_counts(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<HashMap<EntryId, i64>> {
    let pairs = links::table.filter(links::target_entry_id.eq_any(ids)).filter(links::target_entry_id.ne(links::entry_id.nullable()));
    let sources = diesel::dsl::count(links::entry_id).aggregate_distinct();
    let rows: Vec<(EntryId, i64)> =
        pairs.group_by(links::target_entry_id).select((links::target_entry_id.assume_not_null(), sources)).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Deletes what nobody looks at any more; at most 100 a run.
pub fn sweep(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    let old = bulk_runs::table.filter(bulk_runs::created_at.lt(now - TimeDelta::days(DAYS)));
    let old: Vec<RunId> = old.order(bulk_runs::created_at).select(bulk_runs::id).limit(100).load(conn)?;
    diesel::delete(bulk_runs::table.filter(bulk_runs::id.eq_any(old))).execute(conn)
}
