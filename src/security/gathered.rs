//! Reports of browsers: read, gathered in memory, and written once a second, so that a flood of them costs one statement.
//!
//! Anybody can send what looks like a report. So each is cut down to what it is grouped by, no more than [`MOST`] different ones
//! wait between two writings, and what is not about a page of ours is dropped.

use super::model::reports::{self, Refused};
use crate::{db::Db, error::AppResult, web::access_log::without_token};
use chrono::NaiveDateTime;
use serde::Deserialize;
use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, MutexGuard},
};

/// Different reports that are gathered between two writings; of more, the rest is dropped.
const MOST: usize = 200;

/// Reports in one request; a browser sends what it has gathered for some seconds.
const IN_ONE: usize = 50;

/// The longest address that is kept, in bytes.
const LONGEST: usize = 300;

/// What browsers have reported since the last writing, with how often.
#[derive(Debug, Default)]
pub struct Reports(Mutex<HashMap<Refused, i64>>);

/// What `report-uri` sends (CSP 3, 5.3).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Old {
    csp_report: OldBody,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct OldBody {
    document_uri: String,
    effective_directive: String,
    violated_directive: String,
    blocked_uri: String,
    source_file: String,
}

/// What `report-to` sends (Reporting API, 3.4; CSP 3, 5.2).
#[derive(Debug, Deserialize)]
struct New {
    r#type: String,
    body: serde_json::Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct NewBody {
    #[serde(rename = "documentURL")]
    document_url: String,
    effective_directive: String,
    #[serde(rename = "blockedURL")]
    blocked_url: Option<String>,
    source_file: Option<String>,
}

impl Reports {
    fn gathered(&self) -> MutexGuard<'_, HashMap<Refused, i64>> {
        self.0.lock().expect("nothing panics while it holds the reports")
    }

    /// Takes what a browser has sent about pages of the site at `base_url`; `false`: it is no report.
    pub fn take(&self, json: &[u8], base_url: &str) -> bool {
        let Some(found) = read(json, base_url) else { return false };
        let mut gathered = self.gathered();
        for one in found {
            if gathered.len() < MOST || gathered.contains_key(&one) {
                *gathered.entry(one).or_default() += 1;
            }
        }
        true
    }

    /// Writes what was gathered. What cannot be written now is dropped: it will be reported again.
    pub async fn write(&self, db: &Db, now: NaiveDateTime) -> AppResult<()> {
        let taken = mem::take(&mut *self.gathered());
        if taken.is_empty() {
            return Ok(());
        }
        // In the order of their keys, so that two nodes wait for each other rather than deadlock.
        let mut taken: Vec<(Refused, i64)> = taken.into_iter().collect();
        taken.sort();
        db.write(move |conn| Ok(reports::add(conn, &taken, now)?)).await
    }
}

/// Reads either form; `None`: it is neither.
fn read(json: &[u8], base_url: &str) -> Option<Vec<Refused>> {
    // Told apart by their first sign: to the reader a list could be the fields of the other.
    let is_list = json.trim_ascii_start().starts_with(b"[");
    if !is_list && let Ok(Old { csp_report: body }) = serde_json::from_slice(json) {
        let directive = if body.effective_directive.is_empty() { body.violated_directive } else { body.effective_directive };
        return Some(refused(&directive, &body.blocked_uri, &body.document_uri, &body.source_file, base_url).into_iter().collect());
    }
    let all: Vec<New> = serde_json::from_slice(json).ok()?;
    let bodies = all.into_iter().filter(|one| one.r#type == "csp-violation").take(IN_ONE);
    let bodies = bodies.filter_map(|one| serde_json::from_value::<NewBody>(one.body).ok());
    let found = |body: NewBody| {
        let [blocked, source] = [body.blocked_url, body.source_file].map(Option::unwrap_or_default);
        refused(&body.effective_directive, &blocked, &body.document_url, &source, base_url)
    };
    Some(bodies.filter_map(found).collect())
}

/// What is kept of a report; `None`: it is not about us, or an extension of the browser has caused it.
fn refused(directive: &str, blocked: &str, page: &str, source: &str, base_url: &str) -> Option<Refused> {
    let directive = directive.split(' ').next().unwrap_or("");
    let is_word = |text: &str| !text.is_empty() && text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    if !is_word(directive) || source.contains("-extension:") {
        return None;
    }
    let blocked = match blocked {
        "" => "inline".to_owned(),
        word if is_word(word) => word.to_owned(),
        address => address_kept(address, base_url)?,
    };
    Some(Refused { directive: directive.to_owned(), blocked, page: path_of(page, base_url)? })
}

/// A path of ours, or the origin of another site: what stands behind that may be about a person.
fn address_kept(address: &str, base_url: &str) -> Option<String> {
    path_of(address, base_url).or_else(|| {
        let (scheme, rest) = address.split_once(':')?;
        let host = rest.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or("");
        let host = host.rsplit('@').next().unwrap_or("").to_ascii_lowercase();
        let sound = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte));
        match scheme.to_ascii_lowercase().as_str() {
            scheme @ ("http" | "https" | "ws" | "wss") if sound && !host.is_empty() => Some(cut(&format!("{scheme}://{host}"))),
            scheme @ ("data" | "blob" | "about" | "filesystem") => Some(scheme.to_owned()),
            _ => None, // chrome-extension: and its like
        }
    })
}

/// The path of an address of ours, without query and tokens.
fn path_of(address: &str, base_url: &str) -> Option<String> {
    let rest = address.strip_prefix(base_url)?;
    let path = rest.split(['?', '#']).next().unwrap_or("");
    let path = if path.is_empty() { "/" } else { path };
    let (path, after) = without_token(path);
    let sound = path.starts_with('/') && !path.chars().any(char::is_control);
    sound.then(|| cut(&format!("{path}{after}")))
}

fn cut(text: &str) -> String {
    let end = (0..=LONGEST.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://example.org";

    fn old(document: &str, directive: &str, blocked: &str) -> Option<Vec<Refused>> {
        let body = serde_json::json!({"csp-report": {"document-uri": document, "violated-directive": directive, "blocked-uri": blocked,
            "original-policy": "x", "script-sample": "secret", "referrer": "https://example.org/?q=me"}});
        read(body.to_string().as_bytes(), BASE)
    }

    fn group(directive: &str, blocked: &str, page: &str) -> Refused {
        Refused { directive: directive.to_owned(), blocked: blocked.to_owned(), page: page.to_owned() }
    }

    #[test]
    fn both_forms_are_read() {
        let one = group("script-src-elem", "https://evil.example", "/posts/a");
        assert_eq!(
            old("https://example.org/posts/a?q=me#x", "script-src-elem 'self'", "https://evil.example/x.js?u=1"),
            Some(vec![one.clone()])
        );
        let new = serde_json::json!([
            {"type": "csp-violation", "age": 10, "url": "https://example.org/posts/a", "user_agent": "Mozilla",
             "body": {"documentURL": "https://example.org/posts/a", "blockedURL": "https://evil.example:443/x.js", "effectiveDirective": "script-src-elem"}},
            {"type": "deprecation", "body": {"id": "x"}},
            {"type": "csp-violation", "body": {"documentURL": "https://example.org", "blockedURL": "inline", "effectiveDirective": "style-src-attr"}}
        ]);
        let found = read(new.to_string().as_bytes(), BASE);
        assert_eq!(
            found,
            Some(vec![group("script-src-elem", "https://evil.example:443", "/posts/a"), group("style-src-attr", "inline", "/")])
        );
    }

    #[test]
    fn nothing_about_a_person_is_kept() {
        let kept = old("https://example.org/review/c0ffee/notes?x=1", "img-src", "https://me:pw@Tracker.example/u/ada@example.org");
        assert_eq!(kept, Some(vec![group("img-src", "https://tracker.example", "/review/…/notes")]));
        assert_eq!(old("https://example.org/a", "img-src", "data:image/png;base64,AAAA"), Some(vec![group("img-src", "data", "/a")]));
        assert_eq!(old("https://example.org/a", "script-src", ""), Some(vec![group("script-src", "inline", "/a")]));
    }

    #[test]
    fn what_is_not_about_this_site_or_comes_from_an_extension_is_dropped() {
        for (document, directive, blocked) in [
            ("https://elsewhere.example/a", "img-src", "inline"),
            ("about:blank", "img-src", "inline"),
            ("https://example.org/a", "<b>", "inline"),
            ("https://example.org/a", "", "inline"),
            ("https://example.org/a", "script-src", "chrome-extension://abc/x.js"),
            ("https://example.org.evil.example/a", "img-src", "inline"),
        ] {
            assert_eq!(old(document, directive, blocked), Some(Vec::new()), "{document} {directive} {blocked}");
        }
    }

    #[test]
    fn nonsense_is_no_report_however_deep_it_is() {
        for nonsense in ["", "{}", "[1]", "null", "{\"csp-report\": 1}", &"[".repeat(100_000), &"{\"csp-report\":".repeat(10_000)] {
            assert_eq!(read(nonsense.as_bytes(), BASE), None);
        }
        let deep = format!("[{{\"type\":\"csp-violation\",\"body\":{}{}}}]", "[".repeat(1000), "]".repeat(1000));
        assert_eq!(read(deep.as_bytes(), BASE), None);
    }

    #[test]
    fn a_flood_of_different_reports_does_not_fill_the_memory() {
        let reports = Reports::default();
        for number in 0..1000 {
            let body = serde_json::json!({"csp-report": {"document-uri": format!("{BASE}/{number}"), "violated-directive": "img-src"}});
            assert!(reports.take(body.to_string().as_bytes(), BASE));
        }
        assert_eq!(reports.gathered().len(), MOST);
    }

    #[test]
    fn long_addresses_are_cut_between_letters() {
        let kept = old(&format!("{BASE}/{}", "é".repeat(400)), "img-src", "inline").unwrap_or_default();
        assert!(kept[0].page.len() <= LONGEST && kept[0].page.ends_with('é'));
    }
}
