//! In which order results stand: what InnoDB counts, then what it does not know: titles, whole words, how old a post is.

use super::{
    bag::Bag,
    document,
    finding::Hit,
    known::Facts,
    planning::{Alternative, Group},
};
use crate::{
    content::model::entry::Kind,
    search::{query::Query, words::spoken},
};
use chrono::NaiveDateTime;
use std::cmp::Reverse;

/// What a title adds that holds every word.
const TITLE: f64 = 1.0;
/// What it adds that the title is what was typed, or holds it in that order.
const WHOLE_TITLE: f64 = 1.5;
const IN_ORDER: f64 = 0.4;
/// What it adds that a post is new: half of it after two years.
const NEW: f64 = 0.25;
const HALF_LIFE_DAYS: f64 = 730.0;

/// Puts results in order, the best first; of equals the newest.
pub fn sort(hits: &mut [Hit], query: &Query, groups: &[Group], now: NaiveDateTime) {
    let words: Vec<&Group> = groups.iter().filter(|group| !group.is_key).collect();
    let best = hits.iter().map(|hit| hit.score).fold(f64::MIN_POSITIVE, f64::max);
    let typed = query.folded();
    let typed: Vec<&str> = typed.split(' ').collect();
    for hit in hits.iter_mut() {
        let title: Vec<&str> = hit.head.split(' ').collect();
        let nearest = |group: &&Group| group.any.iter().filter(|one| stands_in(&title, one)).map(|one| one.quality).fold(0.0, f64::max);
        let shared = words.iter().map(nearest).sum::<f64>() / words.len().max(1) as f64;
        hit.score = hit.score / best + of_title(shared, words.len(), title.len(), Order::of(&title, &typed)) + of_age(hit, now);
    }
    hits.sort_by(|one, other| {
        other
            .score
            .total_cmp(&one.score)
            .then_with(|| (Reverse(one.published_at), Reverse(one.id)).cmp(&(Reverse(other.published_at), Reverse(other.id))))
    });
}

/// How what was typed stands in a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// It is the title.
    Whole,
    /// Its words follow each other there.
    Within,
    /// Otherwise, if at all.
    None,
}

impl Order {
    /// Both are words in their order, or numbers that stand for words.
    pub fn of<T: PartialEq>(title: &[T], typed: &[T]) -> Order {
        match title == typed {
            true => Order::Whole,
            false if !typed.is_empty() && title.windows(typed.len()).any(|some| some == typed) => Order::Within,
            false => Order::None,
        }
    }
}

/// What a title of so many words adds that has this share of the words looked for, each as good as it fits.
pub fn of_title(shared: f64, words: usize, length: usize, order: Order) -> f64 {
    if words == 0 {
        return 0.0;
    }
    // Of two titles with all words, the shorter is about less else.
    let filled = shared * words as f64 / length.max(words) as f64;
    let order = match order {
        Order::Whole => WHOLE_TITLE,
        Order::Within => IN_ORDER,
        Order::None => 0.0,
    };
    TITLE * shared * shared + 0.2 * filled + order
}

fn stands_in(title: &[&str], one: &Alternative) -> bool {
    match one.stored.strip_suffix('*') {
        Some(start) => title.iter().any(|word| word.starts_with(start)),
        None => title.contains(&spoken(&one.stored)),
    }
}

/// What a post adds that is new. Pages have no age.
pub fn of_age(facts: &Facts, now: NaiveDateTime) -> f64 {
    if facts.kind == Kind::Page {
        return NEW / 2.0;
    }
    let days = (now - facts.published_at).num_days().max(0) as f64;
    NEW * 0.5_f64.powf(days / HALF_LIFE_DAYS)
}

/// What InnoDB would count for a document: how often each word stands in it, times the square of how rare it is.
pub fn counted(bag: &Bag, groups: &[Group], total: i64) -> f64 {
    let of = |one: &Alternative| bag.times(&one.stored) as f64 * rareness(one.documents, total);
    words(groups).flat_map(|group| &group.any).map(of).sum()
}

/// The same at least for a document with each word in its title, whichever form it has there.
pub fn counted_in_title(groups: &[Group], total: i64) -> f64 {
    let of = |group: &Group| group.any.iter().map(|one| rareness(one.documents, total)).fold(f64::INFINITY, f64::min);
    f64::from(document::TITLE) * words(groups).map(of).filter(|rare| rare.is_finite()).sum::<f64>()
}

fn words(groups: &[Group]) -> impl Iterator<Item = &Group> {
    groups.iter().filter(|group| !group.is_key)
}

/// What one occurrence counts of a word that stands in so many of `total` documents.
pub fn rareness(documents: i64, total: i64) -> f64 {
    let rare = (total.max(1) as f64 / documents.max(1) as f64).log10().max(0.01);
    rare * rare
}

#[cfg(test)]
mod tests {
    use super::{super::known::Indexed, *};
    use chrono::TimeDelta;
    use std::sync::Arc;

    fn hit(id: i64, head: &str, score: f64, days: i64) -> Hit {
        let published_at = now() - TimeDelta::days(days);
        let facts = Facts::new(id.into(), Kind::Post, 1.into(), published_at, "");
        Hit { of: Arc::new(Indexed { facts, head: head.to_owned(), bag: Bag::default() }), score }
    }

    fn now() -> NaiveDateTime {
        "2026-12-01T10:00:00".parse().unwrap_or_default()
    }

    fn group(word: &str) -> Group {
        Group { any: vec![Alternative { stored: word.to_owned(), documents: 1, quality: 1.0 }], documents: 1, titles: 1, is_key: false }
    }

    fn order(mut hits: Vec<Hit>, typed: &str) -> Vec<i64> {
        let groups: Vec<Group> = typed.split(' ').map(group).collect();
        sort(&mut hits, &Query::parse(typed), &groups, now());
        hits.iter().map(|hit| hit.id.number()).collect()
    }

    #[test]
    fn titles_come_first_and_of_equals_the_newest() {
        let hits = vec![hit(1, "other things", 1.0, 1), hit(2, "a pool at night", 0.3, 4000), hit(3, "pool", 0.2, 4000)];
        assert_eq!(order(hits, "pool"), [3, 2, 1]);
        assert_eq!(order(vec![hit(1, "x", 1.0, 3000), hit(2, "x", 1.0, 30), hit(3, "x", 1.0, 30)], "pool"), [3, 2, 1]);
    }

    #[test]
    fn words_in_their_order_count_more() {
        let hits = vec![hit(1, "time out of connection", 0.5, 9), hit(2, "connection time out", 0.5, 9), hit(3, "connection", 0.5, 9)];
        assert_eq!(order(hits, "connection time"), [2, 1, 3]);
    }

    #[test]
    fn a_rare_word_counts_more_than_a_common_one() {
        let mut common = group("the");
        common.any[0].documents = 90;
        let bag = Bag::of("the the the zebra");
        assert!(counted(&bag, &[group("zebra")], 100) > counted(&bag, &[common], 100));
        let titled = Bag::of(&["zebra"; 8].join(" "));
        assert_eq!(counted(&titled, &[group("zebra")], 100), counted_in_title(&[group("zebra")], 100));
    }
}
