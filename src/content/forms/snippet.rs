//! The form of a snippet.

use super::entry;
use crate::{
    content::model::snippet::Snippet,
    markup::{self, LONGEST_SNIPPET_NAME},
    web::form::FormErrors,
};
use serde::Deserialize;

/// The longest text, in bytes of UTF-8; it stands in many others.
const LONGEST_BODY: usize = 64_000;

/// What somebody types.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct SnippetForm {
    /// What texts call it by; empty: nothing was typed.
    pub name: String,
    /// Markdown.
    pub body: String,
}

impl SnippetForm {
    /// The form filled with what is stored.
    pub fn of(snippet: &Snippet) -> SnippetForm {
        SnippetForm { name: snippet.name.clone(), body: snippet.body.clone() }
    }

    /// With paths in place of full addresses of this site.
    pub fn at_home(self, base_url: &str) -> SnippetForm {
        SnippetForm { body: entry::at_home(self.body, base_url), ..self }
    }

    /// Says what to mend, if anything.
    pub fn check(&self) -> Result<(), FormErrors> {
        let mut errors = FormErrors::none();
        if !markup::is_slug(&self.name) || self.name.len() > LONGEST_SNIPPET_NAME {
            errors.add("name", "Use at most 60 lower-case letters a to z, digits and hyphens, such as opening-hours.");
        }
        if self.body.is_empty() {
            errors.add("body", "Write what is to stand in the texts.");
        }
        if self.body.len() > LONGEST_BODY {
            errors.add("body", "This text is longer than 64,000 characters. Make it an entry, and link to that.");
        }
        if let Some(nested) = markup::snippet_names(&self.body).first() {
            let sentence = format!("A snippet has no other snippets in it. Write out what “{nested}” says, or take it away.");
            errors.add("body", sentence);
        }
        if markup::has_footnotes(&self.body) {
            errors.add("body", "A snippet has no footnotes: their numbers are the texts' own. Write the note into the sentence.");
        }
        errors.unless_any(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_slug_and_a_text_stands_by_itself() {
        let wrong = |name: &str, body: &str| {
            let form = SnippetForm { name: name.to_owned(), body: body.to_owned() };
            form.check().err().map(|errors| errors.fields().map(|(field, _)| field.to_owned()).collect::<Vec<_>>()).unwrap_or_default()
        };
        assert_eq!(wrong("opening-hours", "We open at **nine**.\n\n`{{ snippet: x }}`"), [] as [&str; 0]);
        assert_eq!(wrong("", ""), ["body", "name"]);
        for name in ["Öffnung", "a b", "-a", &"x".repeat(61)] {
            assert_eq!(wrong(name, "x"), ["name"], "{name}");
        }
        for body in ["{{ snippet: a }}", "a[^1]\n\n[^1]: b", &"🎈".repeat(16_001)] {
            assert_eq!(wrong("a", body), ["body"]);
        }
    }
}
