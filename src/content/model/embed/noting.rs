//! What is asked next, and what became of it.

use super::{
    EmbedId, EmbedState,
    provider::{Allowed, Providers},
};
use crate::{
    content::embed::{
        answer::Told,
        asking::Found,
        jobs::{Fetch, Show},
        picture::Thumbnail,
    },
    db::Conn,
    jobs::Job,
    schema::embeds,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

/// Addresses of one provider that are asked about at a time: so many within ten seconds, whatever is published or imported.
pub const AT_A_TIME: i64 = 5;

/// Days after which a provider is asked again, and as many more as keep what was asked on one day from being asked on one day again.
const FRESH: i64 = 28;
const SPREAD: i64 = 7;

/// Hours after which it is asked again when there was no answer of use; then it has failed, and is asked once a week.
const AGAIN: [i64; 4] = [1, 6, 24, 72];

/// An address that is due.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = embeds)]
pub struct Due {
    /// Key.
    pub id: EmbedId,
    /// The whole address.
    pub address: String,
    /// Who is asked.
    pub provider: String,
}

/// Minutes for which those that are taken are nobody else's: a job that dies with them has them asked again.
const TAKEN: i64 = 15;

/// Takes the next that are due, a few of each provider, with that provider; and whether there may be more.
pub fn take(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<(Vec<(Due, Allowed)>, bool)> {
    let (mut all, mut are_more) = (Vec::new(), false);
    for provider in Providers::load(conn)?.all() {
        let next = Due::query().filter(embeds::provider.eq(&provider.key)).filter(embeds::due_at.le(now));
        let next: Vec<Due> = next.order((embeds::due_at, embeds::id)).limit(AT_A_TIME).for_update().skip_locked().load(conn)?;
        are_more |= next.len() as i64 == AT_A_TIME;
        all.extend(next.into_iter().map(|due| (due, provider.clone())));
    }
    let ids: Vec<EmbedId> = all.iter().map(|(due, _)| due.id).collect();
    let taken = embeds::table.filter(embeds::id.eq_any(ids));
    diesel::update(taken).set(embeds::due_at.eq(now + TimeDelta::minutes(TAKEN))).execute(conn)?;
    Ok((all, are_more))
}

/// A row as it is when an answer comes.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = embeds)]
struct Before {
    id: EmbedId,
    provider: String,
    state: EmbedState,
    kind: String,
    title: String,
    author: String,
    provider_name: String,
    picture_key: String,
    failures: i32,
    fetched_at: Option<NaiveDateTime>,
}

/// Writes down what was found; where something else is to be shown, entries are made anew by a job. Says whether the row was there, and
/// still of this provider.
pub fn note(conn: &mut Conn, one: &Due, provider: &Allowed, found: &Found, now: NaiveDateTime) -> QueryResult<bool> {
    let Some(before) = Before::query().find(one.id).for_update().first(conn).optional()? else { return Ok(false) };
    if before.provider != one.provider {
        return Ok(false);
    }
    match found {
        Found::Told(told, picture) => tell(conn, &before, told, picture.as_ref(), &provider.name, now)?,
        Found::Gone(status) => {
            let told = format!("The provider says that nothing is there for everybody ({status}).");
            set_aside(conn, &before, EmbedState::Gone, &told, 0, again_in_weeks(before.id, now), now)?;
        }
        Found::Nothing(why) => {
            let (state, due_at) = match usize::try_from(before.failures).ok().and_then(|many| AGAIN.get(many)) {
                Some(hours) => (before.state, now + TimeDelta::hours(*hours)),
                None => (EmbedState::Failed, now + TimeDelta::days(7)),
            };
            set_aside(conn, &before, state, why, before.failures.saturating_add(1), due_at, now)?;
        }
    }
    Ok(true)
}

fn again_in_weeks(id: EmbedId, now: NaiveDateTime) -> NaiveDateTime {
    now + TimeDelta::days(FRESH + id.number().rem_euclid(SPREAD))
}

/// A picture that could not be had does not take away the one before.
fn tell(
    conn: &mut Conn,
    before: &Before,
    told: &Told,
    picture: Result<&Option<Thumbnail>, &String>,
    provider: &str,
    now: NaiveDateTime,
) -> QueryResult<()> {
    let name = if told.provider.is_empty() { provider } else { &told.provider };
    let note = picture.err().map(|why| format!("It is shown without its picture. {why}")).unwrap_or_default();
    let key = match picture {
        Ok(picture) => picture.as_ref().map(Thumbnail::key).unwrap_or_default(),
        Err(_) => before.picture_key.clone(),
    };
    let words = (
        embeds::kind.eq(told.kind),
        embeds::title.eq(&told.title),
        embeds::author.eq(&told.author),
        embeds::provider_name.eq(name),
        embeds::picture_key.eq(&key),
        embeds::fetched_at.eq(now),
    );
    diesel::update(embeds::table.find(before.id)).set(words).execute(conn)?;
    if let Ok(Some(picture)) = picture {
        let size = (embeds::picture_width.eq(picture.width as i32), embeds::picture_height.eq(picture.height as i32));
        diesel::update(embeds::table.find(before.id)).set(size).execute(conn)?;
    }
    let shown = [&before.kind, &before.title, &before.author, &before.provider_name, &before.picture_key];
    let is_same = shown == [told.kind, &told.title, &told.author, name, &key] && before.fetched_at.is_some();
    set_aside(conn, before, EmbedState::Known, &note, 0, again_in_weeks(before.id, now), now)?;
    if is_same { Ok(()) } else { Show { embed: before.id, after: 0.into() }.enqueue(conn, now) }
}

/// Writes down when it is asked next, and what is to be said until then.
fn set_aside(
    conn: &mut Conn,
    before: &Before,
    state: EmbedState,
    told: &str,
    failures: i32,
    due_at: NaiveDateTime,
    now: NaiveDateTime,
) -> QueryResult<()> {
    let set = (
        embeds::state.eq(state),
        embeds::told.eq(told.chars().take(500).collect::<String>()),
        embeds::failures.eq(failures),
        embeds::asked_at.eq(now),
        embeds::due_at.eq(due_at),
    );
    diesel::update(embeds::table.find(before.id)).set(set).execute(conn).map(drop)
}

/// Has one asked again at once: somebody has asked for it. Says whether there is such a one that may be asked.
pub fn ask_again(conn: &mut Conn, id: EmbedId, now: NaiveDateTime) -> QueryResult<bool> {
    let is_known = embeds::table.find(id).filter(embeds::provider.ne("")).select(embeds::fetched_at.is_not_null());
    let Some(is_known) = is_known.for_update().first::<bool>(conn).optional()? else { return Ok(false) };
    let state = if is_known { EmbedState::Known } else { EmbedState::Waiting };
    let set = (embeds::state.eq(state), embeds::failures.eq(0), embeds::due_at.eq(now));
    diesel::update(embeds::table.find(id)).set(set).execute(conn)?;
    Fetch::soon(conn, now)?;
    Ok(true)
}
