//! The look of the site as layouts need it: addresses and sizes instead of choices. Made once for each change.
//!
//! Pictures are named with their version, and by the smaller forms that the library has made of them (`media::pixels::plan` says how
//! those are called), so that a change of a file is a change of the page.

use super::{
    SiteSettings,
    look::{Fonts, Header, Look},
    settings,
};
use crate::{
    db::Conn,
    markup::{self, SafeHtml},
    schema::{files, renditions},
    web::{assets::Assets, page_cache::memory::Remembered},
};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Raise it when [`Look`]s are made into another style sheet than before.
const EDITION: &str = "1";

/// The name of the style sheet that has the look in it, below `/static/`.
pub const SHEET: &str = "/static/css/theme.css";

/// The largest that a logo is shown, in pixels of a screen with two for each of the sheet: `.site-logo` in the style sheet.
const LOGO: (u64, u64) = (512, 88);

/// A picture with its size in pixels, where that is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Picture {
    /// The address that pages name.
    pub url: String,
    /// What it is served as.
    pub kind: String,
    /// Width and height.
    pub size: Option<(i32, i32)>,
}

/// The favicon in one size.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Icon {
    /// Its address.
    pub url: String,
    /// Width and height in pixels.
    pub side: u32,
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
    /// The same in other sizes, once they are made, the smallest first.
    pub icons: Vec<Icon>,
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
        let dark = logo(conn, &look.logo_dark)?;
        Ok(Theme {
            footer: markup::render_line(&site.footer),
            logo: logo(conn, &look.logo)?.map(|logo| (logo, dark)),
            favicon: picture(conn, &look.favicon)?,
            icons: icons(conn, &look.favicon)?,
            tried_sheet: None,
        })
    }

    /// The icons for tabs and installed sites: all but that for Apple's home screens, which is named in another way.
    pub fn tab_icons(&self) -> impl Iterator<Item = &Icon> {
        self.icons.iter().filter(|icon| icon.side != TOUCH)
    }

    /// The icon for Apple's home screens.
    pub fn touch_icon(&self) -> Option<&Icon> {
        self.icons.iter().find(|icon| icon.side == TOUCH)
    }
}

/// The side of the icon for Apple's home screens.
const TOUCH: u32 = 180;

/// A file of this site by its address; one that is gone is left out.
pub fn picture(conn: &mut Conn, address: &str) -> QueryResult<Option<Picture>> {
    if address.is_empty() {
        return Ok(None);
    }
    let columns = (files::content_type, files::width, files::height, files::sha256);
    let found = files::table.filter(files::address.eq(address)).select(columns).first(conn).optional()?;
    Ok(found.map(|(kind, width, height, sha256): (String, Option<i32>, Option<i32>, Vec<u8>)| {
        let version: String = sha256.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Picture { url: format!("{address}?v={version}"), kind, size: width.zip(height) }
    }))
}

/// A logo: the narrowest form of its own format that is sharp where it is shown, once there is one.
fn logo(conn: &mut Conn, address: &str) -> QueryResult<Option<Picture>> {
    let Some(picture) = picture(conn, address)? else { return Ok(None) };
    let Some((folder, sizes)) = forms(conn, address)? else { return Ok(Some(picture)) };
    let ending = picture.kind.trim_start_matches("image/").replace("jpeg", "jpg");
    let side = |side: i32| u64::from(side.unsigned_abs());
    let (width, height) = picture.size.map_or((0, 1), |(width, height)| (side(width), side(height).max(1)));
    let enough = LOGO.0.min((LOGO.1 * width).div_ceil(height));
    let made = sizes.keys().filter_map(|name| name.strip_suffix(&ending)?.strip_suffix('.')?.parse::<u64>().ok());
    let narrow = made.filter(|own| (enough..width).contains(own)).min();
    let url = narrow.map_or_else(|| picture.url.clone(), |width| format!("/pictures/{folder}/{width}.{ending}"));
    Ok(Some(Picture { url, ..picture }))
}

/// The favicon as it was cut by the library.
fn icons(conn: &mut Conn, address: &str) -> QueryResult<Vec<Icon>> {
    let Some((folder, sizes)) = forms(conn, address)? else { return Ok(Vec::new()) };
    let side = |name: &str| name.strip_prefix("icon-")?.strip_suffix(".png")?.rsplit('-').next()?.parse().ok();
    let made = sizes.iter().filter(|(_, bytes)| **bytes > 0);
    let icons = made.filter_map(|(name, _)| Some(Icon { url: format!("/pictures/{folder}/{name}"), side: side(name)? }));
    let mut icons: Vec<Icon> = icons.collect();
    icons.sort_by_key(|icon| icon.side);
    Ok(icons)
}

/// The forms of a picture that pages name: their folder, and the bytes of each by name; 0: it is being made.
fn forms(conn: &mut Conn, address: &str) -> QueryResult<Option<(String, BTreeMap<String, u64>)>> {
    if address.is_empty() {
        return Ok(None);
    }
    let shown = renditions::table.inner_join(files::table).filter(files::address.eq(address)).filter(renditions::shown.eq(1));
    let shown = shown.filter(renditions::sha256.eq(files::sha256)).select((renditions::folder, renditions::sizes));
    let found: Option<(String, String)> = shown.first(conn).optional()?;
    Ok(found.map(|(folder, sizes)| (folder, serde_json::from_str(&sizes).unwrap_or_default())))
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
