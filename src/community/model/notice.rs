//! Who is told what: moderators that comments wait, authors that somebody has answered.

use super::{
    comment::{Comment, CommentId, State},
    moderation, own,
};
use crate::{
    accounts::model::user::User,
    content::model::{entry::Entry, reach::Ground},
    db::Conn,
    error::AppResult,
    schema::{comments, users},
    site::comments::{Comments, Tell},
    web::person::{Right, Role, UserId},
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{exists, max},
    prelude::*,
};

/// Comments that one letter shows; it says how many more there are.
pub const IN_A_LETTER: usize = 10;
/// People who are told of one comment.
const MOST_READERS: i64 = 50;

/// A letter to a moderator: to whom, and the comments with their entries.
pub struct Waiting {
    /// The moderator.
    pub reader: User,
    /// Comments that wait, with the titles of their entries; the first of them.
    pub comments: Vec<(Comment, String)>,
    /// How many more wait.
    pub more: usize,
}

/// What waits and nobody was told of, for each who is to be told; marks it as told.
pub fn untold(conn: &mut Conn, site: &Comments, now: NaiveDateTime) -> AppResult<Vec<Waiting>> {
    let fresh = Comment::query().filter(comments::state.eq(State::Held)).filter(comments::told_at.is_null());
    let fresh: Vec<Comment> = fresh.order(comments::id).limit(500).load(conn)?;
    let ids: Vec<CommentId> = fresh.iter().map(|comment| comment.id).collect();
    diesel::update(comments::table.filter(comments::id.eq_any(&ids))).set(comments::told_at.eq(now)).execute(conn)?;
    let mut letters: Vec<Waiting> = Vec::new();
    if site.tell == Tell::Nobody {
        return Ok(letters);
    }
    let everybody = if site.tell == Tell::All { moderators(conn)? } else { Vec::new() };
    for comment in fresh {
        let entry = Entry::find(conn, comment.entry_id)?;
        for reader in readers(conn, &entry, &everybody)? {
            let letter = letters.iter_mut().find(|letter| letter.reader.id == reader.id);
            match letter {
                Some(letter) if letter.comments.len() < IN_A_LETTER => letter.comments.push((comment.clone(), entry.title.clone())),
                Some(letter) => letter.more += 1,
                None => letters.push(Waiting { reader, comments: vec![(comment.clone(), entry.title.clone())], more: 0 }),
            }
        }
    }
    Ok(letters)
}

/// Everybody who decides about comments on any entry, if only in some branches.
fn moderators(conn: &mut Conn) -> QueryResult<Vec<User>> {
    let roles: Vec<Role> = Role::ALL.iter().copied().filter(|role| role.grant(Right::Moderate) == crate::web::person::Grant::Any).collect();
    let rows =
        User::query().filter(users::role.eq_any(roles)).filter(users::disabled_at.is_null()).filter(users::password_hash.is_not_null());
    rows.order(users::id).limit(MOST_READERS).load(conn)
}

/// Who is told of a comment on this entry: its author, and those whose ground holds it.
fn readers(conn: &mut Conn, entry: &Entry, everybody: &[User]) -> QueryResult<Vec<User>> {
    let mut readers: Vec<User> = Vec::new();
    for user in everybody {
        if Ground::of_user(conn, user.id, user.reach)?.holds(conn, entry)? {
            readers.push(user.clone());
        }
    }
    if !readers.iter().any(|user| user.id == entry.author_id) {
        readers.extend(User::active(conn, entry.author_id)?.filter(|author| author.role.may(Right::Moderate)));
    }
    Ok(readers)
}

/// When moderators were told last.
pub fn told_last(conn: &mut Conn) -> QueryResult<Option<NaiveDateTime>> {
    comments::table.select(max(comments::told_at)).first(conn)
}

/// Whether something waits of which nobody was told.
pub fn has_untold(conn: &mut Conn) -> QueryResult<bool> {
    let fresh = comments::table.filter(comments::state.eq(State::Held)).filter(comments::told_at.is_null());
    diesel::select(exists(fresh)).get_result(conn)
}

/// Whether whoever a comment answers wants to be told.
pub fn is_awaited(conn: &mut Conn, comment: &Comment) -> QueryResult<bool> {
    let Some(parent) = comment.parent_id else { return Ok(false) };
    comments::table.find(parent).select(comments::wants_replies).first(conn)
}

/// Whom an answer is told to: an address that was verified for the comment that it answers, and still wants it.
#[derive(Debug)]
pub struct Answered {
    /// What was answered.
    pub parent: Comment,
    /// The answer.
    pub reply: Comment,
    /// The mail address.
    pub to: String,
    /// The entry.
    pub entry: Entry,
}

/// The letter about an answer, once; `None`: nobody wants it.
pub fn answered(conn: &mut Conn, id: CommentId, now: NaiveDateTime) -> AppResult<Option<Answered>> {
    let Some(reply) = Comment::maybe(conn, id)?.filter(Comment::is_shown) else { return Ok(None) };
    let fresh = comments::table.find(id).filter(comments::notified_at.is_null());
    if diesel::update(fresh).set(comments::notified_at.eq(now)).execute(conn)? == 0 {
        return Ok(None);
    }
    let Some(parent) = reply.parent_id.map(|parent| Comment::maybe(conn, parent)).transpose()?.flatten() else { return Ok(None) };
    let wanted = parent.wants_replies && parent.is_shown() && !is_same_author(&parent, &reply);
    let to = match parent.user_id {
        _ if !wanted => None,
        Some(user) => User::active(conn, user)?.map(|user| user.email),
        None => parent.verified_at.map(|_| parent.author_email.clone()),
    };
    let (Some(to), Some(entry)) = (to, own::entry_of(conn, &parent)?) else { return Ok(None) };
    Ok(Some(Answered { parent, reply, to, entry }))
}

fn is_same_author(one: &Comment, other: &Comment) -> bool {
    match (one.user_id, other.user_id) {
        (Some(one), other) => Some(one) == other,
        (None, Some(_)) => false,
        (None, None) => !one.author_email.is_empty() && one.author_email.eq_ignore_ascii_case(&other.author_email),
    }
}

/// The user of a mailed link who still decides, and the comment while nobody has decided since it was mailed.
pub fn of_link(conn: &mut Conn, numbers: &[i64]) -> AppResult<Option<(Comment, User)>> {
    let [comment, user, decisions] = *numbers else { return Ok(None) };
    let user: UserId = user.into();
    let Some(comment) = Comment::maybe(conn, comment.into())? else { return Ok(None) };
    let Some(user) = User::active(conn, user)? else { return Ok(None) };
    let is_open = i64::from(comment.decisions) == decisions && comment.state != State::Withdrawn;
    Ok(is_open.then_some((comment, user)))
}

/// What a moderator may decide by a mailed link.
pub const BY_LINK: [moderation::Verdict; 3] = [moderation::Verdict::Approve, moderation::Verdict::Spam, moderation::Verdict::Trash];
