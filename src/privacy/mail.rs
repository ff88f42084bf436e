//! Letters of this room.

use super::{model::export::LIFE_DAYS, paths};
use crate::{
    accounts::model::user::User,
    error::AppResult,
    mail::Letter,
    site::{SiteSettings, letter::Frame},
    web::person::Right,
};
use askama::Template;

#[derive(Template)]
#[template(path = "mail/export.txt")]
struct Export<'a> {
    name: &'a str,
    whose: &'a str,
    own: bool,
    site: &'a str,
    days: i64,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/export.html")]
struct ExportHtml<'a> {
    frame: Frame,
    it: &'a Export<'a>,
}

/// The letter to whoever has asked for what is kept of `of`, when it can be fetched. The link needs a log-in.
pub fn export(to: &User, of: &User, site: &SiteSettings, base_url: &str) -> AppResult<Letter> {
    let own = to.id == of.id;
    let page = match (own, to.role.may(Right::Write)) {
        (true, true) => paths::OWN.to_owned(),
        (true, false) => paths::ACCOUNT_DATA.to_owned(),
        (false, _) => paths::data(of.id),
    };
    let text = Export { name: &to.name, whose: &of.name, own, site: &site.title, days: LIFE_DAYS, link: format!("{base_url}{page}") };
    let html = ExportHtml { frame: Frame::of(site, base_url), it: &text }.render()?;
    Ok(Letter { html: Some(html), ..Letter::plain(&to.email, format!("The file with personal data from {}", site.title), text.render()?) })
}

#[derive(Template)]
#[template(path = "mail/erased.txt")]
struct Erased<'a> {
    name: &'a str,
    site: &'a str,
}

#[derive(Template)]
#[template(path = "mail/erased.html")]
struct ErasedHtml<'a> {
    frame: Frame,
    it: &'a Erased<'a>,
}

/// The last letter to somebody who has erased the own account, at the address that it had.
pub fn erased(user: &User, site: &SiteSettings, base_url: &str) -> AppResult<Letter> {
    let text = Erased { name: &user.name, site: &site.title };
    let html = ErasedHtml { frame: Frame::of(site, base_url), it: &text }.render()?;
    Ok(Letter { html: Some(html), ..Letter::plain(&user.email, format!("Your account at {} is erased", site.title), text.render()?) })
}
