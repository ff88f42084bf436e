//! The form of the publish gate.

use super::super::model::gate::{Level, Rule};
use crate::web::form::FormErrors;
use serde::Deserialize;

/// A level for each check and kind, under the names of [`field`]. What is not there stays as it is.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(transparent)]
pub struct GateForm(Vec<(String, String)>);

/// The name of the field of a rule.
pub fn field(rule: &Rule) -> String {
    format!("{}-{}", rule.check, rule.kind)
}

impl GateForm {
    /// The rules with the levels that were chosen, or what to mend.
    pub fn check(&self, rules: &[Rule]) -> Result<Vec<Rule>, FormErrors> {
        let mut errors = FormErrors::none();
        let chosen = rules.iter().map(|rule| {
            let name = field(rule);
            match self.0.iter().find(|(known, _)| *known == name) {
                None => *rule,
                Some((_, word)) => Level::from_word(word).map_or_else(
                    || {
                        errors.add(name, "Choose off, warn or block.");
                        *rule
                    },
                    |level| Rule { level, ..*rule },
                ),
            }
        });
        let chosen = chosen.collect();
        errors.unless_any(chosen)
    }

    /// The rules as they were chosen, as far as that can be read.
    pub fn sketch(&self, rules: &[Rule]) -> Vec<Rule> {
        let level = |rule: &Rule| self.0.iter().find(|(known, _)| *known == field(rule)).and_then(|(_, word)| Level::from_word(word));
        rules.iter().map(|rule| Rule { level: level(rule).unwrap_or(rule.level), ..*rule }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::model::entry::Kind;

    const RULES: [Rule; 2] = [
        Rule { check: "dead_links", kind: Kind::Post, level: Level::Warn, proposed: Level::Warn },
        Rule { check: "dead_links", kind: Kind::Page, level: Level::Off, proposed: Level::Warn },
    ];

    fn form(fields: &[(&str, &str)]) -> GateForm {
        GateForm(fields.iter().map(|(name, word)| ((*name).to_owned(), (*word).to_owned())).collect())
    }

    #[test]
    fn what_is_not_sent_stays_as_it_is() {
        let chosen = form(&[("dead_links-post", "block"), ("unknown-post", "off")]).check(&RULES).expect("right");
        assert_eq!(chosen.iter().map(|rule| rule.level).collect::<Vec<_>>(), [Level::Block, Level::Off]);
    }

    #[test]
    fn a_level_that_there_is_not_is_told_at_its_field() {
        let wrong = form(&[("dead_links-post", "shout"), ("dead_links-page", "block")]);
        let errors = wrong.check(&RULES).expect_err("wrong");
        assert_eq!(errors.fields().collect::<Vec<_>>(), [("dead_links-post", "Choose off, warn or block.")]);
        assert_eq!(wrong.sketch(&RULES).iter().map(|rule| rule.level).collect::<Vec<_>>(), [Level::Warn, Level::Block]);
    }
}
