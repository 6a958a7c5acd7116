//! Office files, web pages, sheets and PDF to DoclingDocument JSON.
//!
//! Invariant: what is here reads bytes that nobody has checked, so it runs in a process of its own
//! ([`child`]) that can open nothing, has no secrets, and may die.

mod cells;
pub mod child;
mod office;
mod package;
mod parts;
pub mod pdf;

use gloss_core_model::SourceType;
use gloss_ingest::{Converted, IngestError, Limits, convert_text};

/// The code that reads PDF, as conversion facts name it.
const PDF_CONVERTER: &str = "gloss-pdf 1 on unpdf 0.52.1";

/// Reads a source of a known type. The same bytes always give the same result.
///
/// # Errors
/// Whatever is wrong with the file. Libraries underneath may panic, or take the process down.
pub fn convert(
    source_type: SourceType,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Converted, IngestError> {
    match source_type {
        SourceType::Md | SourceType::Txt => convert_text(bytes, limits),
        SourceType::Pdf => {
            Converted::from_document(PDF_CONVERTER, &pdf::read(bytes, limits)?, limits)
        }
        SourceType::Docx | SourceType::Pptx | SourceType::Xlsx => {
            package::check(source_type, bytes, limits)?;
            office::convert(source_type, bytes, limits)
        }
        // Its reader finds the encoding.
        SourceType::Html | SourceType::Csv => office::convert(source_type, bytes, limits),
    }
}

fn unreadable(source_type: SourceType, reason: impl Into<String>) -> IngestError {
    IngestError::Unreadable { format: source_type.as_str(), reason: reason.into() }
}
