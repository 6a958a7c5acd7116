//! Reads a csv file as the converter's process does.
#![no_main]

use gloss_core_model::SourceType;
use gloss_fuzz::convert;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| convert(SourceType::Csv, bytes));
