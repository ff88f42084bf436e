//! Two texts that began from one, put together (diff3): by lines, and by words where both have changed the same lines.
//!
//! Whatever only one side has changed is taken over. Where both have changed the same words differently, both stand in the text
//! between three marks, for a person to choose.

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};
use std::{
    hash::Hash,
    ops::Range,
    time::{Duration, Instant},
};
use unicode_segmentation::UnicodeSegmentation;

/// The line above one's own words.
pub const YOURS: &str = "<<<<<<< Your words";
/// The line between.
pub const THEIRS: &str = "======= Their words";
/// The line below.
pub const END: &str = ">>>>>>> End of the two";

/// For each of the two comparisons with the text that both began from.
const PATIENCE: Duration = Duration::from_millis(300);

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Merged {
    /// The text, with marks where a person must choose.
    pub text: String,
    /// How many passages are left to choose.
    pub conflicts: usize,
}

/// Puts two texts together that began from `base`.
pub fn merge(base: &str, yours: &str, theirs: &str) -> Merged {
    let until = Instant::now() + 2 * PATIENCE;
    let [b, y, t]: [Vec<&str>; 3] = [base, yours, theirs].map(|text| text.split('\n').collect());
    let (mut lines, mut conflicts): (Vec<String>, usize) = (Vec::new(), 0);
    for chunk in chunks(&b, &y, &t) {
        let [old, mine, other] = [&b[chunk.0], &y[chunk.1], &t[chunk.2]];
        match pick(old, mine, other) {
            Some(chosen) => lines.extend(chosen.iter().map(|line| (*line).to_owned())),
            None => match by_words(&old.join("\n"), &mine.join("\n"), &other.join("\n")).filter(|_| Instant::now() < until) {
                Some(text) => lines.push(text),
                None => {
                    conflicts += 1;
                    lines.push(YOURS.to_owned());
                    lines.extend(mine.iter().map(|line| (*line).to_owned()));
                    lines.push(THEIRS.to_owned());
                    lines.extend(other.iter().map(|line| (*line).to_owned()));
                    lines.push(END.to_owned());
                }
            },
        }
    }
    Merged { text: lines.join("\n"), conflicts }
}

/// Whether a passage is left to choose in this text.
pub fn is_unfinished(text: &str) -> bool {
    text.lines().any(|line| line == YOURS) && text.lines().any(|line| line == END)
}

/// What stands when at most one side has changed something.
fn pick<'a, T: PartialEq>(base: &'a [T], yours: &'a [T], theirs: &'a [T]) -> Option<&'a [T]> {
    if yours == theirs || theirs == base {
        Some(yours)
    } else if yours == base {
        Some(theirs)
    } else {
        None
    }
}

/// The same word by word; nothing where both have changed the same words, or one has taken everything away.
fn by_words(base: &str, yours: &str, theirs: &str) -> Option<String> {
    if yours.is_empty() || theirs.is_empty() || base.is_empty() {
        return None;
    }
    let [b, y, t] = [base, yours, theirs].map(tokens);
    let mut text = String::new();
    for chunk in chunks(&b, &y, &t) {
        text.extend(pick(&b[chunk.0], &y[chunk.1], &t[chunk.2])?.iter().copied());
    }
    Some(text)
}

/// Words, each with the blanks behind it, so that neighbours touch.
fn tokens(text: &str) -> Vec<&str> {
    let mut begins: Vec<usize> = text.split_word_bound_indices().filter(|(_, word)| !word.trim().is_empty()).map(|(at, _)| at).collect();
    if begins.first() != Some(&0) {
        begins.insert(0, 0);
    }
    begins.push(text.len());
    begins.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

type Chunk = (Range<usize>, Range<usize>, Range<usize>);

/// Cuts the three into pieces that belong together: ones where all agree, and ones where somebody has changed something.
fn chunks<T: Hash + Eq>(base: &[T], yours: &[T], theirs: &[T]) -> Vec<Chunk> {
    let (mine, other) = (matches(base, yours), matches(base, theirs));
    let (mut b, mut y, mut t) = (0, 0, 0);
    let mut chunks = Vec::new();
    while b < base.len() || y < yours.len() || t < theirs.len() {
        let stable = (b..base.len()).take_while(|at| mine[*at] == Some(y + at - b) && other[*at] == Some(t + at - b)).count();
        if stable > 0 {
            chunks.push((b..b + stable, y..y + stable, t..t + stable));
            (b, y, t) = (b + stable, y + stable, t + stable);
            continue;
        }
        let next = (b..base.len()).find_map(|at| Some((at, mine[at]?, other[at]?)));
        let (to_b, to_y, to_t) = next.unwrap_or((base.len(), yours.len(), theirs.len()));
        chunks.push((b..to_b, y..to_y, t..to_t));
        (b, y, t) = (to_b, to_y, to_t);
    }
    chunks
}

/// For each piece of the old text its place in the new one, if it is still there.
fn matches<T: Hash + Eq>(old: &[T], new: &[T]) -> Vec<Option<usize>> {
    let mut places = vec![None; old.len()];
    for op in capture_diff_slices_deadline(Algorithm::Myers, old, new, Some(Instant::now() + PATIENCE)) {
        if op.tag() == DiffTag::Equal {
            for (old, new) in op.old_range().zip(op.new_range()) {
                places[old] = Some(new);
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "# Pools\n\nA pool lends connections.\n\nIt has ten of them.\n\nThe end.";

    fn merged(yours: &str, theirs: &str) -> Merged {
        merge(BASE, yours, theirs)
    }

    #[test]
    fn what_only_one_side_changed_is_taken_over() {
        let yours = BASE.replace("The end.", "The end, for now.");
        let theirs = BASE.replace("lends", "lends and takes back").replace("# Pools\n\n", "# Pools\n\nNew first line.\n\n");
        let both = theirs.replace("The end.", "The end, for now.");
        assert_eq!(merged(&yours, &theirs), Merged { text: both.clone(), conflicts: 0 });
        assert_eq!(merged(&theirs, &yours).text, both);
        assert_eq!(merged(&yours, &yours).text, yours);
        assert_eq!((merged(BASE, &theirs).text, merged(&yours, BASE).text), (theirs.clone(), yours.clone()));
    }

    #[test]
    fn two_changes_of_one_paragraph_are_put_together_by_words() {
        let yours = BASE.replace("It has ten of them.", "It has ten of them. Often that is enough.");
        let theirs = BASE.replace("It has ten", "It holds ten");
        assert_eq!(merged(&yours, &theirs).text, BASE.replace("It has ten of them.", "It holds ten of them. Often that is enough."));
    }

    #[test]
    fn where_both_changed_the_same_words_both_stand_there_between_marks() {
        let (yours, theirs) = (BASE.replace("ten", "twelve"), BASE.replace("ten", "twenty"));
        let found = merged(&yours, &theirs);
        let two = format!("{YOURS}\nIt has twelve of them.\n{THEIRS}\nIt has twenty of them.\n{END}");
        assert_eq!(found, Merged { text: BASE.replace("It has ten of them.", &two), conflicts: 1 });
        assert!(is_unfinished(&found.text) && !is_unfinished(BASE));
        assert!(!is_unfinished("Git writes\n<<<<<<< HEAD\nand\n>>>>>>> main"));
    }

    #[test]
    fn what_one_removed_and_another_changed_is_never_dropped() {
        let yours = BASE.replace("It has ten of them.\n\n", "");
        let theirs = BASE.replace("It has ten of them.", "It has ten of them, each with a thread.");
        let found = merged(&yours, &theirs);
        assert_eq!(found.conflicts, 1);
        assert!(found.text.contains("each with a thread"));
    }

    #[test]
    fn empty_and_unlike_texts_are_no_trouble() {
        assert_eq!(merge("", "", ""), Merged { text: String::new(), conflicts: 0 });
        assert_eq!(merge("", "mine", "").text, "mine");
        let found = merge("", "mine", "theirs");
        assert!(found.conflicts == 1 && found.text.contains("mine") && found.text.contains("theirs"), "{found:?}");
    }

    #[test]
    fn every_word_of_both_is_found_again_in_texts_of_chance() {
        let mut seed: u64 = 3;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for round in 0..300 {
            let lines: Vec<String> = (0..next(12)).map(|_| format!("l{}", next(5))).collect();
            let mut change = |word: &str| {
                let mut lines = lines.clone();
                for number in 0..next(4) {
                    lines.insert(next(lines.len() as u64 + 1) as usize, format!("{word}{number} {}", next(9)));
                }
                lines.join("\n")
            };
            let (yours, theirs) = (change("mine"), change("other"));
            let found = merge(&lines.join("\n"), &yours, &theirs);
            for line in yours.lines().chain(theirs.lines()).filter(|line| !line.starts_with('l')) {
                assert!(found.text.contains(line), "round {round}: {line:?} of {yours:?} and {theirs:?} is not in {found:?}");
            }
        }
    }
}
