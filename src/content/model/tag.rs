//! Tags: free keywords, made by being used.

use super::entry::EntryId;
use crate::{
    db::Conn,
    markup::slugify,
    schema::{entry_tags, tags},
    typed_id,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

typed_id!(
    /// Names a tag.
    TagId
);

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = tags)]
pub struct Tag {
    /// Key.
    pub id: TagId,
    /// Name shown.
    pub name: String,
    /// Names its page.
    pub slug: String,
}

impl Tag {
    /// The tag with this key.
    pub fn find(conn: &mut Conn, id: TagId) -> QueryResult<Tag> {
        Tag::query().find(id).first(conn)
    }

    /// The tag with this page.
    pub fn by_slug(conn: &mut Conn, slug: &str) -> QueryResult<Tag> {
        Tag::query().filter(tags::slug.eq(slug)).first(conn)
    }

    /// These tags by name.
    pub fn all_of(conn: &mut Conn, ids: &[TagId]) -> QueryResult<Vec<Tag>> {
        Tag::query().filter(tags::id.eq_any(ids)).order((tags::name, tags::id)).load(conn)
    }

    /// The address of its page.
    pub fn url(&self) -> String {
        crate::content::paths::tag(&self.slug)
    }
}

/// The tags of an entry, in the order typed.
pub fn of_entry(conn: &mut Conn, entry: EntryId) -> QueryResult<Vec<Tag>> {
    tags::table
        .inner_join(entry_tags::table)
        .filter(entry_tags::entry_id.eq(entry))
        .order((entry_tags::position, tags::id))
        .select(Tag::as_select())
        .load(conn)
}

/// Puts these tags on an entry and no others; new names become tags.
pub(super) fn put(conn: &mut Conn, entry: EntryId, names: &[String], now: NaiveDateTime) -> QueryResult<()> {
    diesel::delete(entry_tags::table.filter(entry_tags::entry_id.eq(entry))).execute(conn)?;
    let mut seen = Vec::new();
    for name in names {
        let slug = slugify(name);
        if seen.contains(&slug) {
            continue;
        }
        let row = (tags::name.eq(name), tags::slug.eq(&slug), tags::created_at.eq(now));
        diesel::insert_or_ignore_into(tags::table).values(row).execute(conn)?;
        let id: TagId = tags::table.filter(tags::slug.eq(&slug)).select(tags::id).first(conn)?;
        let row = (entry_tags::entry_id.eq(entry), entry_tags::tag_id.eq(id), entry_tags::position.eq(seen.len() as i32));
        diesel::insert_into(entry_tags::table).values(row).execute(conn)?;
        seen.push(slug);
    }
    Ok(())
}
