//! The query behind a page of the list of entries.
//!
//! An index that begins with kind and state has its rows in the order shown for one kind and one state: `entries_by_kind`,
//! `entries_by_kind_title`, `entries_by_author`, and for the entries of one category `entry_categories_in_order`; `entries_by_state` for
//! one state. A list of several is put together from the first rows of each, so that a page reads a few times as many rows as it shows,
//! wherever it lies and however many entries there are.

use super::{Filter, Order, View, escape};
use crate::{
    content::model::{
        category::CategoryId,
        entry::{EntryId, EntryState, Kind},
    },
    db::{
        Conn,
        cursor::{Cursor, Way},
        statement::Statement,
        words,
    },
    schema::entry_categories,
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Datetime},
};

/// A text with question marks, and what stands for them.
#[derive(Debug, Default)]
pub(super) struct Query {
    text: String,
    binds: Vec<Bind>,
}

#[derive(Debug, Clone)]
enum Bind {
    Number(i64),
    Text(String),
    Time(NaiveDateTime),
}

impl Query {
    fn add(&mut self, text: &str, binds: impl IntoIterator<Item = Bind>) {
        self.text.push_str(text);
        self.binds.extend(binds);
    }

    /// The keys of the entries, in the order shown.
    pub(super) fn load(self, conn: &mut Conn) -> QueryResult<Vec<EntryId>> {
        self.statement::<BigInt>().load(conn)
    }

    /// When the first of them was changed, for a query that brings that in place of keys.
    pub(super) fn moment(self, conn: &mut Conn) -> QueryResult<Option<NaiveDateTime>> {
        self.statement::<Datetime>().get_result(conn).optional()
    }

    fn statement<T>(self) -> Statement<(), T> {
        self.binds.into_iter().fold(Statement::new(self.text, ()), |statement, bind| match bind {
            Bind::Number(number) => statement.number(number),
            Bind::Text(text) => statement.text(text),
            Bind::Time(time) => statement.time(time),
        })
    }
}

/// Entries of a category that are rather sorted than looked for among all entries in order.
const FEW: i64 = 2000;

/// How many entries are looked through for words at first, in the order of the list.
pub(super) const NEAR: i64 = 2000;

/// How many at most, before the index of words is asked.
const FURTHEST: i64 = 20_000;

/// The category, where the filter has nothing else that an index could find.
fn category_alone(filter: &Filter) -> Option<CategoryId> {
    filter.category.filter(|_| filter.author.is_none() && filter.words.is_empty() && filter.view != View::Scheduled)
}

/// The same, where the list goes from A to Z: no index has the entries of a category in that order.
pub(super) fn category_by_title(filter: &Filter) -> Option<CategoryId> {
    category_alone(filter).filter(|_| filter.order == Order::Title)
}

/// Whether a category has more entries than are rather sorted. Left alone, the server would sort them all, however many.
pub(super) fn is_large(conn: &mut Conn, category: CategoryId) -> QueryResult<bool> {
    let inside = entry_categories::table.filter(entry_categories::category_id.eq(category)).select(entry_categories::entry_id);
    Ok(inside.offset(FEW).first::<EntryId>(conn).optional()?.is_some())
}

/// The entries of this filter from the cursor on, at most so many; `large` as [`is_large`] has said.
pub(super) fn of(filter: &Filter, cursor: Option<&Cursor>, limit: usize, large: bool) -> Query {
    let (column, way) = order(filter, cursor);
    let (kinds, states) = (kinds(filter), states(filter.view));
    let filed = category_alone(filter).filter(|_| filter.order == Order::Changed);
    // What an index cannot find in the order shown is looked for once, not once for each part.
    let other = !filter.words.is_empty() || filter.category.is_some() || filter.view == View::Scheduled;
    let whole = other && filed.is_none() && !large;
    let (table, id) = if filed.is_some() { ("entry_categories", "entry_id") } else { ("entries", "id") };
    // Named, since the planner goes by samples of an index and now and then prefers another.
    let index = match (filter.author, filter.order) {
        _ if whole => "",
        _ if filed.is_some() => " FORCE INDEX (entry_categories_in_order)",
        (None, Order::Changed) => " FORCE INDEX (entries_by_kind)",
        (None, Order::Title) => " FORCE INDEX (entries_by_kind_title)",
        (Some(_), Order::Changed) => " FORCE INDEX (entries_by_author)",
        (Some(_), Order::Title) => " FORCE INDEX (entries_by_author_title)",
    };
    let parts: Vec<(Vec<Kind>, Vec<EntryState>)> = if whole {
        vec![(kinds, states)]
    } else {
        kinds.iter().flat_map(|kind| states.iter().map(|state| (vec![*kind], vec![*state]))).collect()
    };
    let mut query = Query::default();
    // One part alone is in order already; put together with none it would be sorted once more.
    let several = parts.len() > 1;
    query.add(if several { "SELECT id FROM (" } else { "" }, []);
    for (place, (kinds, states)) in parts.iter().enumerate() {
        query.add(if place > 0 { " UNION ALL " } else { "" }, []);
        let what = if several { format!("{id} AS id, {column}") } else { id.to_owned() };
        query.add(&format!("(SELECT {what} FROM {table}{index} WHERE "), []);
        one_of(&mut query, "kind", &kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>());
        query.add(" AND ", []);
        one_of(&mut query, "state", &states.iter().map(|state| state.word()).collect::<Vec<_>>());
        match filed {
            Some(category) => query.add(" AND category_id = ?", [Bind::Number(category.number())]),
            None => conditions(&mut query, filter),
        }
        if let Some(cursor) = cursor {
            query.add(" AND ", []);
            beyond(&mut query, filter, cursor, (column, id), way);
        }
        query.add(&format!(" ORDER BY {column} {way}, {id} {way} LIMIT ?)"), [Bind::Number(limit as i64)]);
    }
    if several {
        query.add(&format!(") AS found ORDER BY {column} {way}, id {way} LIMIT ?"), [Bind::Number(limit as i64)]);
    }
    query
}

/// Whether words are asked for, and nothing for which the list itself is not read in its order.
pub(super) fn has_words_alone(filter: &Filter) -> bool {
    !filter.words.is_empty() && filter.author.is_none() && filter.category.is_none() && filter.view != View::Scheduled
}

/// How many entries to look through where so many had too few titles with the words: half as many again as these tell. `None`: the
/// words are too rare for that.
pub(super) fn wider(looked: i64, found: usize, limit: usize) -> Option<i64> {
    let needed = looked.checked_mul(limit as i64 * 3)? / (found as i64 * 2).max(1);
    (found > 0 && looked < needed && needed <= FURTHEST).then_some(needed)
}

/// Where a stretch of the list ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum Edge {
    /// With all that stand where this entry does.
    Entry(EntryId),
    /// With all that were changed then.
    Moment(NaiveDateTime),
}

/// Where at most so many entries in each state end, of whatever kind, counted behind `from`: `what` of the first beyond them, its key or
/// the moment of its change.
pub(super) fn far(filter: &Filter, cursor: Option<&Cursor>, from: Option<Edge>, entries: i64, what: &str) -> Query {
    let stretch = Stretch { filter, cursor, from, to: None };
    stretch.query(what, |_| (), (1, entries))
}

/// The entries of this filter behind `from`, up to where [`far`] has found the end.
///
/// The index of the order has all that is asked here, so that it is read as far as is shown, and no entry itself.
pub(super) fn near(filter: &Filter, cursor: Option<&Cursor>, from: Option<Edge>, to: Option<Edge>, limit: usize) -> Query {
    let stretch = Stretch { filter, cursor, from, to };
    let wanted = |query: &mut Query| {
        query.add(" AND title LIKE ?", [Bind::Text(format!("%{}%", escape(&filter.words)))]);
        if let Some(kind) = filter.kind {
            query.add(" AND kind = ?", [Bind::Text(kind.word().to_owned())]);
        }
        if filter.order == Order::Title {
            query.add(" AND ", []);
            one_of(query, "state", &states(filter.view).iter().map(|state| state.word()).collect::<Vec<_>>());
        }
    };
    stretch.query("id", wanted, (limit, 0))
}

/// What lies in the order shown beyond the cursor, behind `from`, and not behind `to`.
struct Stretch<'a> {
    filter: &'a Filter,
    cursor: Option<&'a Cursor>,
    from: Option<Edge>,
    to: Option<Edge>,
}

impl Stretch<'_> {
    /// The first `limit` entries in this order, behind `offset` of them in each state.
    fn query(&self, what: &str, conditions: impl Fn(&mut Query), (limit, offset): (usize, i64)) -> Query {
        let (column, way) = order(self.filter, self.cursor);
        let by_state = self.filter.order == Order::Changed;
        let index = if by_state { "entries_by_state" } else { "entries_by_title" };
        let parts = if by_state { states(self.filter.view).into_iter().map(Some).collect() } else { vec![None] };
        let mut query = Query::default();
        query.add(&format!("SELECT {what} FROM ("), []);
        for (place, state) in parts.into_iter().enumerate() {
            query.add(if place > 0 { " UNION ALL " } else { "" }, []);
            query.add(&format!("(SELECT id, {column} FROM entries FORCE INDEX ({index}) WHERE "), []);
            match state {
                Some(state) => query.add("state = ?", [Bind::Text(state.word().to_owned())]),
                None => query.add("TRUE", []),
            }
            self.bound(&mut query, column, way);
            conditions(&mut query);
            let bounds = [Bind::Number(limit as i64), Bind::Number(offset)];
            query.add(&format!(" ORDER BY {column} {way}, id {way} LIMIT ? OFFSET ?)"), bounds);
        }
        query.add(&format!(") AS found ORDER BY {column} {way}, id {way} LIMIT ?"), [Bind::Number(limit as i64)]);
        query
    }

    fn bound(&self, query: &mut Query, column: &str, way: &str) {
        let (behind, before) = if way == "DESC" { ("<", ">=") } else { (">", "<=") };
        for (sign, edge) in [(behind, self.from), (before, self.to)] {
            match edge {
                Some(Edge::Entry(id)) => {
                    query.add(&format!(" AND {column} {sign} (SELECT {column} FROM entries WHERE id = ?)"), [Bind::Number(id.number())]);
                }
                Some(Edge::Moment(at)) => query.add(&format!(" AND {column} {sign} ?"), [Bind::Time(at)]),
                None => (),
            }
        }
        if let Some(cursor) = self.cursor {
            query.add(" AND ", []);
            beyond(query, self.filter, cursor, (column, "id"), way);
        }
    }
}

/// What lies beyond the cursor in this order.
fn beyond(query: &mut Query, filter: &Filter, cursor: &Cursor, (column, id): (&str, &str), way: &str) {
    let (value, key) = (value(filter.order, cursor), Bind::Number(cursor.id));
    let sign = if way == "DESC" { "<" } else { ">" };
    // The first condition alone bounds what the index reads.
    query.add(&format!("{column} {sign}= ? AND ({column} {sign} ? OR {id} {sign} ?)"), [value.clone(), value, key]);
}

fn kinds(filter: &Filter) -> Vec<Kind> {
    filter.kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind])
}

/// The column of the order, and the way in which it is read.
fn order(filter: &Filter, cursor: Option<&Cursor>) -> (&'static str, &'static str) {
    let up = cursor.is_some_and(|cursor| cursor.way == Way::Up);
    match (filter.order, up) {
        (Order::Changed, false) => ("changed_at", "DESC"),
        (Order::Changed, true) => ("changed_at", "ASC"),
        (Order::Title, false) => ("title", "ASC"),
        (Order::Title, true) => ("title", "DESC"),
    }
}

fn states(view: View) -> Vec<EntryState> {
    match view {
        View::All | View::Scheduled => vec![EntryState::Draft, EntryState::Published],
        View::Live => vec![EntryState::Published],
        View::Draft => vec![EntryState::Draft],
        View::Trash => vec![EntryState::Trashed],
    }
}

fn value(order: Order, cursor: &Cursor) -> Bind {
    match (order, cursor.time()) {
        (Order::Changed, Some(time)) => Bind::Time(time),
        _ => Bind::Text(cursor.value.clone()),
    }
}

fn one_of(query: &mut Query, column: &str, words: &[&str]) {
    let places = vec!["?"; words.len()].join(", ");
    query.add(&format!("{column} IN ({places})"), words.iter().map(|word| Bind::Text((*word).to_owned())));
}

fn conditions(query: &mut Query, filter: &Filter) {
    if filter.view == View::Scheduled {
        query.add(" AND (publish_at IS NOT NULL OR unpublish_at IS NOT NULL)", []);
    }
    if let Some(author) = filter.author {
        query.add(" AND author_id = ?", [Bind::Number(author.number())]);
    }
    if let Some(category) = filter.category {
        let inside = " AND EXISTS (SELECT 1 FROM entry_categories WHERE category_id = ? AND entry_id = entries.id)";
        query.add(inside, [Bind::Number(category.number())]);
    }
    if filter.words.is_empty() {
        return;
    }
    query.add(" AND title LIKE ?", [Bind::Text(format!("%{}%", escape(&filter.words)))]);
    // The index of words finds the few entries among which that is looked for; it knows words from their beginning on.
    let words = words::boolean(&filter.words);
    if !words.is_empty() && filter.words.is_ascii() {
        query.add(" AND MATCH (title, summary) AGAINST (? IN BOOLEAN MODE)", [Bind::Text(words)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_looked_for_as_far_as_they_need_and_rare_ones_elsewhere() {
        assert_eq!(wider(NEAR, 45, 51), Some(3400));
        assert_eq!(wider(NEAR, 8, 51), Some(19_125));
        assert_eq!([wider(NEAR, 7, 51), wider(NEAR, 1, 51), wider(NEAR, 0, 51)], [None; 3]);
        assert_eq!(wider(19_125, 50, 51), None); // once more would be too far
        assert_eq!(wider(3400, 50, 51), Some(5202));
    }
}
