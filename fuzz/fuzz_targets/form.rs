//! Forms as browsers send them, and as they do not: read, cleaned, checked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mainstay::{
    accounts::forms::{InviteForm, LoginForm, SetupForm},
    site::{SiteSettings, forms::SettingsForm},
    web::form,
};
use mainstay_fuzz::bounded;

fuzz_target!(|body: &[u8]| {
    bounded(|| {
        #[cfg(fuzzing)]
        entries(body);
        let _ = form::parse::<LoginForm>(body, None).map(|form| form.check().is_ok());
        let _ = form::parse::<SetupForm>(body, None).map(|form| form.check().is_ok());
        let _ = form::parse::<InviteForm>(body, None).map(|form| form.check().is_ok());
        let _ = form::parse::<SettingsForm>(body, None).map(|form| form.check(&SiteSettings::default()).is_ok());
        assert!(form::parse::<LoginForm>(body, Some("0123456789abcdef0123456789abcdef-never-in-a-corpus")).is_err());
    });
});

/// The forms of entries, which the crate shows to nobody else.
#[cfg(fuzzing)]
fn entries(body: &[u8]) {
    use mainstay::{
        content::forms::{bulk::BulkForm, entry::EntryForm},
        web::person::{Person, Reach, Role},
    };
    let person = Person {
        id: 7.into(),
        name: "Ada".to_owned(),
        email: "ada@example.org".to_owned(),
        role: Role::Owner,
        scheme: "system".to_owned(),
        reach: Reach::Everything,
    };
    if let Ok(form) = form::parse::<EntryForm>(body, None) {
        if let Ok((draft, _)) = form.check(&person, chrono_tz::Europe::Berlin) {
            assert!(!draft.title.is_empty() && draft.title.chars().count() <= 300 && !draft.title.contains('\0'));
        }
        let _ = form.expiry(chrono_tz::Europe::Berlin);
    }
    let _ = form::parse::<BulkForm>(body, None).map(|form| form.ids());
}
