//! Revisions: what was saved. The words are never changed afterwards; a name and a note may be given later.
//!
//! What keeps a revision from being replaced or deleted is told in [`kept`]; old ones are deleted by [`prune`].

mod kept;
mod listed;
mod prune;

pub use kept::{Kept, is_kept, reasons};
pub use listed::Listed;
pub use prune::{Pruned, prune};

use super::{
    category::CategoryId,
    diff,
    entry::{Entry, EntryId},
    series::SeriesId,
};
use crate::{
    db::{Conn, last_insert_id, statement::Statement},
    error::AppResult,
    journal::{Actor, Change},
    schema::{entries, revisions, users},
    typed_id,
    web::person::UserId,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

typed_id!(
    /// Names a revision.
    RevisionId
);

/// What an author hands in: everything about an entry that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Headline.
    pub title: String,
    /// Last part of the address; empty: made from the title.
    pub slug: String,
    /// Pages: the page above.
    pub parent: Option<EntryId>,
    /// One or two sentences; plain text.
    pub summary: String,
    /// Markdown.
    pub body: String,
    /// A picture, by its address on this site, or empty.
    pub image_url: String,
    /// What the picture shows.
    pub image_alt: String,
    /// For search engines, or empty.
    pub meta_title: String,
    /// For search engines, or empty.
    pub meta_description: String,
    /// Shown first on the home page.
    pub featured: bool,
    /// Who is named as author.
    pub author: UserId,
    /// Where it stands, the main category first.
    pub categories: Vec<CategoryId>,
    /// Names of tags.
    pub tags: Vec<String>,
    /// Posts: the series that it is part of.
    pub series: Option<SeriesId>,
    /// A date set by hand, UTC; else the moment of publishing.
    pub dated_at: Option<NaiveDateTime>,
}

impl Draft {
    /// An empty sheet.
    pub fn empty(author: UserId) -> Draft {
        Draft {
            title: String::new(),
            slug: String::new(),
            parent: None,
            summary: String::new(),
            body: String::new(),
            image_url: String::new(),
            image_alt: String::new(),
            meta_title: String::new(),
            meta_description: String::new(),
            featured: false,
            author,
            categories: Vec::new(),
            tags: Vec::new(),
            series: None,
            dated_at: None,
        }
    }

    /// Title, summary and body in one.
    fn words(&self) -> String {
        format!("{}\n{}\n{}", self.title, self.summary, self.body)
    }
}

/// A revision as stored.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = revisions, base_query = revisions::table.left_join(users::table.on(users::id.nullable().eq(revisions::saved_by_id))))]
pub struct Revision {
    /// Key.
    pub id: RevisionId,
    /// Of which entry.
    pub entry_id: EntryId,
    /// Counts from 1 within the entry.
    pub number: i32,
    /// When, UTC.
    pub saved_at: NaiveDateTime,
    /// Who, by name.
    #[diesel(select_expression = users::name.nullable())]
    pub saved_by: Option<String>,
    /// Who, by key; nobody: the program itself.
    pub saved_by_id: Option<UserId>,
    /// The first of the saves that became this revision, if there were several.
    pub begun_at: Option<NaiveDateTime>,
    title: String,
    slug: String,
    parent_id: Option<EntryId>,
    summary: String,
    body: String,
    image_url: String,
    image_alt: String,
    meta_title: String,
    meta_description: String,
    featured: bool,
    author_id: UserId,
    categories: String,
    tags: String,
    series_id: Option<SeriesId>,
    dated_at: Option<NaiveDateTime>,
}

impl Revision {
    /// The revision with this key.
    pub fn find(conn: &mut Conn, id: RevisionId) -> QueryResult<Revision> {
        Revision::query().filter(revisions::id.eq(id)).first(conn)
    }

    /// The one with this number within an entry.
    pub fn numbered(conn: &mut Conn, entry: EntryId, number: i32) -> QueryResult<Revision> {
        Revision::query().filter(revisions::entry_id.eq(entry)).filter(revisions::number.eq(number)).first(conn)
    }

    /// The newest one below a number.
    pub(super) fn below(conn: &mut Conn, entry: EntryId, number: i32) -> QueryResult<Option<Revision>> {
        let below = Revision::query().filter(revisions::entry_id.eq(entry)).filter(revisions::number.lt(number));
        below.order(revisions::number.desc()).first(conn).optional()
    }

    /// What was handed in.
    pub fn draft(&self) -> Draft {
        Draft {
            title: self.title.clone(),
            slug: self.slug.clone(),
            parent: self.parent_id,
            summary: self.summary.clone(),
            body: self.body.clone(),
            image_url: self.image_url.clone(),
            image_alt: self.image_alt.clone(),
            meta_title: self.meta_title.clone(),
            meta_description: self.meta_description.clone(),
            featured: self.featured,
            author: self.author_id,
            categories: serde_json::from_str(&self.categories).unwrap_or_default(),
            tags: serde_json::from_str(&self.tags).unwrap_or_default(),
            series: self.series_id,
            dated_at: self.dated_at,
        }
    }
}

/// Its number within the entry.
pub fn number(conn: &mut Conn, id: RevisionId) -> QueryResult<i32> {
    revisions::table.find(id).select(revisions::number).first(conn)
}

/// Where a revision stands, and since when it has grown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Its number.
    pub number: i32,
    /// The first of the saves that became it, if there were several.
    pub begun_at: Option<NaiveDateTime>,
}

/// Writes a revision; the caller holds the lock on the entry.
pub(super) fn insert(
    conn: &mut Conn,
    entry: EntryId,
    place: Place,
    draft: &Draft,
    saved_by: Option<UserId>,
    now: NaiveDateTime,
) -> QueryResult<RevisionId> {
    let before = Revision::below(conn, entry, place.number)?.map(|revision| revision.draft());
    let (added, removed) = diff::size(&before.map(|before| before.words()).unwrap_or_default(), &draft.words());
    let json = |error: serde_json::Error| diesel::result::Error::SerializationError(error.into());
    let row = (
        (
            revisions::entry_id.eq(entry),
            revisions::number.eq(place.number),
            revisions::saved_by_id.eq(saved_by),
            revisions::saved_at.eq(now),
            revisions::begun_at.eq(place.begun_at),
            revisions::words_added.eq(added as i32),
            revisions::words_removed.eq(removed as i32),
            revisions::title.eq(&draft.title),
            revisions::slug.eq(&draft.slug),
            revisions::parent_id.eq(draft.parent),
            revisions::summary.eq(&draft.summary),
            revisions::body.eq(&draft.body),
        ),
        (
            revisions::image_url.eq(&draft.image_url),
            revisions::image_alt.eq(&draft.image_alt),
            revisions::meta_title.eq(&draft.meta_title),
            revisions::meta_description.eq(&draft.meta_description),
            revisions::featured.eq(draft.featured),
            revisions::author_id.eq(draft.author),
            revisions::categories.eq(serde_json::to_string(&draft.categories).map_err(json)?),
            revisions::tags.eq(serde_json::to_string(&draft.tags).map_err(json)?),
            revisions::series_id.eq(draft.series),
            revisions::dated_at.eq(draft.dated_at),
        ),
    );
    diesel::insert_into(revisions::table).values(row).execute(conn)?;
    diesel::select(last_insert_id()).get_result(conn)
}

/// Changes what stands beside the words of a revision that is live or scheduled: its place, its author, its topics.
pub(super) fn write_beside_words(conn: &mut Conn, id: RevisionId, draft: &Draft) -> QueryResult<()> {
    let json = |error: serde_json::Error| diesel::result::Error::SerializationError(error.into());
    let set = (
        revisions::slug.eq(&draft.slug),
        revisions::parent_id.eq(draft.parent),
        revisions::author_id.eq(draft.author),
        revisions::categories.eq(serde_json::to_string(&draft.categories).map_err(json)?),
        revisions::tags.eq(serde_json::to_string(&draft.tags).map_err(json)?),
        revisions::series_id.eq(draft.series),
    );
    diesel::update(revisions::table.find(id)).set(set).execute(conn).map(drop)
}

/// Notes that a revision has gone live, the first time that it does.
pub(super) fn mark_published(conn: &mut Conn, id: RevisionId, now: NaiveDateTime) -> QueryResult<()> {
    let mark = Statement::change("UPDATE revisions SET published_at = ? WHERE id = ? AND published_at IS NULL");
    mark.time(now).number(id.number()).execute(conn).map(drop)
}

/// Notes that a revision has gone live in the place of one with the same words: when that did.
pub(super) fn went_live_as(conn: &mut Conn, id: RevisionId, former: RevisionId, now: NaiveDateTime) -> QueryResult<()> {
    let at: Option<NaiveDateTime> = revisions::table.find(former).select(revisions::published_at).first(conn)?;
    mark_published(conn, id, at.unwrap_or(now))
}

/// Gives a revision a name or a note, if they are told.
pub fn describe(conn: &mut Conn, id: RevisionId, name: Option<&str>, note: Option<&str>) -> QueryResult<()> {
    if let Some(name) = name {
        diesel::update(revisions::table.find(id)).set(revisions::name.eq(name)).execute(conn)?;
    }
    if let Some(note) = note {
        diesel::update(revisions::table.find(id)).set(revisions::note.eq(note)).execute(conn)?;
    }
    Ok(())
}

/// Says of an entry's newest revision what was changed in it.
pub fn note_newest(conn: &mut Conn, entry: EntryId, note: &str) -> QueryResult<()> {
    let newest: Option<RevisionId> = entries::table.find(entry).select(entries::latest_revision_id).first(conn)?;
    newest.map_or(Ok(()), |newest| describe(conn, newest, None, Some(note)))
}

/// Gives a revision another name, by hand; an empty one takes the name away.
pub fn rename(conn: &mut Conn, entry: &Entry, number: i32, name: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let known: (RevisionId, String) = revisions::table
        .filter(revisions::entry_id.eq(entry.id))
        .filter(revisions::number.eq(number))
        .select((revisions::id, revisions::name))
        .first(conn)?;
    if known.1 == name {
        return Ok(());
    }
    describe(conn, known.0, Some(name), None)?;
    let detail = json!({ "number": number, "before": known.1, "after": name });
    let change =
        Change { kind: "revision.named", subject: "entry", key: entry.id.number(), label: &entry.title, detail, cache_tags: Vec::new() };
    Ok(change.record(conn, actor, now)?)
}
