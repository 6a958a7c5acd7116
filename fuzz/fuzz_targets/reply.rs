//! Reads what a converter's process says.
#![no_main]

use gloss_fuzz::LIMITS;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = gloss_ingest::reply::read(bytes, &LIMITS);
});
