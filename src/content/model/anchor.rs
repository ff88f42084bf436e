//! Where a passage stands in a text that was edited since: W3C Web Annotation, `TextQuoteSelector` and `TextPositionSelector`.
//!
//! A passage is kept with the words before and after it and its place. It is looked for as it stands, the one with the likest
//! surroundings first; else word by word, where a third may have changed. What is too unlike is gone, and said to be. White
//! space counts as one blank throughout, so that it does not matter who copied the words from where.

use std::{collections::HashMap, ops::Range};
use strsim::normalized_levenshtein;
use unicode_segmentation::UnicodeSegmentation;

/// Characters of the surroundings that are kept on either side.
const CONTEXT: usize = 32;
/// An exact passage of so many characters is the right one wherever it stands.
const LONG: usize = 20;
/// So far may a short one with other surroundings have moved.
const NEAR: usize = 80;
/// Words on either side of the old place among which changed ones are looked for.
const REACH: usize = 3000;
/// The part of the words that may have changed.
const TOLERANCE: f64 = 0.34;

/// How a passage is found again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector {
    /// The passage.
    pub quote: String,
    /// What stands before it.
    pub prefix: String,
    /// What stands after it.
    pub suffix: String,
    /// Where it begins, in characters.
    pub position: usize,
}

/// A text in which passages are looked for.
pub struct Text {
    /// White space made one blank.
    flat: Vec<char>,
    /// For each of them, which character of the text it is.
    places: Vec<usize>,
    words: Vec<Word>,
}

struct Word {
    text: String,
    range: Range<usize>,
}

impl Text {
    /// Prepares a text.
    pub fn new(text: &str) -> Text {
        let (mut flat, mut places) = (Vec::new(), Vec::new());
        for (place, sign) in text.chars().enumerate() {
            let sign = if sign.is_whitespace() { ' ' } else { sign };
            if sign != ' ' || flat.last().is_some_and(|last| *last != ' ') {
                flat.push(sign);
                places.push(place);
            }
        }
        let words = words(&flat.iter().collect::<String>());
        Text { flat, places, words }
    }

    /// Where a passage stands, in characters of the text, if it still does.
    pub fn find(&self, wanted: &Selector) -> Option<Range<usize>> {
        let quote = flattened(&wanted.quote);
        if quote.is_empty() {
            return None;
        }
        let near = self.places.partition_point(|place| *place < wanted.position);
        let found = self.exact(&quote, wanted, near).or_else(|| self.alike(&quote, near))?;
        Some(self.places[found.start]..self.places[found.end - 1] + 1)
    }

    /// What tells a passage from others.
    pub fn selector(&self, range: &Range<usize>) -> Selector {
        let at = |place: usize| self.places.partition_point(|known| *known < place);
        let (start, end) = (at(range.start), at(range.end));
        let part = |range: Range<usize>| self.flat[range].iter().collect::<String>();
        Selector {
            quote: part(start..end),
            prefix: part(start.saturating_sub(CONTEXT)..start),
            suffix: part(end..(end + CONTEXT).min(self.flat.len())),
            position: range.start,
        }
    }

    fn exact(&self, quote: &[char], wanted: &Selector, near: usize) -> Option<Range<usize>> {
        let (prefix, suffix) = (flattened(&wanted.prefix), flattened(&wanted.suffix));
        let context = |start: usize| {
            let (before, after) = (&self.flat[..start], &self.flat[start + quote.len()..]);
            let alike = |(one, other): (&char, &char)| one == other;
            let before = before.iter().rev().skip_while(|sign| **sign == ' ').zip(prefix.iter().rev()).take_while(|pair| alike(*pair));
            let after = after.iter().skip_while(|sign| **sign == ' ').zip(&suffix).take_while(|pair| alike(*pair));
            before.count() + after.count()
        };
        let starts = self.flat.windows(quote.len()).enumerate().filter(|(_, window)| *window == quote).map(|(start, _)| start);
        let (start, context) = starts
            .take(2000)
            .map(|start| (start, context(start)))
            .max_by_key(|(start, context)| (*context, std::cmp::Reverse(start.abs_diff(near))))?;
        let known = prefix.len() + suffix.len();
        let is_it = quote.len() >= LONG || context * 3 >= known || start.abs_diff(near) <= NEAR;
        is_it.then_some(start..start + quote.len())
    }

    /// The words that are most like those of the passage: approximate search after Sellers, word by word.
    fn alike(&self, quote: &[char], near: usize) -> Option<Range<usize>> {
        let wanted = words(&quote.iter().collect::<String>());
        let middle = self.words.partition_point(|word| word.range.start < near);
        let first = middle.saturating_sub(REACH);
        let text = &self.words[first..(middle + REACH).min(self.words.len())];
        if wanted.is_empty() || text.is_empty() {
            return None;
        }
        let (known, ids) = numbered(text);
        // For each word of the text: the cost of the best passage that ends before it, and the word with which that begins.
        let mut row: Vec<(f64, usize)> = (0..=text.len()).map(|place| (0.0, place)).collect();
        for word in &wanted {
            let costs: Vec<f64> = known.iter().map(|other| cost(&word.text, other)).collect();
            let mut diagonal = row[0];
            row[0].0 += 1.0;
            for place in 1..row.len() {
                let replaced = (diagonal.0 + costs[ids[place - 1]], diagonal.1);
                let missing = (row[place].0 + 1.0, row[place].1);
                let more = (row[place - 1].0 + 1.0, row[place - 1].1);
                diagonal = row[place];
                row[place] = [missing, more].into_iter().fold(replaced, |best, one| if one.0 < best.0 { one } else { best });
            }
        }
        let distance = |start: usize| (first + start).abs_diff(middle) as f64 / (2 * REACH) as f64;
        let ends = row.iter().enumerate().filter(|(end, (_, start))| start < end);
        let (end, (cost, start)) =
            ends.min_by(|(_, one), (_, other)| (one.0 + distance(one.1)).total_cmp(&(other.0 + distance(other.1))))?;
        let is_it = *cost <= TOLERANCE * wanted.len() as f64 && (wanted.len() > 2 || distance(*start) * (2 * REACH) as f64 <= 40.0);
        is_it.then(|| text[*start].range.start..text[end - 1].range.end)
    }
}

/// One blank for all white space, none at the ends.
fn flattened(text: &str) -> Vec<char> {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect()
}

/// Words by Unicode Standard Annex 29, in lower case, with their characters; what is between them does not count.
fn words(text: &str) -> Vec<Word> {
    let mut place = 0;
    let mut words = Vec::new();
    for part in text.split_word_bounds() {
        let length = part.chars().count();
        if part.contains(char::is_alphanumeric) {
            words.push(Word { text: part.to_lowercase(), range: place..place + length });
        }
        place += length;
    }
    words
}

/// Every word once, and for each place of the text which of them stands there.
fn numbered(text: &[Word]) -> (Vec<&str>, Vec<usize>) {
    let (mut known, mut numbers) = (Vec::new(), HashMap::new());
    let ids = text
        .iter()
        .map(|word| {
            *numbers.entry(word.text.as_str()).or_insert_with(|| {
                known.push(word.text.as_str());
                known.len() - 1
            })
        })
        .collect();
    (known, ids)
}

/// What it costs to take one word for another: nothing if they are the same, less than one if they are alike.
fn cost(one: &str, other: &str) -> f64 {
    if one == other {
        return 0.0;
    }
    let ends = |text: &str| (text.chars().next(), text.chars().next_back());
    let (a, b) = (ends(one), ends(other));
    if one.len().abs_diff(other.len()) > 4 || a.0 != b.0 && a.1 != b.1 {
        return 1.0;
    }
    let alike = normalized_levenshtein(one, other);
    if alike >= 0.6 { 1.0 - alike } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "The queue is a table.\nA worker takes the next row and locks it.\n\nWhen the worker dies, the lease ends \
                        and another worker takes the next row. Nothing is lost, since the row was never deleted.";

    /// The passage with these words, the `nth` of them.
    fn selector(text: &str, words: &str, nth: usize) -> Selector {
        let start = text.match_indices(words).nth(nth).expect("there").0;
        let start = text[..start].chars().count();
        Text::new(text).selector(&(start..start + words.chars().count()))
    }

    fn found(text: &str, selector: &Selector) -> Option<String> {
        Text::new(text).find(selector).map(|range| text.chars().skip(range.start).take(range.len()).collect())
    }

    #[test]
    fn a_passage_keeps_its_words_surroundings_and_place() {
        let kept = selector(TEXT, "takes the next row", 0);
        assert_eq!((kept.quote.as_str(), kept.position), ("takes the next row", 31));
        assert_eq!((kept.prefix.as_str(), kept.suffix.as_str()), ("The queue is a table. A worker ", " and locks it. When the worker d"));
        assert_eq!(Text::new(TEXT).find(&kept), Some(31..49));
    }

    #[test]
    fn of_two_like_passages_the_one_with_the_same_surroundings_is_meant() {
        let second = selector(TEXT, "takes the next row", 1);
        assert_eq!(Text::new(TEXT).find(&second).map(|range| range.start), Some(second.position));
        // Even where so much was written before it that the other one is nearer to the old place.
        let longer = format!("{}{TEXT}", "Something new stands first. ".repeat(4));
        let start = Text::new(&longer).find(&second).expect("there").start;
        assert_eq!(start, second.position + 28 * 4);
        // And without any, the first is.
        let bare = Selector { quote: "takes the next row".to_owned(), ..Selector::default() };
        assert_eq!(Text::new(TEXT).find(&bare).map(|range| range.start), Some(31));
    }

    #[test]
    fn white_space_does_not_matter() {
        let pasted = Selector { quote: " table.   A\tworker\n takes ".to_owned(), ..Selector::default() };
        assert_eq!(found(TEXT, &pasted).as_deref(), Some("table.\nA worker takes"));
    }

    #[test]
    fn small_edits_do_not_lose_a_passage() {
        let kept = selector(TEXT, "the lease ends and another worker takes the next row", 0);
        let spelling = TEXT.replace("another worker", "an other worker").replace("lease ends", "lease ended");
        assert_eq!(found(&spelling, &kept).as_deref(), Some("the lease ended and an other worker takes the next row"));
        let shorter = TEXT.replace("and another worker takes", "and another takes");
        assert_eq!(found(&shorter, &kept).as_deref(), Some("the lease ends and another takes the next row"));
        let longer = TEXT.replace("another worker takes", "then, later, another worker takes");
        assert_eq!(found(&longer, &kept).as_deref(), Some("the lease ends and then, later, another worker takes the next row"));
        let word = selector("They recieve mail.", "recieve", 0);
        assert_eq!(found("They receive mail.", &word).as_deref(), Some("receive"));
    }

    #[test]
    fn a_passage_that_was_rewritten_is_gone() {
        let kept = selector(TEXT, "the lease ends and another worker takes the next row", 0);
        let rewritten = TEXT.replace("the lease ends and another worker takes the next row", "somebody has to start it again by hand");
        assert_eq!(found(&rewritten, &kept), None);
        assert_eq!(found("", &kept), None);
        assert_eq!(found(TEXT, &Selector::default()), None);
        // A short one is not taken for the same word somewhere else.
        let word = selector(TEXT, "lost", 0);
        let without = format!("{} {} We lost the way.", TEXT.replace("Nothing is lost, since", "Since"), "And so on. ".repeat(20));
        assert_eq!(found(&without, &word), None);
    }

    #[test]
    fn any_writing_is_counted_by_characters() {
        let text = "\u{1F600} مرحبا بالعالم، هذا نص. 这是一个测试。 Ende.";
        let kept = selector(text, "这是一个测试", 0);
        assert_eq!(found(text, &kept).as_deref(), Some("这是一个测试"));
        assert_eq!(found(&text.replace("一个", "两个"), &kept).as_deref(), Some("这是两个测试"));
        let kept = selector(text, "بالعالم، هذا", 0);
        assert_eq!(found(&format!("\u{1F680}\u{1F680} {text}"), &kept).as_deref(), Some("بالعالم، هذا"));
    }

    #[test]
    fn a_long_text_is_searched_in_time() {
        let text: String = (0..40_000).map(|number| format!("word{} ", number % 3001)).collect();
        let quote: String = (0..150).map(|number| format!("word{} ", number * 7 % 2999)).collect();
        let begun = std::time::Instant::now();
        let gone = Selector { quote, position: 90_000, ..Selector::default() };
        assert_eq!(Text::new(&text).find(&gone), None);
        assert!(begun.elapsed() < std::time::Duration::from_secs(8), "{:?}, without optimisation", begun.elapsed());
    }
}
