//! Pieces of text, rendered once, of which the bodies of all entries are put together.
//!
//! A piece holds whole blocks, so the HTML of a body is that of its pieces one after the other; a test renders bodies as a whole and
//! compares.

use super::{dice::Dice, talk::Said, words};
use crate::markup::{self, Heading, Link, slugify};

/// Pieces of each kind. Prime numbers, so that walking round in steps of any size meets each.
const PARAGRAPHS: usize = 401;
const HEADINGS: usize = 211;

/// Stands in pieces where the title or the address of another entry goes.
pub const TITLE: &str = "titleofanother";
/// See [`TITLE`].
pub const PATH: &str = "/posts/pathofanother";

/// Some blocks of text. What goes into statements is quoted already, as the same piece goes into thousands.
#[derive(Debug)]
pub struct Piece {
    /// As an author types it; quoted.
    pub markdown: String,
    /// As visitors read it; quoted.
    pub html: String,
    /// Words in it.
    pub words: u32,
    /// Its headings as JSON, without brackets around; quoted.
    pub headings: String,
    /// Links in it.
    pub links: Vec<Link>,
}

impl Piece {
    fn of(markdown: &str) -> Piece {
        let rendered = markup::render(markdown);
        let headings: Vec<String> = rendered.headings.iter().filter_map(|heading| serde_json::to_string::<Heading>(heading).ok()).collect();
        Piece {
            markdown: quoted(markdown),
            html: quoted(rendered.html.as_str()),
            words: rendered.words,
            headings: quoted(&headings.join(",")),
            links: rendered.links,
        }
    }
}

/// A text as it stands between single quotes, in a statement and in a file that is loaded.
pub fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n")
}

/// A title and the slug that belongs to it.
#[derive(Debug, Clone)]
pub struct Title {
    /// The headline.
    pub text: String,
    /// Its words in an address, without the number at the end that makes it the only one.
    pub slug: String,
}

/// Everything that texts are made of.
#[derive(Debug)]
pub struct Stock {
    /// Plain paragraphs.
    pub paragraphs: Vec<Piece>,
    /// Headings, all different.
    pub headings: Vec<Piece>,
    /// Lists.
    pub lists: Vec<Piece>,
    /// Blocks of code.
    pub codes: Vec<Piece>,
    /// A paragraph with a link to another entry, and one with a link to another site.
    pub inside: Vec<Piece>,
    /// See `inside`.
    pub outside: Vec<Piece>,
    /// Headlines; several entries share one.
    pub titles: Vec<Title>,
    /// One or two sentences.
    pub summaries: Vec<String>,
    /// What comments say.
    pub remarks: Vec<Said>,
}

impl Stock {
    /// Makes it: the same for the same seed.
    pub fn new(seed: u64) -> Stock {
        let dice = &mut Dice::new(seed ^ 0x5eed);
        let inside = |number: usize| match number % 3 {
            0 => format!("It continues in [{TITLE}]({PATH}), which came first."),
            1 => format!("Read [{TITLE}]({PATH}) before you try this at work."),
            _ => format!("The numbers are those of [{TITLE}]({PATH}); ours differ a little."),
        };
        let outside =
            |number: usize| format!("The [manual, chapter {number}](https://docs.example/chapter-{number}) says the same in more words.");
        let title = |dice: &mut Dice| {
            let text = words::title(dice);
            Title { slug: slugify(&text), text }
        };
        Stock {
            paragraphs: (0..PARAGRAPHS).map(|_| Piece::of(&words::paragraph(dice))).collect(),
            headings: (0..HEADINGS).map(|number| Piece::of(&format!("## {}", words::heading(number)))).collect(),
            lists: (0..37).map(|_| Piece::of(&words::list(dice))).collect(),
            codes: (0..19).map(|_| Piece::of(&words::code(dice))).collect(),
            inside: (0..3).map(|number| Piece::of(&inside(number))).collect(),
            outside: (1..30).map(|number| Piece::of(&outside(number))).collect(),
            titles: (0..5000).map(|_| title(dice)).collect(),
            summaries: (0..2000).map(|_| words::sentence(dice)).collect(),
            remarks: (0..307).map(|_| Said::of(&words::paragraph(dice))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn headings_of_a_text_are_all_different() {
        let headings: HashSet<String> = (0..HEADINGS).map(words::heading).collect();
        assert_eq!(headings.len(), HEADINGS);
    }
}
