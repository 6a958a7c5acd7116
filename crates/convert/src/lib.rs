//! Office files, web pages, sheets and PDF to DoclingDocument JSON.
//!
//! Invariant: what is here reads bytes that nobody has checked, so it runs in a process of its own
//! ([`child`]) that can open nothing, has no secrets, and may die.

mod cells;
pub mod child;
pub mod html;
mod office;
mod package;
mod parts;
pub mod pdf;
mod plain;

use gloss_core_model::SourceType;
use gloss_ingest::{Converted, IngestError, Limits, convert_csv, convert_text};

/// The code that reads PDF, as conversion facts name it.
const PDF_CONVERTER: &str = "gloss-pdf 1 on unpdf 0.52.1";
/// The same for web pages.
const HTML_CONVERTER: &str = "gloss-html 1 on html5ever 0.39";

/// Reads a source of a known type. The same bytes always give the same result.
///
/// # Errors
/// Whatever is wrong with the file. Libraries underneath may panic, or take the process down.
pub fn convert(
    source_type: SourceType,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Converted, IngestError> {
    if bytes.is_empty() {
        return Err(IngestError::Empty);
    }
    match source_type {
        SourceType::Md | SourceType::Txt => convert_text(bytes, limits),
        SourceType::Pdf => {
            let (document, notes) = pdf::read(bytes, limits)?;
            let converted = Converted::from_document(PDF_CONVERTER, &document, limits)?;
            Ok(converted.with_notes(notes))
        }
        SourceType::Docx | SourceType::Pptx | SourceType::Xlsx => {
            package::check(source_type, bytes, limits)?;
            office::convert(source_type, bytes, limits)
        }
        SourceType::Csv => convert_csv(bytes, limits),
        SourceType::Html => {
            Converted::from_document(HTML_CONVERTER, &html::read(bytes, limits)?, limits)
        }
    }
}

fn unreadable(source_type: SourceType, reason: impl Into<String>) -> IngestError {
    let reason = plain::plain(&reason.into());
    IngestError::Unreadable { format: source_type.as_str(), reason }
}
