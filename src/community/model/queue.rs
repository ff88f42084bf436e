//! The queue of the moderators: comments of one state, found by entry, words, mail address or address of the net, a page at a time by
//! key. What waits is shown oldest first, the rest newest first.

use super::comment::{Comment, CommentId, State};
use crate::{
    content::model::entry::EntryId,
    db::{
        Conn,
        cursor::{Cursor, Slice, Way},
        statement::Statement,
        words,
    },
    schema::{comments, entries, users},
    site::waiting::{self, within},
    web::person::{Person, Right, UserId},
};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Bool, Text},
};
use std::collections::HashMap;

/// Where counting ends of what one author has said before.
const MOST_BEFORE: i64 = 100;

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Filter {
    /// In which state.
    pub state: State,
    /// Below this entry only.
    pub entry: Option<EntryId>,
    /// Words of name and text; with an `@` a mail address; an address of the net.
    pub words: String,
}

/// A comment in the queue.
#[derive(Debug)]
pub struct Row {
    /// The comment.
    pub comment: Comment,
    /// The entry below which it stands.
    pub entry: EntryId,
    /// Its title.
    pub title: String,
    /// Where visitors see it.
    pub path: Option<String>,
    /// How many by the same account, or the same verified address, are shown; a hundred or more are a hundred.
    pub shown_before: i64,
}

type Query<'a> = comments::BoxedQuery<'a, diesel::mysql::Mysql>;

/// What this person decides about, in one state. Only numbers are written into the text.
fn of_person(person: &Person, state: State) -> Query<'static> {
    let mut query = comments::table.filter(comments::state.eq(state)).into_boxed();
    if person.is_limited() || !person.may_any(Right::Moderate) {
        let own = if person.may_any(Right::Moderate) { String::new() } else { format!(" AND e.author_id = {}", person.id) };
        let ground = format!("comments.entry_id IN (SELECT e.id FROM entries AS e WHERE {}{own})", within(person, "e"));
        query = query.filter(sql::<Bool>(&ground));
    }
    query
}

/// One page of the queue.
pub fn page(conn: &mut Conn, person: &Person, filter: &Filter, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Row>> {
    let up = cursor.is_some_and(|cursor| cursor.way == Way::Up);
    let newest_first = up == (filter.state == State::Held);
    let place = cursor.map(|cursor| cursor.id);
    let is_whole = filter.entry.is_none() && filter.words.is_empty() && person.may_any(Right::Moderate) && !person.is_limited();
    let ids = if is_whole {
        whole(conn, filter.state, place, newest_first, limit as i64 + 1)?
    } else {
        some(conn, person, filter, place, newest_first, limit as i64 + 1)?
    };
    let slice = Slice::cut(ids, limit, cursor, |id| Cursor::of_text("", id.number()));
    let mut rows: HashMap<CommentId, Row> = load(conn, &slice.rows)?.into_iter().map(|row| (row.comment.id, row)).collect();
    let ordered = slice.rows.iter().filter_map(|id| rows.remove(id)).collect();
    Ok(Slice { rows: ordered, newer: slice.newer, older: slice.older })
}

/// From a place on in a whole list: along its index, beside which the planner now and then finds a worse way.
fn whole(conn: &mut Conn, state: State, place: Option<i64>, newest_first: bool, limit: i64) -> QueryResult<Vec<CommentId>> {
    let (sign, order) = if newest_first { ("<", "DESC") } else { (">", "ASC") };
    let from = if place.is_some() { format!("AND id {sign} ?") } else { String::new() };
    let text = format!("SELECT id FROM comments FORCE INDEX (comments_in_queue) WHERE state = ? {from} ORDER BY id {order} LIMIT ?");
    let statement: Statement<(), BigInt> = Statement::new(text, ()).text(state.word());
    let statement = match place {
        Some(id) => statement.number(id),
        None => statement,
    };
    statement.number(limit).load(conn)
}

/// The same of what this person decides about and the filter leaves.
fn some(
    conn: &mut Conn,
    person: &Person,
    filter: &Filter,
    place: Option<i64>,
    newest_first: bool,
    limit: i64,
) -> QueryResult<Vec<CommentId>> {
    let mut query = narrowed(of_person(person, filter.state), &filter.words);
    if let Some(entry) = filter.entry {
        query = query.filter(comments::entry_id.eq(entry));
    }
    if let Some(id) = place.map(CommentId::from) {
        query = if newest_first { query.filter(comments::id.lt(id)) } else { query.filter(comments::id.gt(id)) };
    }
    query = if newest_first { query.order(comments::id.desc()) } else { query.order(comments::id.asc()) };
    query.select(comments::id).limit(limit).load(conn)
}

fn narrowed<'a>(query: Query<'a>, typed: &str) -> Query<'a> {
    if typed.is_empty() {
        return query;
    }
    if typed.contains('@') {
        return query.filter(comments::author_email.eq(typed.to_owned()));
    }
    if let Ok(ip) = typed.parse::<std::net::IpAddr>() {
        return query.filter(comments::address.eq(ip.to_canonical().to_string()));
    }
    match words::boolean(typed) {
        known if known.is_empty() => query.filter(comments::author_name.eq(typed.to_owned())),
        known => query.filter(sql::<Bool>("MATCH (author_name, body) AGAINST (").bind::<Text, _>(known).sql(" IN BOOLEAN MODE)")),
    }
}

/// These comments with their entries, in no order.
fn load(conn: &mut Conn, ids: &[CommentId]) -> QueryResult<Vec<Row>> {
    let rows: Vec<(Comment, EntryId, String, Option<String>)> = comments::table
        .inner_join(entries::table)
        .left_join(users::table.on(users::id.nullable().eq(comments::user_id)))
        .filter(comments::id.eq_any(ids))
        .select((Comment::as_select(), entries::id, entries::title, entries::path))
        .load(conn)?;
    let (by_user, by_email) = before(conn, rows.iter().map(|(comment, ..)| comment))?;
    let known = |comment: &Comment| match comment.user_id {
        Some(user) => by_user.get(&user),
        None => by_email.get(&comment.author_email.to_lowercase()),
    };
    let row = |(comment, entry, title, path)| Row { shown_before: known(&comment).copied().unwrap_or(0), comment, entry, title, path };
    Ok(rows.into_iter().map(row).collect())
}

type Counts = (HashMap<UserId, i64>, HashMap<String, i64>);

/// How many comments of these authors are shown; of each at most [`MOST_BEFORE`] are counted.
fn before<'a>(conn: &mut Conn, rows: impl Iterator<Item = &'a Comment>) -> QueryResult<Counts> {
    let (mut by_user, mut by_email) = (HashMap::new(), HashMap::new());
    for comment in rows {
        let shown = comments::table.filter(comments::state.eq(State::Shown)).select(comments::id).limit(MOST_BEFORE);
        match comment.user_id {
            Some(user) if !by_user.contains_key(&user) => {
                let known = shown.filter(comments::user_id.eq(user)).load::<CommentId>(conn)?;
                by_user.insert(user, known.len() as i64);
            }
            None if !comment.author_email.is_empty() && !by_email.contains_key(&comment.author_email.to_lowercase()) => {
                let of_address = shown.filter(comments::author_email.eq(&comment.author_email));
                let known = of_address.filter(comments::verified_at.is_not_null()).load::<CommentId>(conn)?;
                by_email.insert(comment.author_email.to_lowercase(), known.len() as i64);
            }
            _ => {}
        }
    }
    Ok((by_user, by_email))
}

/// How many there are of a state that this person decides about; at most a hundred are counted.
pub fn count(conn: &mut Conn, person: &Person, state: State) -> QueryResult<i64> {
    let some = of_person(person, state).select(comments::id).limit(waiting::MOST);
    Ok(some.load::<CommentId>(conn)?.len() as i64)
}

/// The row of one comment.
pub fn row(conn: &mut Conn, id: CommentId) -> QueryResult<Row> {
    load(conn, &[id])?.pop().ok_or(diesel::result::Error::NotFound)
}

/// How many came from that address of the net, and what became of them: shown, and taken for spam.
pub fn from_address(conn: &mut Conn, address: &str) -> QueryResult<(i64, i64)> {
    if address.is_empty() {
        return Ok((0, 0));
    }
    let newest = comments::table.filter(comments::address.eq(address)).order(comments::id.desc()).limit(200);
    let states: Vec<State> = newest.select(comments::state).load(conn)?;
    let of = |wanted: State| states.iter().filter(|state| **state == wanted).count() as i64;
    Ok((of(State::Shown), of(State::Spam)))
}
