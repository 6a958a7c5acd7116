//! Office files and sheets, read by docling.

use docling::{DoclingDocument, DocumentConverter, InputFormat, Node, SourceDocument};
use gloss_core_model::SourceType;
use gloss_ingest::docling::{DocumentBuilder, TableCell};
use gloss_ingest::{Converted, IngestError, Limits};

use crate::unreadable;

/// As conversion facts name it.
const CONVERTER: &str = "docling.rs 2.62.0";

/// What the document is called in its representation. The file's own name is no part of what the
/// file says, and the same bytes give the same conversion.
const NAME: &str = "document";

pub(crate) fn convert(
    source_type: SourceType,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Converted, IngestError> {
    let document = read(source_type, bytes)?;
    if source_type == SourceType::Csv {
        return Converted::from_document(CONVERTER, &table(document), limits);
    }
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
        SourceType::Csv => InputFormat::Csv,
        SourceType::Md | SourceType::Txt | SourceType::Html | SourceType::Pdf => {
            return Err(unreadable(source_type, "it has a reader of its own"));
        }
    };
    let source = SourceDocument::from_bytes(NAME, format, bytes.to_vec());
    let converted = DocumentConverter::new().convert(source);
    converted
        .map(|converted| converted.document)
        .map_err(|error| unreadable(source_type, error.to_string()))
}

/// One table as it came, without the twice as large text in between.
fn table(document: DoclingDocument) -> gloss_ingest::docling::DoclingDocument {
    let mut builder = DocumentBuilder::new(NAME);
    for node in document.nodes {
        let Node::Table(table) = node else { continue };
        let num_cols = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        let num_rows = table.rows.len();
        let mut cells = Vec::with_capacity(num_rows.saturating_mul(num_cols));
        for (row, texts) in (0..).zip(table.rows) {
            for (column, text) in (0..).zip(texts) {
                let column_header = row == 0;
                cells.push(TableCell { column_header, ..TableCell::at(row, column, text) });
            }
        }
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        builder.table(clip(num_rows), clip(num_cols), cells, None);
    }
    builder.finish()
}
