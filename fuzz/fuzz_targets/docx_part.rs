//! Reads a docx file of which one part is the input.
#![no_main]

use gloss_core_model::SourceType;
use gloss_fuzz::convert_part;
use libfuzzer_sys::Corpus;

libfuzzer_sys::fuzz_target!(|input: &[u8]| -> Corpus { convert_part(SourceType::Docx, input) });
