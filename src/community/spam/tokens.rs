//! What of a contribution is counted: words, pairs and triples of words, hosts and words of addresses, the name, features.
//!
//! The kind stands before a colon: `w` a word, `b` two in a row, `t` three, `h` a host, `u` a word of an address, `n` a word of the
//! name, `m` the host of the mail address, `f` a feature. Each counts once, however often it occurs.

use super::{
    Sent, features,
    reading::{self, Reading},
};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// Characters of a token that are kept.
const LONGEST: usize = 80;

/// Something that is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The key of its row: the first 63 bits of the SHA-256 of its text, never 0.
    pub hash: i64,
    /// Its kind, a colon, and what it is; at most 80 characters.
    pub text: String,
}

impl Token {
    /// The token of that text.
    pub fn new(text: &str) -> Token {
        let text: String = text.chars().take(LONGEST).collect();
        let digest = Sha256::digest(&text);
        let first = digest.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        Token { hash: i64::try_from(first >> 1).unwrap_or(i64::MAX).max(1), text }
    }
}

/// The tokens of a contribution: about a thousand at most, whatever was sent.
pub fn of(sent: &Sent<'_>) -> Vec<Token> {
    let reading = reading::read(sent.text);
    let mut texts: Vec<String> = features::of(sent, &reading).iter().map(|name| format!("f:{name}")).collect();
    texts.extend(of_sender(sent));
    texts.extend(reading.links.iter().flat_map(|link| of_address(link)));
    texts.extend(of_words(&reading));
    let mut seen = HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    texts.iter().map(|text| Token::new(text)).collect()
}

/// Single words, and those in a row with the beginning and the end of the text.
fn of_words(reading: &Reading) -> Vec<String> {
    let mut texts: Vec<String> = reading.words.iter().map(|word| format!("w:{word}")).collect();
    let whole: Vec<&str> = std::iter::once("^").chain(reading.words.iter().map(String::as_str)).chain(std::iter::once("$")).collect();
    texts.extend(whole.windows(2).map(|pair| format!("b:{}", pair.join(" "))));
    texts.extend(whole.windows(3).map(|three| format!("t:{}", three.join(" "))));
    texts
}

fn of_address(link: &str) -> Vec<String> {
    let host = reading::host(link);
    let mut texts = vec![format!("h:{host}")];
    let labels: Vec<&str> = host.split('.').collect();
    if labels.len() > 2 {
        texts.push(format!("h:{}", labels[labels.len() - 2..].join(".")));
    }
    let small = link.to_lowercase();
    let words = small.split(|sign: char| !sign.is_ascii_lowercase()).filter(|word| word.len() >= 3);
    texts.extend(words.take(12).map(|word| format!("u:{}", &word[..word.len().min(12)])));
    texts
}

fn of_sender(sent: &Sent<'_>) -> Vec<String> {
    let mut texts: Vec<String> = reading::words(sent.name, 8).into_iter().map(|word| format!("n:{word}")).collect();
    if let Some((_, host)) = sent.email.rsplit_once('@') {
        texts.push(format!("m:{}", host.to_lowercase()));
    }
    if !sent.website.is_empty() {
        texts.extend(of_address(sent.website));
    }
    texts
}

/// A token in words for people.
pub fn told(text: &str) -> String {
    let (kind, rest) = text.split_once(':').unwrap_or(("w", text));
    match kind {
        "f" => features::told(rest),
        "h" => format!("links to {rest}"),
        "u" => format!("“{rest}” in an address"),
        "n" => format!("“{rest}” in the name"),
        "m" => format!("mail from {rest}"),
        _ => format!("“{}”", quoted(rest)),
    }
}

/// Words in a row: the ends of a text as dots, an address as such, a word that may go on with dots behind it.
fn quoted(words: &str) -> String {
    let shown = words.split(' ').map(|word| match word {
        "^" | "$" => "…".to_owned(),
        reading::ADDRESS => "(link)".to_owned(),
        word if word.chars().count() >= reading::STEM => format!("{word}…"),
        word => word.to_owned(),
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn texts(text: &str) -> Vec<String> {
        of(&Sent { text, ..Sent::default() }).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_are_counted_alone_and_in_a_row() {
        let found = texts("Subscribe to me");
        for token in ["w:subscri", "b:^ subscri", "b:to me", "t:subscri to me", "t:to me $", "f:links=0"] {
            assert!(found.iter().any(|one| one == token), "{token} in {found:?}");
        }
        assert_eq!(found.iter().filter(|one| *one == "w:to").count(), 1);
    }

    #[test]
    fn addresses_names_and_hosts_are_counted() {
        let sent = Sent { name: "Cheap Pills", email: "a@Pills.example", website: "https://shop.pills.example/buy-now", ..Sent::default() };
        let found: Vec<String> = of(&sent).into_iter().map(|token| token.text).collect();
        for token in ["n:cheap", "m:pills.example", "h:shop.pills.example", "h:pills.example", "u:buy", "f:website"] {
            assert!(found.iter().any(|one| one == token), "{token} in {found:?}");
        }
    }

    #[test]
    fn a_key_stays_what_it_is() {
        // Keys lie in the database.
        assert_eq!(Token::new("w:free"), Token::new("w:free"));
        assert_ne!(Token::new("w:free").hash, Token::new("w:freed").hash);
        assert!(Token::new(&"𝕬".repeat(500)).text.chars().count() == LONGEST && Token::new("").hash > 0);
    }

    #[test]
    fn a_megabyte_is_done_at_once_whatever_is_in_it() {
        for piece in ["buy 💊 now http://a.example/b ", "<a href=", "\u{1F1E6}", "加", "&#", "<b ", "a.com/"] {
            let text = piece.repeat(1_000_000 / piece.len());
            let begun = Instant::now();
            let found = of(&Sent { text: &text, name: &text, email: &text, website: &text, ..Sent::default() });
            assert!(found.len() < 2000 && begun.elapsed() < Duration::from_secs(2), "{piece}: {} in {:?}", found.len(), begun.elapsed());
        }
    }

    #[test]
    fn tokens_are_told_in_words() {
        assert_eq!((told("t:^ check §").as_str(), told("w:subscri").as_str()), ("“… check (link)”", "“subscri…”"));
        assert_eq!((told("h:x.example").as_str(), told("f:links=1").as_str()), ("links to x.example", "one link"));
    }
}
