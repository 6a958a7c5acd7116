//! Reads a PDF whose pages are drawn by the input.
#![no_main]

use gloss_core_model::SourceType;
use gloss_fuzz::{convert, pdf_pages};

libfuzzer_sys::fuzz_target!(|operators: &[u8]| convert(SourceType::Pdf, &pdf_pages(operators)));
