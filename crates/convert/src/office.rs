//! Everything but PDF, read by docling: its own document model, with sorted keys.

use std::io::Write;

use docling::{DocumentConverter, InputFormat, SourceDocument};
use gloss_core_model::SourceType;
use gloss_ingest::IngestError;
use gloss_ingest::docling::sorted;

use crate::unreadable;

/// As conversion facts name it.
pub(crate) const CONVERTER: &str = "docling.rs 2.62.0";

/// What the document is called in its representation. The file's own name is no part of what the
/// file says, and the same bytes give the same conversion.
const NAME: &str = "document";

pub(crate) fn read(source_type: SourceType, bytes: &[u8]) -> Result<Vec<u8>, IngestError> {
    let format = match source_type {
        SourceType::Docx => InputFormat::Docx,
        SourceType::Pptx => InputFormat::Pptx,
        SourceType::Xlsx => InputFormat::Xlsx,
        SourceType::Html => InputFormat::Html,
        SourceType::Csv => InputFormat::Csv,
        SourceType::Md | SourceType::Txt | SourceType::Pdf => {
            return Err(unreadable(source_type, "it has a reader of its own"));
        }
    };
    let source = SourceDocument::from_bytes(NAME, format, bytes.to_vec());
    let converted = DocumentConverter::new()
        .convert(source)
        .map_err(|error| unreadable(source_type, error.to_string()))?;
    let mut json = Vec::new();
    converted
        .document
        .write_json(&mut json)
        .and_then(|()| json.flush())
        .map_err(|error| unreadable(source_type, error.to_string()))?;
    drop(converted);
    sorted(&json).map_err(|error| unreadable(source_type, error.to_string()))
}
