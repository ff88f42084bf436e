//! Links that stand alone in a paragraph, and what their providers have told of them (oEmbed).
//!
//! Tables `embeds` (an address, whatever entries show it), `entry_embeds` (which addresses the live and the newest revision of each
//! entry have) and `embed_providers` (who is asked beside those that the program knows). What must hold: where an entry shows a plain
//! link although something is known of it, a job is on its way that makes it anew ([`uses`]); a card is shown only of what the site
//! allows ([`provider`]). What a provider answers is written by [`noting`].

pub mod listed;
pub mod noting;
pub mod provider;
pub mod sweep;
pub mod uses;

use super::snippet::Reading;
use crate::{
    content::embed::{jobs::Fetch, picture},
    db::{Conn, statement::Statement},
    markup::{Card, CardKind, CardPicture},
    schema::embeds,
    text_enum, typed_id,
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{Integer, Text},
};
use provider::Providers;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};

typed_id!(
    /// Names an address that stands alone somewhere.
    EmbedId
);

text_enum!(
    /// What is known of an address.
    EmbedState {
        /// Nobody whom the site allows knows such addresses.
        Unlisted = "unlisted",
        /// Its provider is still to be asked.
        Waiting = "waiting",
        /// The provider has told what is there.
        Known = "known",
        /// The provider says that nothing is there, or not for everybody. What was known before is still shown.
        Gone = "gone",
        /// There was no answer of use, several times.
        Failed = "failed",
    }
);

/// The key of a row: of one address there is one row.
fn hash(address: &str) -> Vec<u8> {
    Sha256::digest(address).to_vec()
}

/// What is shown of an address: its kind, title, author, provider, and the picture with its size.
type Shown = (String, String, String, String, String, String, i32, i32);
type ShownType = (Text, Text, Text, Text, Text, Text, Integer, Integer);

const SHOWN: &str = "SELECT address, kind, title, author, provider_name, picture_key, picture_width, picture_height FROM embeds \
     WHERE id IN ({in}) AND provider <> '' AND fetched_at IS NOT NULL";

/// The cards of these addresses, as far as something is known of them.
///
/// Read under lock, none of them changes until the transaction ends; one that another transaction puts there meanwhile is told by
/// [`uses::write`].
pub fn cards(conn: &mut Conn, addresses: &[String], reading: Reading) -> QueryResult<HashMap<String, Card>> {
    if addresses.is_empty() {
        return Ok(HashMap::new());
    }
    let hashes: Vec<Vec<u8>> = addresses.iter().map(|address| hash(address)).collect();
    let ids: Vec<EmbedId> = embeds::table.filter(embeds::address_hash.eq_any(hashes)).order(embeds::id).select(embeds::id).load(conn)?;
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let lock = if reading == Reading::Locked { " LOCK IN SHARE MODE" } else { "" };
    let text = SHOWN.replace("{in}", &vec!["?"; ids.len()].join(", ")) + lock;
    let statement: Statement<(), ShownType> = Statement::new(text, ());
    let rows: Vec<Shown> = ids.iter().fold(statement, |statement, id| statement.number(id.number())).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.0.clone(), card(row))).collect())
}

fn card((_, kind, title, author, provider, picture_key, width, height): Shown) -> Card {
    let kind = match kind.as_str() {
        "video" => CardKind::Video,
        "photo" => CardKind::Photo,
        _ => CardKind::Page,
    };
    let side = |side: i32| u32::try_from(side).unwrap_or(0);
    let picture =
        (!picture_key.is_empty()).then(|| CardPicture { url: picture::url(&picture_key), width: side(width), height: side(height) });
    Card { kind, title, author, provider, picture }
}

/// Those of these addresses about which somebody is asked.
pub fn asked(conn: &mut Conn, addresses: &[String]) -> QueryResult<HashSet<String>> {
    if addresses.is_empty() {
        return Ok(HashSet::new());
    }
    let providers = Providers::load(conn)?;
    Ok(addresses.iter().filter(|address| providers.of(address).is_some()).cloned().collect())
}

/// The rows of these addresses, made where there are none; and whether another transaction has made one meanwhile, which whoever
/// renders has not seen. What is new is asked for by a job.
fn ensure(conn: &mut Conn, addresses: &[String], now: NaiveDateTime) -> QueryResult<(Vec<EmbedId>, bool)> {
    let mut fresh: BTreeMap<Vec<u8>, &String> = addresses.iter().map(|address| (hash(address), address)).collect();
    let columns = (embeds::address_hash, embeds::id);
    let known = embeds::table.filter(embeds::address_hash.eq_any(fresh.keys().cloned().collect::<Vec<_>>())).select(columns);
    let known: Vec<(Vec<u8>, EmbedId)> = known.load(conn)?;
    fresh.retain(|hash, _| !known.iter().any(|(there, _)| there == hash));
    let mut ids: Vec<EmbedId> = known.into_iter().map(|(_, id)| id).collect();
    if fresh.is_empty() {
        return Ok((ids, false));
    }
    let added = add(conn, &fresh, now)?;
    // Read under lock, as it is now: somebody else may have added one since this transaction began.
    let hashes: Vec<Vec<u8>> = fresh.keys().cloned().collect();
    let new: Vec<EmbedId> = embeds::table.filter(embeds::address_hash.eq_any(hashes)).select(embeds::id).for_update().load(conn)?;
    ids.extend(new);
    Ok((ids, added < fresh.len()))
}

/// Adds addresses of which there is no row, and says how many were.
fn add(conn: &mut Conn, fresh: &BTreeMap<Vec<u8>, &String>, now: NaiveDateTime) -> QueryResult<usize> {
    let providers = Providers::load(conn)?;
    let row = |(hash, address): (&Vec<u8>, &&String)| {
        let provider = providers.of(address);
        (
            embeds::address_hash.eq(hash.clone()),
            embeds::address.eq((*address).clone()),
            embeds::provider.eq(provider.map_or_else(String::new, |provider| provider.key.clone())),
            embeds::state.eq(if provider.is_some() { EmbedState::Waiting } else { EmbedState::Unlisted }),
            embeds::created_at.eq(now),
            embeds::due_at.eq(provider.map(|_| now)),
        )
    };
    let rows: Vec<_> = fresh.iter().map(row).collect();
    if fresh.values().any(|address| providers.of(address).is_some()) {
        Fetch::soon(conn, now)?;
    }
    diesel::insert_or_ignore_into(embeds::table).values(rows).execute(conn)
}
