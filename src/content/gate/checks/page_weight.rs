//! What a reader has to fetch.

use super::super::{Check, Fault, Passage, Subject};
use crate::site::page::weight;

/// Bytes of text and pictures above which a page is heavy: ten seconds on a slow phone.
const HEAVIEST: i64 = 2_000_000;

/// The page is light.
pub struct PageWeight;

impl Check for PageWeight {
    fn key(&self) -> &'static str {
        "page_weight"
    }

    fn name(&self) -> &'static str {
        "Weight of the page"
    }

    fn explanation(&self) -> &'static str {
        "Text and pictures together should stay below 2 MB, which take about ten seconds on a slow phone."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let text = subject.rendered.html.as_str().len() as i64;
        let pictures = subject.kept_pictures();
        let shown: i64 = pictures.iter().filter_map(|(file, _)| file.loaded()).sum();
        if text + shown <= HEAVIEST {
            return Vec::new();
        }
        let count = match pictures.len() {
            0 => "no pictures".to_owned(),
            1 => format!("a picture of {}", weight(shown)),
            more => format!("{more} pictures of {}", weight(shown)),
        };
        let mend = format!("It is {} of text and {count}. Make pictures smaller, or split the page.", weight(text));
        vec![Fault::at(Passage::Whole, format!("The page has {}", weight(text + shown)), mend)]
    }
}
