//! Slugs: of any title one that may stand in an address, and the same again when it is made from itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mainstay::markup::{is_slug, slugify};
use mainstay_fuzz::bounded;

fuzz_target!(|title: &str| {
    let slug = bounded(|| slugify(title));
    assert!(is_slug(&slug), "{title:?} → {slug:?}");
    assert_eq!(slugify(&slug), slug, "{title:?}");
});
