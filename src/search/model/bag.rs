//! The words of a document with how often each is written (a bag of words), ready to be looked up.
//!
//! Documents are written in the order of their words ([`super::document`]); so a word is found by halving. A search on a large site
//! looks up each of its words in a thousand documents.

/// The words of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bag {
    /// Each different word once, with blanks between.
    text: Box<str>,
    /// Where each begins, and how often it is written; in order.
    words: Box<[(u32, u32)]>,
}

impl Bag {
    /// The words as a document has them: in order, with blanks between.
    pub fn of(terms: &str) -> Bag {
        let (mut text, mut words): (String, Vec<(u32, u32)>) = (String::new(), Vec::new());
        let mut last = "";
        for word in terms.split(' ').filter(|word| !word.is_empty()) {
            if let Some((_, times)) = words.last_mut().filter(|_| word == last) {
                *times += 1;
                continue;
            }
            words.push((text.len() as u32, 1));
            text.push_str(word);
            text.push(' ');
            last = word;
        }
        Bag { text: text.into_boxed_str(), words: words.into_boxed_slice() }
    }

    fn word(&self, place: usize) -> &str {
        let end = self.words.get(place + 1).map_or(self.text.len(), |(start, _)| *start as usize);
        &self.text[self.words[place].0 as usize..end - 1]
    }

    /// The place of the first word that does not stand before this one.
    fn place(&self, word: &str) -> usize {
        let (mut low, mut high) = (0, self.words.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.word(middle) < word { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// How often a word is written.
    pub fn times(&self, word: &str) -> usize {
        let place = self.place(word);
        if place < self.words.len() && self.word(place) == word { self.words[place].1 as usize } else { 0 }
    }

    /// Whether it holds a word as the index has it; with `*` at its end: one that begins like it.
    pub fn has(&self, stored: &str) -> bool {
        match stored.strip_suffix('*') {
            Some(start) => Some(self.place(start)).is_some_and(|place| place < self.words.len() && self.word(place).starts_with(start)),
            None => self.times(stored) > 0,
        }
    }

    /// About how much memory it takes, in kilobytes; 1 at least.
    pub fn kilobytes(&self) -> u32 {
        (1 + (self.text.len() + self.words.len() * size_of::<(u32, u32)>()) / 1024) as u32
    }

    /// The different words, in order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.counted().map(|(word, _)| word)
    }

    /// The same, each with how often it is written.
    pub fn counted(&self) -> impl Iterator<Item = (&str, usize)> {
        (0..self.words.len()).map(|place| (self.word(place), self.words[place].1 as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted() {
        let bag = Bag::of("_kpost pool pool pools queue");
        assert_eq!(["_kpost", "pool", "pools", "queue", "poo", "x", ""].map(|word| bag.times(word)), [1, 2, 1, 1, 0, 0, 0]);
        assert_eq!(bag.words().collect::<Vec<_>>(), ["_kpost", "pool", "pools", "queue"]);
        assert_eq!(Bag::of("").times("pool"), 0);
    }

    #[test]
    fn a_document_holds_whole_words_and_beginnings() {
        let bag = Bag::of("_kpost pool pools");
        assert!(bag.has("pool") && bag.has("poo*") && bag.has("pools*") && !bag.has("poo") && !bag.has("q*") && !bag.has("poolss*"));
        assert!(!Bag::of("carpool").has("pool") && !Bag::of("carpool").has("pool*") && !Bag::default().has("a*"));
    }
}
