//! A text as the filter reads it: words in small letters, addresses set apart.

use crate::markup::words_and_links;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Characters of a text that are read, so that a megabyte costs no more than a page.
const LONGEST: usize = 20_000;

/// Words that are read.
const MOST_WORDS: usize = 300;

/// Addresses that are looked at.
const MOST_LINKS: usize = 40;

/// Characters of a word that count: one more `s` or `ed` at the end of a long word makes no other word of it.
pub(super) const STEM: usize = 7;

/// Stands among the words where an address was.
pub(super) const ADDRESS: &str = "§";

/// Ends of host names that people write without a scheme. Any other word with a dot in it may be two sentences.
const ENDINGS: &str = " com net org info biz tv me ly gl ru co uk de eu us be io gg tk xyz ca fr in fm pl top club site online shop store ";

/// What was read of a text.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Its words, in order, with [`ADDRESS`] for each address.
    pub words: Vec<String>,
    /// Where links lead, as written.
    pub links: Vec<String>,
    /// The text without addresses and tags, as it was typed.
    pub rest: String,
    /// Line ends.
    pub lines: usize,
}

/// Reads a text: plain, Markdown or HTML.
pub(super) fn read(text: &str) -> Reading {
    let text: String = text.chars().take(LONGEST).collect();
    let lines = text.lines().count().saturating_sub(1) + text.to_ascii_lowercase().matches("<br").count();
    let (plain, mut links) = words_and_links(&text);
    links.truncate(MOST_LINKS);
    let plain: String = plain.nfkc().filter(|sign| !is_ignorable(*sign)).collect();
    let mut reading = Reading { links, lines, ..Reading::default() };
    for chunk in plain.split_whitespace() {
        reading.take(chunk);
    }
    reading.words.truncate(MOST_WORDS);
    reading
}

/// The words of a short text, such as a name.
pub(super) fn words(text: &str, most: usize) -> Vec<String> {
    let text: String = text.nfkc().filter(|sign| !is_ignorable(*sign)).take(300).collect();
    stems(&text).take(most).collect()
}

impl Reading {
    fn take(&mut self, chunk: &str) {
        let bare = chunk.trim_matches(|sign: char| "()<>[]{}\"'.,!?;:*".contains(sign));
        let Some(at) = address(bare) else {
            self.say(chunk);
            return;
        };
        self.say(&bare[..at]);
        let link = &bare[at..];
        // A link of HTML mostly has its own address as its words.
        if self.links.len() < MOST_LINKS && !self.links.iter().any(|known| host(known) == host(link)) {
            self.links.push(link.to_owned());
        }
        self.words.push(ADDRESS.to_owned());
    }

    fn say(&mut self, chunk: &str) {
        if !chunk.is_empty() {
            self.rest.push_str(chunk);
            self.rest.push(' ');
            self.words.extend(stems(chunk));
        }
    }
}

fn stems(text: &str) -> impl Iterator<Item = String> {
    let small = text.to_lowercase().replace('’', "'");
    small.unicode_words().map(|word| word.chars().take(STEM).collect()).collect::<Vec<String>>().into_iter()
}

/// Where an address begins in a piece of text without blanks.
pub(super) fn address(piece: &str) -> Option<usize> {
    let small = piece.to_ascii_lowercase();
    let begun = ["http://", "https://", "www."].iter().find_map(|begin| small.find(begin));
    begun.or_else(|| is_host(small.split(['/', '?', '#', ':']).next().unwrap_or("")).then_some(0))
}

/// Whether a word is the name of a host.
fn is_host(word: &str) -> bool {
    let Some((before, ending)) = word.rsplit_once('.') else { return false };
    let well_formed = before.split('.').all(|label| !label.is_empty() && label.chars().all(|sign| sign.is_alphanumeric() || sign == '-'));
    well_formed && before.contains(char::is_alphabetic) && !ending.contains(' ') && ENDINGS.contains(&format!(" {ending} "))
}

/// The host of an address, in small letters, without `www.`.
pub(super) fn host(address: &str) -> String {
    let small = address.to_lowercase();
    let rest = small.split_once("://").map_or(small.as_str(), |(_, rest)| rest).trim_start_matches('/');
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or("");
    let host = host.rsplit('@').next().unwrap_or("");
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// Signs that show nothing and only part words: joiners, direction marks, soft hyphens.
fn is_ignorable(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_small_short_and_without_addresses() {
        let read = read("Check OUT my channels: https://www.Tube.example/x, please! 𝐅𝐫𝐞𝐞 vi\u{200b}agra at pills.com.");
        assert_eq!(read.words, ["check", "out", "my", "channel", "§", "please", "free", "viagra", "at", "§"]);
        assert_eq!(read.links, ["https://www.Tube.example/x", "pills.com"]);
        assert_eq!(read.rest.trim(), "Check OUT my channels: please! Free viagra at");
    }

    #[test]
    fn links_of_markdown_and_html_are_addresses_once() {
        let markdown = read("See [my site](http://a.example/b) now");
        assert_eq!((markdown.words.join(" "), markdown.links), ("see my site § now".to_owned(), vec!["http://a.example/b".to_owned()]));
        let html = read(r#"<a href="http://a.example/b">http://a.example/b</a>"#);
        assert_eq!((html.words.join(" "), html.links.len()), ("§".to_owned(), 1));
    }

    #[test]
    fn a_dot_makes_no_host_of_two_sentences() {
        for (word, found) in
            [("song.See", None), ("murdev.com", Some(0)), ("a.co/x", Some(0)), ("1.com", None), ("...", None), ("e.g", None)]
        {
            assert_eq!(address(word), found, "{word}");
        }
        assert_eq!(host("https://me@WWW.Example.org:80/x"), "example.org");
    }

    #[test]
    fn chinese_is_read_sign_by_sign() {
        assert_eq!(read("加微信免费").words, ["加", "微", "信", "免", "费"]);
    }

    #[test]
    fn a_megabyte_is_read_in_part() {
        let read = read(&"buy 💊 now ".repeat(100_000));
        assert!(read.words.len() == MOST_WORDS && read.rest.chars().count() <= LONGEST + 1);
    }
}
