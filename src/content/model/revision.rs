//! Revisions: what was saved, never changed afterwards.

use super::{category::CategoryId, entry::EntryId};
use crate::{
    db::{Conn, last_insert_id},
    schema::{revisions, users},
    typed_id,
    web::person::UserId,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

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
    /// Order among siblings.
    pub position: i32,
    /// Who is named as author.
    pub author: UserId,
    /// Where it stands, the main category first.
    pub categories: Vec<CategoryId>,
    /// Names of tags.
    pub tags: Vec<String>,
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
            position: 0,
            author,
            categories: Vec::new(),
            tags: Vec::new(),
            dated_at: None,
        }
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
    position: i32,
    author_id: UserId,
    categories: String,
    tags: String,
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
            position: self.position,
            author: self.author_id,
            categories: serde_json::from_str(&self.categories).unwrap_or_default(),
            tags: serde_json::from_str(&self.tags).unwrap_or_default(),
            dated_at: self.dated_at,
        }
    }
}

/// Its number within the entry.
pub fn number(conn: &mut Conn, id: RevisionId) -> QueryResult<i32> {
    revisions::table.find(id).select(revisions::number).first(conn)
}

/// Writes a revision; the caller holds the lock on the entry.
pub(super) fn insert(
    conn: &mut Conn,
    entry: EntryId,
    number: i32,
    draft: &Draft,
    saved_by: Option<UserId>,
    now: NaiveDateTime,
) -> QueryResult<RevisionId> {
    let json = |error: serde_json::Error| diesel::result::Error::SerializationError(error.into());
    let row = (
        (
            revisions::entry_id.eq(entry),
            revisions::number.eq(number),
            revisions::saved_by_id.eq(saved_by),
            revisions::saved_at.eq(now),
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
            revisions::position.eq(draft.position),
            revisions::author_id.eq(draft.author),
            revisions::categories.eq(serde_json::to_string(&draft.categories).map_err(json)?),
            revisions::tags.eq(serde_json::to_string(&draft.tags).map_err(json)?),
            revisions::dated_at.eq(draft.dated_at),
        ),
    );
    diesel::insert_into(revisions::table).values(row).execute(conn)?;
    diesel::select(last_insert_id()).get_result(conn)
}
