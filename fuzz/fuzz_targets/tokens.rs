//! What comes in cookies, links and the query: none of it is trusted, none of it breaks anything.
#![no_main]

use actix_web::cookie::{Cookie, CookieJar, Key};
use libfuzzer_sys::fuzz_target;
use mainstay::{
    accounts::model::token,
    db::cursor::Cursor,
    markup::percent_decoded,
    web::local_path::{local_or, query_value},
};
use mainstay_fuzz::bounded;

fuzz_target!(|text: &str| {
    bounded(|| {
        let key = Key::from(&[7; 64]);
        for cookie in text.split(';').filter_map(|one| Cookie::parse_encoded(one.trim()).ok()) {
            let mut jar = CookieJar::new();
            jar.add_original(cookie.clone().into_owned());
            assert!(jar.private(&key).get(cookie.name()).is_none() || cookie.value().len() > 40, "nobody seals a cookie without the key");
        }
        let local = local_or(text, "/admin");
        assert!(local.starts_with('/') && !local[1..].starts_with(['/', '\\']), "{text:?}");
        assert_eq!(percent_decoded(&query_value(text)), text);
        if let Some(cursor) = Cursor::parse(Some(text), None) {
            let _ = cursor.time();
        }
        assert_eq!(token::hash(text).len(), 32);
    });
});
