//! Saying in which language an entry is, and of what it is a translation.

use super::{GroupId, Spoken, row, told_others};
use crate::{
    content::model::{
        entry::{Entry, EntryId, EntryState, Listed},
        shown,
        workflow::follow,
    },
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::{translation_groups, translations},
    site::{SiteSettings, language},
    web::person::Person,
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError},
};
use serde_json::json;

/// What somebody says of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// A tag of BCP 47, written as it should be; empty: the language of the site.
    pub language: String,
    /// Any entry that says the same in another language.
    pub of: Option<EntryId>,
}

/// Says it of an entry, at once; `person` is asked whether they may change what visitors see, the program itself is not. Says whether
/// anything changed.
pub fn set(conn: &mut Conn, id: EntryId, wanted: &Wanted, person: Option<&Person>, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let entry = Entry::lock(conn, id)?;
    let of_site = SiteSettings::load(conn)?.language;
    let tongue = if wanted.language.is_empty() { of_site.clone() } else { wanted.language.clone() };
    let stands = row(conn, id)?;
    let joins = wanted.of.map(|other| group_of(conn, &entry, other, &of_site, now)).transpose()?;
    let stays = match (&stands, joins) {
        (Some((group, spoken)), Some(wished)) => *group == wished && *spoken == tongue,
        (Some((group, spoken)), None) => *spoken == tongue && tongue != of_site && is_alone(conn, *group, id)?,
        (None, None) => tongue == of_site,
        (None, Some(_)) => false,
    };
    if stays {
        return Ok(false);
    }
    if let Some(person) = person {
        follow::may_amend(conn, &entry, person, |_| {})?;
    }
    if let Some(group) = joins {
        is_free(conn, group, id, &tongue)?;
    }
    let before = Spoken::of(conn, id)?;
    let left = stands.map(|(group, _)| group).filter(|group| Some(*group) != joins);
    let mut tags = match left {
        Some(group) if entry.is_live() => told_others(conn, group, id)?,
        _ => Vec::new(),
    };
    diesel::delete(translations::table.find(id)).execute(conn)?;
    let group = match joins {
        Some(group) => Some(group),
        None if tongue == of_site => None,
        None => Some(new_group(conn, now)?),
    };
    if let Some(group) = group {
        put(conn, id, group, &tongue)?;
        if entry.is_live() {
            tags.extend(told_others(conn, group, id)?);
        }
    }
    if let Some(group) = left {
        forget_if_empty(conn, group)?;
    }
    if entry.is_live() && seen(&before, &of_site) != seen(&Spoken::of(conn, id)?, &of_site) {
        tags.push(shown::own_page(id));
    }
    let detail = json!({ "path": entry.path, "language": tongue, "translation_of": wanted.of });
    let change = Change { kind: "entry.language_set", subject: "entry", key: id.number(), label: &entry.title, detail, cache_tags: tags };
    change.record(conn, actor, now)?;
    Ok(true)
}

/// Gives a copy of an entry its language; it is no translation of what that is one of.
pub fn copy_language(conn: &mut Conn, from: EntryId, to: EntryId, now: NaiveDateTime) -> AppResult<()> {
    let Some((_, tongue)) = row(conn, from)? else { return Ok(()) };
    let group = new_group(conn, now)?;
    put(conn, to, group, &tongue)
}

/// What visitors see of it on the entry's own page.
fn seen(spoken: &Spoken, of_site: &str) -> (String, Vec<super::Version>) {
    (spoken.language.clone().unwrap_or_else(|| of_site.to_owned()), spoken.versions.clone())
}

/// The group of the other entry, which begins one in the language of the site where it has none.
fn group_of(conn: &mut Conn, entry: &Entry, other: EntryId, of_site: &str, now: NaiveDateTime) -> AppResult<GroupId> {
    if other == entry.id {
        return Err(AppError::invalid("translates", "This is the entry itself. Name the one that says the same in another language."));
    }
    let known = Entry::lock(conn, other).optional()?;
    let Some(known) = known.filter(|known| known.state != EntryState::Trashed) else {
        return Err(AppError::invalid("translates", "That entry is gone, or lies in the trash. Choose another one."));
    };
    if known.kind != entry.kind {
        return Err(AppError::invalid("translates", "A post is translated by a post, and a page by a page. Choose another one."));
    }
    if let Some((group, _)) = row(conn, other)? {
        return Ok(group);
    }
    let group = new_group(conn, now)?;
    put(conn, other, group, of_site)?;
    Ok(group)
}

fn is_alone(conn: &mut Conn, group: GroupId, id: EntryId) -> QueryResult<bool> {
    let others = translations::table.filter(translations::group_id.eq(group)).filter(translations::entry_id.ne(id));
    Ok(others.select(translations::entry_id).first::<EntryId>(conn).optional()?.is_none())
}

/// Refuses a language in which the group has another entry.
fn is_free(conn: &mut Conn, group: GroupId, id: EntryId, tongue: &str) -> AppResult<()> {
    let holder: Option<EntryId> = translations::table
        .filter(translations::group_id.eq(group))
        .filter(translations::language.eq(tongue))
        .filter(translations::entry_id.ne(id))
        .select(translations::entry_id)
        .first(conn)
        .optional()?;
    let Some(holder) = holder else { return Ok(()) };
    let title = Listed::find(conn, holder)?.title;
    let sentence = format!(
        "“{title}” is the text in {} already. Say in which other language this one is, or choose another entry.",
        language::name(tongue)
    );
    Err(AppError::invalid("language", sentence))
}

fn new_group(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<GroupId> {
    diesel::insert_into(translation_groups::table).values(translation_groups::created_at.eq(now)).execute(conn)?;
    diesel::select(last_insert_id()).get_result(conn)
}

fn put(conn: &mut Conn, id: EntryId, group: GroupId, tongue: &str) -> AppResult<()> {
    let row = (translations::entry_id.eq(id), translations::group_id.eq(group), translations::language.eq(tongue));
    match diesel::insert_into(translations::table).values(row).execute(conn) {
        Err(DatabaseError(UniqueViolation, _)) => {
            Err(AppError::Conflict("Somebody has just said of another entry that it is this translation. Load the page again."))
        }
        put => Ok(put.map(drop)?),
    }
}

fn forget_if_empty(conn: &mut Conn, group: GroupId) -> QueryResult<()> {
    let member: Option<EntryId> =
        translations::table.filter(translations::group_id.eq(group)).select(translations::entry_id).first(conn).optional()?;
    if member.is_none() {
        diesel::delete(translation_groups::table.find(group)).execute(conn)?;
    }
    Ok(())
}
