//! Table `mentions_sent`: which other sites are to be told of an entry, and what they answered.

use super::sending::Outcome;
use crate::{
    content::model::{
        entry::{Entry, EntryId},
        link::outside,
        revision::Revision,
    },
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
    },
    schema::{entries, mentions_sent},
    text_enum, typed_id,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{
    dsl::{count_star, exists},
    prelude::*,
};
use reqwest::Url;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};

typed_id!(
    /// Names a mention that was sent, or is to be.
    MentionId
);

text_enum!(
    /// What became of it.
    MentionState {
        /// It is still to be sent.
        Waiting = "waiting",
        /// The other site has taken it.
        Taken = "taken",
        /// The page does not say where mentions are taken.
        Deaf = "deaf",
        /// The other site does not want it.
        Refused = "refused",
        /// Nobody answered, several times.
        Failed = "failed",
        /// The link is gone, and the other site was told.
        Withdrawn = "withdrawn",
    }
);

impl MentionState {
    /// Class and words, for `span.state`.
    pub fn shown(self) -> (&'static str, &'static str) {
        match self {
            MentionState::Waiting => ("is-scheduled", "Waiting"),
            MentionState::Taken => ("is-live", "Taken"),
            MentionState::Deaf => ("is-draft", "Takes none"),
            MentionState::Refused => ("is-bad", "Refused"),
            MentionState::Failed => ("is-bad", "No answer"),
            MentionState::Withdrawn => ("is-draft", "Taken back"),
        }
    }
}

/// Targets of one entry that are told.
const OF_ONE: usize = 100;

/// Mentions that are sent within an hour, to whomever: whoever publishes many entries at once surprises nobody.
pub const AN_HOUR: usize = 60;

/// Hours after which it is tried again when nobody answers; then it is given up.
const AGAIN: [i64; 4] = [1, 4, 12, 48];

/// A mention that is due.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = mentions_sent)]
pub struct Due {
    /// Key.
    pub id: MentionId,
    /// The page of the other site.
    pub target: String,
    /// Its host.
    pub host: String,
    /// Our page.
    pub source: String,
    /// Where it was sent before, or empty.
    pub endpoint: String,
    /// Whether our page still links there.
    pub is_linked: bool,
    /// How often in a row nobody answered.
    pub failures: i32,
}

/// A mention in the list.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = mentions_sent, base_query = mentions_sent::table.inner_join(entries::table))]
pub struct Sent {
    /// Key.
    pub id: MentionId,
    /// The entry that links there.
    pub entry_id: EntryId,
    /// Its title.
    #[diesel(select_expression = entries::title)]
    pub title: String,
    /// The page of the other site.
    pub target: String,
    /// What became of it.
    pub state: MentionState,
    /// What the other site answered.
    pub told: String,
    /// When it was sent, or became necessary, UTC.
    pub tried_at: NaiveDateTime,
    /// When it is sent next.
    pub due_at: Option<NaiveDateTime>,
}

impl Sent {
    /// One page of them, sent last first; those in one state, if given.
    pub fn page(conn: &mut Conn, state: Option<MentionState>, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Sent>> {
        let mut query = Sent::query().limit(limit as i64 + 1).into_boxed();
        if let Some(state) = state {
            query = query.filter(mentions_sent::state.eq(state));
        }
        let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, MentionId::from(cursor.id))));
        query = newest_first!(query, place, mentions_sent::tried_at, mentions_sent::id);
        let cursor = cursor.filter(|_| place.is_some());
        Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &Sent| Cursor::of_time(one.tried_at, one.id.number())))
    }
}

/// How many there are in each state.
pub fn counts(conn: &mut Conn) -> QueryResult<HashMap<MentionState, i64>> {
    let counts = mentions_sent::table.group_by(mentions_sent::state).select((mentions_sent::state, count_star()));
    Ok(counts.load::<(MentionState, i64)>(conn)?.into_iter().collect())
}

/// Whether other sites are told of an entry: where a person wrote what is live, or they were told of it before.
pub fn concerns(conn: &mut Conn, entry: &Entry) -> QueryResult<bool> {
    if let Some(live) = entry.live_revision_id
        && Revision::find(conn, live)?.saved_by_id.is_some()
    {
        return Ok(true);
    }
    diesel::select(exists(mentions_sent::table.filter(mentions_sent::entry_id.eq(entry.id)))).get_result(conn)
}

/// What is known of a mention when its entry changes.
type Known = (MentionId, Vec<u8>, Option<i64>, bool, String);

/// Makes the table say whom to tell of an entry as it is now, and says whether anybody is to be told.
pub fn follow(conn: &mut Conn, id: EntryId, base_url: &str, now: NaiveDateTime) -> QueryResult<bool> {
    let Some(entry) = Entry::query().find(id).for_update().first(conn).optional()? else { return Ok(false) };
    let wanted: BTreeMap<Vec<u8>, Url> = outside::of_entry(conn, id)?
        .into_iter()
        .filter(is_page)
        .take(OF_ONE)
        .map(|url| (Sha256::digest(url.as_str()).to_vec(), url))
        .collect();
    let revision = entry.live_revision_id.map(|revision| revision.number());
    let columns =
        (mentions_sent::id, mentions_sent::target_hash, mentions_sent::revision, mentions_sent::is_linked, mentions_sent::endpoint);
    let known: Vec<Known> = mentions_sent::table.filter(mentions_sent::entry_id.eq(id)).select(columns).load(conn)?;
    let fresh: Vec<&Url> = wanted.iter().filter(|(hash, _)| !known.iter().any(|one| one.1 == **hash)).map(|(_, url)| url).collect();
    add(conn, &entry, &fresh, base_url, now)?;
    let stands = |one: &Known| wanted.contains_key(&one.1);
    let again: Vec<MentionId> = known.iter().filter(|one| stands(one) && (one.2 != revision || !one.3)).map(|one| one.0).collect();
    let (gone, unsent): (Vec<&Known>, Vec<&Known>) = known.iter().filter(|one| !stands(one) && one.3).partition(|one| !one.4.is_empty());
    let (gone, unsent): (Vec<MentionId>, Vec<MentionId>) =
        (gone.iter().map(|one| one.0).collect(), unsent.iter().map(|one| one.0).collect());
    diesel::delete(mentions_sent::table.filter(mentions_sent::id.eq_any(unsent))).execute(conn)?;
    be_due(conn, &again, true, revision, now)?;
    be_due(conn, &gone, false, revision, now)?;
    Ok(!(fresh.is_empty() && again.is_empty() && gone.is_empty()))
}

fn is_page(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn add(conn: &mut Conn, entry: &Entry, urls: &[&Url], base_url: &str, now: NaiveDateTime) -> QueryResult<()> {
    let source = format!("{base_url}{}", entry.address());
    let row = |url: &&Url| {
        (
            mentions_sent::entry_id.eq(entry.id),
            mentions_sent::target_hash.eq(Sha256::digest(url.as_str()).to_vec()),
            mentions_sent::target.eq(url.as_str().to_owned()),
            mentions_sent::host.eq(url.host_str().unwrap_or("").to_owned()),
            mentions_sent::source.eq(source.clone()),
            mentions_sent::state.eq(MentionState::Waiting),
            mentions_sent::revision.eq(entry.live_revision_id.map(|revision| revision.number())),
            mentions_sent::is_linked.eq(true),
            mentions_sent::tried_at.eq(now),
            mentions_sent::due_at.eq(now),
        )
    };
    let rows: Vec<_> = urls.iter().map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    diesel::insert_or_ignore_into(mentions_sent::table).values(rows).execute(conn).map(drop)
}

fn be_due(conn: &mut Conn, ids: &[MentionId], is_linked: bool, revision: Option<i64>, now: NaiveDateTime) -> QueryResult<()> {
    let set = (
        mentions_sent::state.eq(MentionState::Waiting),
        mentions_sent::is_linked.eq(is_linked),
        mentions_sent::revision.eq(revision),
        mentions_sent::failures.eq(0),
        mentions_sent::due_at.eq(now),
    );
    diesel::update(mentions_sent::table.filter(mentions_sent::id.eq_any(ids.to_vec()))).set(set).execute(conn).map(drop)
}

/// The next that are due, one of each host, so that nobody is asked by many at once.
pub fn due(conn: &mut Conn, now: NaiveDateTime, most: usize) -> QueryResult<Vec<Due>> {
    let next = Due::query().filter(mentions_sent::due_at.le(now)).order((mentions_sent::due_at, mentions_sent::id)).limit(500);
    let (rows, mut hosts): (Vec<Due>, _) = (next.load(conn)?, BTreeSet::new());
    Ok(rows.into_iter().filter(|one| hosts.insert(one.host.clone())).take(most).collect())
}

/// How many may be sent now, of [`AN_HOUR`]; and if none, when the next one may.
pub fn room(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<(usize, Option<NaiveDateTime>)> {
    let hour = TimeDelta::hours(1);
    // What was tried has an answer beside it.
    let tried = mentions_sent::table.filter(mentions_sent::tried_at.gt(now - hour)).filter(mentions_sent::told.ne(""));
    let tried = tried.order((mentions_sent::tried_at.desc(), mentions_sent::id.desc())).limit(AN_HOUR as i64);
    let tried: Vec<NaiveDateTime> = tried.select(mentions_sent::tried_at).load(conn)?;
    let left = AN_HOUR.saturating_sub(tried.len());
    Ok((left, tried.last().filter(|_| left == 0).map(|oldest| *oldest + hour)))
}

/// When the next one is due, of those that wait.
pub fn next_due(conn: &mut Conn) -> QueryResult<Option<NaiveDateTime>> {
    mentions_sent::table.filter(mentions_sent::due_at.is_not_null()).select(diesel::dsl::min(mentions_sent::due_at)).first(conn)
}

/// Writes down what became of it.
pub fn note(conn: &mut Conn, one: &Due, outcome: &Outcome, now: NaiveDateTime) -> QueryResult<()> {
    let (endpoint, told) = (outcome.endpoint(), outcome.told());
    let (state, failures, due_at) = match outcome {
        Outcome::Taken { .. } if one.is_linked => (MentionState::Taken, 0, None),
        Outcome::Taken { .. } => (MentionState::Withdrawn, 0, None),
        Outcome::Deaf if one.is_linked => (MentionState::Deaf, 0, None),
        Outcome::Deaf => (MentionState::Withdrawn, 0, None),
        Outcome::Refused { .. } => (MentionState::Refused, 0, None),
        Outcome::Silent { .. } => match usize::try_from(one.failures).ok().and_then(|many| AGAIN.get(many)) {
            Some(hours) => (MentionState::Waiting, one.failures + 1, Some(now + TimeDelta::hours(*hours))),
            None => (MentionState::Failed, one.failures + 1, None),
        },
    };
    let set = (
        mentions_sent::state.eq(state),
        mentions_sent::endpoint.eq(if endpoint.is_empty() { one.endpoint.as_str() } else { endpoint }),
        mentions_sent::told.eq(told.chars().take(500).collect::<String>()),
        mentions_sent::failures.eq(failures),
        mentions_sent::tried_at.eq(now),
        mentions_sent::due_at.eq(due_at),
    );
    // Where the entry has changed meanwhile, it stays due.
    let same = mentions_sent::table.find(one.id).filter(mentions_sent::is_linked.eq(one.is_linked)).filter(mentions_sent::due_at.le(now));
    diesel::update(same).set(set).execute(conn).map(drop)
}

/// Lets one be sent again at once: somebody has asked for it.
pub fn send_again(conn: &mut Conn, id: MentionId, now: NaiveDateTime) -> QueryResult<bool> {
    let set = (mentions_sent::state.eq(MentionState::Waiting), mentions_sent::failures.eq(0), mentions_sent::due_at.eq(now));
    Ok(diesel::update(mentions_sent::table.find(id)).set(set).execute(conn)? > 0)
}
