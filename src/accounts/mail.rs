//! Letters of this room.

use super::model::{invitation, user::User};
use crate::{error::AppResult, mail::Letter, site::SiteSettings};
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

/// The letter that invites somebody.
pub fn invitation(user: &User, by: &User, site: &SiteSettings, base_url: &str, token: &str, now: NaiveDateTime) -> AppResult<Letter> {
    let until = site.time_zone.from_utc_datetime(&(now + TimeDelta::days(invitation::LIFE_DAYS)));
    let text = Invitation {
        name: &user.name,
        by: &by.name,
        site: &site.title,
        role: user.role.label(),
        explanation: user.role.explanation(),
        link: invitation::link(base_url, token),
        until: until.format("%-d %B %Y, %H:%M %Z").to_string(),
    };
    let subject = format!("{} invites you to {}", by.name, site.title);
    Ok(Letter { to: user.email.clone(), subject, text: text.render()? })
}
