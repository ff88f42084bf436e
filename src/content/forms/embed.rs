//! The forms of embeds: who is asked, and a provider of the site's own.

use crate::{
    content::{
        embed::{pattern::Pattern, shipped},
        model::embed::provider::{NewProvider, Provider},
    },
    site::embeds::Embeds,
    web::form::FormErrors,
};
use reqwest::Url;
use serde::Deserialize;

/// The most patterns of one provider, and the longest that they are together, in bytes.
const MOST_PATTERNS: usize = 30;
const LONGEST_PATTERNS: usize = 2000;
/// The longest name, in characters.
const LONGEST_NAME: usize = 60;
/// The longest address, in bytes.
const LONGEST_ENDPOINT: usize = 500;

/// Who is asked, of those that the program knows.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct EmbedSettingsForm {
    /// Whether anybody is.
    pub on: bool,
    /// Keys of those who are.
    pub shipped: Vec<String>,
}

impl EmbedSettingsForm {
    /// As settings; every choice is one.
    pub fn chosen(&self) -> Embeds {
        let without = shipped::ALL.iter().filter(|one| !self.shipped.iter().any(|key| key == one.key));
        Embeds { on: self.on, without: without.map(|one| one.key.to_owned()).collect() }
    }
}

/// What somebody types of a provider.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct EmbedProviderForm {
    /// Its name.
    pub name: String,
    /// Patterns, one a line.
    pub patterns: String,
    /// Where it is asked.
    pub endpoint: String,
}

impl EmbedProviderForm {
    /// The form filled with what is stored.
    pub fn of(provider: &Provider) -> EmbedProviderForm {
        EmbedProviderForm { name: provider.name.clone(), patterns: provider.patterns.clone(), endpoint: provider.endpoint.clone() }
    }

    /// The provider that is wanted, or what to mend.
    pub fn check(&self) -> Result<NewProvider, FormErrors> {
        let mut errors = FormErrors::none();
        if self.name.is_empty() || self.name.chars().count() > LONGEST_NAME {
            errors.add("name", format!("Give it a name of at most {LONGEST_NAME} characters."));
        }
        let patterns: Vec<&str> = self.patterns.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if patterns.is_empty() {
            errors.add("patterns", "Write which addresses it knows, such as https://video.example/watch/*.");
        }
        if patterns.len() > MOST_PATTERNS || self.patterns.len() > LONGEST_PATTERNS {
            errors.add("patterns", format!("Write at most {MOST_PATTERNS} patterns, and 2,000 characters."));
        }
        for told in patterns.iter().filter_map(|pattern| Pattern::parse(pattern).err()).take(3) {
            errors.add("patterns", told);
        }
        if !is_endpoint(&self.endpoint) {
            errors.add("endpoint", "Give the full address at which it is asked, such as https://video.example/oembed.");
        }
        errors.unless_any(NewProvider { name: self.name.clone(), patterns: patterns.join("\n"), endpoint: self.endpoint.clone() })
    }
}

/// Whether questions can be sent there: a page of the web without name and password, and without a fragment.
fn is_endpoint(text: &str) -> bool {
    let Ok(url) = Url::parse(&text.replace("{format}", "json")) else { return false };
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    text.len() <= LONGEST_ENDPOINT && matches!(url.scheme(), "http" | "https") && is_plain && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> EmbedProviderForm {
        let text = |text: &str| text.to_owned();
        EmbedProviderForm {
            name: text("Our films"),
            patterns: text("https://films.example/*\n\n  https://*.films.example/w/*"),
            endpoint: text("https://films.example/oembed.{format}"),
        }
    }

    #[test]
    fn a_provider_has_a_name_patterns_and_an_address() {
        let provider = form().check().unwrap();
        assert_eq!(provider.patterns, "https://films.example/*\nhttps://*.films.example/w/*");
        let wrong = |form: EmbedProviderForm| {
            form.check().err().map(|errors| errors.fields().map(|(field, _)| field.to_owned()).collect::<Vec<_>>()).unwrap_or_default()
        };
        assert_eq!(wrong(EmbedProviderForm::default()), ["endpoint", "name", "patterns"]);
        assert_eq!(wrong(EmbedProviderForm { name: "𝕏".repeat(61), ..form() }), ["name"]);
        for patterns in ["films.example", "https://*/x", &"https://films.example/*\n".repeat(31)] {
            assert_eq!(wrong(EmbedProviderForm { patterns: patterns.to_owned(), ..form() }), ["patterns"], "{patterns}");
        }
        let long = format!("https://films.example/{}", "x".repeat(500));
        for endpoint in
            ["films.example", "javascript:alert(1)", "https://me:x@films.example/", "https://films.example/#x", "https://a b/", &long]
        {
            assert_eq!(wrong(EmbedProviderForm { endpoint: endpoint.to_owned(), ..form() }), ["endpoint"], "{endpoint}");
        }
    }

    #[test]
    fn whoever_is_not_ticked_is_not_asked() {
        let all: Vec<String> = shipped::ALL.iter().map(|one| one.key.to_owned()).collect();
        let chosen = |shipped: &[String]| EmbedSettingsForm { on: true, shipped: shipped.to_vec() }.chosen();
        assert_eq!(chosen(&all), Embeds::default());
        assert_eq!(chosen(&all[1..]).without, [all[0].clone()]);
        assert_eq!(chosen(&["nobody".to_owned()]).without, all);
    }
}
