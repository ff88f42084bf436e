//! What authors do with their own comments: change or withdraw them for a while, confirm their address, have no more letters.

use super::{
    comment::{Comment, CommentId, State},
    judging, moderation,
    signed::Signer,
    tally,
    writing::{Origin, record},
};
use crate::{
    content::model::entry::Entry,
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    markup::{REMARK_RENDERER, render_remark},
    schema::comments,
    site::comments::Comments,
    web::person::UserId,
};
use chrono::NaiveDateTime;
use diesel::{dsl::exists, prelude::*};

const TOO_LATE: &str = "The time in which you could change this comment is over. Write another one that puts it right.";

/// The comment, locked, while its author may change it. That it is the author who asks is shown by the cookie.
pub fn editable(conn: &mut Conn, id: CommentId, now: NaiveDateTime) -> AppResult<Comment> {
    let comment = Comment::lock(conn, id)?;
    match comment.state {
        State::Withdrawn => Err(AppError::NotFound),
        _ if now > comment.editable_until() => Err(AppError::Forbidden(TOO_LATE)),
        _ => Ok(comment),
    }
}

/// Puts other words there. They are looked at like new ones, so that nobody gets spam past a moderator in this way.
pub fn edit(
    conn: &mut Conn,
    site: &Comments,
    id: CommentId,
    body: &str,
    origin: &Origin,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Comment> {
    let comment = editable(conn, id, now)?;
    if comment.body == body {
        return Ok(comment);
    }
    let (html, links) = render_remark(body);
    let set =
        (comments::body.eq(body), comments::html.eq(html.as_str()), comments::renderer.eq(REMARK_RENDERER), comments::edited_at.eq(now));
    diesel::update(comments::table.find(id)).set(set).execute(conn)?;
    let state = judging::judge_again(conn, site, &comment, body, links, origin)?;
    if moderation::is_stricter(state, comment.state) {
        moderation::move_to(conn, &comment, state, now)?;
    }
    record(conn, "comment.edited_by_author", &comment, comment.is_shown(), actor, now)?;
    Ok(Comment::find(conn, id)?)
}

/// Takes a comment back. Where others have answered it an empty place stays; else nothing.
pub fn withdraw(conn: &mut Conn, id: CommentId, actor: &Actor, now: NaiveDateTime) -> AppResult<Comment> {
    let comment = editable(conn, id, now)?;
    moderation::move_to(conn, &comment, State::Withdrawn, now)?;
    wipe(conn, id)?;
    let has_answers: bool = diesel::select(exists(comments::table.filter(comments::parent_id.eq(id)))).get_result(conn)?;
    if !has_answers {
        diesel::delete(comments::table.find(id)).execute(conn)?;
        if let Some(parent) = comment.parent_id {
            tally::settle(conn, parent)?;
        }
    }
    record(conn, "comment.withdrawn", &comment, comment.is_shown(), actor, now)?;
    Ok(comment)
}

/// Takes out of a comment who it was and from where, and leaves what was said; the drawing is that of nobody.
pub fn anonymise(conn: &mut Conn, id: CommentId) -> QueryResult<()> {
    let set = (
        (comments::author_name.eq(""), comments::author_email.eq(""), comments::avatar.eq("0".repeat(16))),
        (
            comments::address.eq(""),
            comments::agent.eq(""),
            comments::wants_replies.eq(false),
            comments::verified_at.eq(None::<NaiveDateTime>),
        ),
    );
    diesel::update(comments::table.find(id)).set(set).execute(conn).map(drop)
}

/// Takes everything out of a comment that somebody has said or that tells of who it was.
pub fn wipe(conn: &mut Conn, id: CommentId) -> QueryResult<()> {
    let set = (
        (comments::body.eq(""), comments::html.eq(""), comments::opinion.eq("{}"), comments::user_id.eq(None::<UserId>)),
        (comments::author_name.eq(""), comments::author_email.eq(""), comments::author_url.eq(""), comments::source_url.eq(None::<String>)),
        (
            comments::address.eq(""),
            comments::agent.eq(""),
            comments::wants_replies.eq(false),
            comments::verified_at.eq(None::<NaiveDateTime>),
        ),
    );
    diesel::update(comments::table.find(id)).set(set).execute(conn).map(drop)
}

/// A letter to the address was answered. Whoever is known by that address and waits only for that is shown now.
pub fn confirm(conn: &mut Conn, site: &Comments, id: CommentId, actor: &Actor, now: NaiveDateTime) -> AppResult<Comment> {
    let comment = Comment::lock(conn, id)?;
    if comment.verified_at.is_some() || comment.author_email.is_empty() {
        return Ok(comment);
    }
    // Until now anybody could have typed that address, so the drawing was that of the name.
    let avatar = Signer::load(conn, now)?.avatar(&comment.author_email);
    diesel::update(comments::table.find(id)).set((comments::verified_at.eq(now), comments::avatar.eq(avatar))).execute(conn)?;
    let shows = judging::is_shown_by_trust(conn, site, &comment)?;
    if shows {
        moderation::move_to(conn, &comment, State::Shown, now)?;
    }
    record(conn, "comment.confirmed", &comment, shows || comment.is_shown(), actor, now)?;
    Ok(Comment::find(conn, id)?)
}

/// No more letters about answers go to whoever wrote this: to the account, or to the address. Says how many comments wanted them.
pub fn unsubscribe(conn: &mut Conn, comment: &Comment) -> QueryResult<usize> {
    let wanting = comments::table.filter(comments::wants_replies.eq(true));
    let off = comments::wants_replies.eq(false);
    match comment.user_id {
        Some(user) => diesel::update(wanting.filter(comments::user_id.eq(user))).set(off).execute(conn),
        None => diesel::update(wanting.filter(comments::author_email.eq(&comment.author_email))).set(off).execute(conn),
    }
}

/// Forgets from where somebody with an account has commented, and mails nobody about answers to it.
pub fn forget_place(conn: &mut Conn, user: UserId) -> QueryResult<usize> {
    let off = (comments::address.eq(""), comments::agent.eq(""), comments::wants_replies.eq(false));
    diesel::update(comments::table.filter(comments::user_id.eq(user))).set(off).execute(conn)
}

/// Whether something by that account is shown.
pub fn has_shown_by_user(conn: &mut Conn, user: UserId) -> QueryResult<bool> {
    let shown = comments::table.filter(comments::user_id.eq(user)).filter(comments::state.eq(State::Shown));
    diesel::select(exists(shown)).get_result(conn)
}

/// Whether something is shown by whoever reads the letters to that address; `but` is left out.
pub fn has_shown_by_email(conn: &mut Conn, email: &str, but: CommentId) -> QueryResult<bool> {
    let shown = comments::table
        .filter(comments::author_email.eq(email))
        .filter(comments::state.eq(State::Shown))
        .filter(comments::verified_at.is_not_null())
        .filter(comments::id.ne(but));
    diesel::select(exists(shown)).get_result(conn)
}

/// The entry below which a comment stands, while visitors see it.
pub fn entry_of(conn: &mut Conn, comment: &Comment) -> QueryResult<Option<Entry>> {
    Ok(Some(Entry::find(conn, comment.entry_id)?).filter(|entry| entry.is_live()))
}
