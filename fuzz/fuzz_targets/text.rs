//! Reads text, as Markdown.
#![no_main]

use gloss_fuzz::LIMITS;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = gloss_ingest::convert_text(bytes, &LIMITS);
});
