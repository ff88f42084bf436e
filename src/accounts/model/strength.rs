//! Which new passwords are good enough.
//!
//! At least 12 characters and at most 128, of any script; none of the 10,000 commonest, also not with a few signs around it;
//! nothing that others know of its owner; and hard to guess by zxcvbn's measure (score 3 of 4). The list is the beginning of the
//! one by frequency in zxcvbn (Dropbox and Joshua Holmer, MIT), which was drawn from leaked passwords.

use super::password::normal;
use std::{collections::HashSet, sync::LazyLock};
use zxcvbn::{
    Score,
    feedback::Warning::{self, *},
    zxcvbn,
};

/// Characters that a password has at least.
pub const SHORTEST: usize = 12;
/// Characters that a password has at most.
pub const LONGEST: usize = 128;
/// Characters that are measured, from the first on: what follows makes no password worse, and zxcvbn tries every way to read `4@8(`
/// as letters, which takes seconds for a hundred of them.
const MEASURED: usize = 32;
/// Signs around a common password that do not make it a better one.
const GARNISH: usize = 6;

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// How good a password is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    /// From 0, guessed at once, to 4.
    pub score: u8,
    /// What is wrong with it, in a sentence that says what to do; `None`: it is taken.
    pub fault: Option<&'static str>,
}

/// What is wrong with a new password, in a sentence.
pub fn fault(password: &str, email: &str, name: &str) -> Option<&'static str> {
    strength(password, email, name).fault
}

/// Measures a password. It must not be what others know of its owner. Takes a few milliseconds, at worst some tens.
pub fn strength(password: &str, email: &str, name: &str) -> Strength {
    let password = normal(password);
    let length = password.chars().count();
    let refused = |score, sentence| Strength { score, fault: Some(sentence) };
    if length < SHORTEST {
        return refused(0, "Use at least 12 characters. Four unrelated words make a good password.");
    }
    if length > LONGEST {
        return refused(0, "Shorten the password to 128 characters.");
    }
    let known = [email, email.split('@').next().unwrap_or(""), name];
    if known.iter().any(|known| plain(&password) == plain(known)) {
        return refused(0, "Your name or address is no password. Choose something that nobody knows.");
    }
    if is_common(&password) {
        return refused(0, "This is one of the passwords that are tried first. Choose four unrelated words instead.");
    }
    let head: String = password.chars().take(MEASURED).collect();
    let measured = zxcvbn(&head, &inputs(&known));
    let score = u8::from(measured.score());
    let why = measured.feedback().and_then(|feedback| feedback.warning());
    Strength { score, fault: (measured.score() < Score::Three).then(|| sentence(why)) }
}

/// What others know, and each of its words.
fn inputs<'a>(known: &[&'a str]) -> Vec<&'a str> {
    let words = known.iter().flat_map(|text| text.split(|sign: char| !sign.is_alphanumeric()));
    words.filter(|word| word.chars().count() > 2).chain(known.iter().copied()).chain(["mainstay"]).take(50).collect()
}

fn plain(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether it is on the list as it is, or with digits and signs before or after it.
fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let core = lower.trim_matches(|sign: char| !sign.is_alphabetic());
    let garnish = lower.chars().count() - core.chars().count();
    COMMON.contains(lower.as_str()) || garnish <= GARNISH && COMMON.contains(core)
}

fn sentence(why: Option<Warning>) -> &'static str {
    match why {
        Some(StraightRowsOfKeysAreEasyToGuess | ShortKeyboardPatternsAreEasyToGuess) => {
            "Rows of keys are easy to guess. Add a few unrelated words."
        }
        Some(RepeatsLikeAaaAreEasyToGuess | RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess) => {
            "What repeats is easy to guess. Add a few unrelated words."
        }
        Some(SequencesLikeAbcAreEasyToGuess) => "Sequences such as abc or 6543 are easy to guess. Add a few unrelated words.",
        Some(RecentYearsAreEasyToGuess | DatesAreOftenEasyToGuess) => "Dates and years are easy to guess. Add a few unrelated words.",
        Some(NamesAndSurnamesByThemselvesAreEasyToGuess | CommonNamesAndSurnamesAreEasyToGuess) => {
            "Names are easy to guess. Add a few unrelated words."
        }
        Some(ThisIsATop10Password | ThisIsATop100Password | ThisIsACommonPassword | ThisIsSimilarToACommonlyUsedPassword) => {
            "This is close to a password that many use. Choose four unrelated words instead."
        }
        Some(AWordByItselfIsEasyToGuess) | None => "This is too easy to guess. Add another word or two that have nothing to do with it.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn of(password: &str) -> Option<&'static str> {
        fault(password, "ada.lovelace@example.org", "Ada King Lovelace")
    }

    #[test]
    fn short_long_and_known_passwords_are_refused() {
        for bad in ["", "elevensigns", &"🐎".repeat(11), &"x".repeat(129), "Ada.Lovelace@example.org", "adalovelace!", "ada king lovelace"]
        {
            assert!(of(bad).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn common_passwords_are_refused_with_a_few_signs_around_them_too() {
        assert_eq!(COMMON.len(), 10_000);
        for bad in ["qwerty123456", "Password!2024", "1qaz2wsx3edc4rfv", "123456Dragon", "COUNTERSTRIKE", "sunshine 1999"] {
            assert_eq!(of(bad), Some("This is one of the passwords that are tried first. Choose four unrelated words instead."), "{bad:?}");
        }
    }

    #[test]
    fn what_zxcvbn_finds_easy_is_refused_with_a_sentence() {
        for (bad, why) in [
            ("aaaaaaaaaaaaaaaaaaaa", "What repeats"),
            ("abcdefghijklmnop", "Sequences"),
            ("mainstay2026", "too easy"),
            ("zxcvbnm,./asdfgh", "Rows of keys"),
        ] {
            assert!(of(bad).is_some_and(|said| said.contains(why)), "{bad:?}: {:?}", of(bad));
        }
    }

    #[test]
    fn good_ones_are_taken_whatever_their_script_and_length() {
        for good in [
            "four unrelated words",
            "correct horse battery staple",
            "Ünämbarer Löffel schwimmt",
            "дождь над старым маяком",
            "七頭の青い馬が海を渡る夜に歌う",
        ] {
            assert_eq!(of(good), None, "{good:?}");
        }
        let long: String = "the lamp on the quay burns low while seven gulls argue about herring, tar and rope; nobody listens, and the tide goes out again today".chars().take(128).collect();
        assert_eq!((long.chars().count(), of(&long)), (128, None));
    }

    #[test]
    fn nothing_that_is_typed_takes_long() {
        let begun = Instant::now();
        for hostile in [
            "4@8({[<369&!1/|0$5+7%2".repeat(6),
            "aB3$".repeat(32),
            "1999".repeat(32),
            "qwertz".repeat(21),
            "a1!".repeat(42),
            "\u{301}".repeat(128),
        ] {
            let hostile: String = hostile.chars().take(128).collect();
            let once = Instant::now();
            let _ = of(&hostile);
            assert!(once.elapsed() < Duration::from_secs(2), "{hostile:?} took {:?}", once.elapsed());
        }
        assert!(begun.elapsed() < Duration::from_secs(8));
    }
}
