//! Languages of entries, and entries that say the same in several of them.
//!
//! Tables `translations` and `translation_groups`. An entry without a row is in the language of the site, and nothing is known of its
//! translations. Entries of one group are translations of each other, one for each language. Both are settings of the entry and not
//! of its revisions: they count at once, also for what visitors see, and no draft takes them back. Only live entries are shown to
//! visitors; one that goes or comes is told to the others' pages ([`told_of`]).

mod setting;

pub use setting::{Wanted, copy_language, set};

use super::{
    entry::{Entry, EntryId, EntryState, Kind, Listed},
    search, shown,
};
use crate::{
    db::{Conn, statement::Statement},
    schema::{entries, translations},
    site::{language, settings},
    typed_id,
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, Text},
};
use serde::Deserialize;
use std::collections::HashMap;

typed_id!(
    /// Names a group of translations.
    GroupId
);

/// Entries whose pages are told one by one when a branch moves; of more all pages are dropped.
const MOST_TOLD: usize = 2000;

/// An entry in a language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version {
    /// Its tag.
    pub language: String,
    /// Its address on the site.
    pub path: String,
}

impl Version {
    /// What the language is called in itself.
    pub fn name(&self) -> String {
        language::name(&self.language)
    }
}

/// The language of an entry, and in which others it can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spoken {
    /// The group of its translations.
    pub group: Option<GroupId>,
    /// Its language; `None`: that of the site.
    pub language: Option<String>,
    /// All live entries of the group, this one among them, by language; none where there are no others.
    pub versions: Vec<Version>,
}

/// An entry of a group, as it is read.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Member {
    pub group: GroupId,
    pub entry: EntryId,
    pub language: String,
    pub path: Option<String>,
}

impl Spoken {
    /// What the live entries of a group, and the entry itself, say of it.
    pub(super) fn of_members(own: EntryId, members: Vec<Member>) -> Spoken {
        let group = members.first().map(|member| member.group);
        let language = members.iter().find(|member| member.entry == own).map(|member| member.language.clone());
        let versions = members.into_iter().filter_map(|Member { language, path, .. }| Some(Version { language, path: path? }));
        let mut versions: Vec<Version> = versions.collect();
        versions.sort_by(|one, other| one.language.cmp(&other.language));
        if versions.len() < 2 {
            versions.clear();
        }
        Spoken { group, language, versions }
    }

    /// That of an entry, which need not be live itself.
    pub fn of(conn: &mut Conn, entry: EntryId) -> QueryResult<Spoken> {
        let Some((group, _)) = row(conn, entry)? else { return Ok(Spoken::default()) };
        let rows: Vec<(EntryId, String, Option<String>)> = translations::table
            .inner_join(entries::table)
            .filter(translations::group_id.eq(group))
            .filter(entries::state.eq(EntryState::Published).or(entries::id.eq(entry)))
            .select((translations::entry_id, translations::language, entries::path))
            .load(conn)?;
        let member = |(entry, language, path)| Member { group, entry, language, path };
        Ok(Spoken::of_members(entry, rows.into_iter().map(member).collect()))
    }

    /// The other versions.
    pub fn others<'a>(&'a self, own: &'a str) -> impl Iterator<Item = &'a Version> {
        self.versions.iter().filter(move |version| version.path != own)
    }
}

/// The group and the language of an entry.
fn row(conn: &mut Conn, entry: EntryId) -> QueryResult<Option<(GroupId, String)>> {
    translations::table.find(entry).select((translations::group_id, translations::language)).first(conn).optional()
}

/// The other entries of an entry's group, live or not, in the order in which they were made, with their languages.
pub fn siblings(conn: &mut Conn, entry: EntryId) -> QueryResult<Vec<(Listed, String)>> {
    let Some((group, _)) = row(conn, entry)? else { return Ok(Vec::new()) };
    let languages: Vec<(EntryId, String)> = translations::table
        .filter(translations::group_id.eq(group))
        .filter(translations::entry_id.ne(entry))
        .order(translations::entry_id)
        .select((translations::entry_id, translations::language))
        .load(conn)?;
    let ids: Vec<EntryId> = languages.iter().map(|(id, _)| *id).collect();
    let entries = Listed::in_order(conn, &ids)?;
    Ok(entries.into_iter().zip(languages.into_iter().map(|(_, language)| language)).collect())
}

/// What is told of an entry that came or went, or whose address changed: pages of its translations show that, and of a page that moved
/// those of the translations of what lies below it.
pub(super) fn told_of(conn: &mut Conn, after: &Entry, moved: bool) -> QueryResult<Vec<String>> {
    let mut tags = match row(conn, after.id)? {
        Some((group, _)) => told_others(conn, group, after.id)?,
        None => Vec::new(),
    };
    if let Some(path) = after.path.as_ref().filter(|_| moved && after.kind == Kind::Page) {
        tags.extend(told_below(conn, &format!("{}/%", search::escape(path)))?);
    }
    Ok(tags)
}

/// The pages of the other live entries of a group. The tag of the group is for those that come at the same time; their own are for
/// those that were put into it while nobody saw this one.
fn told_others(conn: &mut Conn, group: GroupId, own: EntryId) -> QueryResult<Vec<String>> {
    let others: Vec<EntryId> = translations::table
        .inner_join(entries::table)
        .filter(translations::group_id.eq(group))
        .filter(translations::entry_id.ne(own))
        .filter(entries::state.eq(EntryState::Published))
        .select(translations::entry_id)
        .load(conn)?;
    let mut tags = vec![shown::translations(group), shown::TRANSLATIONS.to_owned()];
    tags.extend(others.into_iter().map(shown::own_page));
    Ok(tags)
}

/// The same for all live entries whose address begins so: `below` is a pattern for `LIKE`.
pub(super) fn told_below(conn: &mut Conn, below: &str) -> QueryResult<Vec<String>> {
    let text = "SELECT STRAIGHT_JOIN own.group_id, other.entry_id FROM entries JOIN translations AS own ON own.entry_id = entries.id \
                JOIN translations AS other ON other.group_id = own.group_id AND other.entry_id <> own.entry_id \
                WHERE entries.path LIKE ? AND entries.state = 'published' LIMIT ?";
    let statement: Statement<(), (BigInt, BigInt)> = Statement::new(text, ());
    let rows: Vec<(GroupId, EntryId)> = statement.text(below).number(MOST_TOLD as i64 + 1).load(conn)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    if rows.len() > MOST_TOLD {
        return Ok(vec![settings::SHOWN.to_owned(), shown::TRANSLATIONS.to_owned()]);
    }
    let mut tags: Vec<String> = rows.iter().flat_map(|(group, other)| [shown::translations(*group), shown::own_page(*other)]).collect();
    tags.push(shown::TRANSLATIONS.to_owned());
    tags.sort();
    tags.dedup();
    Ok(tags)
}

/// The live translations of the live entries of a range of keys, by entry, themselves among them: for sitemaps.
pub fn of_range(conn: &mut Conn, first: i64, end: i64) -> QueryResult<HashMap<i64, Vec<Version>>> {
    let text = "SELECT STRAIGHT_JOIN own.entry_id, other.language, entries.path FROM translations AS own \
                JOIN translations AS other ON other.group_id = own.group_id \
                JOIN entries ON entries.id = other.entry_id AND entries.state = 'published' \
                WHERE own.entry_id >= ? AND own.entry_id < ? ORDER BY own.entry_id, other.language";
    let statement: Statement<(), (BigInt, Text, Nullable<Text>)> = Statement::new(text, ());
    let rows: Vec<(i64, String, Option<String>)> = statement.number(first).number(end).load(conn)?;
    let mut found: HashMap<i64, Vec<Version>> = HashMap::new();
    for (entry, language, path) in rows {
        found.entry(entry).or_default().extend(path.map(|path| Version { language, path }));
    }
    found.retain(|_, versions| versions.len() > 1);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(entry: i64, language: &str) -> Member {
        Member { group: 7.into(), entry: entry.into(), language: language.to_owned(), path: Some(format!("/posts/{entry}")) }
    }

    #[test]
    fn an_entry_alone_has_no_versions() {
        let alone = Spoken::of_members(1.into(), vec![member(1, "de")]);
        assert_eq!((alone.language.as_deref(), alone.versions.len(), alone.group), (Some("de"), 0, Some(7.into())));
        assert_eq!(Spoken::of_members(1.into(), Vec::new()), Spoken::default());
    }

    #[test]
    fn versions_are_told_by_language_and_name_the_entry_itself() {
        let spoken = Spoken::of_members(1.into(), vec![member(1, "en"), member(3, "fr"), member(2, "de")]);
        let all: Vec<String> = spoken.versions.iter().map(Version::name).collect();
        let others: Vec<&str> = spoken.others("/posts/1").map(|version| version.language.as_str()).collect();
        assert_eq!((all.join(" "), others.join(" ")), ("Deutsch English Français".to_owned(), "de fr".to_owned()));
    }
}
