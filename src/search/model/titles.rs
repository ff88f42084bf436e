//! The titles of live entries by their words: which hold every word that is looked for, the best first.
//!
//! Whoever knows an entry types its title, and it may be years old where its words stand in half of all documents. InnoDB would read
//! the document of each title with such words; here only their numbers are compared. A title takes about 150 bytes.

use super::{
    bag::Bag,
    finding::Hit,
    known::{Facts, Indexed},
    planning::Group,
    ranking::{self, Order},
};
use crate::{
    content::model::entry::EntryId,
    search::{query::Query, words},
};
use chrono::NaiveDateTime;
use foldhash::HashMap;
use std::sync::Arc;

/// Titles that are kept: those of the entries made last.
pub const MOST: usize = 200_000;

/// Titles, each at a place of its own.
#[derive(Default)]
pub struct Titles {
    titles: Vec<Option<Title>>,
    places: HashMap<EntryId, u32>,
    numbers: HashMap<Arc<str>, u32>,
    words: Vec<Arc<str>>,
    /// Where each word stands, by its number; in order.
    standing: Vec<Vec<u32>>,
}

/// An entry, and its title as numbers of words.
struct Title {
    facts: Facts,
    head: Box<[u32]>,
}

/// One of the words looked for, as a number.
struct Form {
    number: u32,
    quality: f64,
}

impl Titles {
    /// How many places there are, those of titles that are gone among them.
    pub fn places(&self) -> usize {
        self.titles.len()
    }

    /// Whether most of the places are those of titles that are gone.
    pub fn is_wasteful(&self) -> bool {
        self.titles.len() > 2 * self.places.len() + 1000
    }

    /// Puts a title in, its words folded with blanks between, in the place of what was known of the entry.
    pub fn put(&mut self, facts: Facts, head: &str) {
        self.remove(facts.id);
        let place = self.titles.len() as u32;
        let head: Box<[u32]> = head.split(' ').map(|word| self.number(word)).collect();
        for number in &head {
            let places = &mut self.standing[*number as usize];
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
        self.places.insert(facts.id, place);
        self.titles.push(Some(Title { facts, head }));
    }

    /// Takes an entry out.
    pub fn remove(&mut self, id: EntryId) {
        let Some(place) = self.places.remove(&id) else { return };
        let Some(title) = self.titles[place as usize].take() else { return };
        for number in &title.head {
            let places = &mut self.standing[*number as usize];
            if let Ok(at) = places.binary_search(&place) {
                places.remove(at);
            }
        }
    }

    fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let (number, word): (u32, Arc<str>) = (self.standing.len() as u32, word.into());
        self.words.push(word.clone());
        self.numbers.insert(word, number);
        self.standing.push(Vec::new());
        number
    }

    /// The `most` best of the titles that hold one of each group and pass.
    pub fn with(&self, query: &Query, groups: &[Group], passes: impl Fn(&Facts) -> bool, most: usize, now: NaiveDateTime) -> Vec<Hit> {
        let forms: Vec<Vec<Form>> = groups.iter().filter(|group| !group.is_key).map(|group| self.forms(group)).collect();
        let folded = query.folded();
        let typed: Option<Vec<u32>> = folded.split(' ').map(|word| self.numbers.get(word).copied()).collect();
        let mut best: Vec<(f64, &Title)> = Vec::new();
        for place in self.holding(&forms) {
            let Some(title) = &self.titles[place] else { continue };
            if !passes(&title.facts) {
                continue;
            }
            let nearest = |forms: &Vec<Form>| {
                let there = forms.iter().filter(|form| title.head.contains(&form.number));
                there.map(|form| form.quality).fold(0.0, f64::max)
            };
            let shared = forms.iter().map(nearest).sum::<f64>() / forms.len() as f64;
            let order = typed.as_ref().map_or(Order::None, |typed| Order::of(&title.head, typed));
            let value = ranking::of_title(shared, forms.len(), title.head.len(), order) + ranking::of_age(&title.facts, now);
            best.push((value, title));
        }
        if best.len() > most {
            best.select_nth_unstable_by(most, |(one, _), (other, _)| other.total_cmp(one));
            best.truncate(most);
        }
        best.into_iter().map(|(_, title)| Hit { of: Arc::new(self.document(title)), score: 0.0 }).collect()
    }

    /// What is known of an entry here: not the words of its text.
    fn document(&self, title: &Title) -> Indexed {
        let words: Vec<&str> = title.head.iter().map(|number| &*self.words[*number as usize]).collect();
        Indexed { facts: title.facts.clone(), head: words.join(" "), bag: Bag::default() }
    }

    /// The words of the site that are meant; a beginning is all that begin like it.
    fn forms(&self, group: &Group) -> Vec<Form> {
        let mut forms = Vec::new();
        for one in &group.any {
            let quality = one.quality;
            match one.stored.strip_suffix('*') {
                Some(start) => {
                    let longer = self.numbers.iter().filter(|(word, _)| word.starts_with(start));
                    forms.extend(longer.map(|(_, number)| Form { number: *number, quality }));
                }
                None => forms.extend(self.numbers.get(words::spoken(&one.stored)).map(|number| Form { number: *number, quality })),
            }
        }
        forms
    }

    /// Places where one of each stands.
    fn holding(&self, forms: &[Vec<Form>]) -> Vec<usize> {
        let length = self.titles.len().div_ceil(64);
        let mut all = vec![if forms.is_empty() { 0 } else { u64::MAX }; length];
        let mut one = vec![0_u64; length];
        for group in forms {
            one.fill(0);
            let places = group.iter().flat_map(|form| &self.standing[form.number as usize]);
            places.for_each(|place| one[*place as usize / 64] |= 1 << (place % 64));
            all.iter_mut().zip(&one).for_each(|(all, one)| *all &= one);
        }
        let of_bits = |(at, bits): (usize, u64)| (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| at * 64 + bit);
        all.into_iter().enumerate().filter(|(_, bits)| *bits != 0).flat_map(of_bits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::planning::Alternative, *};
    use crate::content::model::entry::Kind;

    fn put(titles: &mut Titles, id: i64, head: &str) {
        let published_at = NaiveDateTime::default() + chrono::TimeDelta::days(id);
        titles.put(Facts::new(id.into(), Kind::Post, 1.into(), published_at, "4 5"), head);
    }

    fn found(titles: &Titles, typed: &str, groups: &[&[(&str, f64)]], most: usize) -> Vec<i64> {
        let one = |(word, quality): &(&str, f64)| Alternative { stored: (*word).to_owned(), documents: 1, quality: *quality };
        let group = |words: &&[(&str, f64)]| Group { any: words.iter().map(one).collect(), documents: 1, titles: 1, is_key: false };
        let groups: Vec<Group> = groups.iter().map(group).collect();
        let found = titles.with(&Query::parse(typed), &groups, |_| true, most, NaiveDateTime::default());
        let mut found: Vec<i64> = found.into_iter().map(|hit| hit.id.number()).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn titles_are_found_by_all_of_their_words() {
        let mut titles = Titles::default();
        for (id, head) in [(1, "a slow queue"), (2, "queues of the night"), (3, "the slow night"), (4, "go slow")] {
            put(&mut titles, id, head);
        }
        assert_eq!(found(&titles, "slow", &[&[("slow", 1.0)]], 9), [1, 3, 4]);
        assert_eq!(found(&titles, "slow night", &[&[("slow", 1.0)], &[("night", 1.0)]], 9), [3]);
        assert_eq!(found(&titles, "queue", &[&[("queue", 1.0), ("queues", 0.9)]], 9), [1, 2]);
        assert_eq!(found(&titles, "nig", &[&[("nig", 1.0), ("nig*", 0.6)]], 9), [2, 3]);
        assert_eq!(found(&titles, "go", &[&[("go__", 1.0)]], 9), [4], "the index writes short words longer");
        assert_eq!(found(&titles, "zebra slow", &[&[("zebra", 1.0)], &[("slow", 1.0)]], 9), [] as [i64; 0]);
        assert_eq!(found(&titles, "", &[], 9), [] as [i64; 0]);
    }

    #[test]
    fn the_best_are_kept_however_old() {
        let mut titles = Titles::default();
        for id in 2..200 {
            put(&mut titles, id, "the night of a slow queue");
        }
        put(&mut titles, 1, "slow queue");
        assert_eq!(found(&titles, "slow queue", &[&[("slow", 1.0)], &[("queue", 1.0)]], 1), [1]);
    }

    #[test]
    fn what_has_another_title_is_found_by_that_and_what_is_gone_by_none() {
        let mut titles = Titles::default();
        (1..=100).for_each(|id| put(&mut titles, id, "slow queue"));
        put(&mut titles, 7, "quick queue queue");
        titles.remove(8.into());
        titles.remove(800.into());
        assert_eq!(found(&titles, "quick", &[&[("quick", 1.0)]], 9), [7]);
        assert_eq!(found(&titles, "slow", &[&[("slow", 1.0)]], 200).len(), 98);
        assert_eq!((found(&titles, "queue", &[&[("queue", 1.0)]], 200).len(), titles.places()), (99, 101));
    }
}
