//! A search from beginning to end: what is found, in which order, narrowed to what; and what is tried when nothing is.

use super::{
    bag::Bag,
    correction, known,
    planning::{self, Filters, Group, MOST, Way},
    ranking,
};
use crate::{
    content::model::{
        category::{CategoryId, Topics},
        entry::{EntryId, EntryState, Kind},
        tally::Tally,
    },
    db::{Conn, statement::Statement},
    schema::search_texts,
    search::{passage::Marks, query::Query, words},
    web::{page_cache::PageCache, person::UserId},
};
use chrono::{Datelike, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Datetime, Double, Text},
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// Results that can be paged through.
pub const SHOWN: usize = 200;
/// Fewer results of a walk are not enough: then the index of words is asked, whatever it costs.
const TOO_FEW: usize = 10;

/// An entry that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The entry.
    pub id: EntryId,
    /// Post or page.
    pub kind: Kind,
    /// Who wrote it.
    pub author: UserId,
    /// When it was published.
    pub published_at: NaiveDateTime,
    /// Its categories.
    pub topics: Vec<CategoryId>,
    /// The folded words of its title.
    pub head: String,
    /// All of its words, where they had to be looked at.
    pub bag: Arc<Bag>,
    /// How good a result it is.
    pub score: f64,
}

/// What was done because nothing had all the words as they were typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Instead {
    /// Nothing: they were found, or nothing else was.
    #[default]
    Nothing,
    /// Searched for this.
    Words(String),
    /// Searched for entries with some of the words.
    Some,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The best first, narrowed by the filters.
    pub hits: Vec<Hit>,
    /// Whether there are no more.
    pub is_whole: bool,
    /// The same without filters, or with all of them where there were too many: what is counted to narrow further.
    pub counted: Vec<Hit>,
    /// What is marked.
    pub marks: Marks,
    /// What was done when nothing was found.
    pub instead: Instead,
    /// What may have been meant, although something was found.
    pub suggestion: Option<String>,
}

/// What a search needs to know of the site and the moment.
pub struct Setting<'a> {
    /// All categories.
    pub topics: &'a Topics,
    /// The site's time zone.
    pub zone: Tz,
    /// The present moment, UTC.
    pub now: NaiveDateTime,
    /// Where documents are kept.
    pub pages: &'a PageCache,
}

/// A row of the index, and how InnoDB ranks it.
type Row = (EntryId, Kind, UserId, NaiveDateTime, String, String, f64);
type RowType = (BigInt, Text, BigInt, Datetime, Text, Text, Double);

impl Hit {
    /// A document: its key; kind, author and date; its categories, as its row has them; the words of its title, and all of them.
    pub fn new(id: EntryId, (kind, author, published_at): (Kind, UserId, NaiveDateTime), topics: &str, head: String, bag: Bag) -> Hit {
        let topics = topics.split(' ').filter_map(|id| id.parse().ok()).collect();
        Hit { id, kind, author, published_at, topics, head, bag: Arc::new(bag), score: 0.0 }
    }
}

/// How many entries are live.
pub fn total(conn: &mut Conn) -> QueryResult<i64> {
    Ok(Tally::load(conn)?.of(None, EntryState::Published))
}

/// Entries that hold some of these words, with all of their words; those that the index ranks best, in no order.
pub fn with_some(conn: &mut Conn, boolean: &str) -> QueryResult<Vec<Hit>> {
    let ids: Vec<EntryId> = ranked_by_index(conn, boolean, SHOWN as i64)?.into_iter().map(|(id, _)| id).collect();
    known::read(conn, &ids)
}

/// Searches for what was typed. With `exactly`, for nothing else.
pub fn search(conn: &mut Conn, query: &Query, filters: &Filters, setting: &Setting<'_>, exactly: bool) -> QueryResult<Found> {
    if query.is_empty() {
        return Ok(Found { is_whole: true, ..Found::default() });
    }
    let total = total(conn)?;
    let groups = planning::groups(conn, query)?;
    let found = look(conn, query, &groups, filters, setting, total)?;
    if !found.counted.is_empty() || exactly {
        let few = found.counted.len() < TOO_FEW && !exactly;
        let suggestion = if few { correction::suggestion(conn, query, &groups)? } else { None };
        return Ok(Found { suggestion, ..found });
    }
    let longer = query.by_beginnings();
    if longer != *query {
        let groups = planning::groups(conn, &longer)?;
        let found = look(conn, &longer, &groups, filters, setting, total)?;
        if !found.counted.is_empty() {
            return Ok(found);
        }
    }
    if let Some(better) = correction::of(conn, query, &groups)? {
        let groups = planning::groups(conn, &better)?;
        let found = look(conn, &better, &groups, filters, setting, total)?;
        if !found.counted.is_empty() {
            return Ok(Found { instead: Instead::Words(better.typed), ..found });
        }
        return some(conn, &better, &groups, filters, setting);
    }
    some(conn, query, &groups, filters, setting)
}

/// Entries with all of the words.
fn look(conn: &mut Conn, query: &Query, groups: &[Group], filters: &Filters, setting: &Setting<'_>, total: i64) -> QueryResult<Found> {
    let way = planning::way(groups, total);
    let marks = planning::marks(groups, query);
    if let Way::Ask { .. } = &way {
        let (found, is_whole) = carry_out(conn, query, groups, &Filters::default(), setting, total, &way)?;
        if is_whole || filters.is_empty() {
            let counted = ranked(conn, found, query, groups, setting.now)?;
            let hits = counted.iter().filter(|hit| passes(hit, filters, setting.zone)).cloned().collect();
            return Ok(Found { hits, is_whole, counted, marks, ..Found::default() });
        }
    }
    // So many that they cannot all be looked at: the filters help to choose which.
    let mut all = groups.to_vec();
    all.extend(filters.groups(conn)?);
    let way = planning::way(&all, total);
    let (found, is_whole) = carry_out(conn, query, &all, filters, setting, total, &way)?;
    let found = found.into_iter().filter(|hit| passes(hit, filters, setting.zone)).collect();
    let hits = ranked(conn, found, query, groups, setting.now)?;
    Ok(Found { counted: hits.clone(), hits, is_whole, marks, ..Found::default() })
}

/// Entries with some of the words.
fn some(conn: &mut Conn, query: &Query, groups: &[Group], filters: &Filters, setting: &Setting<'_>) -> QueryResult<Found> {
    let found = if groups.len() > 1 { ask(conn, &planning::some_of(groups), SHOWN as i64)? } else { Vec::new() };
    let without = |hit: &Hit| query.unwanted.iter().all(|term| !hit.head.split(' ').any(|word| word == term));
    let mut counted: Vec<Hit> = found.into_iter().filter(without).take(SHOWN).collect();
    ranking::sort(&mut counted, query, groups, setting.now);
    let hits = counted.iter().filter(|hit| passes(hit, filters, setting.zone)).cloned().collect();
    let instead = if counted.is_empty() { Instead::Nothing } else { Instead::Some };
    Ok(Found { hits, is_whole: true, counted, marks: planning::marks(groups, query), instead, suggestion: None })
}

/// What is found by this way, and whether that is all.
fn carry_out(
    conn: &mut Conn,
    query: &Query,
    groups: &[Group],
    filters: &Filters,
    setting: &Setting<'_>,
    total: i64,
    way: &Way,
) -> QueryResult<(Vec<Hit>, bool)> {
    let unwanted: Vec<String> = query.unwanted.iter().map(|term| words::stored(term)).collect();
    let holds = |hit: &Hit, group: &Group| group.any.iter().any(|one| hit.bag.has(&one.stored));
    let fits =
        |hit: &Hit, left: &[usize]| left.iter().all(|place| holds(hit, &groups[*place])) && unwanted.iter().all(|word| !hit.bag.has(word));
    match way {
        Way::Ask { boolean, left } if left.is_empty() && unwanted.is_empty() => {
            let found = ask(conn, boolean, MOST)?;
            let is_whole = (found.len() as i64) < MOST;
            Ok((found, is_whole))
        }
        Way::Ask { boolean, left } => {
            let found = ask_and_look(conn, setting, boolean)?;
            let is_whole = (found.len() as i64) < MOST;
            Ok((chosen(&found, |hit| fits(hit, left)), is_whole))
        }
        Way::Walk { titles } => {
            let all: Vec<usize> = (0..groups.len()).collect();
            let newest: Vec<(Arc<Hit>, f64)> = newest(conn, filters, setting)?.into_iter().map(|hit| (hit, 0.0)).collect();
            let known: HashSet<EntryId> = newest.iter().map(|(hit, _)| hit.id).collect();
            let mut found = chosen(&newest, |hit| fits(hit, &all));
            found.iter_mut().for_each(|hit| hit.score = ranking::counted(&hit.bag, groups, total));
            if let Some(boolean) = titles {
                // A title with every word says enough: its document need not be read, which costs most where there are many.
                let others = match unwanted.is_empty() {
                    true => ask(conn, boolean, MOST)?,
                    false => chosen(&ask_and_look(conn, setting, boolean)?, |hit| fits(hit, &[])),
                };
                let score = ranking::counted_in_title(groups, total);
                found.extend(others.into_iter().filter(|hit| !known.contains(&hit.id)).map(|hit| Hit { score, ..hit }));
            }
            if found.len() < TOO_FEW {
                let every = groups.iter().map(|group| group.any.iter().map(|one| one.stored.as_str()).collect::<Vec<_>>().join(" "));
                let boolean = every.map(|words| format!("+({words})")).collect::<Vec<_>>().join(" ");
                found = chosen(&ask_and_look(conn, setting, &boolean)?, |hit| fits(hit, &[]));
                found.iter_mut().for_each(|hit| hit.score = ranking::counted(&hit.bag, groups, total));
            }
            Ok((found, false))
        }
    }
}

/// Those that fit, with their ranks.
fn chosen(looked_at: &[(Arc<Hit>, f64)], fits: impl Fn(&Hit) -> bool) -> Vec<Hit> {
    looked_at.iter().filter(|(hit, _)| fits(hit)).map(|(hit, score)| Hit { score: *score, ..Hit::clone(hit) }).collect()
}

/// Asks the index of words, which answers in the order of its rank.
fn ask(conn: &mut Conn, boolean: &str, limit: i64) -> QueryResult<Vec<Hit>> {
    let text = "SELECT entry_id, kind, author_id, published_at, topics, head, MATCH (terms) AGAINST (? IN BOOLEAN MODE) + 0e0 \
                FROM search_documents WHERE MATCH (terms) AGAINST (? IN BOOLEAN MODE) LIMIT ?";
    let statement: Statement<(), RowType> = Statement::new(text, ());
    let rows: Vec<Row> = statement.text(boolean).text(boolean).number(limit).load(conn)?;
    let hit = |(id, kind, author, published_at, topics, head, score): Row| Hit {
        score,
        ..Hit::new(id, (kind, author, published_at), &topics, head, Bag::default())
    };
    Ok(rows.into_iter().map(hit).collect())
}

/// The same, with the words of each document.
fn ask_and_look(conn: &mut Conn, setting: &Setting<'_>, boolean: &str) -> QueryResult<Vec<(Arc<Hit>, f64)>> {
    let ranked = ranked_by_index(conn, boolean, MOST)?;
    let ids: Vec<EntryId> = ranked.iter().map(|(id, _)| *id).collect();
    let ranks: HashMap<EntryId, f64> = ranked.into_iter().collect();
    let hits = known::documents(conn, setting.pages, &ids, setting.now)?;
    let rank = |hit: &Hit| ranks.get(&hit.id).copied().unwrap_or(0.0);
    Ok(hits.into_iter().map(|hit| (hit.clone(), rank(&hit))).collect())
}

/// The keys of what the index of words finds, in the order of its rank, with that rank.
fn ranked_by_index(conn: &mut Conn, boolean: &str, limit: i64) -> QueryResult<Vec<(EntryId, f64)>> {
    let text = "SELECT entry_id, MATCH (terms) AGAINST (? IN BOOLEAN MODE) + 0e0 \
                FROM search_documents WHERE MATCH (terms) AGAINST (? IN BOOLEAN MODE) LIMIT ?";
    let statement: Statement<(), (BigInt, Double)> = Statement::new(text, ());
    statement.text(boolean).text(boolean).number(limit).load(conn)
}

/// The newest documents, of what an index can narrow them to.
fn newest(conn: &mut Conn, filters: &Filters, setting: &Setting<'_>) -> QueryResult<Vec<Arc<Hit>>> {
    let zone = setting.zone;
    let index = match (filters.author, filters.kind) {
        (Some(_), _) => "search_documents_by_author",
        (None, Some(_)) => "search_documents_by_kind",
        (None, None) => "search_documents_by_time",
    };
    let years = filters.year.and_then(|year| Some((beginning_of(year, zone)?, beginning_of(year + 1, zone)?)));
    let conditions = [
        filters.author.map(|_| "author_id = ?"),
        filters.kind.map(|_| "kind = ?"),
        years.map(|_| "published_at >= ? AND published_at < ?"),
    ];
    let conditions: Vec<&str> = conditions.into_iter().flatten().collect();
    let conditions = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
    let text = format!(
        "SELECT entry_id FROM search_documents FORCE INDEX ({index}) {conditions} ORDER BY published_at DESC, entry_id DESC LIMIT ?"
    );
    let mut statement: Statement<(), BigInt> = Statement::new(text, ());
    statement = filters.author.into_iter().fold(statement, |statement, id| statement.number(id.number()));
    statement = filters.kind.into_iter().fold(statement, |statement, kind| statement.text(kind.word()));
    statement = years.into_iter().fold(statement, |statement, (from, to)| statement.time(from).time(to));
    let ids: Vec<EntryId> = statement.number(MOST).load(conn)?;
    known::documents(conn, setting.pages, &ids, setting.now)
}

/// The first moment of a year in a time zone, as UTC.
fn beginning_of(year: i32, zone: Tz) -> Option<NaiveDateTime> {
    let midnight = chrono::NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(0, 0, 0)?;
    Some(zone.from_local_datetime(&midnight).earliest()?.naive_utc())
}

/// The year in which something was published, in the site's time zone.
pub fn year_of(hit: &Hit, zone: Tz) -> i32 {
    zone.from_utc_datetime(&hit.published_at).year()
}

/// Whether a result is left by the filters.
pub(super) fn passes(hit: &Hit, filters: &Filters, zone: Tz) -> bool {
    filters.kind.is_none_or(|kind| kind == hit.kind)
        && filters.author.is_none_or(|author| author == hit.author)
        && filters.year.is_none_or(|year| year == year_of(hit, zone))
        && (filters.categories.is_empty() || hit.topics.iter().any(|id| filters.categories.contains(id)))
}

/// The results that hold the phrases and not those that are unwanted, in order.
fn ranked(conn: &mut Conn, mut found: Vec<Hit>, query: &Query, groups: &[Group], now: NaiveDateTime) -> QueryResult<Vec<Hit>> {
    ranking::sort(&mut found, query, groups, now);
    if query.phrases.is_empty() && query.unwanted_phrases.is_empty() {
        return Ok(found);
    }
    found.truncate(SHOWN);
    let ids: Vec<EntryId> = found.iter().map(|hit| hit.id).collect();
    let texts = texts(conn, &ids)?;
    found.retain(|hit| {
        let text = texts.get(&hit.id).map_or("", String::as_str);
        let title: Vec<&str> = hit.head.split(' ').collect();
        let holds = |phrase: &Vec<String>| title.windows(phrase.len()).any(|some| some == &phrase[..]) || words::hold(text, phrase);
        query.phrases.iter().all(holds) && !query.unwanted_phrases.iter().any(holds)
    });
    Ok(found)
}

/// What visitors read of these entries.
pub fn texts(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<HashMap<EntryId, String>> {
    let texts = search_texts::table.filter(search_texts::entry_id.eq_any(ids)).select((search_texts::entry_id, search_texts::body));
    Ok(texts.load::<(EntryId, String)>(conn)?.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_begins_at_the_site() {
        let utc = |text: &str| text.parse::<NaiveDateTime>().ok();
        assert_eq!(beginning_of(2026, Tz::UTC), utc("2026-01-01T00:00:00"));
        assert_eq!(beginning_of(2026, Tz::Europe__Zurich), utc("2025-12-31T23:00:00"));
    }
}
