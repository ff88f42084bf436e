//! The passage of a text that a result shows, with the words that were looked for marked.
//!
//! Made as pieces, marked or not, so that a template prints each as text.

use super::words::{self, Word};

/// About as many signs are shown.
const SHOWN: usize = 220;
/// Bytes of a long text that are looked at first.
const FIRST: usize = 30_000;
/// Signs before the first word that was found.
const BEFORE: usize = 60;

/// Some signs in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The signs.
    pub text: String,
    /// Whether they were looked for.
    pub is_mark: bool,
}

/// What is marked: whole words, and beginnings of words.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// Folded words.
    pub words: Vec<String>,
    /// Folded beginnings.
    pub beginnings: Vec<String>,
}

impl Marks {
    /// Whether this word is one of those looked for.
    pub fn has(&self, term: &str) -> bool {
        self.words.iter().any(|word| word == term) || self.beginnings.iter().any(|start| term.starts_with(start.as_str()))
    }

    /// Those of a text.
    fn found(&self, text: &str) -> Vec<Word> {
        let firsts: Vec<u8> = self.words.iter().chain(&self.beginnings).filter_map(|word| word.bytes().next()).collect();
        let mut found = words::those(text, |sign| firsts.contains(&sign));
        found.retain(|word| self.has(&word.term));
        found
    }
}

/// A whole line, such as a title.
pub fn whole(text: &str, marks: &Marks) -> Vec<Piece> {
    let found = marks.found(text);
    cut(text, 0, text.len(), &found)
}

/// The part of a text in which the most of them stand close together; `None`: none of them does. Of a long text the beginning is
/// looked at first, and the rest only if nothing stands there.
pub fn best(text: &str, marks: &Marks) -> Option<Vec<Piece>> {
    let end = (0..=FIRST.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    best_of(&text[..end], marks).or_else(|| if end < text.len() { best_of(text, marks) } else { None })
}

fn best_of(text: &str, marks: &Marks) -> Option<Vec<Piece>> {
    let found = marks.found(text);
    let first = densest(&found)?;
    let start = start_of_passage(text, found[first].range.start);
    let end = end_of_passage(text, start);
    let mut pieces = cut(text, start, end, &found);
    if start > 0 {
        pieces.insert(0, Piece { text: "… ".to_owned(), is_mark: false });
    }
    if end < text.len() {
        pieces.push(Piece { text: " …".to_owned(), is_mark: false });
    }
    Some(pieces)
}

/// The place among the words found from which the next [`SHOWN`] bytes hold the most different ones.
fn densest(found: &[Word]) -> Option<usize> {
    let mut best = None;
    for (place, word) in found.iter().enumerate() {
        let mut different: Vec<&str> = Vec::new();
        for other in found[place..].iter().take_while(|other| other.range.start < word.range.start + SHOWN - BEFORE).take(30) {
            if !different.contains(&other.term.as_str()) {
                different.push(&other.term);
            }
        }
        if best.is_none_or(|(_, most)| different.len() > most) {
            best = Some((place, different.len()));
        }
    }
    best.map(|(place, _)| place)
}

/// Some words before `at`, from the beginning of one on.
fn start_of_passage(text: &str, at: usize) -> usize {
    let early = text[..at].char_indices().rev().nth(BEFORE).map_or(0, |(start, _)| start);
    if early == 0 { 0 } else { text[early..at].find(char::is_whitespace).map_or(early, |blank| early + blank).max(early) }
}

/// Where the passage ends that begins at `start`: after a whole word, if one ends nearby.
fn end_of_passage(text: &str, start: usize) -> usize {
    let Some(late) = text[start..].char_indices().nth(SHOWN).map(|(end, _)| start + end) else { return text.len() };
    text[start..late].rfind(char::is_whitespace).filter(|blank| *blank > SHOWN / 2).map_or(late, |blank| start + blank)
}

fn cut(text: &str, start: usize, end: usize, found: &[Word]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = start;
    let mut push = |text: &str, is_mark: bool| match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.is_mark == is_mark => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), is_mark }),
    };
    for word in found.iter().filter(|word| word.range.start >= start && word.range.end <= end) {
        if word.range.end <= at {
            continue;
        }
        let from = word.range.start.max(at);
        push(&text[at..from], false);
        push(&text[from..word.range.end], true);
        at = word.range.end;
    }
    push(&text[at..end], false);
    if let Some(first) = pieces.first_mut().filter(|piece| !piece.is_mark) {
        first.text = first.text.trim_start().to_owned();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(words: &[&str], beginnings: &[&str]) -> Marks {
        let owned = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        Marks { words: owned(words), beginnings: owned(beginnings) }
    }

    fn shown(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| if piece.is_mark { format!("[{}]", piece.text) } else { piece.text.clone() }).collect()
    }

    #[test]
    fn words_are_marked_whatever_their_case_and_accents() {
        assert_eq!(shown(&whole("A Café, pools & POOL", &marks(&["cafe"], &["poo"]))), "A [Café], [pools] & [POOL]");
        assert_eq!(shown(&whole("日本語です", &marks(&["u65e5u672c", "u672cu8a9e"], &[]))), "[日本語]です");
        assert_eq!(shown(&whole("<b>x</b>", &marks(&["x"], &[]))), "<b>[x]</b>");
    }

    #[test]
    fn the_passage_is_where_the_most_words_stand() {
        let text = format!("pool first. {} the pool has a timeout here. {}", "filler ".repeat(100), "more ".repeat(100));
        let found = shown(&best(&text, &marks(&["pool", "timeout"], &[])).unwrap_or_default());
        assert!(found.starts_with("… ") && found.ends_with(" …") && found.contains("[pool] has a [timeout]"), "{found}");
        assert!(found.chars().count() < SHOWN + 20);
    }

    #[test]
    fn nothing_found_is_no_passage_and_odd_texts_are_cut_between_signs() {
        assert_eq!(best("nothing here", &marks(&["pool"], &[])), None);
        let text = "🦀".repeat(300) + "pool" + &"é".repeat(500);
        assert_eq!(best(&text, &marks(&["pool"], &[])), None, "one long word");
        let text = "🦀".repeat(300) + "pool" + &"🦀".repeat(500);
        assert!(shown(&best(&text, &marks(&["pool"], &[])).unwrap_or_default()).contains("[pool]"));
    }
}
