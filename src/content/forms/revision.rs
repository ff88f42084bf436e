//! The name of a revision.

use crate::web::form::FormErrors;
use serde::Deserialize;

/// What somebody types.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct NameForm {
    /// Empty takes the name away.
    pub name: String,
}

impl NameForm {
    /// The name on one line, or what to mend.
    pub fn check(&self) -> Result<String, FormErrors> {
        let name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.chars().count() > 120 {
            return Err(FormErrors::one("name", "Shorten the name to 120 characters."));
        }
        Ok(name)
    }

    /// What was done, in a sentence.
    pub fn said(&self, number: i32) -> String {
        match self.check().unwrap_or_default() {
            name if name.is_empty() => format!("Took the name of revision {number} away."),
            name => format!("Named revision {number} “{name}”. It is kept for good."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_at_most_120_characters() {
        let of = |name: &str| NameForm { name: name.to_owned() }.check();
        assert_eq!(of(" before  the\nlaunch 🚀 ").as_deref(), Ok("before the launch 🚀"));
        assert_eq!(of(&"é".repeat(120)).map(|name| name.chars().count()), Ok(120));
        assert!(of(&"é".repeat(121)).is_err());
    }
}
