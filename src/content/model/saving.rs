//! Saving: every save is a revision; what visitors see changes only when one is applied.
//!
//! While nothing is live, each save is applied to the entry's row at once, so that lists and addresses are those of the newest
//! draft. Once an entry is published, saves run ahead of it until the next publishing. Several saves by one person within ten
//! minutes become one revision, unless something keeps the earlier one.

use super::{
    category::filing,
    entry::{Entry, EntryId, EntryState, Kind},
    link::broken,
    lost, place, rendering,
    revision::{self, Draft, Place, Revision, RevisionId},
    series, shown, tag, tally,
    tree::order,
    workflow::follow,
};
use crate::{
    app::TOLD_OF_ENTRIES,
    db::{Conn, last_insert_id, statement::Statement},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    markup::{self, RENDERER},
    media::model::uses,
    schema::{entries, revisions},
    web::person::UserId,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::{Value, json};

/// Changes of a live entry that visitors do not see yet.
const AHEAD: &[&str] =
    &["entry.saved", "entry.reverted", "entry.scheduled", "entry.schedule_dropped", "entry.expiry_set", "entry.expiry_dropped"];

/// From the first of several saves, so that an hour of work is not one revision.
const COALESCE: TimeDelta = TimeDelta::minutes(10);

/// What became of a save.
#[derive(Debug)]
pub enum Saved {
    /// There is a new revision.
    Revision(RevisionId),
    /// Nothing differed from the newest revision.
    Unchanged,
    /// Somebody saved in between: theirs is newer than what this one began from.
    Overtaken(Box<Revision>),
}

/// Makes a new entry with its first revision; a draft.
pub fn create(conn: &mut Conn, kind: Kind, draft: &Draft, actor: &Actor, now: NaiveDateTime) -> AppResult<EntryId> {
    let (path, slug) = place::choose(conn, kind, draft.parent, &draft.slug, &draft.title, None)?;
    let position = order::last(conn, kind, draft.parent)?;
    let row = (
        (
            entries::kind.eq(kind),
            entries::slug.eq(&slug),
            entries::path.eq(&path),
            entries::parent_id.eq(draft.parent),
            entries::position.eq(position),
            entries::state.eq(EntryState::Draft),
            entries::title.eq(&draft.title),
            entries::summary.eq(""),
            entries::body_html.eq(""),
            entries::contents.eq("[]"),
            entries::words.eq(0),
            entries::renderer.eq(RENDERER),
        ),
        (
            entries::image_url.eq(""),
            entries::image_alt.eq(""),
            entries::meta_title.eq(""),
            entries::meta_description.eq(""),
            entries::author_id.eq(draft.author),
            entries::created_at.eq(now),
            entries::changed_at.eq(now),
        ),
    );
    diesel::insert_into(entries::table).values(row).execute(conn)?;
    let id: EntryId = diesel::select(last_insert_id()).get_result(conn)?;
    place::settled(conn, id, &path)?;
    let entry = Entry::lock(conn, id)?;
    add_revision(conn, &entry, &Draft { slug, ..draft.clone() }, None, actor, now)?;
    tally::change(conn, None, Some((kind, entry.state)))?;
    record(conn, "entry.created", &entry, Vec::new(), actor, now)?;
    Ok(id)
}

/// Saves over the revision that the author began from; refuses when somebody else has saved since.
pub fn save(conn: &mut Conn, id: EntryId, begun_from: RevisionId, draft: &Draft, actor: &Actor, now: NaiveDateTime) -> AppResult<Saved> {
    let entry = Entry::lock(conn, id)?;
    let newest = entry.latest_revision_id.map(|newest| Revision::find(conn, newest)).transpose()?;
    if let Some(newest) = &newest {
        let same = newest.draft() == *draft;
        if newest.id != begun_from && !same {
            return Ok(Saved::Overtaken(Box::new(newest.clone())));
        }
        if same {
            return Ok(Saved::Unchanged);
        }
    }
    if let Some(parent) = draft.parent
        && place::is_within(conn, parent, id)?
    {
        return Err(AppError::invalid("parent", "A page cannot stand below itself. Choose another page."));
    }
    let (_, slug) = place::choose(conn, entry.kind, draft.parent, &draft.slug, &draft.title, Some(id))?;
    let replaced = match newest {
        Some(newest) if coalesces(conn, &newest, actor, now)? => Some(newest),
        _ => None,
    };
    let revision = add_revision(conn, &entry, &Draft { slug, ..draft.clone() }, replaced.as_ref(), actor, now)?;
    record(conn, "entry.saved", &entry, Vec::new(), actor, now)?;
    Ok(Saved::Revision(revision))
}

/// Whether a save takes the place of the newest revision: by the same person, soon after, and nothing keeps that one. What a job
/// or a command saves never does.
fn coalesces(conn: &mut Conn, newest: &Revision, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let soon = now - newest.begun_at.unwrap_or(newest.saved_at) <= COALESCE;
    let same_person = actor.user.is_some() && newest.saved_by_id == actor.user;
    Ok(soon && same_person && revision::is_kept(conn, newest.id, actor.user)?.is_none())
}

/// Makes an old revision the newest again, as a new one: nothing is lost by it. Its author becomes `author`, if given; an
/// address that is taken now, or a page above that is gone, stays as it is.
pub fn revert(conn: &mut Conn, id: EntryId, number: i32, author: Option<UserId>, actor: &Actor, now: NaiveDateTime) -> AppResult<Saved> {
    let entry = Entry::lock(conn, id)?;
    if entry.state == EntryState::Trashed {
        return Err(AppError::Conflict("This entry lies in the trash. Restore it first."));
    }
    let mut draft = Revision::numbered(conn, id, number)?.draft();
    draft.author = author.unwrap_or(draft.author);
    let newest = Revision::find(conn, entry.latest_revision_id.ok_or(AppError::NotFound)?)?.draft();
    let fits = match draft.parent {
        Some(parent) => !place::is_within(conn, parent, id)?,
        None => true,
    };
    let chosen = place::choose(conn, entry.kind, draft.parent, &draft.slug, &draft.title, Some(id));
    if !fits || matches!(chosen, Err(AppError::Invalid(_))) {
        (draft.parent, draft.slug) = (newest.parent, newest.slug.clone());
    } else {
        chosen?;
    }
    if draft == newest {
        return Ok(Saved::Unchanged);
    }
    let revision = add_revision(conn, &entry, &draft, None, actor, now)?;
    revision::describe(conn, revision, None, Some(&format!("Restored from revision {number}.")))?;
    record(conn, "entry.reverted", &entry, Vec::new(), actor, now)?;
    Ok(Saved::Revision(revision))
}

/// Writes the revision with its links, in place of another one or after all, and applies it unless another one is live. The
/// caller holds the lock.
pub(super) fn add_revision(
    conn: &mut Conn,
    entry: &Entry,
    draft: &Draft,
    replaced: Option<&Revision>,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<RevisionId> {
    let (id, place, rendered) = uses::settled(conn, entry.id.number(), |conn| {
        let place = match replaced {
            Some(replaced) => {
                diesel::delete(revisions::table.find(replaced.id)).execute(conn)?; // its links go with it
                Place { number: replaced.number, begun_at: replaced.begun_at.or(Some(replaced.saved_at)) }
            }
            None => {
                let last: Option<i32> =
                    revisions::table.filter(revisions::entry_id.eq(entry.id)).select(diesel::dsl::max(revisions::number)).first(conn)?;
                Place { number: last.unwrap_or(0) + 1, begun_at: None }
            }
        };
        let id = revision::insert(conn, entry.id, place, draft, actor.user, now)?;
        let rendered = rendering::to_store(conn, &draft.body, &draft.image_url)?;
        rendering::write_graph_unsettled(conn, entry.id, id, entry.live_revision_id, &rendered, now)?;
        Ok::<_, AppError>((id, place, rendered))
    })?;
    let newest = Statement::change("UPDATE entries SET latest_revision_id = ?, changed_at = ? WHERE id = ?");
    newest.number(id.number()).time(now).number(entry.id.number()).execute(conn)?;
    if !entry.is_live() {
        apply(conn, entry, draft, &rendered, now)?;
    }
    follow::edited(conn, entry, id, place.number, actor, now)?;
    Ok(id)
}

const APPLY: &str = "
    UPDATE entries
    SET    parent_id = ?, slug = ?, path = ?, position = ?, title = ?, summary = ?, body_html = ?, contents = ?, words = ?, renderer = ?,
           image_url = ?, image_alt = ?, meta_title = ?, meta_description = ?, featured = ?, author_id = ?, changed_at = ?
    WHERE  id = ?";

/// Makes a revision what the entry's row says: place, words, categories, tags, series. The caller holds the lock.
pub(super) fn apply(conn: &mut Conn, entry: &Entry, draft: &Draft, rendered: &markup::Rendered, now: NaiveDateTime) -> AppResult<()> {
    let (path, slug) = place::choose(conn, entry.kind, draft.parent, &draft.slug, &draft.title, Some(entry.id))?;
    place::moved(conn, entry, &path, now)?;
    let stays = draft.parent == entry.parent_id;
    let position = if stays { entry.position } else { order::last(conn, entry.kind, draft.parent)? };
    Statement::change(APPLY)
        .number_if(draft.parent.map(EntryId::number))
        .text(slug)
        .text(path)
        .number(position.into())
        .text(&draft.title)
        .text(&draft.summary)
        .text(rendered.html.as_str())
        .text(serde_json::to_string(&rendered.headings)?)
        .number(rendered.words.into())
        .number(RENDERER.into())
        .text(&draft.image_url)
        .text(&draft.image_alt)
        .text(&draft.meta_title)
        .text(&draft.meta_description)
        .number(draft.featured.into())
        .number(draft.author.number())
        .time(now)
        .number(entry.id.number())
        .execute(conn)?;
    filing::put(conn, entry, &draft.categories, now)?;
    tag::put(conn, entry.id, &draft.tags, now)?;
    series::put(conn, entry.id, draft.series.filter(|_| entry.kind == Kind::Post))?;
    Ok(())
}

/// Changes after which visitors read another text.
const SHOWN_ANEW: &[&str] = &["entry.published", "entry.updated", "entry.relinked"];

/// One row in the journal about an entry, its place in the counts, and which cached pages follow: `before` is its row as it was, `lists` what
/// `list::sync` has told.
pub(super) fn record(
    conn: &mut Conn,
    kind: &'static str,
    before: &Entry,
    lists: Vec<String>,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    record_with(conn, kind, before, lists, json!({}), actor, now)
}

/// The same with more to tell: `more` is an object.
pub(super) fn record_with(
    conn: &mut Conn,
    kind: &'static str,
    before: &Entry,
    lists: Vec<String>,
    more: Value,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    let entry = Entry::find(conn, before.id)?;
    record_change(conn, kind, before, &entry, lists, more, actor, now)
}

/// The same of an entry whose row is `entry` by now.
#[expect(clippy::too_many_arguments, reason = "what `record_with` takes, and the row")]
pub(super) fn record_change(
    conn: &mut Conn,
    kind: &'static str,
    before: &Entry,
    entry: &Entry,
    lists: Vec<String>,
    more: Value,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    tally::change(conn, Some((before.kind, before.state)), Some((entry.kind, entry.state)))?;
    filing::follow(conn, before, entry)?;
    let ahead = before.is_live() && entry.is_live() && AHEAD.contains(&kind);
    let mut cache_tags = match entry.kind {
        Kind::Post if ahead => vec![shown::own_page(entry.id)], // it shows the day of its last change
        Kind::Page if ahead => Vec::new(),
        _ => shown::changed(conn, before, entry)?,
    };
    cache_tags.extend(lists);
    broken::entry_changed(conn, before, entry, SHOWN_ANEW.contains(&kind), now)?;
    for room in TOLD_OF_ENTRIES {
        room.entry_changed(conn, before, entry, now)?;
    }
    if let Some(path) = entry.path.as_ref().filter(|_| entry.is_live() && !ahead) {
        lost::counted::found(conn, path)?;
    }
    let path = entry.path.as_ref().or(before.path.as_ref());
    let mut detail = json!({ "path": path, "revision": entry.latest_revision_id });
    if let (Value::Object(detail), Value::Object(more)) = (&mut detail, more) {
        detail.extend(more.into_iter().filter(|(_, value)| !value.is_null()));
    }
    let change = Change { kind, subject: "entry", key: entry.id.number(), label: &entry.title, detail, cache_tags };
    Ok(change.record(conn, actor, now)?)
}
