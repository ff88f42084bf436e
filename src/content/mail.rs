//! Letters of this room.

use super::{
    model::workflow::{
        letters::{About, Matter},
        submission::{Afterwards, State, Verdict},
    },
    paths,
};
use crate::{
    accounts::model::user::User,
    error::AppResult,
    mail::Letter,
    site::{SiteSettings, letter::Frame},
    web::person::Right,
};
use askama::Template;
use chrono::{NaiveDateTime, TimeZone};

#[derive(Template)]
#[template(path = "mail/review.txt")]
struct Review<'a> {
    name: &'a str,
    what: String,
    words: &'a str,
    next: String,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/review.html")]
struct ReviewHtml<'a> {
    frame: Frame,
    it: &'a Review<'a>,
}

/// The letter that tells somebody of a submission.
pub fn review(reader: &User, matter: &Matter, about: &str, site: &SiteSettings, base_url: &str) -> AppResult<Letter> {
    let (submission, decision) = (&matter.submission, &matter.decision);
    let title = matter.title.as_str();
    let who = decision.who.as_deref().unwrap_or(&site.title);
    let moment = |at: NaiveDateTime| site.time_zone.from_utc_datetime(&at).format("%-d %B %Y, %H:%M %Z").to_string();
    let (subject, what, next) = match About::from_word(about) {
        Some(About::Approved) => (
            format!("Approved: {title}"),
            format!("{who} approved “{title}”. All steps of “{}” are done.", submission.workflow_name),
            match (submission.state, submission.afterwards, submission.publish_at) {
                (State::Approved, Afterwards::At, Some(at)) => format!("It goes out by itself on {}.", moment(at)),
                _ if !reader.role.may(Right::Publish) => "An editor publishes it.".to_owned(),
                _ => "You can publish it now, from its page in the editor.".to_owned(),
            },
        ),
        Some(About::ChangesAsked) => (
            format!("Changes asked for: {title}"),
            format!("{who} asks for changes to “{title}”:"),
            "When you have made them, submit it again.".to_owned(),
        ),
        Some(About::Published) => {
            let how = if decision.verdict == Verdict::PassedOver { " without waiting for the review" } else { "" };
            let what = match &decision.who {
                Some(who) => format!("{who} let “{title}” go live{how}."),
                None => format!("“{title}” went live at the time that was set."),
            };
            let address = matter.entry.path.as_deref().map(|path| format!("Visitors see it at {base_url}{path}"));
            (format!("Published: {title}"), what, address.unwrap_or_default())
        }
        Some(About::Asked) | None => {
            let step = submission.present_step().map(|step| step.name).unwrap_or_default();
            (
                format!("Waits for you: {title}"),
                format!("{} submitted “{title}” to {}. It waits for your approval, step “{step}”.", matter.submitter, site.title),
                String::new(),
            )
        }
    };
    let link = format!("{base_url}{}", paths::review(submission.id));
    let text = Review { name: &reader.name, what, words: &decision.words, next, link };
    let html = ReviewHtml { frame: Frame::of(site, base_url), it: &text }.render()?;
    Ok(Letter { html: Some(html), ..Letter::plain(&reader.email, subject, text.render()?) })
}
