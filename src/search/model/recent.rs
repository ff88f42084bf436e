//! The newest documents by their words: which of them hold what is looked for, and how often.
//!
//! Of what stands in most documents the newest hold enough; a search looks through a thousand of them ([`super::planning`]). So these
//! are turned round once, and each search only reads the lists of its words.

use super::{
    finding::Hit,
    known::Indexed,
    planning::{Alternative, Group},
    ranking,
};
use foldhash::{HashMap, HashMapExt};
use std::sync::Arc;

/// The place of a document, and how often it holds a word.
type Place = (u16, u8);

/// Some documents, the newest first.
#[derive(Default)]
pub struct Recent {
    documents: Vec<Arc<Indexed>>,
    /// Where each word stands, in order.
    words: HashMap<Box<str>, Vec<Place>>,
}

impl Recent {
    /// Turns them round; of more than 65,536 the first.
    pub fn of(documents: Vec<Arc<Indexed>>) -> Recent {
        let mut words: HashMap<Box<str>, Vec<Place>> = HashMap::new();
        for (place, document) in (0..=u16::MAX).zip(&documents) {
            for (word, times) in document.bag.counted() {
                let place = (place, u8::try_from(times).unwrap_or(u8::MAX));
                match words.get_mut(word) {
                    Some(places) => places.push(place),
                    None => drop(words.insert(word.into(), vec![place])),
                }
            }
        }
        Recent { documents, words }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Whether it was made of these documents.
    pub fn is_of(&self, documents: &[Arc<Indexed>]) -> bool {
        self.documents == documents
    }

    /// Those that hold one of each group and none of the unwanted, with what InnoDB would count for them among `total` documents.
    pub fn with(&self, groups: &[Group], unwanted: &[String], total: i64) -> Vec<Hit> {
        let mut held = vec![0_u16; self.documents.len()];
        let mut scores = vec![0.0; self.documents.len()];
        for (number, group) in (0..).zip(groups) {
            for one in &group.any {
                let weight = if group.is_key { 0.0 } else { ranking::rareness(one.documents, total) };
                for (place, times) in self.places(one) {
                    let place = usize::from(place);
                    // Whoever lacks one of the groups before is out.
                    if held[place] >= number {
                        held[place] = number + 1;
                        scores[place] += f64::from(times) * weight;
                    }
                }
            }
        }
        for (place, _) in unwanted.iter().filter_map(|word| self.words.get(word.as_str())).flatten() {
            held[usize::from(*place)] = 0;
        }
        let found = self.documents.iter().zip(scores).zip(held).filter(|(_, held)| usize::from(*held) == groups.len() && *held > 0);
        found.map(|((document, score), _)| Hit { of: document.clone(), score }).collect()
    }

    fn places(&self, one: &Alternative) -> impl Iterator<Item = Place> {
        let start = one.stored.strip_suffix('*');
        let whole = if start.is_none() { self.words.get(one.stored.as_str()) } else { None };
        let longer = start.into_iter().flat_map(|start| self.words.iter().filter(move |(word, _)| word.starts_with(start)));
        whole.into_iter().chain(longer.map(|(_, places)| places)).flatten().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::bag::Bag, *};
    use crate::{content::model::entry::Kind, search::model::known::Facts};
    use chrono::NaiveDateTime;

    fn document(id: i64, terms: &str) -> Arc<Indexed> {
        let facts = Facts::new(id.into(), Kind::Post, 1.into(), NaiveDateTime::default(), "");
        Arc::new(Indexed { facts, head: String::new(), bag: Bag::of(terms) })
    }

    fn group(words: &[&str]) -> Group {
        let one = |word: &&str| Alternative { stored: (*word).to_owned(), documents: 10, quality: 1.0 };
        Group { any: words.iter().map(one).collect(), documents: 10, titles: 0, is_key: words[0].starts_with('_') }
    }

    fn found(recent: &Recent, groups: &[&[&str]], unwanted: &[&str]) -> Vec<(i64, f64)> {
        let groups: Vec<Group> = groups.iter().map(|words| group(words)).collect();
        let unwanted: Vec<String> = unwanted.iter().map(|word| (*word).to_owned()).collect();
        recent.with(&groups, &unwanted, 100).into_iter().map(|hit| (hit.id.number(), hit.score)).collect()
    }

    #[test]
    fn documents_are_found_that_hold_one_of_each() {
        let documents =
            vec![document(3, "_kpost pool pool queue"), document(2, "_kpage pool pools"), document(1, "_kpost queue queue queue")];
        let recent = Recent::of(documents.clone());
        assert_eq!(found(&recent, &[&["pool"]], &[]), [(3, 2.0), (2, 1.0)]);
        assert_eq!(found(&recent, &[&["pool", "pools"], &["_kpage"]], &[]), [(2, 2.0)]);
        assert_eq!(found(&recent, &[&["poo*"], &["queue"]], &[]), [(3, 3.0)]);
        assert_eq!(found(&recent, &[&["queue"]], &["pool"]), [(1, 3.0)]);
        assert_eq!(found(&recent, &[&["nowhere"], &["queue"]], &[]), []);
        assert_eq!(found(&recent, &[&["queue"], &["nowhere"]], &[]), []);
        assert_eq!(found(&recent, &[], &[]), []);
        assert!(recent.is_of(&documents) && !recent.is_of(&documents[1..]) && recent.len() == 3);
    }

    #[test]
    fn a_document_that_lacks_an_earlier_word_gains_nothing_by_a_later_one() {
        let recent = Recent::of(vec![document(1, "one three"), document(2, "one three two")]);
        assert_eq!(found(&recent, &[&["one"], &["two"], &["three"]], &[]), [(2, 3.0)]);
    }
}
