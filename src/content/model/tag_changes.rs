//! Changing tags: renamed, merged into another, deleted.
//!
//! The old address leads to the new one, and so does the old name in drafts ([`super::tag`] follows the redirect). What
//! follows for entries and public lists is set-based.

use super::{
    list::List,
    redirect, relist, shown,
    tag::{Tag, TagId},
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::{Actor, Change},
    markup::{is_slug, slugify},
    schema::{entry_tags, tags},
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError},
    sql_types::BigInt,
};
use serde_json::json;

/// How many entries have a tag, drafts too.
pub fn entries_with(conn: &mut Conn, id: TagId) -> QueryResult<i64> {
    entry_tags::table.filter(entry_tags::tag_id.eq(id)).count().get_result(conn)
}

/// Gives a tag another name, and another address where `slug` differs; an empty one is made from the name.
pub fn rename(conn: &mut Conn, id: TagId, name: &str, slug: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let old = Tag::query().find(id).for_update().first(conn)?;
    let slug = if slug.is_empty() { slugify(name) } else { slug.to_owned() };
    let new = Tag { id, name: name.to_owned(), slug };
    if new == old {
        return Ok(());
    }
    check(conn, &new)?;
    let set = (tags::name.eq(&new.name), tags::slug.eq(&new.slug));
    diesel::update(tags::table.find(id)).set(set).execute(conn).map_err(|error| match error {
        DatabaseError(UniqueViolation, _) => taken(&new.slug),
        other => other.into(),
    })?;
    if new.slug != old.slug {
        redirect::to_path(conn, &old.url(), &new.url(), redirect::Origin::Rename, now)?;
    }
    let detail = json!({ "was": old.name, "slug": new.slug, "old_slug": old.slug });
    record(conn, "tag.renamed", &new, detail, &[], actor, now)
}

fn check(conn: &mut Conn, new: &Tag) -> AppResult<()> {
    if !is_slug(&new.slug) {
        return Err(AppError::invalid("slug", "Use lower-case letters a to z, digits and hyphens, such as web-servers."));
    }
    let others = || tags::table.filter(tags::id.ne(new.id)).select(tags::id);
    if others().filter(tags::slug.eq(&new.slug)).first::<TagId>(conn).optional()?.is_some() {
        return Err(taken(&new.slug));
    }
    if others().filter(tags::name.eq(&new.name)).first::<TagId>(conn).optional()?.is_some() {
        return Err(AppError::invalid("name", "There is already a tag of this name. Merge this one into it, or choose another name."));
    }
    Ok(())
}

fn taken(slug: &str) -> AppError {
    AppError::invalid("slug", format!("There is already a tag at /tags/{slug}. Merge this one into it, or choose another address."))
}

// For a tag that many entries have, the server would rather read, and lock, the whole table.
const ALSO_TAG: &str = "
    INSERT IGNORE INTO entry_tags (entry_id, tag_id, position)
    SELECT entry_id, ?, position
    FROM   entry_tags FORCE INDEX (entry_tags_by_tag)
    WHERE  tag_id = ?";

/// Gives everything that has a tag the one called `into` instead; the address of the first leads to the second.
pub fn merge(conn: &mut Conn, id: TagId, into: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<Tag> {
    let wanted = called(conn, into)?
        .ok_or_else(|| AppError::invalid("into", "There is no tag of this name. Type it as the list of tags shows it."))?;
    if wanted.id == id {
        return Err(AppError::invalid("into", "This is the tag itself. Type the name of another one."));
    }
    // In the order of their keys, so that two merges the other way round do not wait for each other.
    let both: Vec<Tag> = Tag::query().filter(tags::id.eq_any([id, wanted.id])).order(tags::id).for_update().load(conn)?;
    let find = |id: TagId| both.iter().find(|tag| tag.id == id).cloned().ok_or(AppError::NotFound);
    let (gone, kept) = (find(id)?, find(wanted.id)?);
    let detail = json!({ "into": kept.name, "slug": kept.slug, "old_slug": gone.slug });
    record(conn, "tag.merged", &gone, detail, &[gone.id, kept.id], actor, now)?;
    diesel::sql_query(ALSO_TAG).bind::<BigInt, _>(kept.id).bind::<BigInt, _>(gone.id).execute(conn)?;
    relist::join_tag(conn, gone.id, kept.id)?;
    remove(conn, gone.id)?;
    redirect::to_path(conn, &gone.url(), &kept.url(), redirect::Origin::Rename, now)?;
    Ok(kept)
}

/// The tag that somebody means who types this: a name, or the end of an address.
fn called(conn: &mut Conn, text: &str) -> QueryResult<Option<Tag>> {
    let by_name = Tag::query().filter(tags::name.eq(text)).order(tags::id).first(conn).optional()?;
    if by_name.is_some() { Ok(by_name) } else { Tag::query().filter(tags::slug.eq(slugify(text))).first(conn).optional() }
}

/// Takes a tag off everything and away.
pub fn delete(conn: &mut Conn, id: TagId, actor: &Actor, now: NaiveDateTime) -> AppResult<Tag> {
    let gone = Tag::query().find(id).for_update().first(conn)?;
    record(conn, "tag.deleted", &gone, json!({ "slug": gone.slug }), &[id], actor, now)?;
    remove(conn, id)?;
    redirect::forget(conn, &gone.url())?;
    Ok(gone)
}

fn remove(conn: &mut Conn, id: TagId) -> QueryResult<()> {
    relist::drop_tag(conn, id)?;
    diesel::delete(tags::table.find(id)).execute(conn).map(drop) // its rows in entry_tags go with it
}

/// One row in the journal about a tag; `lists` are those that change.
fn record(
    conn: &mut Conn,
    kind: &'static str,
    tag: &Tag,
    detail: serde_json::Value,
    lists: &[TagId],
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    let mut cache_tags = vec![shown::tag(tag.id), shown::TAGS.to_owned()];
    if !lists.is_empty() {
        cache_tags.push(shown::counts("tag"));
    }
    cache_tags.extend(lists.iter().map(|id| List::Tag(*id).cache_tag()));
    let change = Change { kind, subject: "tag", key: tag.id.number(), label: &tag.name, detail, cache_tags };
    Ok(change.record(conn, actor, now)?)
}
