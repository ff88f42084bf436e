//! Redirects: what somebody types, and the matcher, which never leads to another site unless the target does.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mainstay::content::model::redirect::{
    import::reading,
    lookup::matched,
    written,
};
use mainstay_fuzz::bounded;

fuzz_target!(|input: (&str, &str, &str, &str)| {
    let (from, to, path, query) = input;
    bounded(|| {
        let _ = reading::read(from.as_bytes());
        let Ok(from) = written::from(from) else { return };
        assert!(from.starts_with('/') && from.len() <= 750, "{from:?}");
        let Ok(to) = written::to(to, from.ends_with("/*"), "https://example.org") else { return };
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        for path in [&path, &from, &format!("{}{path}", from.trim_end_matches("/*"))] {
            let Some(Some(led)) = matched(&[(&from, Some(&to))], path, query) else { continue };
            if to.starts_with('/') {
                assert!(led.starts_with('/') && !led[1..].starts_with(['/', '\\']), "{from} → {to}: {path:?} is led to {led:?}");
            }
        }
    });
});
