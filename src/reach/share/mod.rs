//! Pictures for link previews: the title of an entry on the site's colour, for entries that have no picture of their own.
//!
//! An SVG that resvg draws. The font is shipped (Figtree, SIL OFL 1.1, `static/fonts/OFL-Figtree.txt`: its bold, Latin letters); what it
//! lacks is taken from the fonts of the machine, and left out where these lack it too. Start at [`draw`].

mod lines;

use crate::error::AnyResult;
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{
        Options, Tree,
        fontdb::{Database, ID},
    },
};
use skrifa::{FontRef, MetadataProvider};
use std::{
    fmt::Write,
    sync::{Arc, LazyLock},
};

pub use crate::site::reach::SHARE_SIZE;

/// Starboard green, as in `static/css/mainstay.css`.
const GREEN: &str = "#00674b";
/// Space around everything, in pixels.
const MARGIN: u32 = 80;

const LATIN: &[u8] = include_bytes!("figtree-bold-latin.ttf");
const LATIN_EXTENDED: &[u8] = include_bytes!("figtree-bold-latin-ext.ttf");

/// What is shipped.
static OWN: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_data(LATIN.to_vec());
    fonts.load_font_data(LATIN_EXTENDED.to_vec());
    Arc::new(fonts)
});

/// That, and what the machine has; found when it is first needed.
static ALL: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::clone(&OWN);
    fonts.load_system_fonts();
    Arc::new(fonts)
});

/// What stands in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Of the entry.
    pub title: String,
    /// The name of the site.
    pub site: String,
    /// `#rrggbb`, or empty: ours.
    pub accent: String,
    /// Whether the language of the site is written from right to left.
    pub is_rtl: bool,
}

/// The picture as PNG, [`SHARE_SIZE`] pixels. Takes some hundredths of a second of one processor.
pub fn draw(card: &Card) -> AnyResult<Vec<u8>> {
    let fonts = if all_in(&OWN, &card.title) && all_in(&OWN, &card.site) { OWN.clone() } else { ALL.clone() };
    let svg = svg(&Card { title: kept(&fonts, &card.title), site: kept(&fonts, &card.site), ..card.clone() });
    let options = Options { fontdb: fonts, font_family: "Figtree".to_owned(), ..Options::default() };
    let tree = Tree::from_str(&svg, &options)?;
    let mut picture = Pixmap::new(SHARE_SIZE.0, SHARE_SIZE.1).ok_or("a picture without a size")?;
    resvg::render(&tree, Transform::identity(), &mut picture.as_mut());
    Ok(picture.encode_png()?)
}

fn svg(card: &Card) -> String {
    let (width, height) = SHARE_SIZE;
    let accent = if is_colour(&card.accent) { card.accent.as_str() } else { GREEN };
    let set = lines::set(&card.title, width - 2 * MARGIN, measure);
    let (x, anchor) = if card.is_rtl { (width - MARGIN, "end") } else { (MARGIN, "start") };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\"><rect width=\"{width}\" height=\"{height}\" \
         fill=\"{accent}\"/><rect y=\"{}\" width=\"{width}\" height=\"110\" fill=\"#000\" fill-opacity=\".18\"/>\
         <g font-family=\"Figtree\" font-weight=\"700\" fill=\"#fff\" text-anchor=\"{anchor}\">",
        height - 110
    );
    for (number, line) in set.lines.iter().enumerate() {
        let y = MARGIN + set.size + number as u32 * set.size * 6 / 5;
        let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\">{}</text>", set.size, escaped(line));
    }
    let dot = if card.is_rtl { width - MARGIN - 12 } else { MARGIN + 12 };
    let beside = if card.is_rtl { x - 40 } else { x + 40 };
    let name = lines::cut(&card.site, width - 2 * MARGIN - 40, 36, measure);
    let _ = write!(
        svg,
        "<circle cx=\"{dot}\" cy=\"{}\" r=\"12\"/><text x=\"{beside}\" y=\"{}\" font-size=\"36\">{}</text></g></svg>",
        height - 55,
        height - 42,
        escaped(&name)
    );
    svg
}

/// The width of a text in pixels, at that size: exact for the font that is shipped, else what a letter is wide at most.
fn measure(text: &str, size: u32) -> f32 {
    let fonts = [LATIN, LATIN_EXTENDED].into_iter().filter_map(|data| FontRef::new(data).ok()).collect::<Vec<_>>();
    let size_of = skrifa::instance::Size::new(size as f32);
    let width = |sign: char| {
        let known = fonts.iter().find_map(|font| {
            let glyph = font.charmap().map(sign)?;
            font.glyph_metrics(size_of, skrifa::instance::LocationRef::default()).advance_width(glyph)
        });
        known.unwrap_or(if u32::from(sign) < 0x1100 { size as f32 * 0.75 } else { size as f32 })
    };
    text.chars().map(width).sum()
}

fn all_in(fonts: &Database, text: &str) -> bool {
    text.chars().all(|sign| is_drawn(fonts, sign))
}

/// What these fonts can draw of it.
fn kept(fonts: &Database, text: &str) -> String {
    let text: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).filter(|sign| is_drawn(fonts, *sign)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_drawn(fonts: &Database, sign: char) -> bool {
    let has = |id: ID| {
        let found = |data: &[u8], index: u32| FontRef::from_index(data, index).is_ok_and(|font| font.charmap().map(sign).is_some());
        fonts.with_face_data(id, found).unwrap_or(false)
    };
    sign.is_whitespace() || fonts.faces().map(|face| face.id).any(has)
}

fn is_colour(text: &str) -> bool {
    text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(title: &str) -> Card {
        Card { title: title.to_owned(), site: "Knots & <bends>".to_owned(), accent: String::new(), is_rtl: false }
    }

    /// Colour of a pixel, and how many of the whole picture are white.
    fn look(png: &[u8]) -> ([u8; 3], usize) {
        let picture = image::load_from_memory(png).expect("a picture").into_rgb8();
        assert_eq!(picture.dimensions(), SHARE_SIZE);
        (picture.get_pixel(5, 5).0, picture.pixels().filter(|pixel| pixel.0 == [255; 3]).count())
    }

    #[test]
    fn a_title_stands_on_the_colour_of_the_site() {
        let (green, short) = look(&draw(&card("Short")).expect("drawn"));
        let (_, long) = look(&draw(&card("A longer title, with words <b>in</b> it & more of them")).expect("drawn"));
        assert_eq!(green, [0, 0x67, 0x4b]);
        assert!(short > 2000 && long > short, "{short} {long}");
        let (blue, _) = look(&draw(&Card { accent: "#1020f0".to_owned(), ..card("Short") }).expect("drawn"));
        assert_eq!(blue, [0x10, 0x20, 0xf0]);
    }

    #[test]
    fn every_title_can_be_drawn() {
        let long = "Wörter ".repeat(43);
        for title in ["", " ", "\u{0}\u{b}", "😀😀", "שלום עולם", "你好，世界", &long, &"W".repeat(300), "]]> &#0; <!--", "Ça va, Łódź?"]
        {
            look(&draw(&Card { is_rtl: title.starts_with('ש'), ..card(title) }).expect(title));
        }
    }

    #[test]
    fn letters_are_measured_by_the_font() {
        assert!(measure("iiii", 100) < measure("WWWW", 100) / 2.0);
        assert!(all_in(&OWN, "Łódź, “quoted” – and more…") && !all_in(&OWN, "你"));
    }
}
