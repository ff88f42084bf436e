//! What moderators decide: approve, spam, trash, back to the queue; undo, edit, delete for good. The spam filter learns from each decision.

use super::{
    comment::{Comment, CommentId, State},
    own, rights, tally,
    writing::record,
};
use crate::{
    community::{
        jobs::TellAuthor,
        spam::{self, Class, Sent},
    },
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    markup::{REMARK_RENDERER, render_remark},
    schema::comments,
    text_enum,
    web::person::Person,
};
use chrono::NaiveDateTime;
use diesel::{dsl::exists, prelude::*};

text_enum!(
    /// What a moderator decides.
    Verdict {
        /// Visitors see it.
        Approve = "approve",
        /// It is spam, and the filter learns that.
        Spam = "spam",
        /// Not wanted, though no spam.
        Trash = "trash",
        /// It waits again.
        Hold = "hold",
    }
);

impl Verdict {
    /// Where it leads.
    pub fn state(self) -> State {
        match self {
            Verdict::Approve => State::Shown,
            Verdict::Spam => State::Spam,
            Verdict::Trash => State::Trashed,
            Verdict::Hold => State::Held,
        }
    }

    /// What was done, as the beginning of a sentence.
    pub fn told(self) -> &'static str {
        match self {
            Verdict::Approve => "Approved",
            Verdict::Spam => "Marked as spam",
            Verdict::Trash => "Moved to the trash",
            Verdict::Hold => "Put back to the waiting ones",
        }
    }
}

/// Whether going from one state to the other takes a comment from visitors or nearer to being thrown away.
pub fn is_stricter(new: State, old: State) -> bool {
    let place = |state| match state {
        State::Shown => 0,
        State::Held => 1,
        State::Spam => 2,
        State::Trashed | State::Withdrawn => 3,
    };
    place(new) > place(old)
}

/// Moves a locked comment to another state, with all that is counted; says whether it moved.
pub(super) fn move_to(conn: &mut Conn, comment: &Comment, to: State, now: NaiveDateTime) -> AppResult<bool> {
    if comment.state == to {
        return Ok(false);
    }
    diesel::update(comments::table.find(comment.id)).set((comments::state.eq(to), comments::was.eq(comment.state.word()))).execute(conn)?;
    match (comment.is_shown(), to == State::Shown) {
        (true, false) => tally::count(conn, comment.entry_id, -1)?,
        (false, true) => tally::count(conn, comment.entry_id, 1)?,
        _ => {}
    }
    tally::settle(conn, comment.id)?;
    if to == State::Shown {
        TellAuthor { comment: comment.id }.enqueue_if_answer(conn, comment, now)?;
    }
    Ok(true)
}

/// Carries out a decision; the comment as it was, or `None` where there was nothing to do.
pub fn decide(
    conn: &mut Conn,
    id: CommentId,
    verdict: Verdict,
    person: &Person,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Option<Comment>> {
    let (comment, _) = rights::require(conn, id, person)?;
    if comment.state == State::Withdrawn {
        return Err(AppError::Conflict("Its author has withdrawn this comment. There is nothing left to decide."));
    }
    let kind = match verdict {
        Verdict::Approve => "comment.approved",
        Verdict::Spam => "comment.marked_as_spam",
        Verdict::Trash => "comment.trashed",
        Verdict::Hold => "comment.held",
    };
    let class = match verdict {
        Verdict::Approve => Some(Class::Wanted),
        Verdict::Spam => Some(Class::Spam),
        Verdict::Trash | Verdict::Hold => None,
    };
    change(conn, &comment, verdict.state(), class, kind, actor, now)
}

/// Takes the last decision back.
pub fn undo(conn: &mut Conn, id: CommentId, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<Option<Comment>> {
    let (comment, _) = rights::require(conn, id, person)?;
    let was: String = comments::table.find(id).select(comments::was).first(conn)?;
    let Some(to) = State::from_word(&was).filter(|_| comment.state != State::Withdrawn) else { return Ok(None) };
    // What was taken for spam before anybody decided, the filter has not learnt.
    change(conn, &comment, to, None, "comment.undone", actor, now)
}

fn change(
    conn: &mut Conn,
    comment: &Comment,
    to: State,
    class: Option<Class>,
    kind: &'static str,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Option<Comment>> {
    learn(conn, comment, class)?;
    let decided = (comments::decided_at.eq(now), comments::decisions.eq(comments::decisions + 1));
    diesel::update(comments::table.find(comment.id)).set(decided).execute(conn)?;
    if !move_to(conn, comment, to, now)? {
        return Ok(None);
    }
    record(conn, kind, comment, comment.is_shown() || to == State::Shown, actor, now)?;
    Ok(Some(comment.clone()))
}

/// Teaches the filter, and takes back what it has learnt from this comment before.
fn learn(conn: &mut Conn, comment: &Comment, class: Option<Class>) -> AppResult<()> {
    if comment.is_mention() {
        return Ok(()); // of other sites it knows nothing
    }
    let evidence = comment.evidence();
    let sent = Sent {
        name: comment.who(),
        email: &comment.author_email,
        website: "",
        text: &comment.body,
        agent: &comment.agent,
        seconds: evidence.seconds,
        trapped: evidence.trapped,
    };
    let word = class.map_or("", |class| if class == Class::Spam { "spam" } else { "wanted" });
    if comment.learnt == word {
        return Ok(());
    }
    match comment.learnt.as_str() {
        "spam" => spam::forget(conn, &sent, Class::Spam)?,
        "wanted" => spam::forget(conn, &sent, Class::Wanted)?,
        _ => {}
    }
    if let Some(class) = class {
        spam::learn(conn, &sent, class)?;
    }
    diesel::update(comments::table.find(comment.id)).set(comments::learnt.eq(word)).execute(conn)?;
    Ok(())
}

/// Puts other words or another name there.
pub fn edit(conn: &mut Conn, id: CommentId, name: &str, body: &str, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let (comment, _) = rights::require(conn, id, person)?;
    if comment.state == State::Withdrawn {
        return Err(AppError::Conflict("Its author has withdrawn this comment. Its words are gone."));
    }
    let name = if comment.user_id.is_some() { "" } else { name };
    if comment.body == body && (name.is_empty() || comment.who() == name) {
        return Ok(());
    }
    learn(conn, &comment, None)?; // what it has learnt, it would forget by the new words
    let set = (
        (comments::body.eq(body), comments::html.eq(render_remark(body).0.as_str().to_owned()), comments::renderer.eq(REMARK_RENDERER)),
        (comments::author_name.eq(name), comments::edited_at.eq(now)),
    );
    diesel::update(comments::table.find(id)).set(set).execute(conn)?;
    Ok(record(conn, "comment.edited", &comment, comment.is_shown(), actor, now)?)
}

/// Deletes a comment that lies among spam or in the trash for good; where others have answered it, an empty place stays.
pub fn delete(conn: &mut Conn, id: CommentId, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let (comment, _) = rights::require(conn, id, person)?;
    if !matches!(comment.state, State::Spam | State::Trashed) {
        return Err(AppError::Conflict("Only what lies in the trash or among spam is deleted for good. Move it there first."));
    }
    remove(conn, &comment, now)?;
    Ok(record(conn, "comment.deleted", &comment, comment.visible, actor, now)?)
}

/// Takes the row away, or its words where others have answered it.
pub fn remove(conn: &mut Conn, comment: &Comment, now: NaiveDateTime) -> AppResult<()> {
    let answers = comments::table.filter(comments::parent_id.eq(comment.id));
    if diesel::select(exists(answers)).get_result(conn)? {
        own::wipe(conn, comment.id)?;
        move_to(conn, comment, State::Withdrawn, now)?;
    } else {
        move_to(conn, comment, State::Trashed, now)?;
        diesel::delete(comments::table.find(comment.id)).execute(conn)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_lead_where_they_say() {
        assert_eq!(Verdict::ALL.iter().map(|it| it.state()).collect::<Vec<_>>(), [State::Shown, State::Spam, State::Trashed, State::Held]);
        assert!(is_stricter(State::Held, State::Shown) && is_stricter(State::Spam, State::Held) && !is_stricter(State::Shown, State::Held));
    }
}
