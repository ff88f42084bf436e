//! Whether links within the page find their section.

use super::super::{Check, Fault, Passage, Subject, subject::called};
use crate::markup;
use std::collections::HashSet;

/// Below this similarity, from 0 to 1, a section is not what was meant.
const SIMILAR: f64 = 0.6;
/// Findings for which the nearest section is looked for; more are not told one by one.
const COMPARED: usize = 10;
/// What browsers and the layout answer by themselves.
const ALWAYS: &[&str] = &["", "top", "main"];

/// Every link to a section of this page finds it.
pub struct BrokenFragments;

impl Check for BrokenFragments {
    fn key(&self) -> &'static str {
        "broken_fragments"
    }

    fn name(&self) -> &'static str {
        "Links to missing sections"
    }

    fn explanation(&self) -> &'static str {
        "A link to a section of the same page, such as #how-it-works, that the page does not have."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let within = |address: &str| {
            let (path, fragment) = address.split_once('#')?;
            let here = path.is_empty() || path == subject.path;
            here.then(|| markup::percent_decoded(fragment))
        };
        let wanted: Vec<_> = subject.survey.links.iter().filter_map(|link| Some((link, within(&link.address)?))).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let ids = markup::ids(&subject.rendered.html);
        let missing = wanted.into_iter().filter(|(_, fragment)| !is_there(fragment, &ids));
        missing
            .enumerate()
            .map(|(place, (link, fragment))| {
                let short: String = fragment.chars().take(80).collect();
                let what = format!("{} leads to #{short}, and no section is called that", called(link));
                let near = if place < COMPARED { nearest(&fragment, &ids) } else { None };
                let mend = near.map_or_else(
                    || "Write the heading's words in small letters, with hyphens: #how-it-works.".to_owned(),
                    |near| format!("Perhaps #{near} is meant."),
                );
                Fault::at(Passage::Body(link.place.clone()), what, mend)
            })
            .collect()
    }
}

/// The renderer puts `user-` before names that the layout needs, and follows with the links.
fn is_there(fragment: &str, ids: &HashSet<String>) -> bool {
    ALWAYS.contains(&fragment) || ids.contains(fragment) || ids.contains(&format!("user-{fragment}"))
}

fn nearest<'a>(fragment: &str, ids: &'a HashSet<String>) -> Option<&'a str> {
    let likeness = |id: &str| strsim::normalized_damerau_levenshtein(id, fragment);
    let short = ids.iter().filter(|id| id.len() <= 100 && fragment.len() <= 100).take(200);
    let best = short.map(|id| (likeness(id), id.as_str())).filter(|(like, _)| *like >= SIMILAR);
    best.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(one.1))).map(|(_, id)| id)
}
