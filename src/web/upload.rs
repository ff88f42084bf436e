//! Forms with files in them (RFC 7578), read into memory.
//!
//! For lists and other texts of a few megabytes. The token is checked as in any other form; it must stand before the files, so that
//! nothing is read for nobody.

use super::{
    ctx::TOKEN,
    form::{check_token, clean},
};
use crate::error::{AppError, AppResult};
use actix_multipart::{Field, Multipart};
use actix_session::SessionExt;
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::CONTENT_TYPE, web::Bytes};
use futures_util::StreamExt;
use std::future::{Ready, ready};

/// The most fields that such a form has.
const MOST_FIELDS: usize = 50;

/// A form that was sent and not read yet: a handler asks for the right first.
pub struct Sent {
    req: HttpRequest,
    payload: Payload,
}

/// What was in it.
#[derive(Debug, Default)]
pub struct Parts {
    texts: Vec<(String, String)>,
    files: Vec<(String, File)>,
}

/// A file of a form.
#[derive(Debug)]
pub struct File {
    /// As the browser calls it, without folders.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
}

impl FromRequest for Sent {
    type Error = AppError;
    type Future = Ready<Result<Sent, AppError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Sent { req: req.clone(), payload: payload.take() }))
    }
}

impl Sent {
    /// Reads it all, so many bytes at most.
    pub async fn read(self, most: usize) -> AppResult<Parts> {
        let token = self.req.get_session().get::<String>(TOKEN).ok().flatten();
        let kind = self.req.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        if kind.starts_with("multipart/form-data") {
            return read_parts(Multipart::new(self.req.headers(), self.payload), token, most).await;
        }
        // A form without a file may come in the plain way.
        let (req, mut payload) = (self.req, self.payload);
        let bytes = Bytes::from_request(&req, &mut payload).await.map_err(|_| too_large())?;
        let mut texts: Vec<(String, String)> = serde_html_form::from_bytes(&bytes).map_err(|_| unreadable())?;
        token.map_or(Ok(()), |token| check_token(&texts, &token))?;
        for (_, text) in &mut texts {
            *text = clean(text);
        }
        Ok(Parts { texts, files: Vec::new() })
    }
}

async fn read_parts(mut form: Multipart, token: Option<String>, most: usize) -> AppResult<Parts> {
    let (mut parts, mut left, mut checked) = (Parts::default(), most, token.is_none());
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|_| unreadable())?;
        let Some(name) = field.name().map(str::to_owned) else { continue };
        let file = file_name(&field);
        if file.is_some() && !checked {
            break;
        }
        let bytes = field.bytes(left).await.map_err(|_| too_large())?.map_err(|_| unreadable())?;
        left -= bytes.len();
        match file {
            Some(file) => parts.files.push((name, File { name: file, bytes })),
            None => parts.texts.push((name, clean(&String::from_utf8_lossy(&bytes)))),
        }
        if let Some(token) = token.as_ref().filter(|_| !checked && parts.texts.last().is_some_and(|(name, _)| name == TOKEN)) {
            check_token(&parts.texts, token)?;
            checked = true;
        }
        if parts.texts.len() + parts.files.len() > MOST_FIELDS {
            return Err(unreadable());
        }
    }
    match token {
        Some(token) if !checked => check_token(&parts.texts, &token).map(|()| parts),
        _ => Ok(parts),
    }
}

impl Parts {
    /// What was typed into a field; empty if there is none.
    pub fn text(&self, name: &str) -> String {
        self.texts.iter().find(|(known, _)| known == name).map(|(_, text)| text.clone()).unwrap_or_default()
    }

    /// The first file of a field.
    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|(known, _)| known == name).map(|(_, file)| file)
    }
}

/// The name of a field's file, without folders and signs that no name has.
fn file_name(field: &Field) -> Option<String> {
    let name = field.content_disposition()?.get_filename()?;
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    Some(clean(&last.replace(['\n', '\t'], " ")))
}

fn too_large() -> AppError {
    AppError::BadRequest("This file is too large. Send it in parts.")
}

fn unreadable() -> AppError {
    AppError::BadRequest("This form cannot be read. Load the page again and send it once more.")
}
