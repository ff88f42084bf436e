//! The publish gate: named checks that look at a draft whenever it is saved, and before a person lets visitors see it.
//!
//! A check is a unit struct in a file of its own; the rooms list theirs, and `app::CHECKS` the rooms' lists. What a check does
//! with its findings (off, warn, block) is a level for each kind of entry: proposed by the check, changed in the admin
//! (table `gate_rules`). The gate is asked in one place, `model::release`.

pub mod checks;
mod subject;
#[cfg(test)]
mod tests;

pub use subject::{Known, Subject};

use super::model::{
    entry::{EntryId, Kind},
    gate::{Level, Rule, Rules},
    revision::Draft,
};
use crate::{app::CHECKS, db::Conn, error::AppResult, markup::Place, web::form::FormErrors};
use diesel::QueryResult;

/// Findings of one check that are told; of more, only how many.
const TOLD: usize = 10;

/// Something that a good page has, or has not.
pub trait Check: Sync {
    /// Names it in the database and the journal; never changes.
    fn key(&self) -> &'static str;

    /// The name shown.
    fn name(&self) -> &'static str;

    /// What it looks for and why, in a sentence.
    fn explanation(&self) -> &'static str;

    /// The kinds of entries it is for.
    fn kinds(&self) -> &'static [Kind] {
        Kind::ALL
    }

    /// Its level for a kind until somebody changes it.
    fn proposed(&self, _kind: Kind) -> Level {
        Level::Warn
    }

    /// Everything that is to be mended, in the order of the text. Has seen all it may ask: it runs no query.
    fn run(&self, subject: &Subject) -> Vec<Fault>;
}

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, as a sentence without its full stop.
    pub what: String,
    /// How to mend it, in whole sentences.
    pub mend: String,
    /// Where.
    pub passage: Passage,
}

impl Fault {
    /// A fault at some place.
    pub fn at(passage: Passage, what: impl Into<String>, mend: impl Into<String>) -> Fault {
        Fault { what: what.into(), mend: mend.into(), passage }
    }
}

/// Where something is to be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passage {
    /// In the body.
    Body(Place),
    /// At a field of the form, by its name.
    Field(&'static str),
    /// Nowhere in particular.
    Whole,
}

/// A fault, and what follows from it.
pub struct Finding {
    /// Who found it.
    pub check: &'static dyn Check,
    /// Never `Off`.
    pub level: Level,
    /// What it is.
    pub fault: Fault,
}

impl Finding {
    /// Whether nothing is published until it is mended.
    pub fn blocks(&self) -> bool {
        self.level == Level::Block
    }
}

/// What the gate says of a draft.
#[derive(Default)]
pub struct Report {
    /// What blocks comes first.
    pub findings: Vec<Finding>,
    /// How many checks found nothing.
    pub passed: usize,
}

impl Report {
    /// How many findings block.
    pub fn blocks(&self) -> usize {
        self.findings.iter().filter(|finding| finding.blocks()).count()
    }

    /// The keys of the checks that block, each once.
    pub fn blocking_checks(&self) -> Vec<&'static str> {
        let mut keys: Vec<&'static str> = self.findings.iter().filter(|it| it.blocks()).map(|it| it.check.key()).collect();
        keys.dedup(); // findings of a check stand together
        keys
    }

    /// What blocks, as errors of the editor's form: each names the place where the editor shows the finding.
    pub fn refusal(&self) -> FormErrors {
        let mut errors = FormErrors::none();
        for (place, finding) in self.findings.iter().enumerate().filter(|(_, finding)| finding.blocks()) {
            errors.add(anchor(place), format!("{}.", finding.fault.what));
        }
        errors
    }
}

/// The id of a finding on the editor's page.
pub fn anchor(place: usize) -> String {
    format!("gate-{:02}", place + 1)
}

/// Every check of every room.
pub fn catalogue() -> impl Iterator<Item = &'static dyn Check> {
    CHECKS.iter().flat_map(|room| room.iter().copied())
}

/// Every check with its level for each kind it is for.
pub fn rules(conn: &mut Conn) -> QueryResult<Vec<Rule>> {
    let stored = Rules::load(conn)?;
    let of_check = |check: &'static dyn Check| check.kinds().iter().map(move |kind| (check, *kind));
    let rule = |(check, kind): (&'static dyn Check, Kind)| {
        let proposed = check.proposed(kind);
        Rule { check: check.key(), kind, level: stored.level(check.key(), kind).unwrap_or(proposed), proposed }
    };
    Ok(catalogue().flat_map(of_check).map(rule).collect())
}

/// Runs the checks on a draft of an entry; `own` is the entry, if it has been saved before.
pub fn examine(conn: &mut Conn, kind: Kind, own: Option<EntryId>, draft: &Draft) -> AppResult<Report> {
    let stored = Rules::load(conn)?;
    let levels = catalogue().filter(|check| check.kinds().contains(&kind));
    let levels = levels.map(|check| (check, stored.level(check.key(), kind).unwrap_or_else(|| check.proposed(kind))));
    let wanted: Vec<(&'static dyn Check, Level)> = levels.filter(|(_, level)| *level != Level::Off).collect();
    if wanted.is_empty() {
        return Ok(Report::default());
    }
    Ok(judge(&Subject::load(conn, kind, own, draft)?, &wanted))
}

fn judge(subject: &Subject, wanted: &[(&'static dyn Check, Level)]) -> Report {
    let mut report = Report::default();
    for (check, level) in wanted {
        let mut faults = check.run(subject);
        report.passed += usize::from(faults.is_empty());
        if faults.len() > TOLD {
            let more = faults.len() - TOLD;
            faults.truncate(TOLD);
            let what = format!("{}: {more} more", check.name());
            faults.push(Fault::at(Passage::Whole, what, "They are told when these are mended."));
        }
        report.findings.extend(faults.into_iter().map(|fault| Finding { check: *check, level: *level, fault }));
    }
    report.findings.sort_by_key(|finding| !finding.blocks());
    report
}
