//! In which language an entry is, and in which others it can be read, as its page says it.

use super::ShowEntry;
use crate::{content::model::translation::Version, site::language};

impl ShowEntry {
    /// The version in the language of the site, for readers of any other.
    pub(super) fn fallback(&self) -> Option<&Version> {
        self.spoken.versions.iter().find(|version| version.language == self.page.site.language)
    }

    /// The other versions.
    pub(super) fn others(&self) -> impl Iterator<Item = &Version> {
        self.spoken.others(self.entry.address())
    }

    /// Whether it can be read in other languages.
    pub(super) fn has_versions(&self) -> bool {
        !self.spoken.versions.is_empty()
    }

    /// Its language as Open Graph has it.
    pub(super) fn locale(&self) -> Option<String> {
        language::open_graph(self.page.spoken())
    }

    /// Those of the others.
    pub(super) fn locales(&self) -> Vec<String> {
        let own = self.locale();
        let mut all: Vec<String> = self.others().filter_map(|version| language::open_graph(&version.language)).collect();
        all.retain(|one| Some(one) != own.as_ref());
        all.dedup();
        all
    }
}
