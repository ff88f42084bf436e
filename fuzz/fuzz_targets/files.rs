//! Uploads: what a file is and whether it may be kept is told by its bytes alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mainstay::media::inspect::{Limits, inspect};
use mainstay_fuzz::bounded;

fuzz_target!(|input: (&str, &[u8])| {
    let (name, bytes) = input;
    let limits = Limits { bytes: 1 << 20, pixels: 4_000_000 };
    bounded(|| inspect(bytes, name, limits).is_ok());
});
