//! Makes the redirects of a list that was checked.

use super::{
    super::{BELOW, Origin, Status, hash},
    AT_ONCE, BATCH, Fate, Import, ImportId, Progress, Row, advance, record,
};
use crate::{
    content::{
        jobs::{CheckAllLinks, WriteImport},
        model::{
            address::{self, Standing},
            entry::EntryId,
        },
    },
    db::Conn,
    error::{AppError, AppResult},
    jobs::Job,
    journal::Actor,
    schema::{redirect_import_rows, redirect_imports, redirects},
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{DuplicatedKeys, sql},
    prelude::*,
    sql_types::{BigInt, Integer, Nullable, Text},
};
use std::collections::HashMap;

/// Begins to make the redirects: at once, or by a job. Begun twice, it is done once.
pub fn begin(conn: &mut Conn, id: ImportId, actor: &Actor, now: NaiveDateTime) -> AppResult<Import> {
    let locked: i64 = redirect_imports::table.find(id).select(redirect_imports::id).for_update().first(conn)?;
    let import = Import::find(conn, locked.into())?;
    match import.state {
        Progress::Checking => return Err(AppError::Conflict("The lines are still being looked at. Wait until that is done.")),
        Progress::Writing | Progress::Written => return Ok(import),
        Progress::Checked => advance(conn, id, Progress::Writing, 0)?,
    }
    if import.rows_all as usize > AT_ONCE {
        WriteImport { import: id, by: actor.user }.enqueue(conn, now)?;
    } else {
        while step(conn, id, actor, now)? {}
    }
    Ok(Import::find(conn, id)?)
}

/// Writes the next lines, and says whether there are more.
pub fn step(conn: &mut Conn, id: ImportId, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let import = Import::find(conn, id)?;
    if import.state != Progress::Writing {
        return Ok(false);
    }
    // `rows_done` holds the last line that was written; whoever is broken off goes on behind it.
    let next = Row::query().filter(redirect_import_rows::import_id.eq(id)).filter(redirect_import_rows::line.gt(import.rows_done));
    let rows: Vec<Row> = next.order(redirect_import_rows::line).limit(BATCH).load(conn)?;
    let (Some(first), Some(last)) = (rows.first().map(|row| row.line), rows.last().map(|row| row.line)) else {
        let made =
            import.fates(conn)?.into_iter().filter(|(fate, _)| matches!(fate, Fate::New | Fate::Replaces)).map(|(_, many)| many).sum();
        advance(conn, id, Progress::Written, import.rows_all)?;
        record(conn, &import, made, actor, now)?;
        CheckAllLinks.enqueue_once(conn, CheckAllLinks::KIND, now)?;
        return Ok(false);
    };
    let wanted: Vec<&Row> = rows.iter().filter(|row| matches!(row.fate, Fate::New | Fate::Replaces)).collect();
    write(conn, &wanted, now)?;
    diesel::sql_query(STRAIGHTEN).bind::<BigInt, _>(id).bind::<Integer, _>(first).bind::<Integer, _>(last).execute(conn)?;
    advance(conn, id, Progress::Writing, last)?;
    Ok(true)
}

/// What led to an address from which a line leads on, leads there at once.
const STRAIGHTEN: &str = "
    UPDATE redirect_import_rows AS line
    STRAIGHT_JOIN redirects AS fresh ON fresh.from_hash = UNHEX(SHA2(line.from_path, 256))
    STRAIGHT_JOIN redirects AS older ON older.to_path = fresh.from_path
    SET    older.to_path = fresh.to_path, older.target_entry_id = fresh.target_entry_id
    WHERE  line.import_id = ? AND line.line BETWEEN ? AND ? AND line.fate IN ('new', 'replaces') AND fresh.status <> '410'";

fn write(conn: &mut Conn, rows: &[&Row], now: NaiveDateTime) -> AppResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let inside: Vec<&str> = rows.iter().map(|row| row.to_path.as_str()).filter(|to| to.starts_with('/') && !to.ends_with(BELOW)).collect();
    let entries: HashMap<String, EntryId> = address::standing(conn, &inside)?
        .into_iter()
        .filter_map(|(path, standing)| match standing {
            Standing::Live(id) | Standing::Draft { id, .. } => Some((path, id)),
            Standing::Program => None,
        })
        .collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let entry = entries.get(&row.to_path).copied();
            let status = Status::from_word(&row.status).unwrap_or(Status::Moved);
            (
                redirects::from_hash.eq(hash(&row.from_path)),
                redirects::from_path.eq(&row.from_path),
                redirects::target_entry_id.eq(entry),
                redirects::to_path.eq(Some(&row.to_path).filter(|to| entry.is_none() && !to.is_empty())),
                redirects::origin.eq(Origin::Import),
                redirects::status.eq(status),
                redirects::created_at.eq(now),
            )
        })
        .collect();
    let set = (
        redirects::target_entry_id.eq(sql::<Nullable<BigInt>>("VALUES(target_entry_id)")),
        redirects::to_path.eq(sql::<Nullable<Text>>("VALUES(to_path)")),
        redirects::origin.eq(sql::<Text>("VALUES(origin)")),
        redirects::status.eq(sql::<Text>("VALUES(status)")),
    );
    diesel::insert_into(redirects::table).values(rows).on_conflict(DuplicatedKeys).do_update().set(set).execute(conn)?;
    Ok(())
}
