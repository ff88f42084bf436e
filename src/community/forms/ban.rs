//! The form of a ban.

use crate::{
    community::model::ban::BanKind,
    web::{bots, form::FormErrors},
};
use serde::Deserialize;
use std::net::IpAddr;

/// Whom to keep out.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct BanForm {
    /// A word of [`BanKind`].
    pub kind: String,
    /// Whom.
    pub value: String,
    /// Why.
    pub note: String,
}

/// A ban that can be stored: kind, whom, why.
pub type Wanted = (BanKind, String, String);

impl BanForm {
    /// What is wanted, or what to mend.
    pub fn check(&self) -> Result<Wanted, FormErrors> {
        let mut errors = FormErrors::none();
        let kind = BanKind::from_word(&self.kind).unwrap_or_else(|| {
            errors.add("kind", "Choose what to ban.");
            BanKind::Words
        });
        let value = canonical(kind, self.value.split_whitespace().collect::<Vec<_>>().join(" ").as_str()).unwrap_or_else(|sentence| {
            errors.add("value", sentence);
            String::new()
        });
        if self.note.chars().count() > 200 {
            errors.add("note", "Shorten the note to 200 characters.");
        }
        errors.unless_any((kind, value, self.note.clone()))
    }
}

/// As it is compared later; or a sentence that says what to give.
fn canonical(kind: BanKind, typed: &str) -> Result<String, &'static str> {
    let ip = || typed.split('/').next().unwrap_or("").parse::<IpAddr>().map(|ip| ip.to_canonical());
    let lower = typed.to_lowercase();
    match kind {
        BanKind::Address => ip().map(|ip| ip.to_string()).map_err(|_| "Give an address of the net such as 203.0.113.9 or 2001:db8::1."),
        BanKind::Network => ip().map(bots::network).map_err(|_| "Give an address within the network, such as 203.0.113.0 or 2001:db8::."),
        BanKind::Email if (3..=190).contains(&lower.len()) && lower.contains('@') => Ok(lower),
        BanKind::Email => Err("Give a mail address such as eve@example.org, or @example.org for everybody there."),
        BanKind::Words if (3..=190).contains(&lower.chars().count()) => Ok(lower),
        BanKind::Words => Err("Give words of three characters or more, 190 at most: shorter ones stand in nearly every text."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, value: &str) -> Option<String> {
        BanForm { kind: kind.into(), value: value.into(), ..BanForm::default() }.check().ok().map(|(_, value, _)| value)
    }

    #[test]
    fn each_kind_is_stored_as_it_is_compared() {
        assert_eq!(check("address", " 203.0.113.9 ").as_deref(), Some("203.0.113.9"));
        assert_eq!(check("network", "203.0.113.77/24").as_deref(), Some("203.0.113.0/24"));
        assert_eq!(check("network", "2001:db8:1:2::3").as_deref(), Some("2001:db8:1::/48"));
        assert_eq!(check("email", "@Spam.Example").as_deref(), Some("@spam.example"));
        assert_eq!(check("words", "Cheap  Pills").as_deref(), Some("cheap pills"));
        for (kind, value) in [("address", "x"), ("network", ""), ("email", "eve"), ("words", "ab"), ("", "abc")] {
            assert_eq!(check(kind, value), None, "{kind} {value}");
        }
    }
}
