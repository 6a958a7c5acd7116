//! HTML: from bytes to headings, paragraphs, list items, tables and page furniture in order.
//!
//! Nothing here recurses, so that no nesting overflows the stack, and nothing is fetched.

mod encoding;
mod flow;
mod foreign;
mod grid;
mod page;
mod parse;
mod roles;
mod sink;
mod structures;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

use gloss_ingest::docling::DoclingDocument;
use gloss_ingest::{IngestError, Limits};

/// Reads a web page.
///
/// # Errors
/// Pages that open elements without end; tables of more cells than `limits` bears.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<DoclingDocument, IngestError> {
    let tree = parse::parse(&encoding::decode(bytes), limits)?;
    walk::document(&tree, limits)
}
