//! Where visitors of an entry are led that goes off the site.

use crate::web::form::FormErrors;
use serde::Deserialize;

/// What somebody wishes for them.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Elsewhere {
    /// A path of the site or a full address; empty: they are told that there is no page.
    pub elsewhere: String,
    /// Whether the links to it are rewritten.
    pub relink: bool,
}

impl Elsewhere {
    /// Links cannot be rewritten to nowhere.
    pub fn check(&self) -> Result<(), FormErrors> {
        if self.relink && self.elsewhere.is_empty() {
            return Err(FormErrors::one("elsewhere", "Type where the links are to lead, or take away the tick below."));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Elsewhere;

    #[test]
    fn links_are_rewritten_to_somewhere() {
        let form = |elsewhere: &str, relink| Elsewhere { elsewhere: elsewhere.to_owned(), relink };
        assert!(form("", false).check().is_ok() && form("/x", true).check().is_ok() && form("", true).check().is_err());
    }
}
