//! Markdown made into what visitors read: once, when a revision is applied, and again when the renderer has changed, or a picture
//! that stands in it, or what is known of a link alone in a paragraph.

use super::{
    embed,
    entry::EntryId,
    link::{self, Target, target},
    revision::{Revision, RevisionId},
    shown,
    snippet::{self, Reading, uses},
};
use crate::{
    db::Conn,
    journal::{Actor, Change},
    markup::{self, RENDERER, Rendered, reading_minutes},
    media::{
        model::{picture::Picture, uses::settled},
        pixels::Crop,
    },
    schema::{entries, revisions},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// What a text becomes on this site: rendered with its snippets, its pictures with what the library knows of them, links that stand
/// alone as cards. To be looked at.
///
/// `above` is the address of the picture above the text, or empty: then the first one of the text is hurried.
pub fn render(conn: &mut Conn, markdown: &str, above: &str) -> QueryResult<Rendered> {
    render_as(conn, markdown, above, Reading::Plain)
}

/// The same, to be stored: no snippet and no card changes until the transaction ends.
pub fn to_store(conn: &mut Conn, markdown: &str, above: &str) -> QueryResult<Rendered> {
    render_as(conn, markdown, above, Reading::Locked)
}

fn render_as(conn: &mut Conn, markdown: &str, above: &str, reading: Reading) -> QueryResult<Rendered> {
    let snippets = snippet::bodies(conn, &markup::snippet_names(markdown), reading)?;
    let rendered = markup::render_with(markdown, &snippets);
    let cards = embed::cards(conn, &rendered.embeds, reading)?;
    let rendered = rendered.with_cards(&cards);
    let addresses = rendered.links.iter().filter(|link| link.image).filter_map(|link| match target(&link.address) {
        Target::File(path) => Some(path),
        _ => None,
    });
    let addresses: HashSet<&str> = addresses.collect();
    let known = Picture::at_all(conn, &addresses.into_iter().collect::<Vec<_>>())?;
    let known: HashMap<String, markup::Picture> =
        known.into_iter().map(|(address, picture)| (address, picture.shown(Crop::Whole))).collect();
    let survey = if known.is_empty() { markup::Survey::default() } else { markup::survey(markdown) };
    let decorative = survey.pictures.iter().filter(|picture| picture.alt.as_deref() == Some("")).map(|picture| picture.address.as_str());
    let first = above.is_empty();
    Ok(if known.is_empty() && !first { rendered } else { rendered.with_pictures(&known, &decorative.collect(), first) })
}

/// Writes what a revision points to, which snippets it calls for and which links stand alone in it, and which files are used after
/// that; `keep` is the other one of the live and the newest.
pub(super) fn write_graph(
    conn: &mut Conn,
    entry: EntryId,
    revision: RevisionId,
    keep: Option<RevisionId>,
    rendered: &Rendered,
    now: NaiveDateTime,
) -> QueryResult<()> {
    settled(conn, entry.number(), |conn| write_graph_unsettled(conn, entry, revision, keep, rendered, now))
}

/// The same where the caller settles which files are used.
pub(super) fn write_graph_unsettled(
    conn: &mut Conn,
    entry: EntryId,
    revision: RevisionId,
    keep: Option<RevisionId>,
    rendered: &Rendered,
    now: NaiveDateTime,
) -> QueryResult<()> {
    link::write(conn, entry, revision, keep, &rendered.links)?;
    uses::write(conn, entry, revision, keep, &rendered.snippets)?;
    embed::uses::write(conn, entry, revision, keep, &rendered.embeds, now)
}

/// Entries that one run of the job renders anew.
const BATCH: i64 = 100;

/// Renders up to 100 entries that an older renderer made, and says how many it found.
pub fn catch_up(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    let old = entries::table.filter(entries::renderer.lt(RENDERER)).order((entries::renderer, entries::id)).select(entries::id);
    let old: Vec<EntryId> = old.limit(BATCH).load(conn)?;
    render_anew(conn, &old, &json!({ "renderer": RENDERER }), now)?;
    Ok(old.len())
}

/// An entry, its live revision and its newest one, its words and what it was rendered to.
type Old = (EntryId, Option<RevisionId>, Option<RevisionId>, i32, String);

/// Renders these entries, and says how many texts have become others, and which cached pages show them.
pub fn renew(conn: &mut Conn, ids: &[EntryId], now: NaiveDateTime) -> QueryResult<(usize, Vec<String>)> {
    let columns = (entries::id, entries::live_revision_id, entries::latest_revision_id, entries::words, entries::body_html);
    let old: Vec<Old> = entries::table.filter(entries::id.eq_any(ids)).order(entries::id).select(columns).for_update().load(conn)?;
    let wanted: Vec<RevisionId> = old.iter().filter_map(|(_, live, latest, ..)| live.or(*latest)).collect();
    let sources: Vec<Revision> = Revision::query().filter(revisions::id.eq_any(wanted)).load(conn)?;
    let (mut cache_tags, mut changed) = (Vec::new(), 0);
    for (id, live, latest, words, html) in &old {
        let source = sources.iter().find(|revision| Some(revision.id) == live.or(*latest)).map(Revision::draft);
        let rendered = source.map(|draft| to_store(conn, &draft.body, &draft.image_url)).transpose()?.unwrap_or_default();
        let set = (
            entries::body_html.eq(rendered.html.as_str()),
            entries::contents.eq(serde_json::to_string(&rendered.headings).unwrap_or_else(|_| "[]".to_owned())),
            entries::words.eq(rendered.words as i32),
            entries::renderer.eq(RENDERER),
        );
        diesel::update(entries::table.find(id)).set(set).execute(conn)?;
        if let Some(revision) = live.or(*latest) {
            embed::uses::add(conn, *id, revision, &rendered.embeds, now)?; // an older renderer did not tell of them
        }
        let takes_as_long = reading_minutes(rendered.words) == reading_minutes((*words).max(0) as u32);
        if rendered.html.as_str() != html || !takes_as_long {
            changed += 1;
            cache_tags.extend(live.map(|_| if takes_as_long { shown::own_page(*id) } else { shown::entry(*id) }));
        }
    }
    Ok((changed, cache_tags))
}

/// The same, with a row in the journal.
pub fn render_anew(conn: &mut Conn, ids: &[EntryId], why: &Value, now: NaiveDateTime) -> QueryResult<()> {
    let (changed, cache_tags) = renew(conn, ids, now)?;
    if changed == 0 {
        return Ok(());
    }
    let mut detail = why.clone();
    detail["count"] = json!(changed);
    let change = Change { kind: "entries.rendered", subject: "entries", key: 0, label: "", detail, cache_tags };
    change.record(conn, &Actor::default(), now)
}
