//! Share links: they show a draft to people without an account, until they end or are taken back.
//!
//! Of the token in a link only the SHA-256 is kept. A link shows the newest draft, or one revision for good.

use super::{
    entry::{Entry, EntryId, EntryState},
    revision::RevisionId,
};
use crate::{
    accounts::model::token,
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::{share_links, users},
    typed_id,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{dsl::count_star, prelude::*};
use serde_json::json;

typed_id!(
    /// Names a share link.
    ShareLinkId
);

/// Links that an entry may have at a time, and that are listed.
pub const MOST: i64 = 100;

/// Seconds in which views of a link count as one, so that a page that is loaded again and again writes little.
const VIEW_SECONDS: i64 = 10;

/// A link as it is listed.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = share_links, base_query = share_links::table.left_join(users::table.on(users::id.nullable().eq(share_links::created_by_id))))]
pub struct ShareLink {
    /// Key.
    pub id: ShareLinkId,
    /// What it shows.
    pub entry_id: EntryId,
    /// Which revision; `None`: the newest draft.
    pub revision_id: Option<RevisionId>,
    /// Whom it is for.
    pub label: String,
    /// Whether guests may leave notes.
    pub allows_notes: bool,
    /// Who made it, by name.
    #[diesel(select_expression = users::name.nullable())]
    pub made_by: Option<String>,
    /// When, UTC.
    pub created_at: NaiveDateTime,
    /// When it ends.
    pub expires_at: NaiveDateTime,
    /// When it was taken back.
    pub revoked_at: Option<NaiveDateTime>,
    /// How often it was opened.
    pub views: i32,
    /// When it was opened last.
    pub last_viewed_at: Option<NaiveDateTime>,
}

impl ShareLink {
    /// Class and word of its state.
    pub fn state(&self, now: &NaiveDateTime) -> (&'static str, &'static str) {
        match self.revoked_at {
            Some(_) => ("is-bad", "Revoked"),
            None if self.expires_at <= *now => ("is-draft", "Ended"),
            None => ("is-live", "Works"),
        }
    }

    /// Whether it opens anything.
    pub fn works(&self, now: &NaiveDateTime) -> bool {
        self.revoked_at.is_none() && self.expires_at > *now
    }

    /// Whether the next view is to be written down.
    pub fn counts(&self, now: NaiveDateTime) -> bool {
        self.last_viewed_at.is_none_or(|last| now - last >= TimeDelta::seconds(VIEW_SECONDS))
    }
}

/// What somebody wants shared.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// Whom it is for.
    pub label: String,
    /// One revision, or the newest draft.
    pub revision: Option<RevisionId>,
    /// Whether guests may leave notes.
    pub allows_notes: bool,
    /// Days in which it works.
    pub days: i64,
    /// Tells the form from others.
    pub nonce: String,
}

/// Makes a link and returns its token, which cannot be read again. The same form sent again gives the same link a new token,
/// since nobody has seen the first.
pub fn make(conn: &mut Conn, id: EntryId, new: &NewLink, actor: &Actor, now: NaiveDateTime) -> AppResult<String> {
    let entry = Entry::lock(conn, id)?;
    if entry.state == EntryState::Trashed {
        return Err(AppError::Conflict("This entry lies in the trash. Restore it first."));
    }
    let form = format!("{} {:?} {} {} {}", new.nonce, new.revision, new.allows_notes, new.days, new.label);
    let (secret, nonce) = (token::fresh(), token::hash(&form));
    let again = share_links::table.filter(share_links::nonce.eq(&nonce)).filter(share_links::entry_id.eq(id));
    if diesel::update(again).set(share_links::token_hash.eq(token::hash(&secret))).execute(conn)? > 0 {
        return Ok(secret);
    }
    if working(conn, id, now)? >= MOST {
        return Err(AppError::Conflict("This entry has a hundred links that work. Revoke some of them first."));
    }
    let row = (
        share_links::entry_id.eq(id),
        share_links::revision_id.eq(new.revision),
        share_links::token_hash.eq(token::hash(&secret)),
        share_links::nonce.eq(nonce),
        share_links::label.eq(&new.label),
        share_links::allows_notes.eq(new.allows_notes),
        share_links::created_by_id.eq(actor.user),
        share_links::created_at.eq(now),
        share_links::expires_at.eq(now + TimeDelta::days(new.days)),
    );
    diesel::insert_into(share_links::table).values(row).execute(conn)?;
    let link: ShareLinkId = diesel::select(last_insert_id()).get_result(conn)?;
    record(conn, "share_link.made", &entry, link, &new.label, actor, now)?;
    Ok(secret)
}

/// Takes a link back; it opens nothing any more.
pub fn revoke(conn: &mut Conn, id: EntryId, link: ShareLinkId, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::find(conn, id)?;
    let found = ShareLink::query().filter(share_links::id.eq(link)).filter(share_links::entry_id.eq(id)).first(conn)?;
    let standing = share_links::table.find(link).filter(share_links::revoked_at.is_null());
    if diesel::update(standing).set(share_links::revoked_at.eq(now)).execute(conn)? == 0 {
        return Ok(());
    }
    record(conn, "share_link.revoked", &entry, link, &found.label, actor, now)
}

/// The link that this token belongs to, with its entry, while it works.
pub fn open(conn: &mut Conn, secret: &str, now: NaiveDateTime) -> QueryResult<Option<(ShareLink, Entry)>> {
    // By the hash: how long the look-up takes tells nothing about tokens.
    let link = ShareLink::query().filter(share_links::token_hash.eq(token::hash(secret))).first(conn).optional()?;
    let Some(link) = link.filter(|link| link.works(&now)) else { return Ok(None) };
    let entry = Entry::find(conn, link.entry_id)?;
    Ok((entry.state != EntryState::Trashed).then_some((link, entry)))
}

/// Counts a view; the first of each day is told in the journal. Of many at once, one is counted.
pub fn viewed(conn: &mut Conn, id: ShareLinkId, now: NaiveDateTime) -> AppResult<()> {
    let last: Option<NaiveDateTime> = share_links::table.find(id).select(share_links::last_viewed_at).for_update().first(conn)?;
    if last.is_some_and(|last| now - last < TimeDelta::seconds(VIEW_SECONDS)) {
        return Ok(());
    }
    let set = (share_links::views.eq(share_links::views + 1), share_links::last_viewed_at.eq(now));
    diesel::update(share_links::table.find(id)).set(set).execute(conn)?;
    if last.is_some_and(|last| last.date() == now.date()) {
        return Ok(());
    }
    let link: ShareLink = ShareLink::query().filter(share_links::id.eq(id)).first(conn)?;
    let entry = Entry::find(conn, link.entry_id)?;
    record(conn, "share_link.viewed", &entry, id, &link.label, &Actor::default(), now)
}

fn record(
    conn: &mut Conn,
    kind: &'static str,
    entry: &Entry,
    link: ShareLinkId,
    label: &str,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    let detail = json!({ "link": link, "for": label });
    let change = Change { kind, subject: "entry", key: entry.id.number(), label: &entry.title, detail, cache_tags: Vec::new() };
    Ok(change.record(conn, actor, now)?)
}

/// The links of an entry, newest first; bounded by 100.
pub fn of_entry(conn: &mut Conn, id: EntryId) -> QueryResult<Vec<ShareLink>> {
    ShareLink::query().filter(share_links::entry_id.eq(id)).order(share_links::id.desc()).limit(MOST).load(conn)
}

/// How many links of an entry work now.
pub fn working(conn: &mut Conn, id: EntryId, now: NaiveDateTime) -> QueryResult<i64> {
    share_links::table
        .filter(share_links::entry_id.eq(id))
        .filter(share_links::revoked_at.is_null())
        .filter(share_links::expires_at.gt(now))
        .select(count_star())
        .first(conn)
}
