//! How a comment comes in: checked, placed, stored, counted, and whoever must know of it is told.

use super::{
    comment::{Comment, CommentId, DEEPEST, Evidence, Kind, State},
    judging::{self, Words},
    moderation, openness, own, rights,
    signed::Signer,
    tally,
    thread::{self, MOST_REPLIES},
};
use crate::{
    accounts::model::token,
    community::jobs::{TellAuthor, TellModerators},
    content::model::entry::{Entry, EntryId},
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    markup::{REMARK_RENDERER, render_remark},
    schema::comments,
    site::comments::{Comments, Policy},
    web::person::Person,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::json;
use std::net::IpAddr;

/// Letters that ask an address whether it wrote a comment, in a day.
const LETTERS_A_DAY: i64 = 3;

/// What somebody wants to say.
#[derive(Debug, Clone)]
pub struct NewComment {
    /// Below which entry.
    pub entry: EntryId,
    /// In answer to which comment.
    pub parent: Option<CommentId>,
    /// A guest's name.
    pub name: String,
    /// A guest's mail address, or empty.
    pub email: String,
    /// Markdown.
    pub body: String,
    /// Whether replies are to be mailed.
    pub wants_replies: bool,
}

/// Where it comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Of the net.
    pub address: Option<IpAddr>,
    /// The browser.
    pub agent: String,
    /// Seconds from drawing the form to sending it, where that is known.
    pub seconds: Option<i64>,
    /// A program filled in the form.
    pub trapped: bool,
}

impl Origin {
    /// As it is kept.
    pub fn address(&self) -> String {
        self.address.map(|ip| ip.to_canonical().to_string()).unwrap_or_default()
    }
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct Written {
    /// The comment.
    pub comment: Comment,
    /// Whether the address is to be asked whether it wrote this.
    pub asks: bool,
}

/// Takes a comment in. The same one sent twice is one.
pub fn write(
    conn: &mut Conn,
    site: &Comments,
    new: &NewComment,
    person: Option<&Person>,
    origin: &Origin,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Written> {
    let (entry, openness) = openness::of_live(conn, site, new.entry, now)?;
    openness.require(person.is_some())?;
    let nonce = nonce(new, person, origin);
    if let Some(id) = comments::table.filter(comments::nonce.eq(&nonce)).select(comments::id).first(conn).optional()? {
        return Ok(Written { comment: Comment::find(conn, id)?, asks: false });
    }
    let parent = new.parent.map(|parent| answered(conn, new.entry, parent)).transpose()?;
    let (html, links) = render_remark(&new.body);
    let (state, evidence) = judge(conn, site, &entry, new, links, person, origin)?;
    let avatar = Signer::load(conn, now)?.avatar(person.map_or(&new.name, |person| &person.email));
    let row = (
        (
            comments::entry_id.eq(new.entry),
            comments::parent_id.eq(new.parent),
            comments::thread_id.eq(parent.as_ref().and_then(|it| it.thread_id)),
        ),
        comments::depth.eq(parent.as_ref().map_or(0, |parent| (parent.depth + 1).min(DEEPEST))),
        (comments::kind.eq(Kind::Comment), comments::state.eq(state), comments::visible.eq(false)),
        comments::user_id.eq(person.map(|person| person.id)),
        (
            comments::author_name.eq(if person.is_some() { "" } else { &new.name }),
            comments::author_email.eq(if person.is_some() { "" } else { &new.email }),
        ),
        (comments::body.eq(&new.body), comments::html.eq(html.as_str()), comments::renderer.eq(REMARK_RENDERER)),
        (comments::avatar.eq(avatar), comments::nonce.eq(nonce), comments::created_at.eq(now)),
        comments::wants_replies.eq(new.wants_replies),
        (comments::address.eq(origin.address()), comments::agent.eq(&origin.agent)),
        comments::opinion.eq(serde_json::to_string(&evidence)?),
    );
    diesel::insert_into(comments::table).values(row).execute(conn)?;
    let comment = arrived(conn, site, parent.is_none(), actor, now)?;
    let asks = person.is_none() && asks(conn, site, &comment, now)?;
    Ok(Written { comment, asks })
}

/// What follows an insert: the top of a thread is its own, what is shown is counted, and people are told.
fn arrived(conn: &mut Conn, site: &Comments, is_top: bool, actor: &Actor, now: NaiveDateTime) -> AppResult<Comment> {
    let id: CommentId = diesel::select(last_insert_id()).get_result(conn)?;
    if is_top {
        diesel::update(comments::table.find(id)).set(comments::thread_id.eq(id)).execute(conn)?;
    }
    let comment = Comment::find(conn, id)?;
    if comment.is_shown() {
        tally::count(conn, comment.entry_id, 1)?;
        tally::settle(conn, id)?;
        TellAuthor { comment: id }.enqueue_if_answer(conn, &comment, now)?;
    } else if comment.state == State::Held {
        TellModerators::soon(conn, site, now)?;
    }
    record(conn, "comment.received", &comment, comment.is_shown(), actor, now)?;
    Ok(comment)
}

/// Writes a change of a comment down; `seen`: visitors see something else from now on.
pub(super) fn record(
    conn: &mut Conn,
    kind: &'static str,
    comment: &Comment,
    seen: bool,
    actor: &Actor,
    now: NaiveDateTime,
) -> QueryResult<()> {
    let cache_tags = if seen { vec![super::comment::shown(comment.entry_id), super::comment::ALL.to_owned()] } else { Vec::new() };
    let detail = json!({ "entry": comment.entry_id });
    let change = Change { kind, subject: "comment", key: comment.id.number(), label: comment.who(), detail, cache_tags };
    change.record(conn, actor, now)
}

/// The comment that another answers, while visitors see it and its thread has room.
fn answered(conn: &mut Conn, entry: EntryId, id: CommentId) -> AppResult<Comment> {
    let parent = Comment::maybe(conn, id)?.filter(|parent| parent.entry_id == entry && parent.is_shown());
    let parent = parent.ok_or_else(|| {
        AppError::invalid("body", "The comment that you answer is not there any more. Copy your words, and begin a comment of your own.")
    })?;
    if thread::replies(conn, parent.thread_id.unwrap_or(id))? > MOST_REPLIES {
        return Err(AppError::invalid("body", "This thread is full. Copy your words, and begin a comment of your own below the article."));
    }
    Ok(parent)
}

/// Where it goes, and why; what moderators say themselves is shown at once.
fn judge(
    conn: &mut Conn,
    site: &Comments,
    entry: &Entry,
    new: &NewComment,
    links: usize,
    person: Option<&Person>,
    origin: &Origin,
) -> AppResult<(State, Evidence)> {
    let Some(person) = person else {
        let words = Words { name: &new.name, email: &new.email, body: &new.body, links, is_trusted: false };
        return judging::judge(conn, site, &words, origin);
    };
    if rights::may_moderate(conn, entry, person)? {
        return Ok((State::Shown, Evidence::default()));
    }
    let is_trusted = own::has_shown_by_user(conn, person.id)?;
    judging::judge(conn, site, &Words { name: &person.name, email: &person.email, body: &new.body, links, is_trusted }, origin)
}

/// Whether a letter asks the address that a guest typed: where it may earn trust, or replies are wanted; not too many.
fn asks(conn: &mut Conn, site: &Comments, comment: &Comment, now: NaiveDateTime) -> QueryResult<bool> {
    let matters = comment.wants_replies || site.policy == Policy::First;
    if comment.author_email.is_empty() || !matters || !matches!(comment.state, State::Held | State::Shown) {
        return Ok(false);
    }
    let lately =
        comments::table.filter(comments::author_email.eq(&comment.author_email)).filter(comments::created_at.gt(now - TimeDelta::days(1)));
    Ok(lately.count().get_result::<i64>(conn)? <= LETTERS_A_DAY)
}

/// Tells one sending from another: the same words of the same person at the same place are one.
fn nonce(new: &NewComment, person: Option<&Person>, origin: &Origin) -> Vec<u8> {
    let who = match person {
        Some(person) => format!("user {}", person.id),
        None => format!("guest {}\n{}\n{}", new.name, new.email.to_lowercase(), origin.address()),
    };
    token::hash(&format!("{}\n{:?}\n{who}\n{}", new.entry, new.parent, new.body))
}

/// A mention of an entry on another site, as it was read there.
#[derive(Debug, Clone)]
pub struct NewMention {
    /// The entry.
    pub entry_id: EntryId,
    /// The page that links to it.
    pub source_url: String,
    /// Who wrote that.
    pub author_name: String,
    /// A page of the author, or empty.
    pub author_url: String,
    /// What it says; plain text.
    pub text: String,
}

/// Takes a mention in: it waits for a moderator. One from the same page is renewed, and waits again if its words have changed.
pub fn receive_mention(conn: &mut Conn, now: NaiveDateTime, new: &NewMention) -> AppResult<()> {
    let (site, actor) = (crate::site::SiteSettings::load(conn)?.comments, Actor::default());
    let (html, nonce) = (render_remark(&new.text).0, mention_nonce(new.entry_id, &new.source_url));
    let words = (
        (comments::author_name.eq(new.author_name.chars().take(80).collect::<String>()), comments::author_url.eq(&new.author_url)),
        (comments::body.eq(&new.text), comments::html.eq(html.as_str()), comments::renderer.eq(REMARK_RENDERER)),
    );
    if let Some(id) =
        comments::table.filter(comments::nonce.eq(&nonce)).select(comments::id).for_update().first::<CommentId>(conn).optional()?
    {
        let known = Comment::find(conn, id)?;
        if known.body == new.text && known.author_url == new.author_url {
            return Ok(());
        }
        diesel::update(comments::table.find(id)).set((words, comments::edited_at.eq(now))).execute(conn)?;
        if known.is_shown() {
            moderation::move_to(conn, &known, State::Held, now)?;
        }
        TellModerators::soon(conn, &site, now)?;
        return Ok(record(conn, "comment.received", &known, known.is_shown(), &actor, now)?);
    }
    let avatar = Signer::load(conn, now)?.avatar(if new.author_url.is_empty() { &new.source_url } else { &new.author_url });
    let row = (
        (
            comments::entry_id.eq(new.entry_id),
            comments::kind.eq(Kind::Webmention),
            comments::state.eq(State::Held),
            comments::visible.eq(false),
        ),
        (words, comments::source_url.eq(&new.source_url)),
        (comments::avatar.eq(avatar), comments::nonce.eq(nonce), comments::created_at.eq(now), comments::opinion.eq("{}")),
    );
    diesel::insert_into(comments::table).values(row).execute(conn)?;
    arrived(conn, &site, true, &actor, now).map(drop)
}

/// Takes a mention back whose page links here no longer. What a moderator has put away stays there, so that it does not come back as new.
pub fn withdraw_mention(conn: &mut Conn, now: NaiveDateTime, entry: EntryId, source: &str) -> AppResult<()> {
    let known = comments::table.filter(comments::nonce.eq(mention_nonce(entry, source)));
    let Some(id) = known.select(comments::id).for_update().first::<CommentId>(conn).optional()? else { return Ok(()) };
    let known = Comment::find(conn, id)?;
    if !matches!(known.state, State::Held | State::Shown) {
        return Ok(());
    }
    moderation::remove(conn, &known, now)?;
    Ok(record(conn, "comment.withdrawn", &known, known.visible, &Actor::default(), now)?)
}

/// One page mentions an entry once.
fn mention_nonce(entry: EntryId, source: &str) -> Vec<u8> {
    token::hash(&format!("mention\n{entry}\n{source}"))
}
