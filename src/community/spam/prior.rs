//! What the filter knows before anybody has decided anything: counts from comments that others have sorted.
//!
//! `prior.txt` holds counts only, of tokens that stood in several comments; where they come from and under which licence stands at its
//! top. It is made by `mainstay spam prior`. Comments under music videos are not comments under articles: there a link is nearly always
//! spam, and thanks are asked for more often than given. So nothing about links is in it, it weighs little ([`WEIGHT`]), less with each
//! decision ([`HALVED_BY`]), and by itself it makes spam of nothing ([`bayes::is_experienced`](super::bayes::is_experienced)).

use super::{bayes::Counts, tokens::Token};
use std::{collections::HashMap, sync::OnceLock};

/// What one of its comments counts beside a decision of one's own.
const WEIGHT: f64 = 0.1;

/// Decisions after which it counts half of that.
const HALVED_BY: f64 = 200.0;

/// The file.
const FILE: &str = include_str!("prior.txt");

/// Counts that the program brings along.
#[derive(Debug, Clone, Default)]
pub struct Prior {
    /// How many comments they come from.
    pub totals: Counts,
    /// Counts by the key of a token.
    pub tokens: HashMap<i64, Counts>,
}

impl Prior {
    /// Reads a file: `spam<TAB>wanted<TAB>token` on each line, first of all for the totals, without a token. Lines with `#` are
    /// remarks; what cannot be read is passed over.
    pub fn parse(text: &str) -> Prior {
        let mut prior = Prior::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.splitn(3, '\t');
            let mut number = || cells.next().and_then(|cell| cell.parse().ok());
            let (Some(spam), Some(wanted)) = (number(), number()) else { continue };
            let counts = Counts { wanted, spam };
            if let Some(token) = cells.next() {
                prior.tokens.insert(Token::new(token).hash, counts);
            } else {
                prior.totals = counts;
            }
        }
        prior
    }

    /// What each of its comments counts beside so many decisions.
    pub fn weight(&self, decisions: Counts) -> f64 {
        WEIGHT * HALVED_BY / (HALVED_BY + decisions.all())
    }
}

/// That of the program.
pub fn shipped() -> &'static Prior {
    static PRIOR: OnceLock<Prior> = OnceLock::new();
    PRIOR.get_or_init(|| Prior::parse(FILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read() {
        let prior = Prior::parse("# remark\n10\t20\n3\t0\tw:free\nnonsense\n1\t2\tb:a b\n");
        assert_eq!(prior.totals, Counts { wanted: 20.0, spam: 10.0 });
        assert_eq!(prior.tokens[&Token::new("b:a b").hash], Counts { wanted: 2.0, spam: 1.0 });
        assert_eq!(prior.tokens.len(), 2);
    }

    #[test]
    fn the_one_of_the_program_is_there_named_and_bounded() {
        let prior = shipped();
        assert!(prior.totals.spam > 100.0 && prior.totals.wanted > 100.0);
        assert!((300..6000).contains(&prior.tokens.len()), "{}", prior.tokens.len());
        assert!(FILE.len() < 150_000 && FILE.starts_with('#') && FILE.contains("CC BY 4.0"));
        assert!(prior.tokens.values().all(|counts| counts.spam <= prior.totals.spam && counts.wanted <= prior.totals.wanted));
    }

    #[test]
    fn it_weighs_less_with_each_decision() {
        let weight = |all: f64| shipped().weight(Counts { wanted: all / 2.0, spam: all / 2.0 });
        assert_eq!((weight(0.0), weight(HALVED_BY)), (WEIGHT, WEIGHT / 2.0));
        assert!(weight(10_000.0) < WEIGHT / 50.0);
    }
}
