//! What the editor shows of an entry's history: who else is here, what was typed and not saved, the number of revisions, and both
//! texts when somebody saved in between.

use super::{
    super::{
        forms::{entry::EntryForm, fields},
        model::{
            autosave::{self, Autosave, Sheet, Unsaved},
            entry::{Entry, EntryId},
            presence::{self, Other},
            revision::{self, Listed, Revision, RevisionId},
            workflow::submission::{State, Submission},
        },
    },
    conflict::Conflict,
    editor::may_change,
    spoken_field,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    site::{SiteSettings, waiting::counted},
    web::person::{Person, UserId},
};
use chrono::NaiveDateTime;

/// The editor's part of it.
pub struct History {
    /// Key of the sheet, for the browser.
    pub sheet: String,
    /// Who is writing, for the browser.
    pub person: UserId,
    /// Others who have the entry open.
    pub others: Vec<Other>,
    /// When the words were typed that wait to be taken over.
    pub offer: Option<NaiveDateTime>,
    /// New entries that were begun and never saved.
    pub unsaved: Vec<Unsaved>,
    /// How many revisions there are.
    pub revisions: i64,
    /// Somebody saved in between.
    pub conflict: Option<Conflict>,
}

impl History {
    /// Reads it, and begins the merge where there is a conflict.
    pub fn load(
        conn: &mut Conn,
        person: &Person,
        entry: Option<&Entry>,
        form: &mut EntryForm,
        theirs: Option<Revision>,
        now: NaiveDateTime,
    ) -> AppResult<History> {
        let sheet = sheet_of(entry.map(|entry| entry.id), form);
        let mut history = History {
            sheet: sheet.key(),
            person: person.id,
            others: Vec::new(),
            offer: None,
            unsaved: Vec::new(),
            revisions: 0,
            conflict: None,
        };
        let Some(entry) = entry else {
            history.unsaved = autosave::unsaved(conn, person.id)?.into_iter().filter(|one| one.nonce() != form.nonce).collect();
            return Ok(history);
        };
        history.others = presence::others(conn, entry.id, person.id, now)?;
        history.revisions = Listed::count(conn, entry.id)?;
        if !form.offer.is_empty() {
            history.offer = autosave::of(conn, person.id, &sheet)?.map(|waiting| waiting.saved_at);
        }
        if let Some(theirs) = theirs {
            let zone = SiteSettings::load(conn)?.time_zone;
            history.conflict = Some(Conflict::begin(conn, entry, form, theirs, person.id, zone)?);
        }
        Ok(history)
    }
}

impl History {
    /// `4 revisions`, `99+ revisions`.
    pub fn count(&self) -> String {
        format!("{} {}", counted(self.revisions), if self.revisions == 1 { "revision" } else { "revisions" })
    }
}

/// The sheet of a form.
pub fn sheet_of(entry: Option<EntryId>, form: &EntryForm) -> Sheet {
    entry.map_or_else(|| Sheet::New(form.nonce.clone()), Sheet::Entry)
}

/// Opens an entry for writing: its newest revision in a form, or what was typed and not saved if that is asked for. Notes that
/// this person has it open.
pub fn open(conn: &mut Conn, id: EntryId, person: &Person, take_over: bool, now: NaiveDateTime) -> AppResult<EntryForm> {
    let entry = may_change(conn, id, person)?;
    let zone = SiteSettings::load(conn)?.time_zone;
    let newest = Revision::find(conn, entry.latest_revision_id.ok_or(AppError::NotFound)?)?;
    let mut form = EntryForm::of(&entry, &newest, zone);
    spoken_field::fill(conn, id, &mut form)?;
    if let Some(former) = Submission::current(conn, id)?.filter(|one| one.state == State::ChangesAsked) {
        form = form.planned(former.afterwards, former.publish_at, zone);
    }
    if let Some(waiting) = autosave::of(conn, person.id, &Sheet::Entry(id))? {
        let typed = typed(&waiting)?;
        if take_over {
            form = EntryForm { base: waiting.base_revision_id.map(|base| base.to_string()).unwrap_or_default(), ..typed };
        } else if !fields::alike(&typed, &form) {
            form.offer = waiting.id.to_string();
        }
    }
    presence::note(conn, id, person.id, form.base.parse::<RevisionId>().ok(), now)?;
    Ok(form)
}

/// A new entry that this person has begun and never saved, by the number of its form.
pub fn begun(conn: &mut Conn, person: UserId, nonce: String) -> AppResult<Option<EntryForm>> {
    if nonce.is_empty() {
        return Ok(None);
    }
    autosave::of(conn, person, &Sheet::New(nonce))?.map(|waiting| typed(&waiting)).transpose()
}

/// The form as it was typed.
pub fn typed(waiting: &Autosave) -> AppResult<EntryForm> {
    let form: EntryForm = serde_json::from_str(&waiting.form)?;
    Ok(EntryForm { offer: String::new(), r#do: String::new(), override_reason: String::new(), ..form })
}

/// What a save settles: nothing waits any more, unless it was typed earlier and not decided on; and the person has left. Called
/// before the save, so that one's own words do not keep the revision that it takes the place of.
pub fn settle(conn: &mut Conn, person: &Person, entry: Option<EntryId>, form: &EntryForm) -> AppResult<()> {
    if form.offer.is_empty() {
        autosave::forget(conn, person.id, &sheet_of(entry, form))?;
    }
    if let Some(entry) = entry {
        presence::leave(conn, entry, person.id)?;
    }
    Ok(())
}

/// Keeps the words of a save that was refused because somebody had saved in between: they are offered if the person leaves now.
pub fn keep(conn: &mut Conn, person: &Person, entry: EntryId, form: &EntryForm, now: NaiveDateTime) -> AppResult<()> {
    if form.offer.is_empty() {
        let text = serde_json::to_string(form)?;
        autosave::keep(conn, person.id, &Sheet::Entry(entry), form.base.parse().ok(), &form.title, &text, now)?;
    }
    presence::note(conn, entry, person.id, form.base.parse().ok(), now).map_err(Into::into)
}

/// What was changed, in the words of who saved it.
pub fn note(conn: &mut Conn, entry: EntryId, form: &EntryForm) -> AppResult<()> {
    if !form.note.is_empty() {
        revision::note_newest(conn, entry, &form.note)?;
    }
    Ok(())
}
