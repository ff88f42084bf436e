//! A page as it is kept: headers and bytes in every coding, each made once.

use super::{CacheTags, Still, changes::Stamp};
use actix_web::{
    HttpResponse,
    body::BoxBody,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    web::Bytes,
};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::{
    io::Write,
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicI64, AtomicU32},
    },
};

/// Says where an answer comes from.
pub const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// Where an answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The cache.
    Hit,
    /// A handler, just now.
    Miss,
    /// The cache, though it should be made anew.
    Stale,
}

impl From {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            From::Hit => "hit",
            From::Miss => "miss",
            From::Stale => "stale",
        })
    }
}

/// How a body is coded on its way, the one that takes most work first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Brotli.
    Brotli,
    /// Gzip.
    Gzip,
    /// As it is.
    Identity,
}

/// What a request says about the form in which it wants a page.
#[derive(Debug)]
pub struct Wish {
    coding: Coding,
    known: Option<HeaderValue>,
}

impl Wish {
    /// Reads it from the headers of a request.
    pub fn of(headers: &HeaderMap) -> Wish {
        let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
        Wish { coding: coding(accepted), known: headers.get(header::IF_NONE_MATCH).cloned() }
    }
}

/// The best coding that an Accept-Encoding header allows (RFC 9110, 12.5.3).
fn coding(accepted: &str) -> Coding {
    let mut best = Coding::Identity;
    for one in accepted.split(',') {
        let mut parts = one.split(';').map(str::trim);
        let name = parts.next().unwrap_or("");
        let refused = parts.filter_map(|part| part.strip_prefix("q=")).any(|weight| weight.parse() == Ok(0.0));
        if refused {
            continue;
        }
        if name.eq_ignore_ascii_case("br") {
            return Coding::Brotli;
        }
        if name.eq_ignore_ascii_case("gzip") {
            best = Coding::Gzip;
        }
    }
    best
}

/// One coding of a page: the bytes, and the headers that go with them.
struct Form {
    bytes: Bytes,
    /// One by one, so that an answer puts them into a map that actix keeps at hand instead of copying a map.
    headers: Box<[(HeaderName, HeaderValue)]>,
    etag: String,
}

/// A page that visitors get.
pub struct CachedPage {
    headers: HeaderMap,
    hash: String,
    identity: Form,
    gzip: OnceLock<Form>,
    brotli: OnceLock<Form>,
    /// What it shows.
    pub(super) stamp: Stamp,
    /// What it may show otherwise, and how to find out.
    pub(super) doubt: Option<(Stamp, Still)>,
    /// When it is made anew for safety's sake, in microseconds.
    pub(super) fresh_until: AtomicI64,
    /// A measure of how often it was read lately.
    pub(super) reads: AtomicU32,
    /// Whether it was found to show what has changed.
    pub(super) dropped: AtomicBool,
}

impl CachedPage {
    /// Keeps an answer; of its headers those that belong to one request only are left out.
    pub fn new(answer: &HeaderMap, identity: Bytes, tags: &CacheTags, begun: u64, fresh_until: i64) -> CachedPage {
        let mut headers = answer.clone();
        for name in [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::TRANSFER_ENCODING, header::ETAG, header::DATE] {
            headers.remove(name);
        }
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        headers.insert(X_CACHE, From::Hit.header());
        let hash: String = Sha256::digest(&identity)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
        CachedPage {
            identity: Form::new(&headers, &hash, Coding::Identity, identity),
            headers,
            hash,
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
            stamp: Stamp::new(&tags.tags, begun),
            doubt: tags.doubt.as_ref().map(|doubt| (Stamp::new(&doubt.tags, begun), doubt.still.clone())),
            fresh_until: AtomicI64::new(fresh_until),
            reads: AtomicU32::new(0),
            dropped: AtomicBool::new(false),
        }
    }

    /// About how many bytes it takes, the coded forms included, which are made when first asked for.
    pub fn weight(&self) -> u32 {
        u32::try_from(
            self.identity.bytes.len() * 3 / 2 + (self.stamp.len() + self.doubt.as_ref().map_or(0, |(stamp, _)| stamp.len())) * 8 + 8_000,
        )
        .unwrap_or(u32::MAX)
    }

    /// The answer to a request: 200, or 304 when the browser has it already.
    pub fn answer(&self, wish: &Wish, from: From) -> HttpResponse {
        let form = self.form(wish.coding);
        let known = wish.known.as_ref().and_then(|known| known.to_str().ok()).is_some_and(|known| holds(known, &form.etag));
        let body = if known { BoxBody::new(()) } else { BoxBody::new(form.bytes.clone()) };
        let mut res = HttpResponse::with_body(if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK }, body);
        let headers = res.headers_mut();
        for (name, value) in &form.headers {
            headers.append(name.clone(), value.clone());
        }
        if from != From::Hit {
            headers.insert(X_CACHE, from.header());
        }
        if known {
            headers.remove(header::CONTENT_TYPE);
            headers.remove(header::CONTENT_ENCODING);
        }
        res
    }

    /// Makes the coding that browsers prefer, which is otherwise done when it is first asked for.
    pub fn prepare(&self) {
        self.form(Coding::Brotli);
    }

    /// Makes the codings in which another page has been asked for.
    pub fn prepare_like(&self, other: &CachedPage) {
        for (coding, form) in [(Coding::Gzip, &other.gzip), (Coding::Brotli, &other.brotli)] {
            if form.get().is_some() {
                self.form(coding);
            }
        }
    }

    fn form(&self, coding: Coding) -> &Form {
        let coded = |coding, bytes: Vec<u8>| Form::new(&self.headers, &self.hash, coding, bytes.into());
        match coding {
            Coding::Identity => &self.identity,
            Coding::Gzip => self.gzip.get_or_init(|| coded(coding, gzip(&self.identity.bytes))),
            Coding::Brotli => self.brotli.get_or_init(|| coded(coding, brotli(&self.identity.bytes))),
        }
    }
}

impl Form {
    /// The tag is a strong one: each coding has other bytes, hence another tag.
    fn new(headers: &HeaderMap, hash: &str, coding: Coding, bytes: Bytes) -> Form {
        let (name, end) = match coding {
            Coding::Identity => (None, ""),
            Coding::Gzip => (Some("gzip"), "-gz"),
            Coding::Brotli => (Some("br"), "-br"),
        };
        let etag = format!("\"{hash}{end}\"");
        let mut headers = headers.clone();
        headers.insert(header::ETAG, HeaderValue::try_from(&etag).expect("a quoted hash is a header"));
        if let Some(name) = name {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        Form { bytes, headers, etag }
    }
}

/// Weak comparison with a list of tags, as If-None-Match wants it (RFC 9110, 13.1.2).
fn holds(known: &str, etag: &str) -> bool {
    known.trim() == "*" || known.split(',').any(|one| one.trim().trim_start_matches("W/") == etag)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut coder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::default());
    coder.write_all(bytes).and_then(|()| coder.finish()).expect("writing to memory does not fail")
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut coded = Vec::with_capacity(bytes.len() / 3);
    let mut coder = brotli::CompressorWriter::new(&mut coded, 4096, 5, 22); // 5: as small as gzip at its best, and faster
    coder.write_all(bytes).expect("writing to memory does not fail");
    drop(coder);
    coded
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn page() -> CachedPage {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        CachedPage::new(&headers, Bytes::from("page ".repeat(500)), &CacheTags::default(), 0, 0)
    }

    #[test]
    fn the_best_coding_that_is_accepted_is_chosen() {
        for (accepted, chosen) in [
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("gzip;q=0.8, br;q=0", Coding::Gzip),
            ("GZIP", Coding::Gzip),
            ("gzip; q=0.0", Coding::Identity),
            ("", Coding::Identity),
            ("brown, xgzip", Coding::Identity),
        ] {
            assert_eq!(coding(accepted), chosen, "{accepted}");
        }
    }

    #[test]
    fn each_coding_holds_the_page_and_has_a_tag_of_its_own() {
        let page = page();
        let (mut unzipped, mut unbrotlied) = (Vec::new(), Vec::new());
        flate2::read::GzDecoder::new(&page.form(Coding::Gzip).bytes[..]).read_to_end(&mut unzipped).expect("gzip");
        brotli::Decompressor::new(&page.form(Coding::Brotli).bytes[..], 4096).read_to_end(&mut unbrotlied).expect("brotli");
        assert!(unzipped == page.identity.bytes && unbrotlied == page.identity.bytes);
        assert!(page.form(Coding::Brotli).bytes.len() < page.identity.bytes.len() / 10);
        let tags = [Coding::Identity, Coding::Gzip, Coding::Brotli].map(|coding| page.form(coding).etag.clone());
        assert!(tags[1].ends_with("-gz\"") && tags[2].ends_with("-br\"") && tags[0].len() == 26, "{tags:?}");
    }

    #[test]
    fn a_browser_that_has_the_page_gets_304() {
        let page = page();
        let wish = |known: &str| Wish { coding: Coding::Gzip, known: Some(HeaderValue::from_str(known).expect("a header")) };
        let etag = page.form(Coding::Gzip).etag.clone();
        for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
            let res = page.answer(&wish(&known), From::Hit);
            assert_eq!((res.status().as_u16(), res.headers().contains_key(header::CONTENT_TYPE)), (304, false), "{known}");
        }
        let res = page.answer(&wish(&page.form(Coding::Brotli).etag), From::Hit);
        assert_eq!((res.status().as_u16(), res.headers().get(header::CONTENT_ENCODING)), (200, Some(&HeaderValue::from_static("gzip"))));
        assert!(!res.headers().contains_key(header::CONTENT_LENGTH));
    }
}
