//! Promoted results: entries that editors put first for what somebody searches for.

use crate::{
    content::model::entry::{EntryId, EntryState, Listed},
    db::{
        Conn,
        cursor::{Cursor, Slice, from_a_to_z},
        last_insert_id,
    },
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::{entries, search_promotions},
    search::words,
    typed_id,
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError},
};
use serde_json::json;

typed_id!(
    /// Names a promoted result.
    PromotionId
);

/// Entries that are promoted for one query.
pub const MOST: usize = 3;

/// A promoted result.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = search_promotions)]
pub struct Promotion {
    /// Key.
    pub id: PromotionId,
    /// As an editor typed it.
    pub query: String,
    /// The entry that is put first.
    pub entry_id: EntryId,
    /// Order among those of the same words.
    pub position: i32,
}

impl Promotion {
    /// The one with this key.
    pub fn find(conn: &mut Conn, id: PromotionId) -> QueryResult<Promotion> {
        Promotion::query().find(id).first(conn)
    }

    /// One page of them by their words, from A to Z, with the entries.
    pub fn page(conn: &mut Conn, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<(Promotion, Listed)>> {
        let mut query = Promotion::query().limit(limit as i64 + 1).into_boxed();
        let place = cursor.map(|cursor| (cursor.way, cursor.value.clone(), PromotionId::from(cursor.id)));
        query = from_a_to_z!(query, place, search_promotions::query, search_promotions::id);
        let slice = Slice::cut(query.load(conn)?, limit, cursor, |one: &Promotion| Cursor::of_text(&one.query, one.id.number()));
        let ids: Vec<EntryId> = slice.rows.iter().map(|one| one.entry_id).collect();
        let found = Listed::in_order(conn, &ids)?;
        let with = |one: Promotion| Some((one.clone(), found.iter().find(|entry| entry.id == one.entry_id)?.clone()));
        Ok(Slice { rows: slice.rows.into_iter().filter_map(with).collect(), newer: slice.newer, older: slice.older })
    }
}

/// The words by which a query and a promotion are compared.
pub fn folded(query: &str) -> String {
    words::terms(query).join(" ").chars().take(200).collect()
}

/// The live entries that are promoted for what was typed, in their order.
pub fn of(conn: &mut Conn, typed: &str) -> QueryResult<Vec<EntryId>> {
    let folded = folded(typed);
    if folded.is_empty() {
        return Ok(Vec::new());
    }
    let promoted = search_promotions::table.inner_join(entries::table).filter(search_promotions::folded.eq(folded));
    let promoted = promoted.filter(entries::state.eq(EntryState::Published)).select(search_promotions::entry_id);
    promoted.order((search_promotions::position, search_promotions::id)).limit(MOST as i64).load(conn)
}

/// Puts an entry first for these words, behind those that are already.
pub fn create(conn: &mut Conn, query: &str, entry: EntryId, actor: &Actor, now: NaiveDateTime) -> AppResult<PromotionId> {
    let folded = folded(query);
    let same = search_promotions::table.filter(search_promotions::folded.eq(&folded));
    let standing: Vec<i32> = same.select(search_promotions::position).for_update().load(conn)?;
    if standing.len() >= MOST {
        return Err(AppError::invalid(
            "query",
            format!("{MOST} entries are promoted for these words already. Take one of them off first."),
        ));
    }
    let row = (
        search_promotions::query.eq(query),
        search_promotions::folded.eq(&folded),
        search_promotions::entry_id.eq(entry),
        search_promotions::position.eq(standing.iter().max().map_or(0, |last| last + 1)),
        search_promotions::created_at.eq(now),
    );
    diesel::insert_into(search_promotions::table).values(row).execute(conn).map_err(|error| match error {
        DatabaseError(UniqueViolation, _) => AppError::invalid("entry", "This entry is promoted for these words already."),
        other => other.into(),
    })?;
    let id: PromotionId = diesel::select(last_insert_id()).get_result(conn)?;
    record(conn, "promotion.created", id, query, entry, actor, now)?;
    Ok(id)
}

/// Takes a promotion off.
pub fn delete(conn: &mut Conn, id: PromotionId, actor: &Actor, now: NaiveDateTime) -> AppResult<Promotion> {
    let gone = Promotion::query().find(id).for_update().first(conn)?;
    diesel::delete(search_promotions::table.find(id)).execute(conn)?;
    record(conn, "promotion.deleted", id, &gone.query, gone.entry_id, actor, now)?;
    Ok(gone)
}

fn record(
    conn: &mut Conn,
    kind: &'static str,
    id: PromotionId,
    query: &str,
    entry: EntryId,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    let detail = json!({ "entry": entry });
    // No page that is kept shows it: searches are answered anew each time.
    let change = Change { kind, subject: "promotion", key: id.number(), label: query, detail, cache_tags: Vec::new() };
    Ok(change.record(conn, actor, now)?)
}
