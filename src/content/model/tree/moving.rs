//! Moving a page, with everything below it, below another one. It is an act of its own and counts at once, also for what visitors
//! see: no draft goes out by it, and none takes it back.

use super::order;
use crate::{
    content::model::{
        amend::amend,
        entry::{Entry, EntryId, EntryState, Kind},
        place, reach,
        revision::Draft,
        saving, trash,
        workflow::follow,
    },
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    schema::entries,
    web::{form::FormErrors, person::Person},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// Where a page is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The page above; `None`: the top.
    pub parent: Option<EntryId>,
    /// The last part of its address there; empty: as it is.
    pub slug: String,
}

impl Wish {
    fn slug<'a>(&'a self, entry: &'a Entry) -> &'a str {
        if self.slug.is_empty() { &entry.slug } else { &self.slug }
    }
}

/// Where it would live then, or why it cannot go there.
pub fn destination(conn: &mut Conn, entry: &Entry, wish: &Wish) -> AppResult<String> {
    if entry.kind != Kind::Page {
        return Err(FormErrors::whole("Posts do not stand in the tree; they have one address, which the editor changes.").into());
    }
    if entry.state == EntryState::Trashed {
        return Err(FormErrors::whole("This page lies in the trash. Restore it first.").into());
    }
    if let Some(parent) = wish.parent
        && Entry::query().find(parent).first(conn).optional()?.is_some()
        && place::is_within(conn, parent, entry.id)?
    {
        return Err(AppError::invalid("parent", "A page cannot stand below itself. Choose another page."));
    }
    Ok(place::choose(conn, entry.kind, wish.parent, wish.slug(entry), &entry.title, Some(entry.id))?.0)
}

/// Refuses who may not move this page: what others see or own moves with it.
pub fn may_move(conn: &mut Conn, entry: &Entry, wish: &Wish, person: &Person) -> AppResult<()> {
    reach::may_put(conn, entry, wish.parent, person)?;
    follow::may_amend(conn, entry, person, |draft| draft.parent = wish.parent)?;
    let sentence = "There are pages below this one that you may not move. Ask an editor to move them, or to do this.";
    trash::may_change_branch(conn, entry, person, sentence)
}

/// Moves a page and everything below it. Old addresses of what visitors see lead to the new ones. Says whether anything changed.
pub fn move_page(conn: &mut Conn, id: EntryId, wish: &Wish, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    // Both are locked before anything is read, so that two pages cannot be moved below each other.
    let mut both: Vec<EntryId> = wish.parent.into_iter().chain([id]).collect();
    both.sort_by_key(|id| id.number());
    let locked: Vec<EntryId> =
        entries::table.filter(entries::id.eq_any(both)).order(entries::id).select(entries::id).for_update().load(conn)?;
    if !locked.contains(&id) {
        return Err(AppError::NotFound);
    }
    let entry = Entry::find(conn, id)?;
    let path = destination(conn, &entry, wish)?;
    may_move(conn, &entry, wish, person)?;
    if entry.path.as_ref() == Some(&path) {
        return Ok(false); // it stands there: the form was sent twice
    }
    let (along, _) = super::branch_size(conn, &entry)?;
    let position = if entry.parent_id == wish.parent { entry.position } else { order::last(conn, entry.kind, wish.parent)? };
    let slug = wish.slug(&entry).to_owned();
    let renamed = slug != entry.slug;
    let note = format!("Moved to {path}.");
    let placed = |draft: &mut Draft| {
        draft.parent = wish.parent;
        if renamed {
            draft.slug.clone_from(&slug);
        }
    };
    amend(conn, &entry, &note, placed, actor, now)?;
    place::moved(conn, &entry, &path, now)?;
    let set = (
        entries::parent_id.eq(wish.parent),
        entries::slug.eq(&slug),
        entries::path.eq(&path),
        entries::position.eq(position),
        entries::changed_at.eq(now),
    );
    diesel::update(entries::table.find(id)).set(set).execute(conn)?;
    saving::record_with(conn, "entry.moved", &entry, Vec::new(), json!({ "was": entry.path, "along": along }), actor, now)?;
    Ok(true)
}
