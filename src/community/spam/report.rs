//! How well the filter does, measured on comments that others have sorted; and the counts that the program ships.
//!
//! Each file is a source of its own (the comments under one video). What is told of one was learnt from all others, the threshold
//! included: the lowest at which, in ten parts of what was learnt from, of 100 that are held [`AIM`] were spam, each part judged by the other nine.
//! `mainstay spam report` and `scripts/spam-report` print it.

use super::{
    Sent,
    bayes::{self, Counts, Learnt, THRESHOLD},
    prior::Prior,
    reading::ADDRESS,
    tokens::{self, Token},
};
use crate::error::AnyResult;
use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
    fs,
    path::Path,
};

/// The share of spam among what is held that a threshold is chosen for. One in a hundred more than asked of others than those it was chosen on.
pub const AIM: f64 = 0.99;

/// Parts of a cross-validation, and how often everything is parted anew.
const PARTS: usize = 10;
const ROUNDS: usize = 3;

/// What a token must be seen to be shipped, and how many are.
const SEEN: u32 = 4;
const SHIPPED: usize = 5000;

/// A comment as it is counted.
struct Sample {
    tokens: Vec<Token>,
    is_spam: bool,
}

/// The comments of one file.
pub struct Source {
    name: String,
    samples: Vec<Sample>,
}

/// Reads every `*.csv` of a folder that has the columns `content` and `spam` (0 or 1).
pub fn read(folder: &Path) -> AnyResult<Vec<Source>> {
    let mut paths: Vec<_> = fs::read_dir(folder)?.map(|item| item.map(|item| item.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "csv"));
    paths.sort();
    let sources = paths.iter().map(|path| {
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Source { name, samples: samples(&fs::read_to_string(path)?)? })
    });
    let sources: Vec<Source> = sources.collect::<AnyResult<_>>()?;
    if sources.len() < 2 {
        return Err(format!(
            "{} holds fewer than two files of comments; each must be a CSV with the columns content and spam",
            folder.display()
        )
        .into());
    }
    Ok(sources)
}

fn samples(text: &str) -> AnyResult<Vec<Sample>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize::<(String, u8)>();
    let sample = |(text, spam): (String, u8)| {
        let tokens = tokens::of(&Sent { text: &text, ..Sent::default() });
        Sample { tokens, is_spam: spam == 1 }
    };
    Ok(rows.map(|row| row.map(sample)).collect::<Result<_, _>>()?)
}

fn learnt_from<'a>(samples: impl Iterator<Item = &'a Sample>) -> Learnt {
    let mut learnt = Learnt::default();
    let count = |counts: &mut Counts, is_spam: bool| if is_spam { counts.spam += 1.0 } else { counts.wanted += 1.0 };
    for sample in samples {
        count(&mut learnt.totals, sample.is_spam);
        for token in &sample.tokens {
            count(learnt.tokens.entry(token.hash).or_default(), sample.is_spam);
        }
    }
    learnt
}

/// The sum of evidence of each, and whether it is spam.
fn judged<'a>(samples: impl Iterator<Item = &'a Sample>, learnt: &Learnt) -> Vec<(f64, bool)> {
    samples.map(|sample| (bayes::sum(&bayes::evidence(&sample.tokens, learnt)), sample.is_spam)).collect()
}

/// Each judged by what was learnt from the other parts.
fn cross_validated(samples: &[&Sample]) -> Vec<(f64, bool)> {
    let mut all = Vec::new();
    for round in 0..ROUNDS {
        let mut order: Vec<usize> = (0..samples.len()).collect();
        order.sort_by_key(|place| Token::new(&format!("{round} {place}")).hash); // an order that is no order, and the same each time
        for part in 0..PARTS {
            let pick = |is_in: bool| {
                let chosen = order.iter().enumerate().filter(move |(at, _)| (at % PARTS == part) == is_in);
                chosen.map(move |(_, place)| samples[*place])
            };
            all.extend(judged(pick(true), &learnt_from(pick(false))));
        }
    }
    all
}

/// The lowest threshold from which on that share of what is held is spam.
fn threshold(judged: &[(f64, bool)], aim: f64) -> f64 {
    let mut sorted = judged.to_vec();
    sorted.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut spam, mut lowest) = (0_usize, f64::INFINITY);
    for (place, (sum, is_spam)) in sorted.iter().enumerate() {
        spam += usize::from(*is_spam);
        let is_last_of_its_sum = sorted.get(place + 1).is_none_or(|(next, _)| next < sum);
        if is_last_of_its_sum && spam as f64 >= aim * (place + 1) as f64 {
            lowest = *sum;
        }
    }
    lowest
}

/// What a threshold makes of what was judged.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measured {
    /// Spam that is held.
    pub caught: usize,
    /// Wanted that is held.
    pub wronged: usize,
    /// Spam that is not.
    pub missed: usize,
}

impl Measured {
    fn of(judged: &[(f64, bool)], threshold: f64) -> Measured {
        let count =
            |is_held: bool, is_spam: bool| judged.iter().filter(|(sum, spam)| (*sum >= threshold) == is_held && *spam == is_spam).count();
        Measured { caught: count(true, true), wronged: count(true, false), missed: count(false, true) }
    }

    fn plus(self, other: Measured) -> Measured {
        Measured { caught: self.caught + other.caught, wronged: self.wronged + other.wronged, missed: self.missed + other.missed }
    }

    /// The share of spam among what is held.
    pub fn precision(self) -> f64 {
        self.caught as f64 / (self.caught + self.wronged).max(1) as f64
    }

    /// The share of what is held among the spam.
    pub fn recall(self) -> f64 {
        self.caught as f64 / (self.caught + self.missed).max(1) as f64
    }

    fn row(self) -> String {
        format!("{:.3} | {:.3} | {} | {} | {}", self.precision(), self.recall(), self.caught, self.wronged, self.missed)
    }
}

/// What is counted, by the kinds of tokens.
const VARIANTS: &[(&str, &str)] =
    &[("single words", "w"), ("and words in a row", "wbt"), ("and hosts", "wbthu"), ("and features: as it is", "wbthuf")];

/// The report, in Markdown.
pub fn report(sources: &[Source]) -> AnyResult<String> {
    let mut text = String::from("Each source judged by what was learnt from the others, at a threshold chosen on the others.\n\n");
    writeln!(
        text,
        "| counted | held out | threshold | precision | recall | spam held | wanted held | spam missed |\n|---|---|---|---|---|---|---|---|"
    )?;
    for (name, kinds) in VARIANTS {
        let sources: Vec<Source> = sources.iter().map(|source| source.only(kinds)).collect();
        let mut all = Measured::default();
        for held_out in 0..sources.len() {
            let (threshold, measured) = of_one(&sources, held_out);
            writeln!(text, "| {name} | {} | {threshold:.2} | {} |", sources[held_out].name, measured.row())?;
            all = all.plus(measured);
        }
        writeln!(text, "| {name} | **all of them** | | {} |", all.row())?;
    }
    let everything: Vec<&Sample> = sources.iter().flat_map(|source| &source.samples).collect();
    let parted = cross_validated(&everything);
    let chosen = threshold(&parted, AIM);
    let at = Measured::of(&parted, THRESHOLD);
    writeln!(
        text,
        "\nAll sources together, in {PARTS} parts, {ROUNDS} times: the threshold would be {chosen:.2}, and is {THRESHOLD:.2}; precision {:.3}, recall {:.3}.",
        at.precision(),
        at.recall()
    )?;
    let shipped = as_shipped(sources);
    writeln!(
        text,
        "Before any decision words alone hold nothing. By the counts of the others alone, as the program ships them, it would be precision {:.3}, recall {:.3}.",
        shipped.precision(),
        shipped.recall()
    )?;
    Ok(text)
}

fn of_one(sources: &[Source], held_out: usize) -> (f64, Measured) {
    let others: Vec<&Sample> =
        sources.iter().enumerate().filter(|(at, _)| *at != held_out).flat_map(|(_, source)| &source.samples).collect();
    let threshold = threshold(&cross_validated(&others), AIM);
    let judged = judged(sources[held_out].samples.iter(), &learnt_from(others.into_iter()));
    (threshold, Measured::of(&judged, threshold))
}

/// Each source judged by the counts of the others alone, at the threshold of the program.
fn as_shipped(sources: &[Source]) -> Measured {
    let one = |held_out: usize| {
        let others: Vec<&Source> = sources.iter().enumerate().filter(|(at, _)| *at != held_out).map(|(_, source)| source).collect();
        let learnt = Learnt::default().with_prior(&Prior::parse(&shipped_counts(&others)));
        Measured::of(&judged(sources[held_out].samples.iter(), &learnt), THRESHOLD)
    };
    (0..sources.len()).map(one).fold(Measured::default(), Measured::plus)
}

impl Source {
    fn only(&self, kinds: &str) -> Source {
        let of_kind = |token: &&Token| token.text.starts_with(|kind: char| kinds.contains(kind));
        let sample = |sample: &Sample| Sample { tokens: sample.tokens.iter().filter(of_kind).cloned().collect(), is_spam: sample.is_spam };
        Source { name: self.name.clone(), samples: self.samples.iter().map(sample).collect() }
    }
}

/// The lines of `prior.txt`, without its remarks.
fn shipped_counts(sources: &[&Source]) -> String {
    let (mut totals, mut counts) = ([0_u32; 2], HashMap::<&str, [u32; 2]>::new());
    for sample in sources.iter().flat_map(|source| &source.samples) {
        totals[usize::from(sample.is_spam)] += 1;
        for token in sample.tokens.iter().filter(|token| is_shipped(&token.text)) {
            counts.entry(&token.text).or_default()[usize::from(sample.is_spam)] += 1;
        }
    }
    // Most often first, so that what is cut off is what was seen least.
    let mut kept: Vec<(&str, [u32; 2])> = counts.into_iter().filter(|(_, [wanted, spam])| wanted + spam >= SEEN).collect();
    kept.sort_by_key(|(text, [wanted, spam])| (std::cmp::Reverse(wanted + spam), *text));
    let kept: BTreeMap<&str, [u32; 2]> = kept.into_iter().take(SHIPPED).collect();
    let lines = kept.iter().map(|(text, [wanted, spam])| format!("{spam}\t{wanted}\t{text}\n"));
    format!("{}\t{}\n{}", totals[1], totals[0], lines.collect::<String>())
}

/// Words, and how something is written. What leads elsewhere and who sends it is another matter on each site.
fn is_shipped(token: &str) -> bool {
    let (kind, rest) = token.split_once(':').unwrap_or(("", token));
    match kind {
        "w" | "b" | "t" => !rest.contains(ADDRESS),
        "f" => !rest.contains("link"),
        _ => false,
    }
}

/// The file of counts that the program ships, with where they come from.
pub fn prior(sources: &[Source]) -> String {
    format!("{NOTICE}{}", shipped_counts(&sources.iter().collect::<Vec<_>>()))
}

const NOTICE: &str = "\
# Counts of words in comments sorted by hand, which the spam filter begins with. No comment is in here, only in how many of them a
# word stood: spam, wanted, word, with tabs between; first of all the totals. Made by `mainstay spam prior`; do not edit.
# Derived from three of the five files of the YouTube Spam Collection by T. C. Alberto, J. V. Lochter and T. A. Almeida (TubeSpam: Comment
# Spam Filtering on YouTube, ICMLA 2015), UCI Machine Learning Repository, https://archive.ics.uci.edu/ml/datasets/YouTube+Spam+Collection,
# licensed under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/). Changed: counted, and what stood in few comments left out.
";

#[cfg(test)]
mod tests {
    use super::*;

    /// Comments of our own: what is wanted asks and thanks, what is not sells.
    const WANTED: [&str; 6] = [
        "Thank you, this explained the pool to me.",
        "How does this change behind a proxy?",
        "I measured the same with our database, thank you.",
        "There is a mistake in the third figure, I think.",
        "This explained why our queue was slow.",
        "Does the advice change for writes?",
    ];
    const SPAM: [&str; 6] = [
        "Cheap pills online http://pills.example/buy",
        "Earn money online, visit http://money.example/now",
        "FREE followers!!! http://followers.example",
        "Buy cheap followers http://followers.example/buy",
        "Visit my site http://pills.example for cheap pills",
        "Earn FREE money!!! http://money.example",
    ];

    fn source(name: &str) -> Source {
        let csv = |text: &&str, spam: u8| format!("\"{text}\",{spam}\n");
        let rows: String = WANTED.iter().map(|text| csv(text, 0)).chain(SPAM.iter().map(|text| csv(text, 1))).collect();
        Source { name: name.to_owned(), samples: samples(&format!("content,spam\n{rows}")).expect("well formed") }
    }

    #[test]
    fn what_is_learnt_is_told_apart() {
        let one = source("one");
        let learnt = learnt_from(one.samples.iter());
        let of = |text: &str| {
            let tokens = tokens::of(&Sent { text, ..Sent::default() });
            bayes::sum(&bayes::evidence(&tokens, &learnt))
        };
        assert!(of("Buy cheap pills at http://other.example") > 1.0, "{}", of("Buy cheap pills at http://other.example"));
        assert!(of("Thank you, I think this explained it.") < -1.0, "{}", of("Thank you, I think this explained it."));
    }

    #[test]
    fn a_threshold_is_the_lowest_that_holds_what_it_should() {
        let judged = [(3.0, true), (2.0, true), (1.0, false), (0.5, true), (0.1, false)];
        assert_eq!(threshold(&judged, 0.99), 2.0);
        assert_eq!(threshold(&judged, 0.75), 0.5);
        assert_eq!(threshold(&[(1.0, false)], 0.9), f64::INFINITY);
        let at = Measured::of(&judged, 0.5);
        assert_eq!((at.caught, at.wronged, at.missed), (3, 1, 0));
        assert_eq!((at.precision(), Measured::of(&judged, 2.0).recall()), (0.75, 2.0 / 3.0));
    }

    #[test]
    fn the_report_tells_of_each_source() {
        let text = report(&[source("one"), source("two")]).expect("written");
        assert_eq!(text.matches("| one |").count(), VARIANTS.len());
        assert!(text.contains("**all of them**") && text.contains("precision"), "{text}");
    }

    #[test]
    fn what_is_shipped_is_counts_only() {
        let text = prior(&[source("one"), source("two"), source("three")]);
        let read = Prior::parse(&text);
        assert_eq!((read.totals.spam, read.totals.wanted), (18.0, 18.0));
        assert_eq!(read.tokens[&Token::new("w:cheap").hash], Counts { wanted: 0.0, spam: 9.0 });
        assert!(text.contains("CC BY 4.0") && !text.contains("third figure"), "{text}");
    }
}
