//! Copies of entries: drafts of their own, of a page with everything below it if that is wanted.

use super::{
    entry::{Entry, EntryId, EntryState},
    reach,
    revision::{Draft, Revision},
    saving, source, translation, trash, tree,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::entries,
    web::{
        form::FormErrors,
        person::{Person, Right},
    },
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// Pages that may be copied along.
pub const MOST: i64 = 200;

/// What is wanted of a copy.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Whether the pages below come along.
    pub branch: bool,
    /// Tells the form from others, so that sending it twice makes one copy.
    pub key: Option<String>,
}

/// Makes a draft of the newest words of an entry, beside it, and says which.
///
/// Its own are the address and the dates; it is by who copies it, unless that is an editor. Nothing of it is scheduled, shared or
/// in review.
pub fn duplicate(conn: &mut Conn, id: EntryId, wish: &Wish, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<EntryId> {
    let entry = Entry::lock(conn, id)?;
    if entry.state == EntryState::Trashed {
        return Err(FormErrors::whole("This entry lies in the trash. Restore it first.").into());
    }
    if let Some(made) = wish.key.as_deref().map(|key| source::made_by(conn, key)).transpose()?.flatten() {
        return Ok(made); // the form was sent twice
    }
    reach::may_place(conn, entry.kind, entry.parent_id, person)?;
    let along = if wish.branch { may_copy_branch(conn, &entry, person)? } else { 0 };
    let draft = copy_of(conn, &entry, person)?;
    let (slug, title) = (String::new(), titled(&draft.title));
    let copy = saving::create(conn, entry.kind, &Draft { slug, title: title.clone(), ..draft }, actor, now)?;
    translation::copy_language(conn, id, copy, now)?;
    if let Some(key) = &wish.key {
        source::mark_made(conn, copy, key)?;
    }
    if along > 0 {
        copy_below(conn, id, copy, person, actor, now)?;
    }
    let detail = json!({ "from": id, "along": along });
    let change = Change { kind: "entry.duplicated", subject: "entry", key: copy.number(), label: &title, detail, cache_tags: Vec::new() };
    change.record(conn, actor, now)?;
    Ok(copy)
}

/// “Title (copy)”, within what a title may have.
fn titled(title: &str) -> String {
    const MARK: &str = " (copy)";
    let kept: String = title.chars().take(300 - MARK.len()).collect();
    format!("{}{MARK}", kept.trim_end())
}

fn may_copy_branch(conn: &mut Conn, entry: &Entry, person: &Person) -> AppResult<i64> {
    let sentence = "There are pages below this one that are not yours to copy. Copy the page alone, or ask an editor.";
    trash::may_change_branch(conn, entry, person, sentence)?;
    let (along, _) = tree::branch_size(conn, entry)?;
    if along > MOST {
        let sentence =
            format!("{along} pages lie below it, and {MOST} are the most that are copied at once. Copy parts of it, one by one.");
        return Err(AppError::invalid("branch", sentence));
    }
    Ok(along)
}

fn copy_of(conn: &mut Conn, entry: &Entry, person: &Person) -> AppResult<Draft> {
    let draft = Revision::find(conn, entry.latest_revision_id.ok_or(AppError::NotFound)?)?.draft();
    let author = if person.may_any(Right::Write) { draft.author } else { person.id };
    Ok(Draft { parent: entry.parent_id, author, featured: false, dated_at: None, ..draft })
}

/// Copies what lies below a page to below another, level by level in the order of each.
fn copy_below(conn: &mut Conn, from: EntryId, to: EntryId, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let mut waiting = vec![(from, to)];
    while let Some((from, to)) = waiting.pop() {
        let children = Entry::query().filter(entries::parent_id.eq(from)).filter(entries::path.is_not_null());
        let children: Vec<Entry> = children.order((entries::position, entries::id)).limit(MOST).load(conn)?;
        for child in children.into_iter().filter(|child| child.id != to) {
            let draft = copy_of(conn, &child, person)?;
            let copy = saving::create(conn, child.kind, &Draft { parent: Some(to), slug: child.slug.clone(), ..draft }, actor, now)?;
            translation::copy_language(conn, child.id, copy, now)?;
            waiting.push((child.id, copy));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::titled;

    #[test]
    fn a_copy_says_so_in_its_title() {
        assert_eq!(titled("A title"), "A title (copy)");
        let long = titled(&"é".repeat(300));
        assert_eq!(long.chars().count(), 300);
        assert!(long.ends_with("é (copy)"));
    }
}
