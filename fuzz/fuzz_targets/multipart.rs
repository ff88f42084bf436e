//! Forms that send files, in pieces of any size.
#![no_main]

use actix_web::{
    http::header::{CONTENT_TYPE, HeaderMap, HeaderValue},
    rt::System,
    web::Bytes,
};
use futures_util::stream;
use libfuzzer_sys::fuzz_target;
use mainstay::web::upload::{Most, read_parts};
use mainstay_fuzz::bounded;

thread_local!(static RUNTIME: actix_web::rt::SystemRunner = System::new());

fuzz_target!(|input: (u8, &[u8])| {
    let (size, body) = input;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("multipart/form-data; boundary=X"));
    let pieces: Vec<_> = body.chunks(usize::from(size).max(1)).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    let folder = std::env::temp_dir().join("mainstay-fuzz-uploads");
    let most = Most { files: 3, bytes: 1 << 20, fields: 4096 };
    bounded(|| {
        RUNTIME.with(|runtime| {
            if let Ok(sent) = runtime.block_on(read_parts(&headers, stream::iter(pieces), &folder, most)) {
                assert!(sent.files.len() <= most.files);
                for file in sent.files {
                    assert!(file.read().expect("it can be read").is_none_or(|bytes| bytes.len() as u64 <= most.bytes));
                }
            }
        });
    });
});
