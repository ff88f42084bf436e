//! Text that goes out to a browser and comes back unread and unchanged, encrypted and signed with the key of the session cookie.

use actix_web::cookie::{Cookie, CookieJar, Key};

/// Seals a text under a name: under another it does not open.
pub fn seal(key: &Key, name: &str, text: String) -> String {
    let mut jar = CookieJar::new();
    jar.private_mut(key).add(Cookie::new(name.to_owned(), text));
    jar.get(name).map_or(String::new(), |cookie| cookie.value().to_owned())
}

/// Opens what [`seal`] made.
pub fn open(key: &Key, name: &str, sealed: &str) -> Option<String> {
    let mut jar = CookieJar::new();
    jar.add_original(Cookie::new(name.to_owned(), sealed.to_owned()));
    jar.private(key).get(name).map(|cookie| cookie.value().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_under_its_name_only() {
        let (key, other) = (Key::generate(), Key::generate());
        let sealed = seal(&key, "a", "🐎 text".to_owned());
        assert_eq!(open(&key, "a", &sealed).as_deref(), Some("🐎 text"));
        assert_eq!((open(&key, "b", &sealed), open(&other, "a", &sealed)), (None, None));
        for bad in ["", "x", "%00", "🐎", &"A".repeat(10_000), &sealed[1..]] {
            assert_eq!(open(&key, "a", bad), None, "{bad:.20}");
        }
    }
}
