//! Reads a PDF whose pages are drawn by the input.
#![no_main]

use gloss_fuzz::convert_pages;

libfuzzer_sys::fuzz_target!(|operators: &[u8]| convert_pages(operators));
