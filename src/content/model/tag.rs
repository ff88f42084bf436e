//! Tags: free keywords, made by being used.

use super::{entry::EntryId, redirect, search::escape};
use crate::{
    content::paths,
    db::{
        Conn,
        cursor::{Cursor, Slice, from_a_to_z},
        statement::Statement,
    },
    markup::slugify,
    schema::{entry_tags, list_counts, tags},
    typed_id,
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use std::collections::HashMap;

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

    /// The address of its form in the admin.
    pub fn admin_url(&self) -> String {
        paths::admin_tag(self.id)
    }

    /// The address of its page.
    pub fn url(&self) -> String {
        paths::tag(&self.slug)
    }

    /// One page of all tags whose name holds `words`, from A to Z.
    pub fn page(conn: &mut Conn, words: &str, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Tag>> {
        let mut query = Tag::query().limit(limit as i64 + 1).into_boxed();
        if !words.is_empty() {
            // The first condition holds for all; it makes the server look at the words in the index, four times as fast.
            query = query.filter(tags::name.gt("")).filter(tags::name.like(format!("%{}%", escape(words))));
        }
        let place = cursor.map(|cursor| (cursor.way, cursor.value.clone(), TagId::from(cursor.id)));
        query = from_a_to_z!(query, place, tags::name, tags::id);
        Ok(Slice::cut(query.load(conn)?, limit, cursor, |tag: &Tag| Cursor::of_text(&tag.name, tag.id.number())))
    }

    /// How many live posts each of these tags has; those without one are left out.
    pub fn counts(conn: &mut Conn, tags: &[Tag]) -> QueryResult<HashMap<i64, i64>> {
        let keys: Vec<i64> = tags.iter().map(|tag| tag.id.number()).collect();
        let rows: Vec<(i64, i64)> = list_counts::table
            .filter(list_counts::kind.eq("tag"))
            .filter(list_counts::list_key.eq_any(keys))
            .select((list_counts::list_key, list_counts::entries))
            .load(conn)?;
        Ok(rows.into_iter().collect())
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
    if standing(conn, entry)? == names {
        return Ok(());
    }
    diesel::delete(entry_tags::table.filter(entry_tags::entry_id.eq(entry))).execute(conn)?;
    let mut seen = Vec::new();
    for name in names {
        let id = resolve(conn, name, now)?;
        if seen.contains(&id) {
            continue;
        }
        let row = (entry_tags::entry_id.eq(entry), entry_tags::tag_id.eq(id), entry_tags::position.eq(seen.len() as i32));
        diesel::insert_into(entry_tags::table).values(row).execute(conn)?;
        seen.push(id);
    }
    Ok(())
}

/// The names that stand on an entry, in order: as they are now, and kept so until the transaction ends.
fn standing(conn: &mut Conn, entry: EntryId) -> QueryResult<Vec<String>> {
    let text = "SELECT name FROM entry_tags JOIN tags ON tags.id = tag_id WHERE entry_id = ? ORDER BY entry_tags.position, tags.id \
                LOCK IN SHARE MODE";
    let statement: Statement<(), Text> = Statement::new(text, ());
    statement.number(entry.number()).load(conn)
}

/// The keys of the tags on an entry, as they are now, and kept so until the transaction ends.
pub(super) fn keys_now(conn: &mut Conn, entry: EntryId) -> QueryResult<Vec<TagId>> {
    let statement: Statement<(), BigInt> = Statement::new("SELECT tag_id FROM entry_tags WHERE entry_id = ? LOCK IN SHARE MODE", ());
    statement.number(entry.number()).load(conn)
}

/// The tag that a name typed stands for: the one that has it, else the one at its address, else the one to which that address
/// leads since a rename or a merge, else a new one. Revisions keep names, so an old draft says the old one.
fn resolve(conn: &mut Conn, name: &str, now: NaiveDateTime) -> QueryResult<TagId> {
    if let Some(id) = locked(conn, "name", name)? {
        return Ok(id);
    }
    let slug = slugify(name);
    if let Some(id) = locked(conn, "slug", &slug)? {
        return Ok(id);
    }
    if let Some(address) = redirect::target(conn, &paths::tag(&slug))?
        && let Some(now_at) = address.strip_prefix("/tags/")
        && let Some(id) = locked(conn, "slug", now_at)?
    {
        return Ok(id);
    }
    let row = (tags::name.eq(name), tags::slug.eq(&slug), tags::created_at.eq(now));
    diesel::insert_or_ignore_into(tags::table).values(row).execute(conn)?;
    redirect::remove(conn, &paths::tag(&slug))?;
    locked(conn, "slug", &slug)?.ok_or(diesel::result::Error::NotFound)
}

/// A tag by its name or slug, kept from being renamed or merged until the transaction ends. A locking read sees what others
/// have committed since our transaction began; a plain one might name a tag that is gone.
fn locked(conn: &mut Conn, column: &str, value: &str) -> QueryResult<Option<TagId>> {
    let text = format!("SELECT id FROM tags WHERE {column} = ? ORDER BY id LIMIT 1 LOCK IN SHARE MODE");
    let statement: Statement<(), BigInt> = Statement::new(text, ());
    statement.text(value).get_result(conn).optional()
}
