//! What is peculiar about a contribution beside its words: how it is written, by whom, how fast.
//!
//! Each is a short name that is learnt like a word; [`told`] has its words for people.

use super::{
    Sent,
    reading::{self, Reading},
};
use crate::web::bots::is_bot;
use std::collections::HashSet;

/// The features of a contribution, by name.
pub(super) fn of(sent: &Sent<'_>, reading: &Reading) -> Vec<String> {
    let mut found = of_links(reading);
    found.extend(of_writing(reading));
    found.extend(of_sender(sent));
    found
}

fn of_links(reading: &Reading) -> Vec<String> {
    let (links, words) = (reading.links.len(), reading.words.len());
    let mut found = vec![format!("links={}", links.min(3)), format!("length={}", usize::BITS - words.leading_zeros())];
    if links > 0 {
        found.push("link".to_owned());
    }
    if links > 0 && words <= 3 {
        found.push("only-link".to_owned());
    }
    found
}

fn of_writing(reading: &Reading) -> Vec<String> {
    let rest = &reading.rest;
    let (digits, many) = (rest.chars().filter(char::is_ascii_digit).count(), |sign: char| rest.matches(sign).count());
    let mut found = vec![
        format!("capitals={}", capitals(rest)),
        format!("digits={}", step(digits, &[1, 4, 9])),
        format!("exclamation={}", many('!').min(3)),
        format!("question={}", many('?').min(2)),
        format!("lines={}", reading.lines.min(3)),
    ];
    if let Some(varied) = varied(&reading.words) {
        found.push(format!("varied={varied}"));
    }
    let peculiar = [
        ("repeated", has_repeated(rest)),
        ("mixed", rest.split_whitespace().any(mixes_scripts)),
        ("foreign", rest.contains(char::is_alphabetic) && !rest.contains(is_latin)),
        ("money", digits > 0 && rest.contains(['$', '€', '£', '¥'])),
        ("at", rest.contains('@')),
        ("hash", rest.contains('#')),
        ("ampersand", rest.contains('&')),
        ("emoji", rest.contains(is_emoji)),
    ];
    found.extend(peculiar.into_iter().filter(|(_, is_so)| *is_so).map(|(name, _)| name.to_owned()));
    found
}

fn of_sender(sent: &Sent<'_>) -> Vec<String> {
    let mut found = Vec::new();
    if !sent.name.is_empty() {
        found.push(format!("name-words={}", reading::words(sent.name, 9).len().min(4)));
    }
    if let Some(seconds) = sent.seconds {
        found.push(format!("seconds={}", step(usize::try_from(seconds).unwrap_or(0), &[5, 15, 60, 600, 86_400])));
    }
    let peculiar = [
        ("name-link", sent.name.split_whitespace().any(|word| reading::address(word).is_some())),
        ("website", !sent.website.is_empty()),
        ("program", !sent.agent.is_empty() && is_bot(sent.agent)),
    ];
    found.extend(peculiar.into_iter().filter(|(_, is_so)| *is_so).map(|(name, _)| name.to_owned()));
    found
}

/// Which of the steps a number has reached.
fn step(number: usize, steps: &[usize]) -> usize {
    steps.iter().filter(|step| number >= **step).count()
}

/// How many of the letters are capitals: 0 (hardly one) to 4 (nearly all).
fn capitals(text: &str) -> usize {
    let letters = text.chars().filter(|sign| sign.is_alphabetic()).count();
    let capitals = text.chars().filter(|sign| sign.is_uppercase()).count();
    step(100 * capitals / letters.max(1), &[2, 10, 30, 70])
}

/// Different words in four of them.
fn varied(words: &[String]) -> Option<usize> {
    let different: HashSet<&String> = words.iter().collect();
    (!words.is_empty()).then(|| 4 * different.len() / words.len())
}

/// Whether a sign stands four times in a row.
fn has_repeated(text: &str) -> bool {
    let (mut last, mut run) = (' ', 0);
    text.chars().filter(|sign| !sign.is_whitespace()).any(|sign| {
        run = if sign == last { run + 1 } else { 1 };
        last = sign;
        run >= 4
    })
}

/// Whether a word has letters of another alphabet among those that they resemble.
fn mixes_scripts(word: &str) -> bool {
    let other =
        |sign: char| matches!(sign, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{1f00}'..='\u{1fff}') && sign.is_alphabetic();
    word.contains(is_latin) && word.contains(other)
}

fn is_latin(sign: char) -> bool {
    sign.is_alphabetic() && matches!(sign, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

fn is_emoji(sign: char) -> bool {
    matches!(sign, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}')
}

/// A feature in words that end “… speak for spam”.
pub(super) fn told(name: &str) -> String {
    let (name, step) = name.split_once('=').unwrap_or((name, ""));
    let told = match (name, step) {
        ("links", "0") => "no link",
        ("links", "1") => "one link",
        ("links", "2") => "two links",
        ("links", _) => "three links or more",
        ("link", _) => "that it has a link",
        ("only-link", _) => "little else than a link",
        ("length", "0" | "1" | "2") => "a very short text",
        ("length", "3" | "4") => "a short text",
        ("length", _) => "a long text",
        ("capitals", "0" | "1") => "few capitals",
        ("capitals", _) => "many capitals",
        ("digits", "0") => "no digits",
        ("digits", _) => "digits",
        ("exclamation", "0") => "no exclamation mark",
        ("exclamation", _) => "exclamation marks",
        ("question", "0") => "no question",
        ("question", _) => "a question",
        ("lines", "0") => "one paragraph",
        ("lines", _) => "several lines",
        ("varied", "4") => "no word twice",
        ("varied", _) => "words that come again and again",
        ("repeated", _) => "one sign many times in a row",
        ("mixed", _) => "letters of another alphabet within a word",
        ("foreign", _) => "another script",
        ("money", _) => "a sum of money",
        ("at", _) => "an @",
        ("hash", _) => "a #",
        ("ampersand", _) => "an &",
        ("emoji", _) => "emoji",
        ("name-words", "1") => "a name of one word",
        ("name-words", "2") => "a name of two words",
        ("name-words", _) => "a name of many words",
        ("name-link", _) => "an address as a name",
        ("seconds", "0" | "1") => "written within seconds",
        ("seconds", _) => "time taken to write it",
        ("website", _) => "that a website was given",
        ("program", _) => "sent by a program",
        _ => "a feature of an older version",
    };
    told.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(text: &str) -> String {
        of(&Sent { text, ..Sent::default() }, &reading::read(text)).join(" ")
    }

    #[test]
    fn writing_is_described() {
        let found = features("FREE MONEY!!! Get 1000 $ now at http://x.example/ #win 💰💰💰💰");
        for feature in ["links=1", "link", "capitals=3", "digits=2", "exclamation=3", "money", "hash", "emoji", "repeated"] {
            assert!(found.split(' ').any(|one| one == feature), "{feature} in {found}");
        }
        assert!(features("Спасибо за статью").contains("foreign") && features("pаypal").contains("mixed"));
        assert_eq!(features("").split(' ').next(), Some("links=0"));
    }

    #[test]
    fn the_sender_is_described() {
        let sent =
            Sent { name: "Cheap Pills Online Now", website: "https://x.example", agent: "curl/8", seconds: Some(4), ..Sent::default() };
        let found = of(&sent, &reading::read("")).join(" ");
        assert!(found.ends_with("name-words=4 seconds=0 website program"), "{found}");
        assert!(of(&Sent { name: "pills.com", ..Sent::default() }, &reading::read("")).contains(&"name-link".to_owned()));
    }
}
