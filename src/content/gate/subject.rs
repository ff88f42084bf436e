//! What the checks look at: a draft taken apart, and what the site knows of whatever it names.

use super::{
    super::model::{
        address::{self, Former, Standing},
        embed,
        entry::{EntryId, Kind},
        gate::{self, KeptFile},
        link::{Target, target},
        place,
        revision::Draft,
        snippet::{self, Reading},
    },
    Passage,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    markup::{self, Rendered, Snippets, Survey, WrittenLink},
};
use std::collections::{HashMap, HashSet};
use unicode_segmentation::UnicodeSegmentation;

/// A draft before the gate.
pub struct Subject {
    /// Post or page.
    pub kind: Kind,
    /// The entry, if it has been saved before.
    pub own: Option<EntryId>,
    /// Where it will live.
    pub path: String,
    /// What is to be published.
    pub draft: Draft,
    /// The body as it is written.
    pub survey: Survey,
    /// The body as visitors would read it.
    pub rendered: Rendered,
    /// What the site knows.
    pub known: Known,
}

/// What the site knows of the things that a draft names.
#[derive(Debug, Default)]
pub struct Known {
    /// What stands at the inside addresses.
    pub standing: HashMap<String, Standing>,
    /// What stood at those at which nothing stands.
    pub former: HashMap<String, Former>,
    /// Files of this site, by address.
    pub files: HashMap<String, KeptFile>,
    /// A live entry with the same title: address and title.
    pub twin: Option<(String, String)>,
    /// The snippets that it calls for and that are there, by name.
    pub snippets: Snippets,
    /// Links alone in a paragraph that become cards, as [`markup::embed_address`] writes them.
    pub embeds: HashSet<String>,
}

/// A picture that the page shows.
pub struct Picture<'a> {
    /// Without escapes.
    pub address: &'a str,
    /// What stands for it; see [`markup::WrittenPicture`].
    pub alt: Option<&'a str>,
    /// Where it is named.
    pub passage: Passage,
}

impl Subject {
    /// Takes a draft apart, and asks the site in at most thirteen queries, however much the draft names.
    pub fn load(conn: &mut Conn, kind: Kind, own: Option<EntryId>, draft: &Draft) -> AppResult<Subject> {
        // A page above that is gone is told elsewhere.
        let base = match place::base(conn, kind, draft.parent) {
            Err(AppError::Invalid(_)) => "/".to_owned(),
            base => base?,
        };
        let slug = if draft.slug.is_empty() { markup::slugify(&draft.title) } else { draft.slug.clone() };
        let mut subject = Subject { own, path: format!("{base}{slug}"), ..Subject::of(kind, draft) };
        let mut known = Known::default();
        let inside: HashSet<&str> = subject.inside().map(|(_, path)| path).collect();
        known.standing = address::standing(conn, &inside.iter().copied().collect::<Vec<_>>())?;
        let missing: Vec<&str> = inside.into_iter().filter(|path| !known.standing.contains_key(*path)).collect();
        known.former = address::former(conn, &missing)?;
        let files: HashSet<&str> = subject.files().map(|(_, address, _)| address).collect();
        known.files = gate::kept_files(conn, &files.into_iter().collect::<Vec<_>>())?;
        known.twin = gate::twin(conn, &draft.title, own)?;
        known.snippets = snippet::bodies(conn, &subject.rendered.snippets, Reading::Plain)?;
        if !known.snippets.is_empty() {
            subject.rendered = markup::render_with(&draft.body, &known.snippets);
        }
        known.embeds = embed::asked(conn, &subject.rendered.embeds)?;
        subject.known = known;
        Ok(subject)
    }

    /// The same without asking the site.
    pub fn of(kind: Kind, draft: &Draft) -> Subject {
        Subject {
            kind,
            own: None,
            path: String::new(),
            survey: markup::survey(&draft.body),
            rendered: markup::render(&draft.body),
            draft: draft.clone(),
            known: Known::default(),
        }
    }

    /// Whether a link is shown as a card, which says more than its address.
    pub fn is_embed(&self, link: &WrittenLink) -> bool {
        link.text == link.address && markup::embed_address(&link.address).is_some_and(|address| self.known.embeds.contains(&address))
    }

    /// Links to pages of this site, each with the path alone.
    pub fn inside(&self) -> impl Iterator<Item = (&WrittenLink, &str)> {
        self.survey.links.iter().filter_map(|link| match target(&link.address) {
            Target::Inside(path) => Some((link, path)),
            _ => None,
        })
    }

    /// Everything that names a file of this site: what is read there, the address, and where.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str, Passage)> {
        let links = self.survey.links.iter().map(|link| (link.text.as_str(), link.address.as_str(), Passage::Body(link.place.clone())));
        let pictures = self.pictures().map(|picture| (picture.alt.unwrap_or(""), picture.address, picture.passage));
        links.chain(pictures).filter_map(|(text, address, passage)| match target(address) {
            Target::File(path) => Some((text, path, passage)),
            _ => None,
        })
    }

    /// Every picture: the one above the text, then those of the text.
    pub fn pictures(&self) -> impl Iterator<Item = Picture<'_>> {
        let draft = &self.draft;
        let first = (!draft.image_url.is_empty()).then(|| Picture {
            address: &draft.image_url,
            alt: Some(draft.image_alt.trim()).filter(|alt| !alt.is_empty()),
            passage: Passage::Field("image_url"),
        });
        let written = self.survey.pictures.iter().map(|picture| Picture {
            address: &picture.address,
            alt: picture.alt.as_deref(),
            passage: Passage::Body(picture.place.clone()),
        });
        first.into_iter().chain(written)
    }

    /// Whether the library says what a picture shows.
    pub fn is_described(&self, address: &str) -> bool {
        self.known.files.get(path_of(address)).is_some_and(|file| !file.alt.is_empty())
    }

    /// Pictures that are files of this site, each once, with the place where it is named first.
    pub fn kept_pictures(&self) -> Vec<(&KeptFile, Passage)> {
        let mut seen = HashSet::new();
        let kept = self.pictures().filter_map(|picture| Some((self.known.files.get(path_of(picture.address))?, picture.passage)));
        kept.filter(|(file, _)| file.content_type.starts_with("image/") && seen.insert(&file.address)).collect()
    }
}

/// An address without query and fragment.
fn path_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or("")
}

/// How wide a text is, in letters: what takes the room of two, as Chinese does, counts twice.
pub fn width(text: &str) -> usize {
    let is_wide = |sign: char| {
        matches!(u32::from(sign), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f
            | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd)
    };
    text.graphemes(true).map(|sign| if sign.chars().next().is_some_and(is_wide) { 2 } else { 1 }).sum()
}

/// A text of the draft between quotation marks, cut where it is long.
pub fn named(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("“{}{more}”", short.trim_end())
}

/// A link, by its words.
pub fn called(link: &WrittenLink) -> String {
    if link.text.is_empty() { "A link".to_owned() } else { named(&link.text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_what_is_seen() {
        assert_eq!(["abc", "e\u{301}a", "漢字", "👩‍🚀", "Ελλ", ""].map(width), [3, 2, 4, 2, 3, 0]);
    }

    #[test]
    fn names_are_short() {
        assert_eq!(named("a"), "“a”");
        assert_eq!(named(&"é".repeat(61)), format!("“{}…”", "é".repeat(60)));
    }
}
