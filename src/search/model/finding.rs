//! A search from beginning to end: what is found, in which order, narrowed to what; and what is tried when nothing is.

use super::{
    bag::Bag,
    correction,
    known::{self, Facts, Indexed},
    memory::Memory,
    planning::{self, Filters, Group, MOST, Way},
    ranking,
};
use crate::{
    content::model::{
        category::Topics,
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
    ops::Deref,
    sync::Arc,
};

/// Results that can be paged through.
pub const SHOWN: usize = 200;
/// Fewer results of a walk are not enough: then the index of words is asked, whatever it costs.
const TOO_FEW: usize = 10;

/// An entry that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its document.
    pub of: Arc<Indexed>,
    /// How good a result it is.
    pub score: f64,
}

impl Deref for Hit {
    type Target = Indexed;

    fn deref(&self) -> &Indexed {
        &self.of
    }
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

/// How many entries are live.
pub fn total(conn: &mut Conn) -> QueryResult<i64> {
    Ok(Tally::load(conn)?.of(None, EntryState::Published))
}

/// Entries that hold some of these words, with all of their words; those that the index ranks best, in no order.
pub fn with_some(conn: &mut Conn, boolean: &str) -> QueryResult<Vec<Arc<Indexed>>> {
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
    if longer != *query && query.phrases.is_empty() {
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
        return some(conn, &better, &groups, filters, setting, total);
    }
    some(conn, query, &groups, filters, setting, total)
}

/// Entries with all of the words.
fn look(conn: &mut Conn, query: &Query, groups: &[Group], filters: &Filters, setting: &Setting<'_>, total: i64) -> QueryResult<Found> {
    let way = planning::way(groups, total);
    let marks = planning::marks(groups, query);
    if let Way::Ask { .. } = &way {
        let (found, is_whole) = Task::new(query, groups, &Filters::default(), setting, total).carry_out(conn, &way)?;
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
    let (found, is_whole) = Task::new(query, &all, filters, setting, total).carry_out(conn, &way)?;
    let found = found.into_iter().filter(|hit| passes(hit, filters, setting.zone)).collect();
    let hits = ranked(conn, found, query, groups, setting.now)?;
    Ok(Found { counted: hits.clone(), hits, is_whole, marks, ..Found::default() })
}

/// Entries with the words of a phrase in any order; else those with some of the words.
fn some(conn: &mut Conn, query: &Query, groups: &[Group], filters: &Filters, setting: &Setting<'_>, total: i64) -> QueryResult<Found> {
    if !query.phrases.is_empty() {
        let loose = Query { phrases: Vec::new(), ..query.clone() };
        let found = look(conn, &loose, groups, filters, setting, total)?;
        if !found.counted.is_empty() {
            return Ok(Found { instead: Instead::Some, ..found });
        }
    }
    let found = if groups.len() > 1 { ask(conn, &planning::some_of(groups), SHOWN as i64)? } else { Vec::new() };
    let without = |hit: &Hit| query.unwanted.iter().all(|term| !hit.head.split(' ').any(|word| word == term));
    let mut counted: Vec<Hit> = found.into_iter().filter(without).take(SHOWN).collect();
    ranking::sort(&mut counted, query, groups, setting.now);
    let hits = counted.iter().filter(|hit| passes(hit, filters, setting.zone)).cloned().collect();
    let instead = if counted.is_empty() { Instead::Nothing } else { Instead::Some };
    Ok(Found { hits, is_whole: true, counted, marks: planning::marks(groups, query), instead, suggestion: None })
}

/// Documents are looked for that hold one of each group, and none of the unwanted words.
struct Task<'a> {
    query: &'a Query,
    groups: &'a [Group],
    filters: &'a Filters,
    setting: &'a Setting<'a>,
    total: i64,
    /// As the index has them.
    unwanted: Vec<String>,
}

impl<'a> Task<'a> {
    fn new(query: &'a Query, groups: &'a [Group], filters: &'a Filters, setting: &'a Setting<'a>, total: i64) -> Task<'a> {
        Task { query, groups, filters, setting, total, unwanted: query.unwanted.iter().map(|term| words::stored(term)).collect() }
    }

    fn is_wanted(&self, document: &Indexed) -> bool {
        self.unwanted.iter().all(|word| !document.bag.has(word))
    }

    /// What is found by this way, and whether that is all.
    fn carry_out(&self, conn: &mut Conn, way: &Way) -> QueryResult<(Vec<Hit>, bool)> {
        let holds = |document: &Indexed, group: &Group| group.any.iter().any(|one| document.bag.has(&one.stored));
        let (boolean, left) = match way {
            Way::Ask { boolean, left } => (boolean, left),
            Way::Walk { titles } => return self.walk(conn, titles.as_deref()),
        };
        let mut found = match left.is_empty() && self.unwanted.is_empty() {
            true => ask(conn, boolean, MOST)?,
            false => ask_and_look(conn, self.setting, boolean)?,
        };
        let is_whole = (found.len() as i64) < MOST;
        found.retain(|hit| left.iter().all(|place| holds(hit, &self.groups[*place])) && self.is_wanted(hit));
        Ok((found, is_whole))
    }

    /// Those among the newest documents, and those with every word in the title; if these are too few, whatever the index of words finds.
    fn walk(&self, conn: &mut Conn, titles: Option<&str>) -> QueryResult<(Vec<Hit>, bool)> {
        let memory = Memory::of(self.setting);
        let recent = memory.recent(conn, self.filters, self.setting)?;
        let mut found = recent.with(self.groups, &self.unwanted, self.total);
        if (recent.len() as i64) < MOST {
            return Ok((found, true));
        }
        let titled = self.titled(conn, &memory, &found, titles)?;
        found.extend(titled);
        if found.len() < TOO_FEW {
            found = ask_and_look(conn, self.setting, &planning::boolean(self.groups.iter(), str::to_owned))?;
            found.retain(|hit| self.is_wanted(hit));
            found.iter_mut().for_each(|hit| hit.score = ranking::counted(&hit.bag, self.groups, self.total));
        }
        Ok((found, false))
    }

    /// Those with every word in the title that are not known yet.
    fn titled(&self, conn: &mut Conn, memory: &Memory, known: &[Hit], titles: Option<&str>) -> QueryResult<Vec<Hit>> {
        let known: HashSet<EntryId> = known.iter().map(|hit| hit.id).collect();
        let left = |facts: &Facts| passes(facts, self.filters, self.setting.zone) && !known.contains(&facts.id);
        let mut titled = match (memory.titled(conn, self.query, self.groups, left, SHOWN, self.setting)?, titles) {
            (Some(titled), _) => titled,
            (None, Some(boolean)) => ask(conn, boolean, MOST)?.into_iter().filter(|hit| left(hit)).collect(),
            (None, None) => Vec::new(),
        };
        // A title with every word says enough: its document need not be read.
        let score = ranking::counted_in_title(self.groups, self.total);
        titled.iter_mut().for_each(|hit| hit.score = score);
        if !self.unwanted.is_empty() {
            let ids: Vec<EntryId> = titled.iter().map(|hit| hit.id).collect();
            let documents = known::documents(conn, self.setting.pages, &ids, self.setting.now)?;
            titled = documents.into_iter().filter(|one| self.is_wanted(one)).map(|of| Hit { of, score }).collect();
        }
        Ok(titled)
    }
}

/// Asks the index of words, which answers in the order of its rank.
fn ask(conn: &mut Conn, boolean: &str, limit: i64) -> QueryResult<Vec<Hit>> {
    let text = "SELECT entry_id, kind, author_id, published_at, topics, head, MATCH (terms) AGAINST (? IN BOOLEAN MODE) + 0e0 \
                FROM search_documents WHERE MATCH (terms) AGAINST (? IN BOOLEAN MODE) LIMIT ?";
    let statement: Statement<(), RowType> = Statement::new(text, ());
    let rows: Vec<Row> = statement.text(boolean).text(boolean).number(limit).load(conn)?;
    let hit = |(id, kind, author, published_at, topics, head, score): Row| {
        let facts = Facts::new(id, kind, author, published_at, &topics);
        Hit { of: Arc::new(Indexed { facts, head, bag: Bag::default() }), score }
    };
    Ok(rows.into_iter().map(hit).collect())
}

/// The same, with the words of each document.
fn ask_and_look(conn: &mut Conn, setting: &Setting<'_>, boolean: &str) -> QueryResult<Vec<Hit>> {
    let ranked = ranked_by_index(conn, boolean, MOST)?;
    let ids: Vec<EntryId> = ranked.iter().map(|(id, _)| *id).collect();
    let ranks: HashMap<EntryId, f64> = ranked.into_iter().collect();
    let documents = known::documents(conn, setting.pages, &ids, setting.now)?;
    let rank = |of: &Indexed| ranks.get(&of.id).copied().unwrap_or(0.0);
    Ok(documents.into_iter().map(|of| Hit { score: rank(&of), of }).collect())
}

/// The keys of what the index of words finds, in the order of its rank, with that rank.
fn ranked_by_index(conn: &mut Conn, boolean: &str, limit: i64) -> QueryResult<Vec<(EntryId, f64)>> {
    let text = "SELECT entry_id, MATCH (terms) AGAINST (? IN BOOLEAN MODE) + 0e0 \
                FROM search_documents WHERE MATCH (terms) AGAINST (? IN BOOLEAN MODE) LIMIT ?";
    let statement: Statement<(), (BigInt, Double)> = Statement::new(text, ());
    statement.text(boolean).text(boolean).number(limit).load(conn)
}

/// The year in which something was published, in the site's time zone.
pub fn year_of(hit: &Facts, zone: Tz) -> i32 {
    zone.from_utc_datetime(&hit.published_at).year()
}

/// Whether a result is left by the filters.
pub(super) fn passes(hit: &Facts, filters: &Filters, zone: Tz) -> bool {
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
