//! Markdown made into what visitors read: once, when a revision is applied, and again when the renderer has changed.

use super::{
    entry::EntryId,
    file, link,
    revision::{Revision, RevisionId},
    shown,
    snippet::{self, Reading, uses},
};
use crate::{
    db::Conn,
    journal::{Actor, Change},
    markup::{self, RENDERER, Rendered},
    schema::{entries, revisions},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// What a text becomes on this site: rendered with its snippets, its own pictures with their sizes. To be looked at.
pub fn render(conn: &mut Conn, markdown: &str) -> QueryResult<Rendered> {
    render_as(conn, markdown, Reading::Plain)
}

/// The same, to be stored: no snippet changes until the transaction ends.
pub fn to_store(conn: &mut Conn, markdown: &str) -> QueryResult<Rendered> {
    render_as(conn, markdown, Reading::Locked)
}

fn render_as(conn: &mut Conn, markdown: &str, reading: Reading) -> QueryResult<Rendered> {
    let snippets = snippet::bodies(conn, &markup::snippet_names(markdown), reading)?;
    let rendered = markup::render_with(markdown, &snippets);
    let pictures: Vec<&str> = rendered.links.iter().filter(|link| link.image).map(|link| link.address.as_str()).collect();
    let sizes = file::sizes(conn, &pictures)?;
    Ok(if sizes.is_empty() { rendered } else { rendered.with_sizes(&sizes) })
}

/// Writes what a revision points to and which snippets it calls for; `keep` is the other one of the live and the newest.
pub(super) fn write_graph(
    conn: &mut Conn,
    entry: EntryId,
    revision: RevisionId,
    keep: Option<RevisionId>,
    rendered: &Rendered,
) -> QueryResult<()> {
    link::write(conn, entry, revision, keep, &rendered.links)?;
    uses::write(conn, entry, revision, keep, &rendered.snippets)
}

/// Entries that one run of the job renders anew.
const BATCH: i64 = 100;

/// Renders up to 100 entries that an older renderer made, and says how many it found.
pub fn catch_up(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    let old: Vec<(EntryId, Option<RevisionId>, Option<RevisionId>)> = entries::table
        .filter(entries::renderer.lt(RENDERER))
        .order((entries::renderer, entries::id))
        .select((entries::id, entries::live_revision_id, entries::latest_revision_id))
        .limit(BATCH)
        .load(conn)?;
    let wanted: Vec<RevisionId> = old.iter().filter_map(|(_, live, latest)| live.or(*latest)).collect();
    let sources: Vec<Revision> = Revision::query().filter(revisions::id.eq_any(wanted)).load(conn)?;
    let mut cache_tags = Vec::new();
    for (id, live, latest) in &old {
        let body =
            sources.iter().find(|revision| Some(revision.id) == live.or(*latest)).map(|revision| revision.draft().body).unwrap_or_default();
        let rendered = to_store(conn, &body)?;
        let set = (
            entries::body_html.eq(rendered.html.as_str()),
            entries::contents.eq(serde_json::to_string(&rendered.headings).unwrap_or_else(|_| "[]".to_owned())),
            entries::words.eq(rendered.words as i32),
            entries::renderer.eq(RENDERER),
        );
        diesel::update(entries::table.find(id)).set(set).execute(conn)?;
        cache_tags.push(shown::entry(*id));
    }
    if !old.is_empty() {
        let change = Change {
            kind: "entries.rendered",
            subject: "entries",
            key: 0,
            label: "",
            detail: json!({ "count": old.len(), "renderer": RENDERER }),
            cache_tags,
        };
        change.record(conn, &Actor::default(), now)?;
    }
    Ok(old.len())
}
