//! Office files, web pages, sheets and PDF to DoclingDocument JSON.
//!
//! Invariant: what is here reads bytes that nobody has checked, so it runs in a process of its own
//! ([`child`]) that can open nothing, has no secrets, and may die.

pub mod child;
pub mod html;
mod office;
pub mod pdf;

use gloss_core_model::SourceType;
use gloss_ingest::docling::DoclingDocument;
use gloss_ingest::{Converted, IngestError, Limits, convert_csv, convert_text};

/// The code that reads a format, as conversion facts name it.
const DOCX_CONVERTER: &str = "gloss-docx 1 on quick-xml 0.41";
const HTML_CONVERTER: &str = "gloss-html 1 on html5ever 0.39";
const PDF_CONVERTER: &str = "gloss-pdf 1 on unpdf 0.52.1";
const PPTX_CONVERTER: &str = "gloss-pptx 1 on quick-xml 0.41";
const XLSX_CONVERTER: &str = "gloss-xlsx 1 on quick-xml 0.41";

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
    let converted = |converter: &str, document: DoclingDocument| {
        Converted::from_document(converter, &document, limits)
    };
    match source_type {
        SourceType::Md | SourceType::Txt => convert_text(bytes, limits),
        SourceType::Csv => convert_csv(bytes, limits),
        SourceType::Docx => converted(DOCX_CONVERTER, office::read_docx(bytes, limits)?),
        SourceType::Html => converted(HTML_CONVERTER, html::read(bytes, limits)?),
        SourceType::Pdf => {
            let (document, notes) = pdf::read(bytes, limits)?;
            Ok(converted(PDF_CONVERTER, document)?.with_notes(notes))
        }
        SourceType::Pptx => converted(PPTX_CONVERTER, office::read_pptx(bytes, limits)?),
        SourceType::Xlsx => converted(XLSX_CONVERTER, office::read_xlsx(bytes, limits)?),
    }
}

fn unreadable(source_type: SourceType, reason: impl Into<String>) -> IngestError {
    IngestError::Unreadable { format: source_type.as_str(), reason: reason.into() }
}
