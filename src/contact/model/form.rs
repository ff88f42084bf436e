//! Contact forms: which page carries one, who is told, what is said afterwards.

use crate::{
    content::model::{
        entry::{Entry, EntryId, EntryState, Kind},
        shown,
    },
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::{contact_forms, entries},
    typed_id,
    web::page_cache::memory::Remembered,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;
use std::collections::HashMap;

typed_id!(
    /// Names a contact form.
    FormId
);

/// Which pages carry which form; no page shows it but those, which have tags of their own.
pub const SHOWN: &str = "contact_forms";

/// Forms that a site may have: all are in memory.
pub const MOST: i64 = 200;

/// A contact form.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = contact_forms)]
pub struct ContactForm {
    /// Key.
    pub id: FormId,
    /// The page that carries it.
    pub entry_id: EntryId,
    /// Addresses, one a line.
    pub recipients: String,
    /// What stands above the fields.
    pub heading: String,
    /// What whoever has sent something reads.
    pub thanks: String,
}

/// What a form is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The address of a page.
    pub path: String,
    /// Who is told.
    pub recipients: Vec<String>,
    /// What stands above the fields.
    pub heading: String,
    /// What whoever has sent something reads.
    pub thanks: String,
}

/// Every form by the page that carries it.
pub struct ByPage(HashMap<EntryId, ContactForm>);

impl ByPage {
    /// The form of a page.
    pub fn of(&self, entry: EntryId) -> Option<&ContactForm> {
        self.0.get(&entry)
    }
}

impl Remembered for ByPage {
    const TAGS: &'static [&'static str] = &[SHOWN];

    fn read(conn: &mut Conn) -> QueryResult<Self> {
        let all = ContactForm::query().order(contact_forms::id).limit(MOST).load(conn)?;
        Ok(ByPage(all.into_iter().map(|form| (form.entry_id, form)).collect()))
    }
}

impl ContactForm {
    /// A form.
    pub fn find(conn: &mut Conn, id: FormId) -> QueryResult<ContactForm> {
        ContactForm::query().find(id).first(conn)
    }

    /// A form on a page that visitors see, and that page.
    pub fn open(conn: &mut Conn, id: FormId) -> AppResult<(ContactForm, Entry)> {
        let form = ContactForm::find(conn, id)?;
        let entry = Entry::find(conn, form.entry_id)?;
        if entry.is_live() { Ok((form, entry)) } else { Err(AppError::NotFound) }
    }

    /// All of them with their pages, by title.
    pub fn all(conn: &mut Conn) -> QueryResult<Vec<(ContactForm, Entry)>> {
        let rows: Vec<ContactForm> = ContactForm::query().order(contact_forms::id).limit(MOST).load(conn)?;
        let mut all = Vec::new();
        for form in rows {
            let entry = Entry::find(conn, form.entry_id)?;
            all.push((form, entry));
        }
        all.sort_by(|(_, one), (_, other)| one.title.cmp(&other.title));
        Ok(all)
    }

    /// Who is told.
    pub fn recipients(&self) -> impl Iterator<Item = &str> {
        self.recipients.lines().filter(|line| !line.is_empty())
    }
}

/// Puts a form on a page.
pub fn create(conn: &mut Conn, wish: &Wish, actor: &Actor, now: NaiveDateTime) -> AppResult<FormId> {
    let page = page_at(conn, &wish.path, None)?;
    if contact_forms::table.count().get_result::<i64>(conn)? >= MOST {
        return Err(AppError::invalid("path", format!("There may be {MOST} contact forms. Delete one first.")));
    }
    let row = (
        contact_forms::entry_id.eq(page.id),
        contact_forms::recipients.eq(wish.recipients.join("\n")),
        contact_forms::heading.eq(&wish.heading),
        contact_forms::thanks.eq(&wish.thanks),
        contact_forms::changed_at.eq(now),
    );
    diesel::insert_into(contact_forms::table).values(row).execute(conn)?;
    let id: FormId = diesel::select(last_insert_id()).get_result(conn)?;
    record(conn, "contact_form.created", id, &page, &[page.id], actor, now)?;
    Ok(id)
}

/// Changes a form, or moves it to another page. Says whether anything changed.
pub fn change(conn: &mut Conn, id: FormId, wish: &Wish, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let old = ContactForm::query().find(id).for_update().first(conn)?;
    let page = page_at(conn, &wish.path, Some(id))?;
    let (recipients, heading, thanks) = (wish.recipients.join("\n"), wish.heading.clone(), wish.thanks.clone());
    let new = ContactForm { id, entry_id: page.id, recipients, heading, thanks };
    if new == old {
        return Ok(false);
    }
    let set = (
        contact_forms::entry_id.eq(new.entry_id),
        contact_forms::recipients.eq(&new.recipients),
        contact_forms::heading.eq(&new.heading),
        contact_forms::thanks.eq(&new.thanks),
        contact_forms::changed_at.eq(now),
    );
    diesel::update(contact_forms::table.find(id)).set(set).execute(conn)?;
    record(conn, "contact_form.changed", id, &page, &[old.entry_id, page.id], actor, now)?;
    Ok(true)
}

/// Takes a form off its page; what was written by it stays in the inbox.
pub fn delete(conn: &mut Conn, id: FormId, actor: &Actor, now: NaiveDateTime) -> AppResult<Entry> {
    let form = ContactForm::query().find(id).for_update().first(conn)?;
    let page = Entry::find(conn, form.entry_id)?;
    diesel::delete(contact_forms::table.find(id)).execute(conn)?;
    record(conn, "contact_form.deleted", id, &page, &[page.id], actor, now)?;
    Ok(page)
}

/// The page at that address, if it carries no other form.
fn page_at(conn: &mut Conn, path: &str, own: Option<FormId>) -> AppResult<Entry> {
    let found = Entry::query()
        .filter(entries::path.eq(path))
        .filter(entries::kind.eq(Kind::Page))
        .filter(entries::state.ne(EntryState::Trashed))
        .first(conn)
        .optional()?;
    let page = found
        .ok_or_else(|| AppError::invalid("path", "There is no page at this address. Make the page first, or give another address."))?;
    let holder: Option<FormId> =
        contact_forms::table.filter(contact_forms::entry_id.eq(page.id)).select(contact_forms::id).for_update().first(conn).optional()?;
    if holder.is_some_and(|holder| Some(holder) != own) {
        return Err(AppError::invalid("path", "This page has a contact form already. Change that one, or choose another page."));
    }
    Ok(page)
}

fn record(
    conn: &mut Conn,
    kind: &'static str,
    id: FormId,
    page: &Entry,
    touched: &[EntryId],
    actor: &Actor,
    now: NaiveDateTime,
) -> QueryResult<()> {
    let tags = touched.iter().map(|id| shown::own_page(*id));
    let mut cache_tags: Vec<String> = [SHOWN.to_owned()].into_iter().chain(tags).collect();
    cache_tags.dedup();
    Change { kind, subject: "contact_form", key: id.number(), label: &page.title, detail: json!({}), cache_tags }.record(conn, actor, now)
}
