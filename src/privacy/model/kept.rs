//! Every table that leads to a user: whose rows are somebody's, what of them is handed out, and what becomes of them by an erasure.

use crate::{db::Conn, web::person::UserId};
use diesel::{
    QueryResult, QueryableByName, RunQueryDsl,
    sql_types::{BigInt, Text},
};

/// What becomes of somebody's rows when the person is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They stay, and name whoever stands in the person's place.
    Stay,
    /// They are deleted.
    Go,
}

/// A table with rows of people.
#[derive(Debug)]
pub struct Kept {
    /// Its name.
    pub table: &'static str,
    /// The columns that lead to a user.
    pub users: &'static [&'static str],
    /// The columns that are handed out; none: nothing but what other tables tell.
    pub told: &'static [&'static str],
    /// What becomes of the rows.
    pub fate: Fate,
}

const fn stay(table: &'static str, users: &'static [&'static str], told: &'static [&'static str]) -> Kept {
    Kept { table, users, told, fate: Fate::Stay }
}

const fn go(table: &'static str, users: &'static [&'static str], told: &'static [&'static str]) -> Kept {
    Kept { table, users, told, fate: Fate::Go }
}

/// All of them, by name.
pub const KEPT: &[Kept] = &[
    go("account_tokens", &["user_id"], &["purpose", "created_at", "expires_at"]),
    go("appearance_previews", &["user_id"], &["look"]),
    go("autosaves", &["user_id"], &["entry_id", "title", "form", "saved_at"]),
    stay("bulk_runs", &["user_id"], &["act", "value", "created_at", "finished_at"]),
    stay("comments", &["user_id"], &["entry_id", "state", "body", "created_at", "edited_at", "address", "agent"]),
    go("email_changes", &["user_id"], &["email", "old_confirmed_at", "new_confirmed_at", "created_at", "expires_at"]),
    go("editing", &["user_id"], &["entry_id"]),
    stay(
        "entries",
        &["author_id"],
        &[
            "id",
            "kind",
            "path",
            "state",
            "title",
            "summary",
            "image_url",
            "image_alt",
            "meta_title",
            "meta_description",
            "published_at",
            "created_at",
            "changed_at",
        ],
    ),
    go("exports", &["user_id"], &["asked_at", "made_at", "bytes"]),
    stay("files", &["uploaded_by_id"], &["id", "address", "name", "content_type", "bytes", "alt", "caption", "credit", "created_at"]),
    stay("journal", &["user_id"], &["at", "kind", "subject_kind", "subject_key", "subject_label", "detail", "address", "agent"]),
    stay("notes", &["user_id", "resolved_by_id"], &["entry_id", "quote", "body", "created_at", "resolved_at"]),
    go("passkeys", &["user_id"], &["name", "created_at", "used_at"]),
    go("recovery_codes", &["user_id"], &["created_at", "used_at"]),
    stay("redirect_imports", &["user_id"], &["name", "created_at"]),
    stay(
        "revisions",
        &["author_id", "saved_by_id"],
        &["entry_id", "number", "title", "summary", "body", "image_alt", "tags", "name", "note", "saved_at"],
    ),
    stay("search_documents", &["author_id"], &[]),
    go("sessions", &["user_id"], &["created_at", "expires_at", "ends_at", "seen_at", "address", "agent"]),
    go("second_factors", &["user_id"], &["created_at"]),
    stay("share_links", &["created_by_id"], &["entry_id", "label", "created_at"]),
    go("submission_asked", &["user_id"], &["submission_id", "asked_at"]),
    stay("submission_decisions", &["user_id"], &["submission_id", "at", "verdict", "words"]),
    stay("submissions", &["submitted_by_id"], &["id", "entry_id", "workflow_name", "state", "submitted_at"]),
    stay("suppressed_addresses", &["added_by_id"], &["reason", "created_at"]),
    go("user_branches", &["user_id"], &["page_id"]),
    go("workflow_step_approvers", &["user_id"], &["step_id"]),
];

/// Tables without a number for each row; of somebody they have few.
const UNNUMBERED: &[&str] = &["appearance_previews", "editing", "email_changes", "exports", "second_factors", "sessions", "user_branches"];

/// More rows than anybody has in such a table.
const FEW: i64 = 1000;

/// Rows of others that are read at once: revisions may be megabytes each.
const BATCH: i64 = 50;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Text)]
    line: String,
}

impl Kept {
    /// Which rows are somebody's, as a condition. Only a number is written into it.
    pub fn whose(&self, user: UserId) -> String {
        self.users.iter().map(|column| format!("{column} = {}", user.number())).collect::<Vec<_>>().join(" OR ")
    }

    /// Hands somebody's rows on, each as a JSON object.
    pub fn each(&self, conn: &mut Conn, user: UserId, told: impl FnMut(&str) -> std::io::Result<()>) -> QueryResult<()> {
        objects(conn, self.table, self.told, &self.whose(user), told)
    }
}

/// The rows of a table for which a condition holds, as JSON objects; read in batches, by their numbers.
pub fn objects(
    conn: &mut Conn,
    table: &str,
    columns: &[&str],
    whose: &str,
    mut told: impl FnMut(&str) -> std::io::Result<()>,
) -> QueryResult<()> {
    let (number, batch) = if UNNUMBERED.contains(&table) { ("0", FEW) } else { ("id", BATCH) };
    let object = columns.iter().map(|column| format!("'{column}', {column}")).collect::<Vec<_>>().join(", ");
    let statement = format!(
        "SELECT {number} AS number, CAST(JSON_OBJECT({object}) AS CHAR) AS line FROM {table} \
         WHERE ({whose}) AND {number} > ? ORDER BY number LIMIT ?"
    );
    let mut last = -1;
    loop {
        let rows: Vec<Line> = diesel::sql_query(&statement).bind::<BigInt, _>(last).bind::<BigInt, _>(batch).load(conn)?;
        for row in &rows {
            told(&row.line).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
        }
        match rows.last() {
            Some(newest) if rows.len() as i64 == batch && newest.number > last => last = newest.number,
            _ => return Ok(()),
        }
    }
}
