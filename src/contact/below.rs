//! The form below the text of its page. Which page has one is in memory, so that other pages cost nothing.

use super::{
    forms::message::MessageForm,
    model::form::{ByPage, ContactForm},
    paths,
};
use crate::{
    content::{
        model::entry::{Entry, Kind},
        public::below::{Below, Piece},
    },
    db::Conn,
    error::AppResult,
    site::Page,
    web::form::FormErrors,
};
use askama::Template;
use std::sync::Arc;

/// Contact forms, as `content` knows them.
pub struct ContactForms;

#[derive(Template)]
#[template(path = "contact/public/_form.html")]
struct Sheet<'a> {
    page: &'a Page,
    contact: &'a ContactForm,
    form: &'a MessageForm,
    errors: &'a FormErrors,
}

impl Sheet<'_> {
    fn action(&self) -> String {
        paths::send(self.contact.id)
    }
}

impl Below for ContactForms {
    fn piece(&self, conn: &mut Conn, page: &Page, entry: &Entry) -> AppResult<Piece> {
        if entry.kind != Kind::Page {
            return Ok(Piece::default());
        }
        let forms: Arc<ByPage> = page.visit.pages.remembered(conn)?;
        // What changes a form tells `page:ID`, which the page has anyway.
        forms.of(entry.id).map_or_else(|| Ok(Piece::default()), |form| draw(page, form, &MessageForm::default(), &FormErrors::none()))
    }
}

/// The form with what was typed, and what to mend.
pub fn draw(page: &Page, contact: &ContactForm, form: &MessageForm, errors: &FormErrors) -> AppResult<Piece> {
    Piece::of(&Sheet { page, contact, form, errors }, Vec::new())
}
