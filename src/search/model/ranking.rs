//! In which order results stand: what InnoDB counts, then what it does not know: titles, whole words, how old a post is.

use super::{
    bag::Bag,
    finding::Hit,
    planning::{Alternative, Group},
};
use crate::{content::model::entry::Kind, search::query::Query};
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
    for hit in hits.iter_mut() {
        hit.score = hit.score / best + of_title(&hit.head, &words, &typed) + of_age(hit, now);
    }
    hits.sort_by(|one, other| {
        other
            .score
            .total_cmp(&one.score)
            .then_with(|| (Reverse(one.published_at), Reverse(one.id)).cmp(&(Reverse(other.published_at), Reverse(other.id))))
    });
}

fn of_title(head: &str, words: &[&Group], typed: &str) -> f64 {
    if words.is_empty() {
        return 0.0;
    }
    let title: Vec<&str> = head.split(' ').collect();
    let nearest = |group: &&Group| group.any.iter().filter(|one| stands_in(&title, one)).map(|one| one.quality).fold(0.0, f64::max);
    let shared: f64 = words.iter().map(nearest).sum::<f64>() / words.len() as f64;
    // Of two titles with all words, the shorter is about less else.
    let filled = shared * words.len() as f64 / title.len().max(words.len()) as f64;
    let order = match (head == typed, format!(" {head} ").contains(&format!(" {typed} "))) {
        (true, _) => WHOLE_TITLE,
        (false, true) => IN_ORDER,
        (false, false) => 0.0,
    };
    TITLE * shared * shared + 0.2 * filled + order
}

fn stands_in(title: &[&str], one: &Alternative) -> bool {
    match one.stored.strip_suffix('*') {
        Some(start) => title.iter().any(|word| word.starts_with(start)),
        None => title.contains(&one.stored.trim_end_matches('_')),
    }
}

/// Pages have no age.
fn of_age(hit: &Hit, now: NaiveDateTime) -> f64 {
    if hit.kind == Kind::Page {
        return NEW / 2.0;
    }
    let days = (now - hit.published_at).num_days().max(0) as f64;
    NEW * 0.5_f64.powf(days / HALF_LIFE_DAYS)
}

/// What InnoDB would count for a document: how often each word stands in it, times the square of how rare it is.
pub fn counted(bag: &Bag, groups: &[Group], total: i64) -> f64 {
    let total = total.max(1) as f64;
    let of = |one: &Alternative| {
        let rare = (total / one.documents.max(1) as f64).log10().max(0.01);
        bag.times(&one.stored) as f64 * rare * rare
    };
    groups.iter().filter(|group| !group.is_key).flat_map(|group| &group.any).map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn hit(id: i64, head: &str, score: f64, days: i64) -> Hit {
        let published_at = now() - TimeDelta::days(days);
        Hit { score, ..Hit::new(id.into(), (Kind::Post, 1.into(), published_at), "", head.to_owned(), Bag::default()) }
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
    }
}
