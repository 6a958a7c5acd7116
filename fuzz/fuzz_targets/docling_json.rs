//! Reads another converter's document.
#![no_main]

use gloss_fuzz::LIMITS;
use gloss_ingest::Converted;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = Converted::from_docling("fuzz", bytes, &LIMITS);
});
