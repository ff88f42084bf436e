//! The editor's fields for the language of an entry and for its translations. They are settings of the entry, not of its revisions: what
//! somebody changes there counts at once.

use super::super::{
    forms::entry::EntryForm,
    model::{
        entry::{Entry, EntryId, Listed},
        pick, reach,
        translation::{self, Spoken, Wanted},
    },
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    site::{SiteSettings, language},
    web::person::Person,
};
use chrono::NaiveDateTime;
use diesel::OptionalExtension;

/// What the editor shows of it.
pub struct SpokenField {
    /// Tags and names of languages to choose from.
    pub known: Vec<(&'static str, &'static str)>,
    /// The language of the site, by its name.
    pub of_site: String,
    /// The other versions, live or not, each with the name of its language; those that this person may see.
    pub siblings: Vec<(Listed, String)>,
    /// Those of them that this person may change.
    pub mine: reach::Mine,
}

impl SpokenField {
    /// Reads it.
    pub fn load(conn: &mut Conn, person: &Person, entry: Option<&Entry>, of_site: &str) -> AppResult<SpokenField> {
        let siblings = entry.map_or(Ok(Vec::new()), |entry| translation::siblings(conn, entry.id))?;
        let mine = reach::Mine::among(conn, person, &siblings.iter().map(|(one, _)| one.id).collect::<Vec<_>>())?;
        let seen: Vec<(Listed, String)> = siblings.into_iter().filter(|(one, _)| one.is_live() || mine.has(&one.id)).collect();
        Ok(SpokenField {
            known: language::known().collect(),
            of_site: language::name(of_site),
            siblings: seen.into_iter().map(|(one, tag)| (one, language::name(&tag))).collect(),
            mine,
        })
    }
}

/// Puts what is stored into a form that was made of a revision.
pub fn fill(conn: &mut Conn, entry: EntryId, form: &mut EntryForm) -> AppResult<()> {
    let Spoken { language, .. } = Spoken::of(conn, entry)?;
    let of_site = SiteSettings::load(conn)?.language;
    form.language = language.filter(|tag| *tag != of_site).unwrap_or_default();
    let first = translation::siblings(conn, entry)?.into_iter().find_map(|(one, _)| one.path);
    form.translates = first.unwrap_or_default();
    form.language_was = form.spoken();
    Ok(())
}

/// The address of the entry that a new one is to translate, if this person may see it.
pub fn begun_from(conn: &mut Conn, id: &str, person: &Person) -> AppResult<Option<String>> {
    let Ok(id) = id.parse::<EntryId>() else { return Ok(None) };
    let Some(entry) = Entry::find(conn, id).optional()? else { return Ok(None) };
    Ok(if entry.is_live() || reach::may_change(conn, &entry, person)? { entry.listed.path } else { None })
}

/// Saves what somebody has changed there, and says so; whoever changes nothing takes back nothing.
pub fn settle(
    conn: &mut Conn,
    id: EntryId,
    form: &EntryForm,
    base_url: &str,
    person: &Person,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<&'static str> {
    if form.spoken() == form.language_was {
        return Ok("");
    }
    let of = match form.translates.as_str() {
        "" => None,
        typed => Some(pick::named(conn, typed, base_url, "translates")?),
    };
    if let Some(other) = of {
        may_name(conn, other, person)?;
    }
    let wanted = Wanted { language: language::tidy(&form.language), of };
    let changed = translation::set(conn, id, &wanted, Some(person), actor, now).map_err(|error| match error {
        AppError::Forbidden(sentence) => AppError::invalid("language", sentence), // the words that were typed are not lost by it
        AppError::Conflict(sentence) => AppError::invalid("translates", sentence),
        other => other,
    })?;
    Ok(if changed { "What you said of its language counts from now on." } else { "" })
}

/// Whoever links a translation sees what it is of: a draft of somebody else is not given away.
fn may_name(conn: &mut Conn, other: EntryId, person: &Person) -> AppResult<()> {
    let entry = Entry::find(conn, other)?;
    if entry.is_live() || reach::may_change(conn, &entry, person)? {
        return Ok(());
    }
    Err(AppError::invalid("translates", "There is no entry at this address or of this title. Copy its address, such as /posts/hello."))
}
