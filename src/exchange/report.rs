//! What an import did, for the one who ran it.

use std::io::{self, Write};

/// What became of the files.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Report {
    /// New entries.
    pub created: usize,
    /// Entries whose file has changed.
    pub updated: usize,
    /// Entries whose file has not changed.
    pub unchanged: usize,
    /// Pictures and other files that are kept.
    pub kept: usize,
    /// Old addresses that lead to an entry now.
    pub redirects: usize,
    /// File, and why it is no entry.
    pub skipped: Vec<(String, String)>,
    /// File, and the address it got because the one it asks for is taken.
    pub renamed: Vec<(String, String)>,
    /// File, and a link in it that leads nowhere.
    pub unresolved: Vec<(String, String)>,
    /// File, and something to look at.
    pub notes: Vec<(String, String)>,
}

impl Report {
    /// Markdown files that were looked at.
    pub fn files(&self) -> usize {
        self.imported() + self.skipped.len()
    }

    /// Files that are entries now.
    pub fn imported(&self) -> usize {
        self.created + self.updated + self.unchanged
    }

    /// Writes it in columns; `rehearsed`: nothing was changed.
    pub fn write(&self, out: &mut impl Write, rehearsed: bool) -> io::Result<()> {
        if rehearsed {
            writeln!(out, "A rehearsal: nothing was changed. The import would do this:")?;
        }
        let counts = [
            ("Created", self.created),
            ("Updated", self.updated),
            ("Unchanged", self.unchanged),
            ("Skipped", self.skipped.len()),
            ("Files kept", self.kept),
            ("Old addresses", self.redirects),
            ("Renamed", self.renamed.len()),
            ("Unresolved links", self.unresolved.len()),
        ];
        for (name, count) in counts {
            writeln!(out, "{name:<18}{count:>7}")?;
        }
        section(out, "Skipped", &self.skipped)?;
        section(out, "Renamed, because the address was taken", &self.renamed)?;
        section(out, "Links that could not be resolved", &self.unresolved)?;
        section(out, "Worth a look", &self.notes)
    }
}

fn section(out: &mut impl Write, heading: &str, rows: &[(String, String)]) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}")?;
    let width = rows.iter().map(|(file, _)| file.chars().count()).max().unwrap_or(0).min(60);
    rows.iter().try_for_each(|(file, what)| writeln!(out, "  {file:<width$}  {what}"))
}

/// At most `most` characters; what is cut ends with `…`.
pub fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_names_what_needs_a_look() {
        let report = Report { created: 2, skipped: vec![("a.md".to_owned(), "its YAML cannot be read".to_owned())], ..Report::default() };
        let mut out = Vec::new();
        report.write(&mut out, true).expect("written");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(
            text.contains("Created                 2\n")
                && text.contains("Skipped\n  a.md  its YAML cannot be read\n")
                && text.contains("rehearsal")
        );
        assert!(!text.contains("Links that could not"));
    }

    #[test]
    fn texts_are_cut_at_characters() {
        assert_eq!([shorten("äöü", 3), shorten("äöüß", 3)], ["äöü", "äö…"]);
    }
}
