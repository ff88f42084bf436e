//! Letters of this room, each as text and as HTML.

use super::{
    model::{
        comment::Comment,
        notice::{Answered, Waiting},
        signed::{Purpose, Signer},
    },
    paths,
};
use crate::{
    content::model::entry::Entry,
    error::AppResult,
    mail::Letter,
    site::{SiteSettings, letter::Frame},
};
use askama::Template;
use chrono::{NaiveDateTime, TimeDelta};

/// Days in which a moderator may decide by the link in a letter.
const VERDICT_DAYS: i64 = 7;
/// Days in which an address can be confirmed.
pub const CONFIRM_DAYS: i64 = 3;
/// Days for which a link that ends letters works: as long as somebody may keep the letter.
const UNSUBSCRIBE_DAYS: i64 = 3650;
/// Characters of a comment that a letter shows.
const EXCERPT: usize = 600;

/// A comment that waits, as the letter shows it.
struct Item {
    who: String,
    title: String,
    text: String,
    reasons: Vec<String>,
    link: String,
}

impl Item {
    fn quoted(&self) -> String {
        quoted(&self.text)
    }
}

#[derive(Template)]
#[template(path = "mail/comments_wait.txt")]
struct WaitingLetter<'a> {
    name: &'a str,
    site: &'a str,
    items: Vec<Item>,
    more: usize,
    days: i64,
    queue: String,
}

#[derive(Template)]
#[template(path = "mail/comments_wait.html")]
struct WaitingHtml<'a> {
    frame: Frame,
    it: &'a WaitingLetter<'a>,
}

/// The letter that tells a moderator what waits, with a link for each.
pub fn waiting(it: &Waiting, signer: &Signer, site: &SiteSettings, base_url: &str, now: NaiveDateTime) -> AppResult<Letter> {
    let until = now + TimeDelta::days(VERDICT_DAYS);
    let item = |(comment, title): &(Comment, String)| {
        let numbers = [comment.id.number(), it.reader.id.number(), i64::from(comment.decisions)];
        Item {
            who: comment.who().to_owned(),
            title: title.clone(),
            text: excerpt(&comment.body),
            reasons: comment.evidence().reasons,
            link: link(base_url, paths::VERDICT, &signer.sign(Purpose::Verdict, &numbers, until)),
        }
    };
    let items: Vec<Item> = it.comments.iter().map(item).collect();
    let subject = match items.as_slice() {
        [one] if it.more == 0 => format!("A comment waits: {}", one.title),
        _ => format!("{} comments wait on {}", items.len() + it.more, site.title),
    };
    let queue = format!("{base_url}{}", paths::QUEUE);
    let text = WaitingLetter { name: &it.reader.name, site: &site.title, items, more: it.more, days: VERDICT_DAYS, queue };
    let html = WaitingHtml { frame: Frame::of(site, base_url), it: &text }.render()?;
    Ok(Letter { html: Some(html), ..Letter::plain(&it.reader.email, subject, text.render()?) })
}

#[derive(Template)]
#[template(path = "mail/comment_confirmation.txt")]
struct ConfirmationLetter<'a> {
    name: &'a str,
    site: &'a str,
    title: &'a str,
    text: String,
    link: String,
    wants_replies: bool,
    days: i64,
}

impl ConfirmationLetter<'_> {
    fn quoted(&self) -> String {
        quoted(&self.text)
    }
}

#[derive(Template)]
#[template(path = "mail/comment_confirmation.html")]
struct ConfirmationHtml<'a> {
    frame: Frame,
    it: &'a ConfirmationLetter<'a>,
}

/// The letter that asks a guest's address whether it wrote a comment.
pub fn confirmation(
    comment: &Comment,
    entry: &Entry,
    signer: &Signer,
    site: &SiteSettings,
    base_url: &str,
    now: NaiveDateTime,
) -> AppResult<Letter> {
    let token = signer.sign(Purpose::Confirm, &[comment.id.number()], now + TimeDelta::days(CONFIRM_DAYS));
    let text = ConfirmationLetter {
        name: comment.who(),
        site: &site.title,
        title: &entry.title,
        text: excerpt(&comment.body),
        link: link(base_url, paths::CONFIRMATION, &token),
        wants_replies: comment.wants_replies,
        days: CONFIRM_DAYS,
    };
    let html = ConfirmationHtml { frame: Frame::of(site, base_url), it: &text }.render()?;
    let subject = format!("Confirm your comment on {}", site.title);
    Ok(Letter { html: Some(html), ..Letter::plain(&comment.author_email, subject, text.render()?) })
}

#[derive(Template)]
#[template(path = "mail/comment_answer.txt")]
struct AnswerLetter<'a> {
    name: &'a str,
    who: &'a str,
    title: &'a str,
    text: String,
    link: String,
    unsubscribe: &'a str,
}

impl AnswerLetter<'_> {
    fn quoted(&self) -> String {
        quoted(&self.text)
    }
}

#[derive(Template)]
#[template(path = "mail/comment_answer.html")]
struct AnswerHtml<'a> {
    frame: Frame,
    it: &'a AnswerLetter<'a>,
}

/// The letter that tells an author of an answer; one click ends such letters (RFC 8058).
pub fn answered(it: &Answered, signer: &Signer, site: &SiteSettings, base_url: &str, now: NaiveDateTime) -> AppResult<Letter> {
    let token = signer.sign(Purpose::Unsubscribe, &[it.parent.id.number()], now + TimeDelta::days(UNSUBSCRIBE_DAYS));
    let unsubscribe = link(base_url, paths::UNSUBSCRIPTION, &token);
    let text = AnswerLetter {
        name: it.parent.who(),
        who: it.reply.who(),
        title: &it.entry.title,
        text: excerpt(&it.reply.body),
        link: format!("{base_url}{}", paths::comment(it.reply.id)),
        unsubscribe: &unsubscribe,
    };
    let html = AnswerHtml { frame: Frame::of(site, base_url), it: &text }.render()?;
    let subject = format!("{} answered you on {}", it.reply.who(), site.title);
    Ok(Letter { html: Some(html), unsubscribe: Some(unsubscribe.clone()), ..Letter::plain(&it.to, subject, text.render()?) })
}

fn link(base_url: &str, path: &str, token: &str) -> String {
    format!("{base_url}{path}?token={token}")
}

/// The beginning of a text.
fn excerpt(text: &str) -> String {
    let mut cut: String = text.chars().take(EXCERPT).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// Each line marked as quoted.
fn quoted(text: &str) -> String {
    text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{excerpt, quoted};

    #[test]
    fn a_text_is_quoted_and_cut() {
        assert_eq!(quoted(&excerpt("a\nb")), "> a\n> b");
        let long = excerpt(&"😀".repeat(700));
        assert!(long.ends_with("😀…") && long.chars().count() == 600 + 1);
    }
}
