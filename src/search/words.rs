//! The words of a text as the search knows them: folded to small ASCII letters, so that neither case nor accents matter.
//!
//! Scripts that write words without blanks (Chinese, Japanese, Korean, Thai and their neighbours) are cut into pairs of signs, each pair a
//! word of the hexadecimal numbers of its signs; MySQL's parser for these is not in MariaDB. `C++`, `C#` and `1.95` are words of their
//! own. InnoDB leaves words of one or two letters and its stop words out of an index, so these are [`stored`] longer than they are.

use std::ops::Range;

/// The longest word, in letters; what is longer is cut.
pub const LONGEST: usize = 40;

/// Words that stand in nearly every English text, those of InnoDB's own list among them: they are only looked for in titles.
const STOP_WORDS: &[&str] = &[
    "a", "about", "an", "and", "are", "as", "at", "be", "by", "com", "de", "en", "for", "from", "how", "i", "in", "is", "it", "its", "la",
    "of", "on", "or", "that", "the", "this", "to", "und", "was", "what", "when", "where", "who", "will", "with", "www",
];

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Folded: small ASCII letters and digits, `_` between the numbers of a version.
    pub term: String,
}

/// Whether it is a word that nearly every text has.
pub fn is_stop_word(term: &str) -> bool {
    STOP_WORDS.binary_search(&term).is_ok()
}

/// The word as the index has it: of at least three letters, and none that InnoDB leaves out.
pub fn stored(term: &str) -> String {
    if term.len() >= 3 && !is_stop_word(term) {
        return term.to_owned();
    }
    let longer = format!("{term}_");
    format!("{longer:_<4}")
}

/// The word as texts have it, of one that the index has.
pub fn spoken(stored: &str) -> &str {
    stored.trim_end_matches('_')
}

/// The words of a text in their order. A pair of signs stands where it begins; the last sign of such a run is a word too.
pub fn of(text: &str) -> Vec<Word> {
    those(text, |_| true)
}

/// The same without words that surely are none of those looked for, which are not even folded: `may_be` is asked with the first sign of
/// each that is written in ASCII.
pub fn those(text: &str, may_be: impl Fn(u8) -> bool) -> Vec<Word> {
    let (mut words, mut at) = (Vec::new(), 0);
    while let Some(run) = next(text, at) {
        at = run.range.end;
        let raw = &text[run.range.clone()];
        let first = raw.as_bytes()[0].to_ascii_lowercase();
        if run.is_dense {
            pairs(raw, run.range.start, &mut words);
        } else if !first.is_ascii() || may_be(first) {
            spaced(raw, run.range.start, &mut words);
        }
    }
    words
}

/// A word, or signs that are words without blanks.
struct Run {
    range: Range<usize>,
    is_dense: bool,
}

/// The first one from there on.
fn next(text: &str, from: usize) -> Option<Run> {
    let start = from + text[from..].find(char::is_alphanumeric)?;
    let rest = &text[start..];
    let is_dense = rest.chars().next().is_some_and(is_dense);
    let end = if is_dense { rest.find(|sign: char| !self::is_dense(sign)).unwrap_or(rest.len()) } else { end_of_word(rest) };
    Some(Run { range: start..start + end, is_dense })
}

/// Whether these words follow each other in a text.
pub fn hold(text: &str, phrase: &[String]) -> bool {
    let Some((first, rest)) = phrase.split_first() else { return true };
    if phrase.iter().any(|term| is_pair(term)) {
        let all: Vec<String> = sequence(text).into_iter().map(|word| word.term).collect();
        return all.windows(phrase.len()).any(|some| some == phrase);
    }
    let is = |run: &Run, term: &String| {
        let raw = &text[run.range.clone()];
        let sign = raw.as_bytes()[0].to_ascii_lowercase();
        !run.is_dense && (!sign.is_ascii() || term.as_bytes().first() == Some(&sign)) && folded(raw) == *term
    };
    let is_shown = |run: &Run| run.is_dense || text.as_bytes()[run.range.start].is_ascii() || !folded(&text[run.range.clone()]).is_empty();
    let mut at = 0;
    while let Some(run) = next(text, at) {
        at = run.range.end;
        if !is(&run, first) {
            continue;
        }
        let mut behind = at;
        let follows = rest.iter().all(|term| {
            let word = std::iter::from_fn(|| next(text, behind).inspect(|run| behind = run.range.end)).find(is_shown);
            word.is_some_and(|word| is(&word, term))
        });
        if follows {
            return true;
        }
    }
    false
}

/// The words as they follow each other: without the last sign of a run, which stands in a pair already, and shorter forms of a version.
pub fn sequence(text: &str) -> Vec<Word> {
    let mut end = 0;
    let mut words = of(text);
    words.retain(|word| {
        let is_new = word.range.end > end;
        end = word.range.end;
        is_new
    });
    words
}

/// The folded words alone.
pub fn terms(text: &str) -> Vec<String> {
    of(text).into_iter().map(|word| word.term).collect()
}

/// Whether the word is a pair of signs, or one, of a script without blanks.
pub fn is_pair(term: &str) -> bool {
    let digits = |part: &str| (3..=6).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    term.strip_prefix('u').is_some_and(|rest| rest.split('u').all(digits))
}

/// Scripts whose words are not set apart by blanks, or that are written in syllables.
fn is_dense(sign: char) -> bool {
    matches!(u32::from(sign),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3041..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af
        | 0xf900..=0xfaff | 0xff66..=0xff9d | 0x20000..=0x3ffff)
        && sign.is_alphanumeric()
}

/// Marks that change the letter before them, and signs that show nothing: they belong to the word they stand in.
fn is_mark(sign: char) -> bool {
    matches!(u32::from(sign),
        0xad | 0x0300..=0x036f | 0x0483..=0x0489 | 0x0591..=0x05c7 | 0x0610..=0x061a | 0x064b..=0x065f | 0x0670 | 0x06d6..=0x06ed
        | 0x200c..=0x200d | 0x20d0..=0x20ff | 0xfe00..=0xfe0f)
}

/// Where the word ends with which the text begins.
fn end_of_word(text: &str) -> usize {
    let mut signs = text.char_indices().peekable();
    let (mut end, mut before, mut letters) = (0, ' ', 0);
    while let Some((at, sign)) = signs.next() {
        let next = signs.peek().map_or(' ', |(_, next)| *next);
        let inside = sign.is_alphanumeric() && !is_dense(sign)
            || is_mark(sign)
            || matches!(sign, '\'' | '’') && next.is_alphabetic()
            || sign == '.' && before.is_ascii_digit() && next.is_ascii_digit();
        if !inside {
            break;
        }
        (end, before, letters) = (at + sign.len_utf8(), sign, letters + 1);
    }
    let rest = &text[end..];
    let plus = rest.starts_with("++") && !rest[2..].starts_with(char::is_alphanumeric);
    let sharp = letters == 1 && rest.starts_with('#') && !rest[1..].starts_with(char::is_alphanumeric);
    end + if plus { 2 } else { usize::from(sharp) }
}

fn spaced(raw: &str, at: usize, words: &mut Vec<Word>) {
    let term = folded(raw);
    if term.is_empty() {
        return;
    }
    // Whoever looks for 1.95 means 1.95.1 too.
    let range = at..at + raw.len();
    let mut dots = term.match_indices('_').skip(1).map(|(dot, _)| dot);
    let shorter = dots.next().map(|dot| Word { range: range.clone(), term: term[..dot].to_owned() });
    words.push(Word { range, term });
    words.extend(shorter);
}

/// A word without case, accents and what stands inside it.
fn folded(raw: &str) -> String {
    let plain = raw.trim_end_matches(['+', '#']);
    let spoken = match raw.as_bytes().last() {
        Some(b'+') => "plusplus",
        Some(b'#') => "sharp",
        _ => "",
    };
    let plain = plain.strip_suffix("'s").or_else(|| plain.strip_suffix("’s")).unwrap_or(plain);
    let mut term = String::with_capacity(raw.len());
    for sign in plain.chars() {
        match sign {
            '.' => term.push('_'),
            _ if sign.is_ascii_alphanumeric() => term.push(sign.to_ascii_lowercase()),
            _ if sign.is_ascii() || is_mark(sign) => {}
            _ => {
                let letters = deunicode::deunicode_char(sign).unwrap_or("").bytes().filter(u8::is_ascii_alphanumeric);
                term.extend(letters.map(|byte| char::from(byte.to_ascii_lowercase())));
            }
        }
    }
    term.push_str(spoken);
    term.truncate(LONGEST);
    term
}

fn pairs(run: &str, at: usize, words: &mut Vec<Word>) {
    let signs: Vec<(usize, char)> = run.char_indices().collect();
    let number = |sign: char| format!("u{:x}", u32::from(sign));
    for pair in signs.windows(2) {
        let [(start, one), (second, two)] = [pair[0], pair[1]];
        let range = at + start..at + second + two.len_utf8();
        words.push(Word { range, term: number(one) + &number(two) });
    }
    if let Some((start, last)) = signs.last() {
        words.push(Word { range: at + start..at + start + last.len_utf8(), term: number(*last) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_scripts_do_not_matter() {
        assert_eq!(terms("Größe, CAFÉ cafe\u{301} Ærø"), ["grosse", "cafe", "cafe", "aero"]);
        assert_eq!(terms("Привет Αθήνα"), ["privet", "athena"]);
        assert_eq!(terms("Don't Rust's O’Neill's"), ["dont", "rust", "oneill"]);
    }

    #[test]
    fn names_of_languages_and_versions_are_words() {
        assert_eq!(terms("C++ and C# (F#), a+b x++y"), ["cplusplus", "and", "csharp", "fsharp", "a", "b", "x", "y"]);
        assert_eq!(terms("Rust 1.95.1, 2.0. End"), ["rust", "1_95_1", "1_95", "2_0", "end"]);
        assert_eq!(terms("actix-web serde_json"), ["actix", "web", "serde", "json"]);
    }

    #[test]
    fn signs_without_blanks_are_cut_into_pairs() {
        assert_eq!(terms("日本語"), ["u65e5u672c", "u672cu8a9e", "u8a9e"]);
        assert_eq!(terms("a字b"), ["a", "u5b57", "b"]);
        assert_eq!(sequence("日本語 1.95.1").into_iter().map(|word| word.term).collect::<Vec<_>>(), ["u65e5u672c", "u672cu8a9e", "1_95_1"]);
        let word = &of("日本")[0];
        assert_eq!(&"日本"[word.range.clone()], "日本");
        assert!(is_pair("u65e5u672c") && is_pair("u8a9e") && !is_pair("user") && !is_pair("unu"));
    }

    #[test]
    fn words_that_follow_each_other_are_found_in_any_writing() {
        let text = "Über den Größen: don’t stop, C++ 1.95.1 and 日本語 x. The pool's end, the pool is 字 deep";
        for phrase in
            ["uber den grossen", "dont stop cplusplus", "cplusplus 1_95_1 and", "pool end the pool is", "deep", "u65e5u672c u672cu8a9e"]
        {
            let phrase: Vec<String> = phrase.split(' ').map(str::to_owned).collect();
            let all: Vec<String> = sequence(text).into_iter().map(|word| word.term).collect();
            assert!(all.windows(phrase.len()).any(|some| some == &phrase[..]) && hold(text, &phrase), "{phrase:?}");
        }
        for phrase in ["is deep", "den grosse", "pool deep", "and x", "end deep", "on t"] {
            let phrase: Vec<String> = phrase.split(' ').map(str::to_owned).collect();
            assert!(!hold(text, &phrase), "{phrase:?}");
        }
    }

    #[test]
    fn words_that_begin_otherwise_are_left_out() {
        let some: Vec<String> = those("The pool, a queue; été 字", |sign| sign == b'p').into_iter().map(|word| word.term).collect();
        assert_eq!(some, ["pool", "ete", "u5b57"]);
    }

    #[test]
    fn every_range_is_the_word_in_the_text() {
        let text = "🦀 Ferris’s «Über» C++ 日本語 1.95 \u{1F469}\u{200d}\u{1F680} مرحبا";
        for word in of(text) {
            assert!(!text[word.range.clone()].trim().is_empty(), "{word:?}");
            assert!(word.term.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{word:?}");
        }
    }

    #[test]
    fn what_innodb_leaves_out_is_stored_longer() {
        assert_eq!(["a", "go", "the", "about", "pool"].map(stored), ["a___", "go__", "the_", "about_", "pool"]);
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn nonsense_has_no_words_and_long_words_are_cut() {
        for nonsense in ["", " \u{0} ", "+-*\"()<>~@", "🦀🦀", "\u{301}\u{301}"] {
            assert_eq!(terms(nonsense), [] as [&str; 0], "{nonsense:?}");
        }
        assert_eq!(terms(&"x".repeat(500))[0].len(), LONGEST);
    }
}
