//! The look of the site as layouts need it: addresses and sizes instead of choices. Made once for each change.

use super::{
    SiteSettings,
    look::{Fonts, Header, Look},
    settings,
};
use crate::{
    db::Conn,
    markup::{self, SafeHtml},
    schema::files,
    web::{assets::Assets, page_cache::memory::Remembered},
};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

/// Raise it when [`Look`]s are made into another style sheet than before.
const EDITION: &str = "1";

/// The name of the style sheet that has the look in it, below `/static/`.
pub const SHEET: &str = "/static/css/theme.css";

/// A picture with its size in pixels, where that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its address.
    pub url: String,
    /// What it is served as.
    pub kind: String,
    /// Width and height.
    pub size: Option<(i32, i32)>,
}

/// What layouts draw.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    /// The text at the foot.
    pub footer: SafeHtml,
    /// The logo, and the one for the dark theme where there is one of its own.
    pub logo: Option<(Picture, Option<Picture>)>,
    /// The favicon, where it is not ours.
    pub favicon: Option<Picture>,
    /// The address of the style sheet, where it is neither that of the program nor that of the saved look.
    pub tried_sheet: Option<String>,
}

impl Remembered for Theme {
    const TAGS: &'static [&'static str] = &[settings::SHOWN];

    fn read(conn: &mut Conn) -> QueryResult<Self> {
        let site = SiteSettings::load(conn)?;
        Theme::of(conn, &site)
    }
}

impl Theme {
    /// The theme of these settings.
    pub fn of(conn: &mut Conn, site: &SiteSettings) -> QueryResult<Theme> {
        let look = &site.look;
        let dark = picture(conn, &look.logo_dark)?;
        Ok(Theme {
            footer: markup::render_line(&site.footer),
            logo: picture(conn, &look.logo)?.map(|logo| (logo, dark)),
            favicon: picture(conn, &look.favicon)?,
            tried_sheet: None,
        })
    }
}

/// A file of this site by its address; one that is gone is left out.
pub fn picture(conn: &mut Conn, address: &str) -> QueryResult<Option<Picture>> {
    if address.is_empty() {
        return Ok(None);
    }
    let found = files::table.filter(files::address.eq(address)).select((files::content_type, files::width, files::height));
    let found: Option<(String, Option<i32>, Option<i32>)> = found.first(conn).optional()?;
    Ok(found.map(|(kind, width, height)| Picture { url: address.to_owned(), kind, size: width.zip(height) }))
}

/// The address of the one style sheet that pages for visitors have.
pub fn sheet(assets: &Assets, look: &Look) -> String {
    let base = assets.url("css/mainstay.css");
    if !look.needs_a_sheet() {
        return base;
    }
    let mut hash = Sha256::new();
    for part in [EDITION, &base, &look.accent, &look.accent_dark, look.fonts.word(), &look.css] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let version: String = hash.finalize()[..5].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{SHEET}?v={version}")
}

/// The face with which the text above the fold is set, to be asked for before the style sheet names it.
pub fn first_font(fonts: Fonts) -> Option<&'static str> {
    match fonts {
        Fonts::Mixed | Fonts::Serif => Some("/static/fonts/literata-latin.woff2"),
        Fonts::Sans => Some("/static/fonts/figtree-latin.woff2"),
        Fonts::SystemSerif | Fonts::SystemSans => None,
    }
}

/// The class of the top of every page.
pub fn header_class(header: Header) -> &'static str {
    match header {
        Header::Left => "site-head",
        Header::Centred => "site-head is-centred",
        Header::Logo => "site-head is-logo",
    }
}
