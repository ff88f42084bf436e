//! Who may be asked about addresses: the providers that the program knows, as far as the settings say, and the site's own.
//!
//! Table `embed_providers`. When that changes, a job looks at every address again ([`step`]).

use super::{EmbedId, EmbedState};
use crate::{
    content::embed::{
        jobs::{Fetch, Match, Show},
        pattern::Pattern,
        shipped,
    },
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    jobs::Job,
    journal::{Actor, Change},
    schema::{embed_providers, embeds},
    site::{SiteSettings, embeds::Embeds},
    typed_id,
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError},
};
use reqwest::Url;
use serde_json::json;

typed_id!(
    /// Names a provider of the site's own.
    ProviderId
);

/// The most that a site has.
pub const MOST: i64 = 100;

/// A provider of the site's own.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = embed_providers)]
pub struct Provider {
    /// Key.
    pub id: ProviderId,
    /// Its name.
    pub name: String,
    /// Patterns of the addresses that it knows, one a line.
    pub patterns: String,
    /// Where it is asked.
    pub endpoint: String,
}

/// One as somebody wants it; every pattern can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProvider {
    /// Its name.
    pub name: String,
    /// Patterns, one a line.
    pub patterns: String,
    /// Where it is asked.
    pub endpoint: String,
}

impl Provider {
    /// The provider with this key.
    pub fn find(conn: &mut Conn, id: ProviderId) -> QueryResult<Provider> {
        Provider::query().find(id).first(conn)
    }

    /// All of them, from A to Z.
    pub fn all(conn: &mut Conn) -> QueryResult<Vec<Provider>> {
        Provider::query().order((embed_providers::name, embed_providers::id)).limit(MOST).load(conn)
    }

    /// What rows call it by.
    pub fn key(&self) -> String {
        key(self.id)
    }
}

fn key(id: ProviderId) -> String {
    format!("own:{id}")
}

/// A provider that may be asked.
#[derive(Debug, Clone)]
pub struct Allowed {
    /// What rows call it by.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Where it is asked.
    pub endpoint: String,
    patterns: Vec<Pattern>,
}

/// All who may be asked; the site's own come first.
#[derive(Debug, Clone, Default)]
pub struct Providers(Vec<Allowed>);

impl Providers {
    /// As the settings say; two queries.
    pub fn load(conn: &mut Conn) -> QueryResult<Providers> {
        let chosen = SiteSettings::load(conn)?.embeds;
        if !chosen.on {
            return Ok(Providers::default());
        }
        Ok(Providers::of_all(&chosen, &Provider::all(conn)?))
    }

    fn of_all(chosen: &Embeds, own: &[Provider]) -> Providers {
        let own = own.iter().map(|one| Allowed {
            key: one.key(),
            name: one.name.clone(),
            endpoint: one.endpoint.clone(),
            patterns: one.patterns.lines().filter_map(|line| Pattern::parse(line.trim()).ok()).collect(),
        });
        let shipped = shipped::ALL.iter().filter(|one| !chosen.without.iter().any(|key| key == one.key)).map(|one| Allowed {
            key: one.key.to_owned(),
            name: one.name.to_owned(),
            endpoint: one.endpoint.to_owned(),
            patterns: one.patterns().collect(),
        });
        Providers(own.chain(shipped).collect())
    }

    /// Who knows this address.
    pub fn of(&self, address: &str) -> Option<&Allowed> {
        let url = Url::parse(address).ok()?;
        self.0.iter().find(|one| one.patterns.iter().any(|pattern| pattern.takes(&url)))
    }

    /// All of them.
    pub fn all(&self) -> &[Allowed] {
        &self.0
    }
}

/// Chooses who is asked of those that the program knows. Says whether anything changed.
pub fn choose(conn: &mut Conn, chosen: &Embeds, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let site = SiteSettings { embeds: chosen.clone(), ..SiteSettings::load(conn)? };
    let changed = site.save_as("embeds.changed", conn, actor, now)?;
    if changed {
        look_again(conn, now)?;
    }
    Ok(changed)
}

/// Makes a provider of the site's own.
pub fn create(conn: &mut Conn, new: &NewProvider, actor: &Actor, now: NaiveDateTime) -> AppResult<ProviderId> {
    if embed_providers::table.count().get_result::<i64>(conn)? >= MOST {
        return Err(AppError::Conflict("There are 100 providers already. Delete one first."));
    }
    let row = (
        embed_providers::name.eq(&new.name),
        embed_providers::patterns.eq(&new.patterns),
        embed_providers::endpoint.eq(&new.endpoint),
        embed_providers::created_at.eq(now),
        embed_providers::changed_at.eq(now),
    );
    diesel::insert_into(embed_providers::table).values(row).execute(conn).map_err(is_taken)?;
    let id: ProviderId = diesel::select(last_insert_id()).get_result(conn)?;
    record(conn, "embed_provider.created", id, new, actor, now)?;
    look_again(conn, now)?;
    Ok(id)
}

/// Changes one, and has everything asked again that it knows.
pub fn change(conn: &mut Conn, id: ProviderId, new: &NewProvider, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let _: Provider = Provider::query().find(id).for_update().first(conn)?;
    let set = (
        embed_providers::name.eq(&new.name),
        embed_providers::patterns.eq(&new.patterns),
        embed_providers::endpoint.eq(&new.endpoint),
        embed_providers::changed_at.eq(now),
    );
    diesel::update(embed_providers::table.find(id)).set(set).execute(conn).map_err(is_taken)?;
    let its = embeds::table.filter(embeds::provider.eq(key(id)));
    diesel::update(its).set((embeds::due_at.eq(now), embeds::failures.eq(0))).execute(conn)?;
    record(conn, "embed_provider.changed", id, new, actor, now)?;
    look_again(conn, now)
}

/// Deletes one; what it has told is a plain link again.
pub fn delete(conn: &mut Conn, id: ProviderId, actor: &Actor, now: NaiveDateTime) -> AppResult<Provider> {
    let gone: Provider = Provider::query().find(id).for_update().first(conn)?;
    diesel::delete(embed_providers::table.find(id)).execute(conn)?;
    let was = NewProvider { name: gone.name.clone(), patterns: gone.patterns.clone(), endpoint: gone.endpoint.clone() };
    record(conn, "embed_provider.deleted", id, &was, actor, now)?;
    look_again(conn, now)?;
    Ok(gone)
}

fn is_taken(error: diesel::result::Error) -> AppError {
    match error {
        DatabaseError(UniqueViolation, _) => {
            AppError::invalid("name", "There is already a provider of this name. Change that one, or choose another name.")
        }
        other => other.into(),
    }
}

fn record(conn: &mut Conn, kind: &'static str, id: ProviderId, one: &NewProvider, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let detail = json!({ "patterns": one.patterns, "endpoint": one.endpoint });
    let change = Change { kind, subject: "embed_provider", key: id.number(), label: &one.name, detail, cache_tags: Vec::new() };
    Ok(change.record(conn, actor, now)?)
}

fn look_again(conn: &mut Conn, now: NaiveDateTime) -> AppResult<()> {
    Ok(Match { after: 0.into() }.enqueue(conn, now)?)
}

/// Addresses that one transaction looks at.
const BATCH: i64 = 200;

/// Looks at the next addresses after one of them: who is asked about each from now on. Says behind which one to go on. Entries that
/// show a card of what nobody may be asked about any more are made anew.
pub fn step(conn: &mut Conn, after: EmbedId, now: NaiveDateTime) -> QueryResult<Option<EmbedId>> {
    let providers = Providers::load(conn)?;
    let columns = (embeds::id, embeds::address, embeds::provider, embeds::fetched_at.is_not_null());
    let next = embeds::table.filter(embeds::id.gt(after)).order(embeds::id).limit(BATCH).select(columns).for_update();
    let rows: Vec<(EmbedId, String, String, bool)> = next.load(conn)?;
    for (id, address, before, is_known) in &rows {
        let after = providers.of(address).map(|one| one.key.as_str()).unwrap_or_default();
        if after == before {
            continue;
        }
        let (state, due_at) = match (after, is_known) {
            ("", _) => (EmbedState::Unlisted, None),
            (_, true) => (EmbedState::Known, Some(now)),
            (_, false) => (EmbedState::Waiting, Some(now)),
        };
        let set = (embeds::provider.eq(after), embeds::state.eq(state), embeds::failures.eq(0), embeds::due_at.eq(due_at));
        diesel::update(embeds::table.find(id)).set(set).execute(conn)?;
        if *is_known && after.is_empty() != before.is_empty() {
            Show { embed: *id, after: 0.into() }.enqueue(conn, now)?;
        }
    }
    if rows.len() < BATCH as usize {
        Fetch::soon(conn, now)?;
        return Ok(None);
    }
    Ok(rows.last().map(|row| row.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(patterns: &str) -> Provider {
        Provider {
            id: 7.into(),
            name: "Ours".to_owned(),
            patterns: patterns.to_owned(),
            endpoint: "https://ours.example/oembed".to_owned(),
        }
    }

    #[test]
    fn the_own_come_before_those_that_the_program_knows() {
        let known = |chosen: &Embeds, own: &[Provider]| Providers::of_all(chosen, own).of("https://vimeo.com/1").map(|one| one.key.clone());
        let without = Embeds { without: vec!["vimeo".to_owned()], ..Embeds::default() };
        assert_eq!(known(&Embeds::default(), &[]).as_deref(), Some("vimeo"));
        assert_eq!(known(&Embeds::default(), &[own("https://a.example/*\n https://vimeo.com/* ")]).as_deref(), Some("own:7"));
        assert_eq!(known(&without, &[own("nonsense")]), None);
        assert!(Providers::of_all(&Embeds::default(), &[]).of("no address").is_none());
    }
}
