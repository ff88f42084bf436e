//! Notes on passages of a draft, and replies to them; by people with an account, and by guests through a share link.
//!
//! A note keeps its passage as [`anchor`](super::anchor) describes it, and is never lost: when the passage is gone, the note
//! says so. Notes are plain text.

use super::{
    anchor::{Selector, Text},
    entry::{Entry, EntryId, EntryState},
    rendering,
    revision::Revision,
    share::ShareLinkId,
};
use crate::{
    accounts::model::token,
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    markup::{self, SafeHtml},
    schema::{entries, notes, share_links, users},
    typed_id,
    web::{form::FormErrors, person::UserId},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{dsl::count_star, prelude::*};
use serde_json::json;
use std::ops::Range;

typed_id!(
    /// Names a note.
    NoteId
);

/// Notes that are shown of an entry, without their replies.
const MOST_THREADS: i64 = 200;
/// Replies that are shown of an entry.
const MOST_REPLIES: i64 = 2000;
/// Notes that one link may leave in ten minutes, and in all.
const FROM_A_LINK: (i64, i64) = (20, 500);

/// A note as it is shown.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = notes, base_query = notes::table.left_join(users::table.on(users::id.nullable().eq(notes::user_id))))]
pub struct Note {
    /// Key.
    pub id: NoteId,
    /// The note that it replies to.
    pub parent_id: Option<NoteId>,
    user_id: Option<UserId>,
    #[diesel(select_expression = users::name.nullable())]
    user_name: Option<String>,
    guest_name: String,
    /// The passage, or empty.
    pub quote: String,
    prefix: String,
    suffix: String,
    position: i32,
    /// What it says.
    pub body: String,
    /// When, UTC.
    pub created_at: NaiveDateTime,
    /// When it was settled.
    pub resolved_at: Option<NaiveDateTime>,
}

impl Note {
    /// Who made it.
    pub fn who(&self) -> &str {
        match &self.user_name {
            Some(name) => name,
            None if self.guest_name.is_empty() => "Somebody who has left",
            None => &self.guest_name,
        }
    }

    /// Whether a guest made it.
    pub fn is_by_guest(&self) -> bool {
        self.user_id.is_none() && !self.guest_name.is_empty()
    }

    fn selector(&self) -> Selector {
        Selector {
            quote: self.quote.clone(),
            prefix: self.prefix.clone(),
            suffix: self.suffix.clone(),
            position: self.position.max(0) as usize,
        }
    }
}

/// A note with its replies, and where its passage stands now.
#[derive(Debug)]
pub struct Thread {
    /// The note.
    pub note: Note,
    /// Oldest first.
    pub replies: Vec<Note>,
    /// Which characters of the text; `None` where the passage is gone, or there was none.
    pub place: Option<Range<usize>>,
}

impl Thread {
    /// Whether it was on a passage that stands no more.
    pub fn is_adrift(&self) -> bool {
        self.place.is_none() && !self.note.quote.is_empty()
    }
}

/// Who leaves a note.
#[derive(Debug, Clone)]
pub enum By {
    /// Somebody with an account.
    Person(UserId),
    /// Somebody who came by a share link.
    Guest {
        /// As given.
        name: String,
        /// The link.
        link: ShareLinkId,
    },
}

/// What somebody wants noted.
#[derive(Debug, Clone)]
pub struct NewNote {
    /// The passage and what is known of its place; an empty quote is a note on the whole.
    pub passage: Selector,
    /// What it says.
    pub body: String,
    /// The note that it replies to.
    pub parent: Option<NoteId>,
    /// Tells the form from others, so that sending it twice makes one note.
    pub nonce: String,
}

/// Leaves a note on a revision.
pub fn add(conn: &mut Conn, on: &Revision, new: &NewNote, by: &By, actor: &Actor, now: NaiveDateTime) -> AppResult<NoteId> {
    let entry = Entry::lock(conn, on.entry_id)?;
    if entry.state == EntryState::Trashed {
        return Err(AppError::Conflict("This entry lies in the trash. Restore it first."));
    }
    let parent = new.parent.map(|parent| top_of(conn, on.entry_id, parent)).transpose()?;
    // With its words: who goes back in the browser and writes another note sends another note.
    let nonce = token::hash(&format!("{}\n{parent:?}\n{}\n{}", new.nonce, new.passage.quote, new.body));
    if let Some(made) = notes::table.filter(notes::nonce.eq(&nonce)).select(notes::id).first(conn).optional()? {
        return Ok(made); // the form was sent twice
    }
    let (user, guest, link) = match by {
        By::Person(user) => (Some(*user), "", None),
        By::Guest { name, link } => (None, name.as_str(), Some(*link)),
    };
    if let Some(link) = link {
        slow_down(conn, link, now)?;
    }
    let passage = if parent.is_some() { Selector::default() } else { placed(conn, on, &new.passage)? };
    let row = (
        notes::entry_id.eq(on.entry_id),
        notes::revision_id.eq(on.id),
        notes::parent_id.eq(parent),
        notes::user_id.eq(user),
        notes::guest_name.eq(guest),
        notes::share_link_id.eq(link),
        notes::quote.eq(&passage.quote),
        notes::prefix.eq(&passage.prefix),
        notes::suffix.eq(&passage.suffix),
        notes::position.eq(i32::try_from(passage.position).unwrap_or(i32::MAX)),
        notes::body.eq(&new.body),
        notes::nonce.eq(nonce),
        notes::created_at.eq(now),
    );
    diesel::insert_into(notes::table).values(row).execute(conn)?;
    let id: NoteId = diesel::select(last_insert_id()).get_result(conn)?;
    let kind = if user.is_some() { "note.left" } else { "note.left_by_guest" };
    record(conn, kind, &entry, id, guest, actor, now)?;
    Ok(id)
}

/// Finds the passage in the draft, and keeps it as it stands there.
fn placed(conn: &mut Conn, on: &Revision, passage: &Selector) -> AppResult<Selector> {
    if passage.quote.is_empty() {
        return Ok(Selector::default());
    }
    let draft = on.draft();
    let html = rendering::render(conn, &draft.body, &draft.image_url)?.html;
    let text = Text::new(&markup::text_of(&html));
    let found = text.find(passage).map(|range| text.selector(&range)).filter(|found| found.quote.chars().count() <= 1000);
    found.ok_or_else(|| AppError::invalid("quote", "These words are not in the draft. Copy them as they stand there, or leave this empty."))
}

/// Notes of a link are counted under its lock.
fn slow_down(conn: &mut Conn, link: ShareLinkId, now: NaiveDateTime) -> AppResult<()> {
    share_links::table.find(link).select(share_links::id).for_update().first::<ShareLinkId>(conn)?;
    let of_link = || notes::table.filter(notes::share_link_id.eq(link));
    let lately: i64 = of_link().filter(notes::created_at.gt(now - TimeDelta::minutes(10))).count().get_result(conn)?;
    let in_all: i64 = of_link().count().get_result(conn)?;
    if in_all >= FROM_A_LINK.1 {
        return Err(FormErrors::whole("This link has left as many notes as one may. Ask for a new link.").into());
    }
    if lately >= FROM_A_LINK.0 {
        return Err(FormErrors::whole(
            "Many notes came through this link just now. Nothing is lost: wait ten minutes, then send it again.",
        )
        .into());
    }
    Ok(())
}

/// The note at the top of a thread of this entry.
fn top_of(conn: &mut Conn, entry: EntryId, id: NoteId) -> AppResult<NoteId> {
    let parent: Option<NoteId> = notes::table.find(id).filter(notes::entry_id.eq(entry)).select(notes::parent_id).first(conn)?;
    Ok(parent.unwrap_or(id))
}

/// Settles a note, or opens it again.
pub fn settle(conn: &mut Conn, entry: EntryId, id: NoteId, done: bool, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::find(conn, entry)?;
    let known = notes::table.find(id).filter(notes::entry_id.eq(entry.id)).filter(notes::parent_id.is_null());
    let (resolved, guest): (Option<NaiveDateTime>, String) =
        known.select((notes::resolved_at, notes::guest_name)).for_update().first(conn)?;
    if resolved.is_some() == done {
        return Ok(());
    }
    let by = actor.user.filter(|_| done);
    diesel::update(notes::table.find(id)).set((notes::resolved_at.eq(done.then_some(now)), notes::resolved_by_id.eq(by))).execute(conn)?;
    record(conn, if done { "note.resolved" } else { "note.reopened" }, &entry, id, &guest, actor, now)
}

fn record(
    conn: &mut Conn,
    kind: &'static str,
    entry: &Entry,
    note: NoteId,
    guest: &str,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    let detail = if guest.is_empty() { json!({ "note": note }) } else { json!({ "note": note, "guest": guest }) };
    let change = Change { kind, subject: "entry", key: entry.id.number(), label: &entry.title, detail, cache_tags: Vec::new() };
    Ok(change.record(conn, actor, now)?)
}

/// The notes of an entry as they stand in this text, and the text with their passages marked: open ones in the order of the text,
/// then those adrift, then settled ones. Bounded by 200 with 2,000 replies.
pub fn threads(conn: &mut Conn, entry: EntryId, html: &SafeHtml) -> QueryResult<(Vec<Thread>, SafeHtml)> {
    let of_entry = || Note::query().filter(notes::entry_id.eq(entry));
    let top = of_entry().filter(notes::parent_id.is_null());
    let top: Vec<Note> = top.order((notes::resolved_at.is_null().desc(), notes::id.desc())).limit(MOST_THREADS).load(conn)?;
    let keys: Vec<NoteId> = top.iter().map(|note| note.id).collect();
    let replies = of_entry().filter(notes::parent_id.eq_any(keys)).order(notes::id).limit(MOST_REPLIES);
    let mut replies: Vec<Note> = replies.load(conn)?;
    let text = Text::new(&markup::text_of(html));
    let mut threads: Vec<Thread> = Vec::new();
    for note in top {
        let place = text.find(&note.selector());
        let own;
        (own, replies) = replies.into_iter().partition(|reply| reply.parent_id == Some(note.id));
        threads.push(Thread { note, replies: own, place });
    }
    threads.sort_by_key(|one| {
        (one.note.resolved_at.is_some(), one.is_adrift(), one.place.as_ref().map_or(usize::MAX, |place| place.start), one.note.id)
    });
    let open = threads.iter().filter(|one| one.note.resolved_at.is_none());
    let passages = open.filter_map(|one| Some(markup::Passage { key: one.note.id.number(), range: one.place.clone()? }));
    let marked = markup::mark(html, &passages.collect::<Vec<_>>());
    Ok((threads, marked))
}

/// How many notes of an entry are open.
pub fn open(conn: &mut Conn, entry: EntryId) -> QueryResult<i64> {
    notes::table
        .filter(notes::entry_id.eq(entry))
        .filter(notes::parent_id.is_null())
        .filter(notes::resolved_at.is_null())
        .select(count_star())
        .first(conn)
}

/// The newest open notes with their entries; on one author's entries, if given. Bounded by `limit`.
pub fn newest_open(conn: &mut Conn, author: Option<UserId>, limit: i64) -> QueryResult<Vec<(Note, EntryId, String)>> {
    let mut query = notes::table
        .inner_join(entries::table)
        .left_join(users::table.on(users::id.nullable().eq(notes::user_id)))
        .filter(notes::parent_id.is_null())
        .filter(notes::resolved_at.is_null())
        .filter(entries::state.ne(EntryState::Trashed))
        .select((Note::as_select(), entries::id, entries::title))
        .order(notes::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(author) = author {
        query = query.filter(entries::author_id.eq(author));
    }
    query.load(conn)
}
