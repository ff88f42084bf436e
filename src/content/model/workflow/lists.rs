//! Lists of submissions: what waits for somebody, what somebody handed in, all. Each by its own index, paged by key.

use super::{
    Step,
    submission::{Submission, SubmissionId},
};
use crate::{
    content::model::entry::{Entry, EntryState},
    db::{
        Conn,
        cursor::{Cursor, Slice, Way, from_a_to_z, newest_first},
    },
    schema::{entries, revisions, submission_asked, submissions, users},
    site::waiting,
    web::person::{Person, Right, Role, UserId},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A submission as it is listed.
#[derive(Debug, Clone)]
pub struct Row {
    /// The submission.
    pub submission: Submission,
    /// Title of what is handed in.
    pub title: String,
    /// Who handed it in.
    pub by: String,
    /// Since when it waits for this person, else when it was handed in; UTC.
    pub since: NaiveDateTime,
}

impl Row {
    /// “Step 2 of 3, Legal”, while it is in review.
    pub fn place(&self) -> String {
        let steps = self.submission.steps();
        let name = self.submission.present_step().map(|step: Step| step.name);
        match name {
            Some(name) if steps.len() > 1 => format!("Step {} of {}, {name}", self.submission.step() + 1, steps.len()),
            Some(name) => name,
            None => String::new(),
        }
    }
}

/// The title of the revision in review; of the entry where that revision is gone.
pub fn title_of(conn: &mut Conn, submission: &Submission, entry: &Entry) -> QueryResult<String> {
    let title = revisions::table.filter(revisions::id.nullable().eq(submission.revision_id)).select(revisions::title);
    Ok(title.first(conn).optional()?.unwrap_or_else(|| entry.title.clone()))
}

type Found = (Submission, Option<String>, String, String, NaiveDateTime);

fn row((submission, drafted, title, by, since): Found) -> Row {
    Row { submission, title: drafted.unwrap_or(title), by, since }
}

/// What waits for this person, longest first. Asked by role and by name are two walks along two indexes, made one here.
pub fn waiting(conn: &mut Conn, person: &Person, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Row>> {
    let mut rows = asked(conn, person, Some(person.role), cursor, limit)?;
    rows.extend(asked(conn, person, None, cursor, limit)?);
    let up = cursor.is_some_and(|cursor| cursor.way == Way::Up && cursor.time().is_some());
    rows.sort_by_key(|row| (row.since, row.submission.id));
    rows.dedup_by_key(|row| row.submission.id);
    if up {
        rows.reverse();
    }
    let cursor = cursor.filter(|cursor| cursor.time().is_some());
    Ok(Slice::cut(rows, limit, cursor, |row| Cursor::of_time(row.since, row.submission.id.number())))
}

/// Asked as somebody with that role, or by name.
fn asked(conn: &mut Conn, person: &Person, role: Option<Role>, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Vec<Row>> {
    let mut query = submission_asked::table
        .inner_join(submissions::table.on(submissions::id.eq(submission_asked::submission_id)))
        .inner_join(entries::table.on(entries::id.eq(submissions::entry_id)))
        .inner_join(users::table.on(users::id.eq(submissions::submitted_by_id)))
        .left_join(revisions::table.on(revisions::id.nullable().eq(submissions::revision_id)))
        .filter(entries::state.ne(EntryState::Trashed))
        .select((Submission::as_select(), revisions::title.nullable(), entries::title, users::name, submission_asked::asked_at))
        .limit(limit as i64 + 1)
        .into_boxed();
    query = match role {
        Some(role) => query.filter(submission_asked::role.eq(role.word())),
        None => query.filter(submission_asked::user_id.eq(person.id)),
    };
    if !person.may_any(Right::Write) {
        query = query.filter(submissions::submitted_by_id.ne(person.id)).filter(entries::author_id.ne(person.id)); // not one's own
    }
    if person.is_limited() {
        query = query.filter(diesel::dsl::sql::<diesel::sql_types::Bool>(&waiting::within(person, "entries")));
    }
    let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, SubmissionId::from(cursor.id))));
    query = from_a_to_z!(query, place, submission_asked::asked_at, submission_asked::submission_id);
    Ok(query.load::<Found>(conn)?.into_iter().map(row).collect())
}

/// What this person handed in, or everything; newest first.
pub fn handed_in(conn: &mut Conn, by: Option<UserId>, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Row>> {
    let mut query = submissions::table
        .inner_join(entries::table.on(entries::id.eq(submissions::entry_id)))
        .inner_join(users::table.on(users::id.eq(submissions::submitted_by_id)))
        .left_join(revisions::table.on(revisions::id.nullable().eq(submissions::revision_id)))
        .select((Submission::as_select(), revisions::title.nullable(), entries::title, users::name, submissions::submitted_at))
        .limit(limit as i64 + 1)
        .into_boxed();
    if let Some(by) = by {
        query = query.filter(submissions::submitted_by_id.eq(by));
    }
    let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, SubmissionId::from(cursor.id))));
    query = newest_first!(query, place, submissions::submitted_at, submissions::id);
    let rows = query.load::<Found>(conn)?.into_iter().map(row).collect();
    Ok(Slice::cut(rows, limit, cursor.filter(|_| place.is_some()), |row| Cursor::of_time(row.since, row.submission.id.number())))
}

/// The names of those whom a step asks, who can log in; bounded by 12. For the page of a submission.
pub fn names_asked(conn: &mut Conn, step: &Step) -> QueryResult<Vec<String>> {
    users::table
        .filter(users::disabled_at.is_null())
        .filter(users::role.eq_any(step.roles().collect::<Vec<_>>()).or(users::id.eq_any(&step.people)))
        .order((users::name, users::id))
        .select(users::name)
        .limit(12)
        .load(conn)
}

/// People who can log in and publish, and so may approve: key and name, by name; bounded by 500.
pub fn possible_approvers(conn: &mut Conn) -> QueryResult<Vec<(String, String)>> {
    let people: Vec<(UserId, String)> = users::table
        .filter(users::disabled_at.is_null())
        .filter(users::password_hash.is_not_null())
        .filter(users::role.eq_any(Role::that_may(Right::Publish)))
        .order((users::name, users::id))
        .select((users::id, users::name))
        .limit(500)
        .load(conn)?;
    Ok(people.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}
