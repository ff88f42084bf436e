//! Rows of the journal.

use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
        touched,
    },
    schema::{journal, users},
    typed_id,
    web::person::UserId,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

typed_id!(
    /// Names a row of the journal.
    JournalId
);

/// Who makes a change, and in which request.
#[derive(Debug, Clone, Default)]
pub struct Actor {
    /// `None` is the program itself: a job or a command.
    pub user: Option<UserId>,
    /// The reference of the request, or empty.
    pub request: String,
}

/// A change, before it is written down.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Noun and verb: `entry.published`.
    pub kind: &'static str,
    /// What kind of thing it is about: `entry`.
    pub subject: &'static str,
    /// Its key; 0 where there is none.
    pub key: i64,
    /// Its name at this time.
    pub label: &'a str,
    /// More, as JSON.
    pub detail: serde_json::Value,
    /// Which cached pages it touches: `entry:12`, `list:all`, `menu`, `site`.
    pub cache_tags: Vec<String>,
}

impl Change<'_> {
    /// Writes it down, in the caller's transaction; after COMMIT the page cache is told.
    pub fn record(&self, conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
        let label: String = self.label.chars().take(300).collect();
        let row = (
            journal::at.eq(now),
            journal::user_id.eq(actor.user),
            journal::kind.eq(self.kind),
            journal::subject_kind.eq(self.subject),
            journal::subject_key.eq(self.key),
            journal::subject_label.eq(label),
            journal::detail.eq(self.detail.to_string()),
            journal::cache_tags.eq(self.cache_tags.join(" ")),
            journal::request.eq(&actor.request),
        );
        diesel::insert_into(journal::table).values(row).execute(conn)?;
        touched::note(&self.cache_tags);
        Ok(())
    }
}

/// A change as it is listed.
#[derive(Debug, HasQuery)]
#[diesel(table_name = journal, base_query = journal::table.left_join(users::table))]
pub struct Row {
    /// Key.
    pub id: JournalId,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Noun and verb.
    pub kind: String,
    /// What kind of thing.
    pub subject_kind: String,
    /// Its key.
    pub subject_key: i64,
    /// Its name at that time.
    pub subject_label: String,
    /// JSON.
    pub detail: String,
    /// Reference of the request.
    pub request: String,
    /// Who, if it was a person.
    #[diesel(select_expression = users::name.nullable())]
    pub who: Option<String>,
}

impl Row {
    /// One page, newest first; of one kind of change, if given.
    pub fn page(conn: &mut Conn, kind: Option<&str>, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Row>> {
        let mut query = Row::query().into_boxed();
        if let Some(kind) = kind {
            query = query.filter(journal::kind.eq(kind.to_owned()));
        }
        let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, JournalId::from(cursor.id))));
        query = newest_first!(query, place, journal::at, journal::id);
        let rows = query.limit(limit as i64 + 1).load(conn)?;
        Ok(Slice::cut(rows, limit, cursor.filter(|_| place.is_some()), |row| Cursor::of_time(row.at, row.id.number())))
    }

    /// What happened, as the rest of a sentence that begins with a name: `published “Title”`.
    pub fn deed(&self) -> String {
        deed(&self.kind, &self.subject_label)
    }
}

fn deed(kind: &str, label: &str) -> String {
    let (noun, verb) = kind.split_once('.').unwrap_or((kind, "changed"));
    let verb = verb.replace('_', " ");
    match (noun, label) {
        ("account", name) => match verb.as_str() {
            "signed in" => "logged in".to_owned(),
            "signed out" => "logged out".to_owned(),
            "sign in failed" => format!("failed to log in as {name}"),
            _ => format!("{verb} {name}").trim_end().to_owned(), // a person needs no noun
        },
        ("entry", title) if verb == "expiry set" => format!("set when “{title}” comes off the site"),
        ("entry", title) if verb == "expiry dropped" => format!("dropped the time at which “{title}” comes off the site"),
        ("entry", title) if verb == "schedule dropped" => format!("dropped the time at which “{title}” goes live"),
        ("entry", title) if verb == "relinked" => format!("rewrote links in “{title}”"),
        ("csp_reports", _) => "forgot what browsers had refused".to_owned(),
        ("lost_rules", _) => "changed what is not counted as not found".to_owned(),
        ("entry", title) if !title.is_empty() => format!("{verb} “{title}”"),
        ("note", title) if verb == "left by guest" => format!("took a guest's note on “{title}”"),
        ("note", title) => format!("{verb} a note on “{title}”"),
        ("share_link", title) if verb == "viewed" => format!("showed “{title}” to somebody with a share link"),
        ("share_link", title) => format!("{verb} a share link to “{title}”"),
        (_, "") => format!("{verb} the {noun}"),
        (_, name) => format!("{verb} the {noun} “{name}”"),
    }
}

/// The newest row's number; 0 where there is none.
pub fn newest(conn: &mut Conn) -> QueryResult<i64> {
    let newest: Option<i64> = journal::table.select(diesel::dsl::max(journal::id)).first(conn)?;
    Ok(newest.unwrap_or(0))
}

/// What the rows after `last` touch, and those of `late`, by number; bounded by `limit`.
pub fn touched_since(conn: &mut Conn, last: i64, late: &[i64], limit: i64) -> QueryResult<Vec<(i64, String)>> {
    let columns = (journal::id, journal::cache_tags);
    let mut rows: Vec<(i64, String)> =
        journal::table.filter(journal::id.gt(last)).order(journal::id).select(columns).limit(limit).load(conn)?;
    if !late.is_empty() {
        rows.extend(journal::table.filter(journal::id.eq_any(late)).select(columns).load::<(i64, String)>(conn)?);
    }
    Ok(rows)
}

/// The kinds that occur, for the filter: read off the index by skipping from one to the next.
pub fn kinds(conn: &mut Conn) -> QueryResult<Vec<String>> {
    journal::table.select(journal::kind).distinct().order(journal::kind).limit(200).load(conn)
}

#[cfg(test)]
mod tests {
    use super::deed;

    #[test]
    fn a_deed_reads_on_after_a_name() {
        assert_eq!(deed("entry.published", "Hello"), "published “Hello”");
        assert_eq!(deed("tag.renamed", "Rust"), "renamed the tag “Rust”");
        assert_eq!(deed("settings.changed", ""), "changed the settings");
        assert_eq!(deed("account.signed_in", ""), "logged in");
        assert_eq!(deed("account.sign_in_failed", "ad…@example.org"), "failed to log in as ad…@example.org");
        assert_eq!(deed("account.invited", "Ada"), "invited Ada");
    }
}
