//! Entries that are suggested while somebody types into a field that takes one, as JSON: path and title of each.

use crate::content::model::entry::Listed;
use actix_web::{HttpResponse, http::header::CACHE_CONTROL};
use serde::Deserialize;
use serde_json::json;

/// What somebody has typed so far.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    q: String,
}

impl Typed {
    /// As much of it as is looked for.
    pub fn words(self) -> String {
        self.q.trim().chars().take(200).collect()
    }
}

/// The answer to the script of the field; kept by nobody.
pub fn answer(found: &[Listed]) -> HttpResponse {
    let found: Vec<_> = found.iter().map(|entry| json!({ "path": entry.address(), "title": entry.title })).collect();
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(found)
}
