//! What differs between two texts: by lines first, then by words where lines were changed.
//!
//! Bounded in time and in size whatever the texts are: what cannot be told finely in time is told coarsely, and is still true.

use crate::site::page;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices_deadline};
use std::{
    ops::Range,
    time::{Duration, Instant},
};
use unicode_segmentation::UnicodeSegmentation;

/// For one comparison.
const PATIENCE: Duration = Duration::from_millis(300);
/// Beyond so many stretches, changed lines are shown whole.
const MOST_PARTS: usize = 4000;
/// Unchanged stretches longer than this many words are folded.
const LONG: usize = 60;

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// In both.
    Same(String),
    /// In the old text only.
    Removed(String),
    /// In the new text only.
    Added(String),
}

/// What a page shows of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Changes with what stands beside them.
    Shown(Vec<Part>),
    /// Whole lines without a change.
    Folded {
        /// How many words.
        words: usize,
        /// The lines.
        text: String,
    },
}

impl Block {
    /// `412 words without a change`, where it is folded.
    pub fn summary(&self) -> String {
        match self {
            Block::Shown(_) => String::new(),
            Block::Folded { words, .. } => format!("{} without a change", page::count(*words as i64, "word", "words")),
        }
    }
}

/// Compares by words: for titles and the like.
pub fn words(old: &str, new: &str) -> Vec<Part> {
    let mut parts = Parts::default();
    refine(old, new, Instant::now() + PATIENCE, &mut parts);
    parts.finish()
}

/// Compares whole texts; long stretches without a change are folded.
pub fn blocks(old: &str, new: &str) -> Vec<Block> {
    fold(compare(old, new))
}

/// How many words were added and removed.
pub fn size(old: &str, new: &str) -> (usize, usize) {
    let mut size = (0, 0);
    for part in compare(old, new) {
        match part {
            Part::Same(_) => {}
            Part::Added(text) => size.0 += count(&text),
            Part::Removed(text) => size.1 += count(&text),
        }
    }
    size
}

fn count(text: &str) -> usize {
    text.unicode_words().count()
}

fn compare(old: &str, new: &str) -> Vec<Part> {
    let until = Instant::now() + PATIENCE;
    let (before, after): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let mut parts = Parts::default();
    for (same, old, new) in runs(&capture_diff_slices_deadline(Algorithm::Myers, &before, &after, Some(until)), &before) {
        let (removed, added) = (before[old].concat(), after[new].concat());
        if same {
            parts.same(&removed);
        } else if removed.is_empty() || added.is_empty() || parts.done.len() >= MOST_PARTS || Instant::now() >= until {
            parts.change(&removed, &added);
        } else {
            refine(&removed, &added, until, &mut parts);
        }
    }
    parts.finish()
}

/// Lines that are the same, and lines that are not, in turn. Blank lines between two changes belong to them: they part paragraphs,
/// and would else tear apart what is compared by words.
fn runs(ops: &[DiffOp], lines: &[&str]) -> Vec<(bool, Range<usize>, Range<usize>)> {
    let mut runs: Vec<(bool, Range<usize>, Range<usize>)> = Vec::new();
    for (place, op) in ops.iter().enumerate() {
        let blank = || lines[op.old_range()].iter().all(|line| line.trim().is_empty());
        let between = place > 0 && place + 1 < ops.len();
        let same = op.tag() == DiffTag::Equal && !(between && blank());
        match runs.last_mut() {
            Some((before, old, new)) if !*before && !same => (old.end, new.end) = (op.old_range().end, op.new_range().end),
            _ => runs.push((same, op.old_range(), op.new_range())),
        }
    }
    runs
}

/// By words, unless nearly nothing is left of the old ones: then both are easier to read whole.
fn refine(old: &str, new: &str, until: Instant, parts: &mut Parts) {
    let (before, after): (Vec<&str>, Vec<&str>) = (old.split_word_bounds().collect(), new.split_word_bounds().collect());
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &before, &after, Some(until));
    let is_word = |token: &&&str| token.chars().any(char::is_alphanumeric);
    let kept: usize =
        ops.iter().filter(|op| op.tag() == DiffTag::Equal).map(|op| before[op.old_range()].iter().filter(is_word).count()).sum();
    if kept * 4 < before.iter().filter(is_word).count().min(after.iter().filter(is_word).count()) || ops.len() > MOST_PARTS {
        return parts.change(old, new);
    }
    for op in ops {
        let (removed, added) = (before[op.old_range()].concat(), after[op.new_range()].concat());
        if op.tag() == DiffTag::Equal { parts.same(&removed) } else { parts.change(&removed, &added) }
    }
}

/// Parts as they grow: a blank or a comma between two changes belongs to both, so that no confetti arises.
#[derive(Default)]
struct Parts {
    done: Vec<Part>,
    removed: String,
    added: String,
    gap: String,
}

impl Parts {
    fn change(&mut self, removed: &str, added: &str) {
        let gap = std::mem::take(&mut self.gap);
        for (text, more) in [(&mut self.removed, removed), (&mut self.added, added)] {
            text.push_str(&gap);
            text.push_str(more);
        }
    }

    fn same(&mut self, text: &str) {
        let changing = !self.removed.is_empty() || !self.added.is_empty();
        if changing && self.gap.is_empty() && !text.contains('\n') && !text.chars().any(char::is_alphanumeric) {
            text.clone_into(&mut self.gap);
            return;
        }
        self.flush();
        match self.done.last_mut() {
            Some(Part::Same(before)) => before.push_str(text),
            _ if text.is_empty() => {}
            _ => self.done.push(Part::Same(text.to_owned())),
        }
    }

    fn flush(&mut self) {
        let (removed, added, gap) = (std::mem::take(&mut self.removed), std::mem::take(&mut self.added), std::mem::take(&mut self.gap));
        self.done.extend([Part::Removed(removed), Part::Added(added)].into_iter().filter(|part| !part.text().is_empty()));
        if !gap.is_empty() {
            self.done.push(Part::Same(gap));
        }
    }

    fn finish(mut self) -> Vec<Part> {
        self.flush();
        self.done
    }
}

impl Part {
    /// Its words.
    pub fn text(&self) -> &str {
        match self {
            Part::Same(text) | Part::Removed(text) | Part::Added(text) => text,
        }
    }

    /// Whether it is in the new text only.
    pub fn is_added(&self) -> bool {
        matches!(self, Part::Added(_))
    }

    /// Whether it is in the old text only.
    pub fn is_removed(&self) -> bool {
        matches!(self, Part::Removed(_))
    }

    /// Its words where a change of mere line ends can be seen.
    pub fn shown(&self) -> String {
        let text = self.text();
        if text.contains('\n') && text.chars().all(char::is_whitespace) { text.replace('\n', "¶\n") } else { text.to_owned() }
    }
}

fn fold(parts: Vec<Part>) -> Vec<Block> {
    let last = parts.len().saturating_sub(1);
    let (mut blocks, mut shown) = (Vec::new(), Vec::new());
    for (place, part) in parts.into_iter().enumerate() {
        let text = match part {
            Part::Same(text) if count(&text) > LONG => text,
            other => {
                shown.push(other);
                continue;
            }
        };
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let begin = if place == 0 { 0 } else { beside(lines.iter().copied()) };
        let end = lines.len().saturating_sub(if place == last { 0 } else { beside(lines.iter().rev().copied()) });
        let middle = if begin < end { lines[begin..end].concat() } else { String::new() };
        if count(&middle) <= LONG / 2 {
            shown.push(Part::Same(text));
            continue;
        }
        shown.extend(Some(Part::Same(lines[..begin].concat())).filter(|part| !part.text().is_empty()));
        if !shown.is_empty() {
            blocks.push(Block::Shown(std::mem::take(&mut shown)));
        }
        blocks.push(Block::Folded { words: count(&middle), text: middle });
        shown.extend(Some(Part::Same(lines[end..].concat())).filter(|part| !part.text().is_empty()));
    }
    if !shown.is_empty() {
        blocks.push(Block::Shown(shown));
    }
    blocks
}

/// How many lines stay beside a change: the rest of its own, and one that is not blank.
fn beside<'a>(lines: impl Iterator<Item = &'a str>) -> usize {
    let mut seen = 0;
    for (place, line) in lines.enumerate() {
        seen += usize::from(place == 0 || !line.trim().is_empty());
        if seen == 2 {
            return place + 1;
        }
    }
    usize::MAX / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(parts: &[Part]) -> String {
        let tell = |part: &Part| match part {
            Part::Same(text) => text.clone(),
            Part::Removed(text) => format!("[-{text}-]"),
            Part::Added(text) => format!("[+{text}+]"),
        };
        parts.iter().map(tell).collect()
    }

    /// The old and the new text, put together again from the parts.
    fn both(blocks: &[Block]) -> (String, String) {
        let (mut old, mut new) = (String::new(), String::new());
        for block in blocks {
            match block {
                Block::Folded { text, .. } => {
                    old.push_str(text);
                    new.push_str(text);
                }
                Block::Shown(parts) => {
                    for part in parts {
                        if !matches!(part, Part::Added(_)) {
                            old.push_str(part.text());
                        }
                        if !matches!(part, Part::Removed(_)) {
                            new.push_str(part.text());
                        }
                    }
                }
            }
        }
        (old, new)
    }

    #[test]
    fn changed_words_are_marked_and_the_others_left() {
        assert_eq!(told(&words("A pool of ten", "A pool of twelve")), "A pool of [-ten-][+twelve+]");
        assert_eq!(told(&words("one two three", "one 2 3 three")), "one [-two-][+2 3+] three");
        assert_eq!(told(&words("the old green door", "the new red door")), "the [-old green-][+new red+] door");
        assert_eq!(told(&words("", "Neu: 👩‍🚀 مرحبا")), "[+Neu: 👩‍🚀 مرحبا+]");
        assert_eq!(
            told(&words("alpha beta gamma delta", "quite another title here")),
            "[-alpha beta gamma delta-][+quite another title here+]"
        );
        assert_eq!(told(&words("same", "same")), "same");
    }

    #[test]
    fn lines_are_found_again_and_compared_by_words() {
        let (old, new) = ("# A\n\nOne fine day.\n\nThe end.", "# A\n\nOne rainy day.\n\nMore.\n\nThe end.");
        let blocks = blocks(old, new);
        let [Block::Shown(parts)] = &blocks[..] else { panic!("{blocks:?}") };
        assert_eq!(told(parts), "# A\n\nOne [-fine-][+rainy+] day.\n[+\nMore.\n+]\nThe end.");
        assert_eq!(size(old, new), (2, 1));
        let moved = super::blocks("One fine day it rained.\n\nEnd.", "First.\n\nOne dark day it rained.\n\nEnd.");
        let [Block::Shown(parts)] = &moved[..] else { panic!("{moved:?}") };
        assert_eq!(told(parts), "[+First.\n\n+]One [-fine-][+dark+] day it rained.\n\nEnd.");
        assert_eq!(Part::Added("\n\n".to_owned()).shown(), "¶\n¶\n");
    }

    #[test]
    fn long_stretches_without_a_change_are_folded_but_not_the_lines_beside_one() {
        let line = |number: usize| format!("Line {number} has a few more words than one.\n\n");
        let many: String = (0..40).map(line).collect();
        let (old, new) = (format!("First.\n\n{many}Last."), format!("First!\n\n{many}The last."));
        let found = blocks(&old, &new);
        let kinds: Vec<bool> = found.iter().map(|block| matches!(block, Block::Folded { .. })).collect();
        assert_eq!(kinds, [false, true, false], "{found:?}");
        assert!(matches!(&found[0], Block::Shown(parts) if told(parts).contains("Line 0 has")));
        assert!(matches!(&found[1], Block::Folded { words, .. } if *words > 300));
        assert_eq!(both(&found), (old, new));
    }

    #[test]
    fn hostile_texts_are_compared_in_time_and_in_full() {
        let mut seed: u64 = 7;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            seed >> 33
        };
        for lines in [true, false] {
            let mut text = || (0..250_000).map(|_| format!("{}{}", next() % 50, if lines { "\n" } else { " " })).collect::<String>();
            let (old, new) = (text(), text());
            let begun = Instant::now();
            let found = blocks(&old, &new);
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(8), "{took:?}"); // in a debug build on a busy machine; a tenth of it in release
            let pieces: usize = found.iter().map(|block| if let Block::Shown(parts) = block { parts.len() } else { 1 }).sum();
            assert!(pieces < 3 * MOST_PARTS, "{pieces} pieces");
            assert!(both(&found) == (old, new), "nothing is left out");
        }
    }
}
