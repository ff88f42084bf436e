//! What results can be narrowed to, and how many each choice leaves.

use super::{
    finding::{Hit, Setting, passes, year_of},
    planning::Filters,
};
use crate::{
    content::model::{category::CategoryId, entry::Kind},
    web::person::UserId,
};
use std::collections::HashMap;

/// How many of the results there are in each: kinds, categories, authors and years.
#[derive(Debug, Default)]
pub struct Counts {
    /// Posts and pages.
    pub kinds: Vec<(Kind, i64)>,
    /// Uppermost categories, or the chosen one with those right below it.
    pub topics: Vec<(CategoryId, i64)>,
    /// Authors, those with the most first.
    pub authors: Vec<(UserId, i64)>,
    /// Years, the newest first.
    pub years: Vec<(i32, i64)>,
}

/// Choices that are offered of each.
const CHOICES: usize = 8;

impl Counts {
    /// Counts each with the other filters as they are.
    pub fn of(counted: &[Hit], filters: &Filters, chosen: Option<CategoryId>, setting: &Setting<'_>) -> Counts {
        let zone = setting.zone;
        let with = |filters: Filters| counted.iter().filter(move |hit| passes(hit, &filters, zone));
        let mut kinds = tally(with(Filters { kind: None, ..filters.clone() }).map(|hit| hit.kind));
        kinds.sort_by_key(|(kind, _)| *kind);
        let shown = |id: CategoryId| {
            setting.topics.get(id).is_some_and(|topic| {
                chosen.is_none_or(|chosen| id == chosen || topic.parent_id == Some(chosen))
                    && (chosen.is_some() || topic.parent_id.is_none())
            })
        };
        let mut trails: HashMap<CategoryId, Vec<CategoryId>> = HashMap::new();
        for id in counted.iter().flat_map(|hit| &hit.topics) {
            let trail = || setting.topics.trail(*id).into_iter().map(|topic| topic.id).filter(|id| shown(*id)).collect();
            trails.entry(*id).or_insert_with(trail);
        }
        // What is in two categories of one branch counts once there.
        let of = |hit: &Hit| {
            let mut all: Vec<CategoryId> = hit.topics.iter().filter_map(|id| trails.get(id)).flatten().copied().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let topics = tally(with(Filters { categories: Vec::new(), ..filters.clone() }).flat_map(of));
        let authors = tally(with(Filters { author: None, ..filters.clone() }).map(|hit| hit.author));
        let mut years = tally(with(Filters { year: None, ..filters.clone() }).map(|hit| year_of(hit, zone)));
        years.sort_by_key(|(year, _)| -year);
        let first = |mut list: Vec<(UserId, i64)>| {
            list.truncate(CHOICES);
            list
        };
        Counts {
            kinds,
            topics: topics.into_iter().take(CHOICES).collect(),
            authors: first(authors),
            years: years.into_iter().take(CHOICES).collect(),
        }
    }
}

/// How often each occurs, the most frequent first.
fn tally<T: Copy + Ord + std::hash::Hash>(all: impl Iterator<Item = T>) -> Vec<(T, i64)> {
    let mut counts: HashMap<T, i64> = HashMap::new();
    all.for_each(|one| *counts.entry(one).or_default() += 1);
    let mut counts: Vec<(T, i64)> = counts.into_iter().collect();
    counts.sort_by_key(|(one, count)| (-count, *one));
    counts
}
