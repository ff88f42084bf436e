//! What waits for the person who is signed in, counted for the navigation of every page of the admin.
//!
//! The rows are made by `content`, `community` and `contact`; the number stands on pages of every room, so it is counted here.

use crate::{
    db::{Conn, statement::Statement},
    schema::{comments, contact_messages},
    web::person::{Person, Reach, Right},
};
use diesel::{prelude::*, sql_types::BigInt};

/// Where counting ends.
pub const MOST: i64 = 100;

/// Asked by role and asked by name, each along its own index; not one's own, but for who may publish anyway.
fn statement(within: &str) -> String {
    format!(
        "
    SELECT COUNT(*) FROM (
        (SELECT a.submission_id
         FROM   submission_asked a
                JOIN submissions s ON s.id = a.submission_id
                JOIN entries e ON e.id = s.entry_id
         WHERE  a.role = ? AND e.state <> 'trashed' AND {within} AND (? OR (s.submitted_by_id <> ? AND e.author_id <> ?))
         ORDER  BY a.asked_at, a.submission_id LIMIT 100)
        UNION
        (SELECT a.submission_id
         FROM   submission_asked a
                JOIN submissions s ON s.id = a.submission_id
                JOIN entries e ON e.id = s.entry_id
         WHERE  a.user_id = ? AND e.state <> 'trashed' AND {within} AND (? OR (s.submitted_by_id <> ? AND e.author_id <> ?))
         ORDER  BY a.asked_at, a.submission_id LIMIT 100)
    ) waiting"
    )
}

/// Whether anything is asked of a role, or of somebody by name.
const ASKED: &str =
    "SELECT EXISTS (SELECT 1 FROM submission_asked WHERE role = ?) OR EXISTS (SELECT 1 FROM submission_asked WHERE user_id = ?)";

/// What holds of a row of `entries` that has an address, under the name that it goes by in a statement, if it is within this
/// person's reach. Only numbers are written into it.
pub fn within(person: &Person, entries: &str) -> String {
    let (id, posts) = (person.id.number(), i32::from(person.reach == Reach::BranchesAndPosts));
    if !person.is_limited() {
        return "TRUE".to_owned();
    }
    format!(
        "IF({entries}.kind = 'post', {posts}, EXISTS (SELECT 1 FROM user_branches AS b JOIN entries AS top ON top.id = b.page_id \
         WHERE b.user_id = {id} AND (top.id = {entries}.id OR LEFT({entries}.path, CHAR_LENGTH(top.path) + 1) = CONCAT(top.path, '/'))))"
    )
}

/// How many submissions this person is asked to approve; at most 100 are counted.
pub fn count(conn: &mut Conn, person: &Person) -> QueryResult<i64> {
    let (id, all) = (person.id.number(), i64::from(person.may_any(Right::Write)));
    // Mostly there is nothing: to find that out costs a fifth of counting.
    let some: Statement<(), BigInt> = Statement::new(ASKED, ());
    if some.text(person.role.word()).number(id).get_result::<i64>(conn)? == 0 {
        return Ok(0);
    }
    let counted: Statement<(), BigInt> = Statement::new(statement(&within(person, "e")), ()).kept_if(!person.is_limited());
    let counted = counted.text(person.role.word()).number(all).number(id).number(id);
    let counted: i64 = counted.number(id).number(all).number(id).number(id).get_result(conn)?;
    Ok(counted.min(MOST))
}

/// How many messages of visitors nobody has dealt with, for who may; at most 100 are counted.
pub fn messages(conn: &mut Conn, person: &Person) -> QueryResult<i64> {
    if !person.may(Right::ReadMessages) {
        return Ok(0);
    }
    let new = contact_messages::table.filter(contact_messages::state.eq("new")).select(contact_messages::id);
    Ok(new.limit(MOST).load::<i64>(conn)?.len() as i64)
}

/// How many comments wait for this person to decide; at most 100 are counted.
pub fn comments(conn: &mut Conn, person: &Person) -> QueryResult<i64> {
    if !person.may(Right::Moderate) {
        return Ok(0);
    }
    let (all, id) = (person.may_any(Right::Moderate), person.id.number());
    if all && !person.is_limited() {
        let held = comments::table.filter(comments::state.eq("held")).select(comments::id);
        return Ok(held.limit(MOST).load::<i64>(conn)?.len() as i64);
    }
    let text = format!(
        "SELECT COUNT(*) FROM (SELECT c.id FROM comments c JOIN entries e ON e.id = c.entry_id \
         WHERE c.state = 'held' AND {} AND (? OR e.author_id = ?) ORDER BY c.id LIMIT 100) waiting",
        within(person, "e")
    );
    let counted: Statement<(), BigInt> = Statement::new(text, ()).kept_if(!person.is_limited());
    counted.number(i64::from(all)).number(id).get_result(conn)
}

/// The number as the navigation shows it: nothing for none, else as [`counted`].
pub fn shown(count: i64) -> String {
    if count == 0 { String::new() } else { counted(count) }
}

/// The number as it is shown: `99+` where counting ended.
pub fn counted(count: i64) -> String {
    if count < MOST { count.to_string() } else { "99+".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{counted, shown};

    #[test]
    fn none_is_not_shown_and_many_are_not_counted() {
        assert_eq!([0, 1, 99, 100].map(shown), ["", "1", "99", "99+"]);
        assert_eq!([0, 7, 99, 100].map(counted), ["0", "7", "99", "99+"]);
    }
}
