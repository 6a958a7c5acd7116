//! The mdast track: text that is its own representation, and the blocks in it.

use gloss_core_model::{Block, Locator, Tool};

use crate::converted::Converted;
use crate::cover::{Span, cover};
use crate::{IngestError, Limits, markdown};

/// The code that reads Markdown, as conversion facts name it.
pub const CONVERTER: &str = "pulldown-cmark 0.13";

/// Reads Markdown or plain text. The same bytes always give the same result.
pub fn convert_text(bytes: &[u8], limits: &Limits) -> Result<Converted, IngestError> {
    if bytes.is_empty() {
        return Err(IngestError::Empty);
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| IngestError::NotUtf8 { offset: error.valid_up_to() })?;
    // Databases refuse NUL in text, so a block could not be stored with it.
    if let Some(offset) = text.find('\0') {
        return Err(IngestError::NulByte { offset });
    }
    let outline = markdown::outline(text);
    let spans = cover(text, outline.spans);
    let blocks = (0..).zip(spans).map(|(index, span)| block(text, index, span)).collect();
    Converted::new(Tool::Mdast, CONVERTER, bytes.to_vec(), outline.title, blocks, limits)
}

fn block(text: &str, index: u32, span: Span) -> Block {
    Block {
        index,
        block_type: span.block_type,
        locator: Locator::TextOffsetRange {
            start_offset: span.range.start as u64,
            end_offset: span.range.end as u64,
        },
        content: text[span.range].to_owned(),
    }
}
