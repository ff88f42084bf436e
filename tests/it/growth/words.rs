//! The word filter of the list of entries finds what a plain query finds, however far it has to look.

use crate::support::site::{Site, begin};
use diesel::prelude::*;
use indicatif::ProgressBar;
use mainstay::{
    clock::Clock,
    content::model::{
        entry::{EntryId, EntryState},
        search::{self, Filter},
    },
    exchange::generate::{Options, generate},
    schema::entries,
    web::page_cache::PageCache,
};
use std::collections::{BTreeMap, BTreeSet};

/// Titles of the list of entries in the admin, the last changed first.
fn titles_in_order(site: &Site, like: &str, limit: usize) -> Vec<(EntryId, String)> {
    let listed = entries::table.filter(entries::state.ne(EntryState::Trashed)).filter(entries::title.like(format!("%{like}%")));
    let listed = listed.order((entries::changed_at.desc(), entries::id.desc())).limit(limit as i64);
    listed.select((entries::id, entries::title)).load(&mut site.database.conn()).unwrap()
}

#[actix_web::test]
async fn words_that_too_few_of_the_next_titles_have_are_found_in_order_further_on() {
    let site = Site::start().await;
    let options = Options { entries: 6000, seed: 5, words: 20, force: false, folder: None };
    generate(&site.state.db, &options, begin(), &ProgressBar::hidden()).unwrap();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, title) in titles_in_order(&site, "", 1900) {
        let words: BTreeSet<String> = title.split(' ').filter(|word| word.len() > 4).map(str::to_lowercase).collect();
        words.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
    }
    let some: Vec<&String> = counts.iter().filter(|(_, count)| (25..90).contains(*count)).map(|(word, _)| word).collect();
    assert!(some.len() > 20, "{counts:?}");
    let mut further = 0;
    let pages = PageCache::new(1, Clock::default());
    // What is remembered of the way, for a minute, is not made anew when entries move: it changes nothing that is found.
    const MOVED: &str = "UPDATE entries SET changed_at = changed_at + INTERVAL 1 YEAR WHERE id % 7 = 0";
    for moves in ["", MOVED] {
        if !moves.is_empty() {
            site.change_entries(moves);
        }
        for word in &some {
            let expected: Vec<EntryId> = titles_in_order(&site, word, 101).into_iter().map(|(id, _)| id).collect();
            let filter = Filter { words: (*word).clone(), ..Filter::default() };
            for pages in [None, Some(&pages)] {
                assert_eq!(search::ids(&mut site.database.conn(), pages, &filter, 101).unwrap(), expected, "{word}");
            }
            further += usize::from(expected.len() == 101);
        }
    }
    assert!(further > 40);
}
