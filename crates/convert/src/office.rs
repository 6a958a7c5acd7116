//! Office files, read by docling.

use docling::{DoclingDocument, DocumentConverter, InputFormat, SourceDocument};
use gloss_core_model::SourceType;
use gloss_ingest::docling::NAME;
use gloss_ingest::{Converted, IngestError, Limits};

use crate::unreadable;

/// As conversion facts name it.
const CONVERTER: &str = "docling.rs 2.62.0";

pub(crate) fn convert(
    source_type: SourceType,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Converted, IngestError> {
    let document = read(source_type, bytes)?;
    let mut json = Vec::new();
    document.write_json(&mut json).map_err(|error| unreadable(source_type, error.to_string()))?;
    drop(document);
    Converted::from_docling(CONVERTER, &json, limits)
}

fn read(source_type: SourceType, bytes: &[u8]) -> Result<DoclingDocument, IngestError> {
    let format = match source_type {
        SourceType::Docx => InputFormat::Docx,
        SourceType::Pptx => InputFormat::Pptx,
        SourceType::Xlsx => InputFormat::Xlsx,
        SourceType::Md | SourceType::Txt | SourceType::Csv | SourceType::Html | SourceType::Pdf => {
            return Err(unreadable(source_type, "it has a reader of its own"));
        }
    };
    let source = SourceDocument::from_bytes(NAME, format, bytes.to_vec());
    let converted = DocumentConverter::new().convert(source);
    converted
        .map(|converted| converted.document)
        .map_err(|error| unreadable(source_type, error.to_string()))
}
