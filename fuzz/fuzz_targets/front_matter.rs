//! Files of other site generators: YAML or TOML at their head, Markdown below.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mainstay::exchange::front_matter;
use mainstay_fuzz::bounded;

fuzz_target!(|text: &str| {
    bounded(|| {
        if let Ok((_, body)) = front_matter::read(text, chrono_tz::UTC) {
            assert!(text.ends_with(body), "the body is the end of the file");
        }
    });
});
