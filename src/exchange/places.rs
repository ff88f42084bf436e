//! Places on a page that links point to: generators make a heading's id each in their own way, so what was `#don-t-panic` there may
//! be `#dont-panic` here.

use super::{links::decode, sheet::Sheet, source::Source};
use crate::markup;
use chrono_tz::Tz;
use std::{cell::RefCell, collections::HashMap, rc::Rc};

/// The ids of pages, found out when a link asks for one.
pub struct Places<'a> {
    /// Where the files are.
    pub source: &'a Source,
    /// Ids by file.
    pub known: RefCell<HashMap<String, Rc<Vec<String>>>>,
}

impl Places<'_> {
    /// The id on the page made from `file` that is meant by `fragment`, if it is called differently there.
    pub fn meant(&self, file: &str, fragment: &str) -> Option<String> {
        let ids = self.of(file);
        let wanted = decode(fragment);
        if wanted.is_empty() || ids.contains(&wanted) {
            return None;
        }
        let letters = bare(&wanted);
        let mut alike = ids.iter().filter(|id| !letters.is_empty() && bare(id) == letters);
        alike.next().filter(|_| alike.next().is_none()).cloned()
    }

    fn of(&self, file: &str) -> Rc<Vec<String>> {
        if let Some(known) = self.known.borrow().get(file) {
            return known.clone();
        }
        let html = Sheet::open(self.source, file, Tz::UTC).map(|sheet| markup::render(&sheet.body).html).unwrap_or_default();
        let found = Rc::new(ids(html.as_str()));
        self.known.borrow_mut().insert(file.to_owned(), found.clone());
        found
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
