//! Lists of redirects that somebody sends: read, checked line by line, shown, and only then written.
//!
//! Tables `redirect_imports` (one row for a list, kept for a week) and `redirect_import_rows` (its lines, with what becomes of each).
//! [`reading`] takes the file apart, [`checking`] says what each line would do, [`writing`] does it. Short lists go through at once,
//! long ones by jobs that can be broken off and begun again.

pub mod checking;
pub mod reading;
pub mod writing;

use super::Status;
use crate::{
    content::jobs::CheckImport,
    db::{
        Conn,
        cursor::{Cursor, Slice, from_a_to_z},
        last_insert_id,
    },
    error::AppResult,
    jobs::Job,
    journal::{Actor, Change},
    schema::{redirect_import_rows, redirect_imports, users},
    text_enum, typed_id,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use reading::Line;
use serde_json::json;

typed_id!(
    /// Names a list that somebody has sent.
    ImportId
);

text_enum!(
    /// How far a list has come.
    Progress {
        /// Its lines are being looked at.
        Checking = "checking",
        /// It waits for somebody to say yes.
        Checked = "checked",
        /// Its redirects are being made.
        Writing = "writing",
        /// They are made.
        Written = "written",
    }
);

text_enum!(
    /// What becomes of a line.
    Fate {
        /// Not looked at yet.
        Unchecked = "unchecked",
        /// It makes a redirect.
        New = "new",
        /// It takes the place of one.
        Replaces = "replaces",
        /// There is just this redirect already.
        Same = "same",
        /// It cannot be done.
        Refused = "refused",
    }
);

/// So many lines are checked, and written, in the request itself.
const AT_ONCE: usize = 2000;

/// Lines that are looked at, or written, together.
const BATCH: i64 = 500;

/// Days that a list is kept.
pub const DAYS: i64 = 7;

/// A list.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = redirect_imports, base_query = redirect_imports::table.left_join(users::table))]
pub struct Import {
    /// Key.
    pub id: ImportId,
    /// Of the file, or empty.
    pub name: String,
    /// How far it has come.
    pub state: Progress,
    /// How many lines there are.
    pub rows_all: i32,
    /// How many of them were checked, or written.
    pub rows_done: i32,
    /// When it was sent, UTC.
    pub created_at: NaiveDateTime,
    /// Who has sent it.
    #[diesel(select_expression = users::name.nullable())]
    pub by: Option<String>,
}

/// A line with what becomes of it.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = redirect_import_rows)]
pub struct Row {
    /// In the file, from 1.
    pub line: i32,
    /// The old address.
    pub from_path: String,
    /// The new one.
    pub to_path: String,
    /// What is answered.
    pub status: String,
    /// What becomes of it.
    pub fate: Fate,
    /// What there is to say of it.
    pub told: String,
}

impl Import {
    /// The list with this key.
    pub fn find(conn: &mut Conn, id: ImportId) -> QueryResult<Import> {
        Import::query().filter(redirect_imports::id.eq(id)).first(conn)
    }

    /// The lists sent last, newest first; bounded by 20.
    pub fn latest(conn: &mut Conn) -> QueryResult<Vec<Import>> {
        Import::query().order((redirect_imports::created_at.desc(), redirect_imports::id.desc())).limit(20).load(conn)
    }

    /// One page of its lines, in their order; of one fate, if given.
    pub fn rows(&self, conn: &mut Conn, fate: Option<Fate>, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Row>> {
        let mut query = Row::query().filter(redirect_import_rows::import_id.eq(self.id)).limit(limit as i64 + 1).into_boxed();
        if let Some(fate) = fate {
            query = query.filter(redirect_import_rows::fate.eq(fate));
        }
        let place = cursor.and_then(|cursor| Some((cursor.way, i32::try_from(cursor.id).ok()?, i32::try_from(cursor.id).ok()?)));
        query = from_a_to_z!(query, place, redirect_import_rows::line, redirect_import_rows::line);
        let cursor = cursor.filter(|_| place.is_some());
        Ok(Slice::cut(query.load(conn)?, limit, cursor, |row: &Row| Cursor::of_text("", i64::from(row.line))))
    }

    /// How many lines have each fate.
    pub fn fates(&self, conn: &mut Conn) -> QueryResult<Vec<(Fate, i64)>> {
        let own = redirect_import_rows::table.filter(redirect_import_rows::import_id.eq(self.id));
        own.group_by(redirect_import_rows::fate).select((redirect_import_rows::fate, diesel::dsl::count_star())).load(conn)
    }
}

/// Takes a list in, and checks it, at once or by a job; `base_url` is where the site stands.
pub fn receive(conn: &mut Conn, name: &str, lines: &[Line], base_url: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<ImportId> {
    let name: String = name.chars().take(190).collect();
    let row = (
        redirect_imports::user_id.eq(actor.user),
        redirect_imports::name.eq(name),
        redirect_imports::state.eq(Progress::Checking),
        redirect_imports::rows_all.eq(lines.len() as i32),
        redirect_imports::created_at.eq(now),
    );
    diesel::insert_into(redirect_imports::table).values(row).execute(conn)?;
    let id: ImportId = diesel::select(last_insert_id()).get_result(conn)?;
    for some in lines.chunks(1000) {
        let rows: Vec<_> = some
            .iter()
            .map(|line| {
                (
                    redirect_import_rows::import_id.eq(id),
                    redirect_import_rows::line.eq(line.number),
                    redirect_import_rows::from_path.eq(&line.from),
                    redirect_import_rows::to_path.eq(&line.to),
                    redirect_import_rows::status.eq(&line.status),
                    redirect_import_rows::fate.eq(if line.problem.is_some() { Fate::Refused } else { Fate::Unchecked }),
                    redirect_import_rows::told.eq(line.problem.as_deref().unwrap_or("")),
                )
            })
            .collect();
        diesel::insert_into(redirect_import_rows::table).values(rows).execute(conn)?;
    }
    if lines.len() > AT_ONCE {
        CheckImport { import: id }.enqueue(conn, now)?;
    } else {
        while checking::step(conn, id, base_url)? {}
    }
    Ok(id)
}

/// Sets how far a list has come.
fn advance(conn: &mut Conn, id: ImportId, state: Progress, done: i32) -> QueryResult<()> {
    let set = (redirect_imports::state.eq(state), redirect_imports::rows_done.eq(done));
    diesel::update(redirect_imports::table.find(id)).set(set).execute(conn).map(drop)
}

fn record(conn: &mut Conn, import: &Import, made: i64, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let detail = json!({ "lines": import.rows_all, "made": made });
    let change = Change {
        kind: "redirects.imported",
        subject: "redirects",
        key: import.id.number(),
        label: &import.name,
        detail,
        cache_tags: Vec::new(),
    };
    Ok(change.record(conn, actor, now)?)
}

/// Deletes lists that were sent more than a week ago; at most ten a run.
pub fn sweep(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    let old = redirect_imports::table.filter(redirect_imports::created_at.lt(now - TimeDelta::days(DAYS)));
    let old: Vec<ImportId> = old.order(redirect_imports::created_at).select(redirect_imports::id).limit(10).load(conn)?;
    diesel::delete(redirect_imports::table.filter(redirect_imports::id.eq_any(old))).execute(conn)
}

/// The status that a word of a list means.
fn status_of(word: &str) -> Option<Status> {
    Status::from_word(word).or(match word {
        "" | "permanent" | "moved" => Some(Status::Moved),
        "302" | "303" | "307" | "temporary" | "found" => Some(Status::Found),
        "404" | "gone" | "deleted" => Some(Status::Gone),
        _ => None,
    })
}
