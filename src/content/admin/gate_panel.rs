//! What the publish gate says, beside the text in the editor.

use super::super::{
    forms::entry::EntryForm,
    gate::{self, Finding, Passage, Report},
    model::{
        entry::{EntryId, Kind},
        revision::Draft,
    },
};
use crate::{
    db::Conn,
    error::AppResult,
    markup::Place,
    site::page::count,
    web::person::{Person, Right},
};

/// The editor's part about the gate.
pub struct GatePanel {
    /// What the checks found; nothing has been looked at before the first save.
    report: Option<Report>,
    /// Whether this person may publish in spite of it.
    pub may_override: bool,
}

impl GatePanel {
    /// Runs the checks on what stands in the form, so that places in the text are those of the text beside them. An empty sheet
    /// is let alone until it has been sent.
    pub fn load(conn: &mut Conn, person: &Person, kind: Kind, own: Option<EntryId>, draft: &Draft, sent: bool) -> AppResult<GatePanel> {
        let report = (own.is_some() || sent).then(|| gate::examine(conn, kind, own, draft)).transpose()?;
        Ok(GatePanel { report, may_override: person.may(Right::OverrideGate) })
    }

    /// Whether the checks have run.
    pub fn has_run(&self) -> bool {
        self.report.is_some()
    }

    /// Every finding with its id.
    pub fn findings(&self) -> Vec<(String, &Finding)> {
        let findings = self.report.iter().flat_map(|report| &report.findings);
        findings.enumerate().map(|(place, finding)| (gate::anchor(place), finding)).collect()
    }

    /// How many findings block.
    pub fn blocks(&self) -> usize {
        self.report.as_ref().map_or(0, Report::blocks)
    }

    /// `2 to mend, 1 blocks publishing`.
    pub fn tally(&self) -> String {
        let all = self.report.as_ref().map_or(0, |report| report.findings.len());
        match (all, self.blocks()) {
            (0, _) => "Nothing to mend".to_owned(),
            (_, 0) => format!("{all} to mend"),
            (_, 1) => format!("{all} to mend, 1 blocks publishing"),
            (_, blocks) => format!("{all} to mend, {blocks} block publishing"),
        }
    }

    /// `9 checks passed`; nothing where none did.
    pub fn passed(&self) -> Option<String> {
        let passed = self.report.as_ref().map_or(0, |report| report.passed);
        (passed > 0).then(|| count(passed as i64, "check passed", "checks passed"))
    }

    /// Class, symbol and word of a finding.
    pub fn look(finding: &Finding) -> (&'static str, &'static str, &'static str) {
        if finding.blocks() { ("is-block", "circle-x", "Blocks publishing:") } else { ("is-warn", "triangle-alert", "To mend:") }
    }

    /// The place in the text at which something is to be mended.
    pub fn place(passage: &Passage) -> Option<&Place> {
        if let Passage::Body(place) = passage { Some(place) } else { None }
    }

    /// The field at which something is to be mended: its name and what it is called on the page.
    pub fn field(passage: &Passage) -> Option<(&'static str, &'static str)> {
        let Passage::Field(name) = passage else { return None };
        let called = match *name {
            "title" => "Title",
            "summary" => "Summary",
            "image_url" => "Picture",
            "image_alt" => "What the picture shows",
            "meta_title" => "Search title",
            "meta_description" => "Description",
            _ => "The field",
        };
        Some((name, called))
    }
}

impl EntryForm {
    /// Why a block does not count this time, if a reason was given.
    pub fn override_reason(&self) -> Option<&str> {
        Some(self.override_reason.as_str()).filter(|reason| !reason.is_empty())
    }
}
