//! What speaks for and against a comment, gathered for [`policy::place`].

use super::{
    ban::{self, Sender},
    comment::{Comment, Evidence, State},
    own,
    policy::{self, Facts},
    writing::Origin,
};
use crate::{
    community::spam::{self, Sent},
    db::Conn,
    error::AppResult,
    markup::render_remark,
    site::comments::{Comments, Policy},
};
use diesel::QueryResult;

/// Words and whose they are.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// The name shown.
    pub name: &'a str,
    /// The mail address.
    pub email: &'a str,
    /// Markdown.
    pub body: &'a str,
    /// Links in it.
    pub links: usize,
    /// Whether something by that account or verified address is shown.
    pub is_trusted: bool,
}

/// Where these words go, and why.
pub fn judge(conn: &mut Conn, site: &Comments, words: &Words<'_>, origin: &Origin) -> AppResult<(State, Evidence)> {
    let Words { name, email, body, .. } = *words;
    let sent = Sent { name, email, website: "", text: body, agent: &origin.agent, seconds: origin.seconds, trapped: origin.trapped };
    let opinion = spam::judge(conn, &sent)?;
    let facts = Facts {
        is_moderator: false,
        is_banned: ban::is_banned(conn, &Sender { address: origin.address, email, words: &format!("{name}\n{body}") })?,
        is_spam: opinion.is_spam() || origin.trapped,
        has_many_links: words.links > site.links as usize,
        is_trusted: words.is_trusted,
    };
    let (state, why) = policy::place(site.policy, &facts);
    let mut reasons = opinion.reasons;
    if !why.is_empty() {
        reasons.insert(0, why.to_owned());
    }
    Ok((state, Evidence { score: Some(opinion.score), reasons, seconds: origin.seconds, trapped: origin.trapped }))
}

/// Where a comment would go with other words. One that was never judged is by a moderator, and stays.
pub fn judge_again(conn: &mut Conn, site: &Comments, comment: &Comment, body: &str, links: usize, origin: &Origin) -> AppResult<State> {
    if comment.evidence().score.is_none() && !comment.is_mention() {
        return Ok(comment.state);
    }
    let is_trusted = is_trusted(conn, comment)?;
    let words = Words { name: comment.who(), email: &comment.author_email, body, links, is_trusted };
    Ok(judge(conn, site, &words, origin)?.0)
}

/// Whether something else by its author is shown, as far as that is verified.
fn is_trusted(conn: &mut Conn, comment: &Comment) -> QueryResult<bool> {
    match comment.user_id {
        Some(user) => own::has_shown_by_user(conn, user),
        None if comment.verified_at.is_some() => own::has_shown_by_email(conn, &comment.author_email, comment.id),
        None => Ok(false),
    }
}

/// Whether a comment that waits is shown now that its address is verified: nobody has decided, and nothing else speaks against it.
pub fn is_shown_by_trust(conn: &mut Conn, site: &Comments, comment: &Comment) -> AppResult<bool> {
    if comment.state != State::Held || comment.decisions > 0 || site.policy != Policy::First {
        return Ok(false);
    }
    let evidence = comment.evidence();
    let origin = Origin {
        address: comment.address.parse().ok(),
        agent: comment.agent.clone(),
        seconds: evidence.seconds,
        trapped: evidence.trapped,
    };
    let (is_trusted, links) = (own::has_shown_by_email(conn, &comment.author_email, comment.id)?, render_remark(&comment.body).1);
    let words = Words { name: comment.who(), email: &comment.author_email, body: &comment.body, links, is_trusted };
    Ok(judge(conn, site, &words, &origin)?.0 == State::Shown)
}
