//! Letters of this room.

use super::{
    agent,
    jobs::SendNotice,
    model::{
        email_change::{self, EmailChange},
        invitation, reset,
        sign_up::{self, SignUp},
        user::User,
    },
    paths,
};
use crate::{
    error::AppResult,
    mail::Letter,
    site::{SiteSettings, letter::Frame},
    web::person::Right,
};
use askama::Template;
use chrono::{NaiveDateTime, TimeDelta, TimeZone};

#[derive(Template)]
#[template(path = "mail/invitation.txt")]
struct Invitation<'a> {
    name: &'a str,
    by: &'a str,
    site: &'a str,
    role: &'a str,
    explanation: &'a str,
    link: String,
    until: String,
}

#[derive(Template)]
#[template(path = "mail/invitation.html")]
struct InvitationHtml<'a> {
    frame: Frame,
    it: &'a Invitation<'a>,
}

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct NoticeLetter<'a> {
    name: &'a str,
    site: &'a str,
    what: &'a str,
    at: String,
    device: String,
    address: &'a str,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct NoticeLetterHtml<'a> {
    frame: Frame,
    it: &'a NoticeLetter<'a>,
}

/// The letter that tells somebody what happened to the own account.
pub fn notice(told: &SendNotice, user: &User, site: &SiteSettings, base_url: &str) -> AppResult<Letter> {
    let agent = &told.place.agent;
    let text = NoticeLetter {
        name: &user.name,
        site: &site.title,
        what: told.notice.sentence(),
        at: moment(site, told.at),
        device: if agent.is_empty() && told.place.address.is_empty() {
            "the command line of the server".to_owned()
        } else {
            agent::words(agent)
        },
        address: &told.place.address,
        link: format!("{base_url}{}", if user.role.may(Right::Write) { paths::SESSIONS } else { paths::ACCOUNT_SESSIONS }),
    };
    let html = NoticeLetterHtml { frame: Frame::of(site, base_url), it: &text }.render()?;
    Ok(Letter { html: Some(html), ..Letter::plain(&user.email, told.notice.subject(&site.title), text.render()?) })
}

#[derive(Template)]
#[template(path = "mail/reset.txt")]
struct Reset<'a> {
    name: &'a str,
    site: &'a str,
    link: String,
    minutes: i64,
}

#[derive(Template)]
#[template(path = "mail/reset.html")]
struct ResetHtml<'a> {
    frame: Frame,
    it: &'a Reset<'a>,
}

/// The letter with the link for who has forgotten the password.
pub fn reset(user: &User, site: &SiteSettings, base_url: &str, token: &str) -> AppResult<Letter> {
    let text = Reset { name: &user.name, site: &site.title, link: reset::link(base_url, token), minutes: reset::LIFE_MINUTES };
    let html = ResetHtml { frame: Frame::of(site, base_url), it: &text }.render()?;
    Ok(Letter { html: Some(html), ..Letter::plain(&user.email, format!("A new password for {}", site.title), text.render()?) })
}

#[derive(Template)]
#[template(path = "mail/email_change.txt")]
struct EmailChangeLetter<'a> {
    name: &'a str,
    site: &'a str,
    old: &'a str,
    new: &'a str,
    is_new: bool,
    /// `None`: there is another account with the new address.
    link: Option<String>,
    hours: i64,
}

#[derive(Template)]
#[template(path = "mail/email_change.html")]
struct EmailChangeLetterHtml<'a> {
    frame: Frame,
    it: &'a EmailChangeLetter<'a>,
}

/// The letter to one of the two addresses of an account that is to log in with another.
pub fn email_change(
    user: &User,
    change: &EmailChange,
    is_new: bool,
    token: Option<&str>,
    site: &SiteSettings,
    base_url: &str,
) -> AppResult<Letter> {
    let link = token.map(|token| email_change::link(base_url, token));
    let hours = email_change::LIFE_HOURS;
    let (old, new) = (user.email.as_str(), change.email.as_str());
    let text = EmailChangeLetter { name: &user.name, site: &site.title, old, new, is_new, link, hours };
    let to = if is_new { new } else { old };
    let html = EmailChangeLetterHtml { frame: Frame::of(site, base_url), it: &text }.render()?;
    Ok(Letter { html: Some(html), ..Letter::plain(to, format!("Another address for your account at {}", site.title), text.render()?) })
}

#[derive(Template)]
#[template(path = "mail/sign_up.txt")]
struct SignUpLetter<'a> {
    site: &'a str,
    /// `None`: there is an account with the address.
    link: Option<String>,
    hours: i64,
}

#[derive(Template)]
#[template(path = "mail/sign_up.html")]
struct SignUpLetterHtml<'a> {
    frame: Frame,
    it: &'a SignUpLetter<'a>,
}

/// The letter to somebody who signs up as a reader.
pub fn sign_up(wanted: &SignUp, token: Option<&str>, site: &SiteSettings, base_url: &str) -> AppResult<Letter> {
    let link = token.map(|token| sign_up::link(base_url, token));
    let text = SignUpLetter { site: &site.title, link, hours: sign_up::LIFE_HOURS };
    let html = SignUpLetterHtml { frame: Frame::of(site, base_url), it: &text }.render()?;
    Ok(Letter { html: Some(html), ..Letter::plain(&wanted.email, format!("Your account at {}", site.title), text.render()?) })
}

/// `22 November 2026, 19:52 CET`.
fn moment(site: &SiteSettings, at: NaiveDateTime) -> String {
    site.time_zone.from_utc_datetime(&at).format("%-d %B %Y, %H:%M %Z").to_string()
}

/// The letter that invites somebody.
pub fn invitation(user: &User, by: &User, site: &SiteSettings, base_url: &str, token: &str, now: NaiveDateTime) -> AppResult<Letter> {
    let text = Invitation {
        name: &user.name,
        by: &by.name,
        site: &site.title,
        role: user.role.label(),
        explanation: user.role.explanation(),
        link: invitation::link(base_url, token),
        until: moment(site, now + TimeDelta::days(invitation::LIFE_DAYS)),
    };
    let subject = format!("{} invites you to {}", by.name, site.title);
    let html = InvitationHtml { frame: Frame::of(site, base_url), it: &text }.render()?;
    Ok(Letter { html: Some(html), ..Letter::plain(&user.email, subject, text.render()?) })
}
