//! What somebody typed into the search field, as what is wanted and what is not.
//!
//! Words, `"a phrase"`, `-without`, `-"without a phrase"`; the last word may be the beginning of one. Everything else that the database
//! would read as an operator is no part of any word, and however much is typed, ten words count.

use super::words::{self, is_pair, is_stop_word};

/// Signs that are read.
pub const LONGEST: usize = 200;
/// Words that count.
pub const MOST_WORDS: usize = 10;

/// A word that must occur.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Folded.
    pub term: String,
    /// Whether it may be the beginning of one.
    pub is_prefix: bool,
}

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// As it was typed, at most [`LONGEST`] signs.
    pub typed: String,
    /// Words that must occur, those of phrases among them.
    pub wanted: Vec<Wanted>,
    /// Words that must not.
    pub unwanted: Vec<String>,
    /// Words that must follow each other.
    pub phrases: Vec<Vec<String>>,
    /// Words that must not follow each other.
    pub unwanted_phrases: Vec<Vec<String>>,
}

/// A part of what was typed.
struct Part<'a> {
    text: &'a str,
    is_phrase: bool,
    is_minus: bool,
}

impl Query {
    /// Reads what was typed.
    pub fn parse(typed: &str) -> Query {
        let end = typed.char_indices().nth(LONGEST).map_or(typed.len(), |(at, _)| at);
        let typed = typed[..end].trim();
        let mut query = Query { typed: typed.to_owned(), ..Query::default() };
        let parts = parts(typed);
        let last = parts.len().wrapping_sub(1);
        for (place, part) in parts.iter().enumerate() {
            query.take(part, place == last);
        }
        query.drop_stop_words();
        query
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// The words in their order, with blanks between: the same for what is searched for with other signs or capitals.
    pub fn folded(&self) -> String {
        words::terms(&self.typed).join(" ")
    }

    /// The same query with every word as a beginning.
    pub fn by_beginnings(&self) -> Query {
        let wanted = self.wanted.iter().map(|one| Wanted { is_prefix: one.term.len() > 1, ..one.clone() });
        Query { wanted: wanted.collect(), ..self.clone() }
    }

    fn take(&mut self, part: &Part<'_>, is_last: bool) {
        let terms = terms_of(part.text);
        match (part.is_minus, part.is_phrase || terms.len() > 1) {
            (true, true) if !terms.is_empty() => self.unwanted_phrases.push(terms),
            (true, _) => self.unwanted.extend(terms),
            (false, _) => {
                let open = is_last && !part.is_phrase;
                let count = terms.len();
                if part.is_phrase && count > 1 {
                    self.phrases.push(terms.clone());
                }
                for (place, term) in terms.into_iter().enumerate() {
                    let is_prefix = open && place + 1 == count || count == 1 && !part.is_phrase && is_pair(&term);
                    self.want(term, is_prefix);
                }
            }
        }
    }

    fn want(&mut self, term: String, is_prefix: bool) {
        if let Some(known) = self.wanted.iter_mut().find(|known| known.term == term) {
            known.is_prefix |= is_prefix;
        } else if self.wanted.len() < MOST_WORDS {
            self.wanted.push(Wanted { term, is_prefix });
        }
    }

    /// Words that every text has tell nothing beside others.
    fn drop_stop_words(&mut self) {
        if self.wanted.iter().any(|one| !is_stop_word(&one.term)) {
            self.wanted.retain(|one| !is_stop_word(&one.term));
        }
    }
}

/// The words of a part.
fn terms_of(text: &str) -> Vec<String> {
    words::sequence(text).into_iter().map(|word| word.term).take(MOST_WORDS).collect()
}

fn parts(typed: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = typed.trim_start();
    while !rest.is_empty() {
        let minus = rest.strip_prefix('-').filter(|after| after.starts_with(|sign: char| sign.is_alphanumeric() || sign == '"'));
        let (is_minus, text) = (minus.is_some(), minus.unwrap_or(rest));
        let (text, after, is_phrase) = match text.strip_prefix('"') {
            Some(inner) => {
                let end = inner.find('"');
                (&inner[..end.unwrap_or(inner.len())], end.map_or("", |end| &inner[end + 1..]), true)
            }
            None => {
                let end =
                    text.char_indices().skip(1).find(|(_, sign)| sign.is_whitespace() || *sign == '"').map_or(text.len(), |(at, _)| at);
                (&text[..end], &text[end..], false)
            }
        };
        parts.push(Part { text, is_phrase, is_minus });
        rest = after.trim_start();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(typed: &str) -> Vec<String> {
        let mark = |one: Wanted| if one.is_prefix { format!("{}*", one.term) } else { one.term };
        Query::parse(typed).wanted.into_iter().map(mark).collect()
    }

    #[test]
    fn the_last_word_may_be_a_beginning() {
        assert_eq!(wanted("Connection Poo"), ["connection", "poo*"]);
        assert_eq!(wanted("actix-web"), ["actix", "web*"]);
        assert_eq!(wanted("\"connection pool\""), ["connection", "pool"]);
        assert_eq!(wanted("日本語 字"), ["u65e5u672c", "u672cu8a9e", "u5b57*"]);
    }

    #[test]
    fn phrases_and_what_must_not_occur() {
        let query = Query::parse("pool \"The Time out\" -night -\"on call\" -a-b - x");
        assert_eq!(query.phrases, [["the", "time", "out"]]);
        assert_eq!(query.unwanted, ["night"]);
        assert_eq!(query.unwanted_phrases, [["on", "call"], ["a", "b"]]);
        assert_eq!(query.wanted.iter().map(|one| one.term.as_str()).collect::<Vec<_>>(), ["pool", "time", "out", "x"]);
        assert!(Query::parse("-only -minus").is_empty());
        assert_eq!(wanted("\"never closed"), ["never", "closed"]);
    }

    #[test]
    fn words_of_every_text_count_where_there_are_no_others() {
        assert_eq!(wanted("what is the pool of"), ["pool"]);
        assert_eq!(wanted("pool of time"), ["pool", "time*"]);
        assert_eq!(wanted("the who"), ["the", "who*"]);
    }

    #[test]
    fn operators_and_floods_are_no_more_than_an_ordinary_query() {
        for hostile in ["+++ --- *** \"\" ()<>~@5", "%27 OR 1=1", "a* b* c* d*", "@@@@\"", "-\"", "\u{0}\u{202e}"] {
            assert!(Query::parse(hostile).wanted.len() <= MOST_WORDS, "{hostile}");
        }
        let flood: String = (0..200).map(|number| format!("w{number} ")).collect();
        assert_eq!(Query::parse(&flood).wanted.len(), MOST_WORDS);
        assert_eq!(Query::parse(&"é".repeat(5000)).typed.chars().count(), LONGEST);
    }
}
