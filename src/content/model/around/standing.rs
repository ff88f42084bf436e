//! Where a post stands in its series: its number, and the parts nearest to it. The rest of a long one is on the page of the series.

use crate::content::model::{entry::EntryId, series::Parts};

/// How many parts of a series are shown.
const NEAREST: usize = 9;

/// Where a post stands in its series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its number among the live parts, from 1.
    pub number: usize,
    /// How many live parts there are.
    pub total: usize,
    /// The parts nearest to it in their order.
    pub near: Vec<NearPart>,
}

/// A part of a series, as the others name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearPart {
    /// Its number among the live parts.
    pub number: usize,
    /// Its key.
    pub id: EntryId,
    /// Address and title; `None`: it is the post itself.
    pub named: Option<(String, String)>,
}

impl Standing {
    /// Address and title of the part before it.
    pub fn before(&self) -> Option<&(String, String)> {
        self.at(self.number.checked_sub(1)?)
    }

    /// Address and title of the part after it.
    pub fn after(&self) -> Option<&(String, String)> {
        self.at(self.number + 1)
    }

    fn at(&self, number: usize) -> Option<&(String, String)> {
        self.near.iter().find(|part| part.number == number)?.named.as_ref()
    }

    /// Whether more parts are there than those nearest to it.
    pub fn has_more(&self) -> bool {
        self.near.len() < self.total
    }
}

/// The parts around a post, each with its number, as many as are shown; none where it is not among them.
pub(super) fn nearest(parts: &Parts, own: EntryId) -> Vec<(usize, EntryId)> {
    let Some(place) = parts.place(own) else { return Vec::new() };
    let total = parts.0.len();
    let first = place.saturating_sub(NEAREST / 2).min(total.saturating_sub(NEAREST));
    let near = parts.0.iter().enumerate().skip(first).take(NEAREST);
    near.map(|(place, (_, id))| (place + 1, *id)).collect()
}

/// Where a post stands; a part that went meanwhile is left out.
pub(super) fn standing(
    own: EntryId,
    near: &[(usize, EntryId)],
    total: usize,
    named: impl Fn(EntryId) -> Option<(String, String)>,
) -> Option<Standing> {
    let (number, _) = *near.iter().find(|(_, id)| *id == own)?;
    let part = |(number, id): &(usize, EntryId)| {
        let named = if *id == own { None } else { Some(named(*id)?) };
        Some(NearPart { number: *number, id: *id, named })
    };
    Some(Standing { number, total, near: near.iter().filter_map(part).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(count: i64) -> Parts {
        Parts((1..=count).map(|number| (number as i32, number.into())).collect())
    }

    fn numbers(count: i64, own: i64) -> Vec<usize> {
        nearest(&parts(count), own.into()).into_iter().map(|(number, _)| number).collect()
    }

    #[test]
    fn the_nearest_parts_are_as_many_as_there_are_up_to_nine() {
        assert_eq!(numbers(3, 2), [1, 2, 3]);
        assert_eq!(numbers(100, 1), (1..=9).collect::<Vec<_>>());
        assert_eq!(numbers(100, 50), (46..=54).collect::<Vec<_>>());
        assert_eq!(numbers(100, 100), (92..=100).collect::<Vec<_>>());
        assert_eq!(numbers(3, 9), [0_usize; 0], "it is not among them");
    }

    #[test]
    fn a_post_stands_between_its_neighbours() {
        let near = nearest(&parts(3), 2.into());
        let standing = standing(2.into(), &near, 3, |id| Some((format!("/posts/{id}"), format!("Part {id}")))).expect("it is one");
        assert_eq!((standing.number, standing.total, standing.has_more()), (2, 3, false));
        let paths = [standing.before(), standing.after()].map(|one| one.map(|(path, _)| path.as_str()));
        assert_eq!(paths, [Some("/posts/1"), Some("/posts/3")]);
    }
}
