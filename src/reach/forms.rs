//! The form for what feeds, robots and language models are told.

use crate::{
    site::{
        SiteSettings,
        reach::{MOST_ENTRIES, ROBOTS, Reach},
    },
    web::form::FormErrors,
};
use serde::Deserialize;
use validator::Validate;

/// What an admin types.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct ReachForm {
    /// `full` or `summary`.
    pub texts: String,
    /// A number.
    pub entries: String,
    /// An address, or empty.
    #[validate(length(max = 500, message = "Shorten the address of the hub to 500 characters."))]
    pub hub: String,
    /// robots.txt without its sitemap.
    #[validate(length(max = 20_000, message = "Shorten robots.txt to 20,000 characters; crawlers read no more than 500 kB of one."))]
    pub robots: String,
    /// `on`, or nothing.
    pub llms: String,
    /// Markdown.
    #[validate(length(max = 20_000, message = "Shorten the words for language models to 20,000 characters."))]
    pub llms_intro: String,
    /// `on`, or nothing.
    pub share_pictures: String,
}

impl ReachForm {
    /// The form filled with what is stored; robots.txt as it is sent.
    pub fn of(reach: &Reach) -> ReachForm {
        ReachForm {
            texts: if reach.full_text { "full" } else { "summary" }.to_owned(),
            entries: reach.entries.to_string(),
            hub: reach.hub.clone(),
            robots: if reach.robots.is_empty() { ROBOTS.to_owned() } else { reach.robots.clone() },
            llms: if reach.llms { "on" } else { "" }.to_owned(),
            llms_intro: reach.llms_intro.clone(),
            share_pictures: if reach.share_pictures { "on" } else { "" }.to_owned(),
        }
    }

    /// Turns what was typed into settings on top of those that are stored, or says what to mend.
    pub fn check(&self, stored: &SiteSettings) -> Result<SiteSettings, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        let entries = self.entries.parse().ok().filter(|count| (1..=MOST_ENTRIES).contains(count)).unwrap_or_else(|| {
            errors.add("entries", format!("Give a whole number from 1 to {MOST_ENTRIES}."));
            1
        });
        if !self.hub.is_empty() && !is_web_address(&self.hub) {
            errors.add("hub", "Give the full address of the hub, such as https://hub.example.org/, or leave it empty.");
        }
        let robots = self.robots.replace("\r\n", "\n");
        if let Some((number, line)) = strange_line(&robots) {
            errors.add(
                "robots",
                format!("Line {number} is no rule: “{}”. A rule is a name, a colon and a value, such as Disallow: /drafts.", short(line)),
            );
        }
        let reach = Reach {
            full_text: self.texts != "summary",
            entries,
            hub: self.hub.clone(),
            robots: if robots.trim() == ROBOTS.trim() { String::new() } else { robots },
            llms: !self.llms.is_empty(),
            llms_intro: self.llms_intro.replace("\r\n", "\n"),
            share_pictures: !self.share_pictures.is_empty(),
        };
        errors.unless_any(SiteSettings { reach, ..stored.clone() })
    }
}

fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        rest.starts_with(|sign: char| sign.is_alphanumeric() || sign == '[')
            && !text.chars().any(|sign| sign.is_whitespace() || sign.is_control() || "<>\"".contains(sign))
    })
}

/// The first line that is neither a rule (RFC 9309, 2.2) nor a comment, and its number.
fn strange_line(robots: &str) -> Option<(usize, &str)> {
    robots.lines().enumerate().map(|(place, line)| (place + 1, line)).find(|(_, line)| {
        let rule = line.split('#').next().unwrap_or("").trim();
        !rule.is_empty() && !is_field(rule)
    })
}

fn is_field(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| {
        let name = name.trim();
        !name.is_empty() && name.chars().all(|sign| sign.is_ascii_alphabetic() || sign == '-')
    })
}

fn short(line: &str) -> String {
    line.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ReachForm {
        ReachForm::of(&Reach::default())
    }

    #[test]
    fn the_form_as_it_is_shown_changes_nothing() {
        let stored = SiteSettings::default();
        assert_eq!(form().check(&stored).unwrap(), stored);
    }

    #[test]
    fn a_line_that_is_no_rule_is_named() {
        let wrong = ReachForm { robots: "User-agent: *\n# all\n\nDisallow /x".into(), ..form() };
        let errors = wrong.check(&SiteSettings::default()).unwrap_err();
        assert!(errors.on("robots")[0].starts_with("Line 4 is no rule: “Disallow /x”"), "{errors:?}");
    }

    #[test]
    fn a_hub_is_a_full_address() {
        let with = |hub: &str| ReachForm { hub: hub.into(), ..form() }.check(&SiteSettings::default()).is_ok();
        assert!(with("") && with("https://hub.example.org/") && with("http://[::1]:80/"));
        assert!(!with("hub.example.org") && !with("javascript:alert(1)") && !with("https://a b") && !with("https://\"><script>"));
    }
}
