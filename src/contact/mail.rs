//! The letter that carries a message to whoever is to answer it.

use super::{model::message::Message, paths};
use crate::{
    error::AppResult,
    mail::Letter,
    site::{SiteSettings, letter::Frame},
};
use askama::Template;
use lettre::message::Mailbox;

#[derive(Template)]
#[template(path = "mail/contact.txt")]
struct Words<'a> {
    site: &'a str,
    message: &'a Message,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/contact.html")]
struct WordsHtml<'a> {
    frame: Frame,
    it: &'a Words<'a>,
}

/// The letter to one of them.
pub fn message(to: &str, message: &Message, site: &SiteSettings, base_url: &str) -> AppResult<Letter> {
    let words = Words { site: &site.title, message, link: format!("{base_url}{}", paths::message(message.id)) };
    let html = WordsHtml { frame: Frame::of(site, base_url), it: &words }.render()?;
    let about = if message.subject.is_empty() { message.page_title.as_str() } else { message.subject.as_str() };
    Ok(Letter { html: Some(html), ..Letter::plain(to, format!("{}: {about}", message.name), words.render()?) })
}

/// Who wrote it, as in a header; the bare address where the name does not fit into one, empty where even that does not.
pub fn sender(message: &Message) -> String {
    let Ok(address) = message.email.parse::<lettre::Address>() else { return String::new() };
    let name: String = message.name.chars().filter(|sign| !sign.is_control() && !"<>\"\\@,;:()[]".contains(*sign)).take(80).collect();
    let whole = Mailbox::new((!name.trim().is_empty()).then(|| name.trim().to_owned()), address.clone()).to_string();
    if whole.parse::<Mailbox>().is_ok() { whole } else { address.to_string() }
}
