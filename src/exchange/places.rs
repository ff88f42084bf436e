//! Places on a page that links point to: generators make a heading's id each in their own way, so what was `#don-t-panic` there may
//! be `#dont-panic` here.

use super::{sheet::Sheet, source::Source};
use crate::markup::{self, percent_decoded};
use chrono_tz::Tz;
use std::{cell::RefCell, collections::HashMap, rc::Rc};

/// The ids of pages, found out when a link asks for one.
pub struct Places<'a> {
    /// Where the files are.
    pub source: &'a Source,
    /// By file.
    pub known: RefCell<HashMap<String, Rc<Page>>>,
}

/// What a page has to point at.
#[derive(Debug, Default)]
pub struct Page {
    ids: Vec<String>,
    /// Headings as some generators spell them, with words for emoji, and their ids.
    spelt: Vec<(String, String)>,
}

impl Places<'_> {
    /// The id on the page made from `file` that is meant by `fragment`, if it is called differently there.
    pub fn meant(&self, file: &str, fragment: &str) -> Option<String> {
        let page = self.of(file);
        let wanted = percent_decoded(fragment);
        let letters = bare(&wanted);
        if letters.is_empty() || page.ids.contains(&wanted) {
            return None;
        }
        let only = |mut alike: Vec<&String>| alike.pop().filter(|_| alike.is_empty()).cloned();
        only(page.ids.iter().filter(|id| bare(id) == letters).collect())
            .or_else(|| only(page.spelt.iter().filter(|(spelt, _)| *spelt == letters).map(|(_, id)| id).collect()))
    }

    fn of(&self, file: &str) -> Rc<Page> {
        if let Some(known) = self.known.borrow().get(file) {
            return known.clone();
        }
        let page = Sheet::open(self.source, file, Tz::UTC).map(|sheet| Page::of(&sheet.body)).unwrap_or_default();
        let page = Rc::new(page);
        self.known.borrow_mut().insert(file.to_owned(), page.clone());
        page
    }
}

impl Page {
    fn of(markdown: &str) -> Page {
        let rendered = markup::render(markdown);
        let spelt = rendered.headings.into_iter().map(|heading| (bare(&deunicode::deunicode(&heading.text)), heading.id)).collect();
        Page { ids: ids(rendered.html.as_str()), spelt }
    }
}

/// The ids in sanitised HTML.
fn ids(html: &str) -> Vec<String> {
    html.split(" id=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

/// Letters and digits only, small.
fn bare(id: &str) -> String {
    id.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_compared_by_letters_and_digits() {
        assert_eq!(bare("Relink-don-t_rebuild"), bare("relink-dont-rebuild"));
        assert_eq!(ids(r#"<h2 id="a-b"><a href="x"></a></h2><p id="c">"#), ["a-b", "c"]);
    }
}
