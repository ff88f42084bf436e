//! The form of what is not counted as not found.

use crate::{
    content::model::lost::rules::{LONGEST, MOST, Rules},
    web::form::FormErrors,
};
use serde::Deserialize;

/// One rule a line.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct RulesForm {
    /// The lines.
    pub rules: String,
}

impl RulesForm {
    /// The form filled with what is stored.
    pub fn of(rules: &Rules) -> RulesForm {
        RulesForm { rules: rules.0.join("\n") }
    }

    /// The rules, each once; or what to mend.
    pub fn check(&self) -> Result<Rules, FormErrors> {
        let mut errors = FormErrors::none();
        let mut rules: Vec<String> = Vec::new();
        for line in self.rules.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if !line.starts_with(['/', '*']) {
                errors.add(
                    "rules",
                    format!("“{}” begins neither with a slash nor with an asterisk. Write it as /{line} or *{line}.", shortened(line)),
                );
            } else if line.chars().count() > LONGEST {
                errors.add("rules", format!("“{}…” is longer than {LONGEST} characters. Shorten it with an asterisk.", shortened(line)));
            } else if line.chars().all(|sign| matches!(sign, '*' | '/')) {
                errors.add("rules", format!("“{}” would cover every address, so nothing would be counted. Take it out.", shortened(line)));
            } else if !rules.iter().any(|known| known == line) {
                rules.push(line.to_owned());
            }
        }
        if rules.len() > MOST {
            errors.add("rules", format!("There may be {MOST} rules at most. Put some together with an asterisk."));
        }
        errors.unless_any(Rules(rules))
    }
}

fn shortened(line: &str) -> String {
    line.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rules: &str) -> Result<Rules, FormErrors> {
        RulesForm { rules: rules.to_owned() }.check()
    }

    #[test]
    fn each_rule_counts_once() {
        assert_eq!(check("/a\n\n *.php \n/a\n").map(|rules| rules.0), Ok(vec!["/a".to_owned(), "*.php".to_owned()]));
        assert_eq!(check("").map(|rules| rules.0.len()), Ok(0));
    }

    #[test]
    fn what_covers_everything_or_nothing_is_refused() {
        for rules in ["*", "/*", "a.php", &format!("/{}", "x".repeat(200)), &(0..201).map(|n| format!("/{n}\n")).collect::<String>()] {
            assert!(check(rules).is_err(), "{rules}");
        }
    }
}
