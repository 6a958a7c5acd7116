//! Converts source bytes: checks them, finds their blocks, and states the facts.

use std::collections::BTreeMap;

use gloss_core_model::{Block, ConvUid, ConversionFacts, Locator, SourceType, Tool};

use crate::cover::{Span, cover};
use crate::{IngestError, markdown};

/// The code that reads Markdown, as conversion facts name it.
pub const CONVERTER: &str = "pulldown-cmark 0.13";

/// How much one source may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub bytes_max: usize,
    pub blocks_max: usize,
}

impl Limits {
    /// 32 MiB: some fifty long novels.
    pub const BYTES_MAX: usize = 32 * 1024 * 1024;
    /// What exports and reviews are made to hold.
    pub const BLOCKS_MAX: usize = 1_000_000;
    /// Both limits as named above.
    pub const DEFAULT: Self = Self { bytes_max: Self::BYTES_MAX, blocks_max: Self::BLOCKS_MAX };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A source that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    pub facts: ConversionFacts,
    /// What block locators point into, exactly as it has to be stored.
    pub representation: Vec<u8>,
    /// Plain text of the first level-1 heading that has any.
    pub title: Option<String>,
    pub blocks: Vec<Block>,
}

/// Reads a source of a known type. The same bytes always give the same result.
pub fn convert(
    source_type: SourceType,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Converted, IngestError> {
    let Limits { bytes_max, blocks_max } = *limits;
    if bytes.len() > bytes_max {
        return Err(IngestError::TooLarge { bytes: bytes.len(), bytes_max });
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| IngestError::NotUtf8 { offset: error.valid_up_to() })?;
    // Databases refuse NUL in text, so a block could not be stored with it.
    if let Some(offset) = text.find('\0') {
        return Err(IngestError::NulByte { offset });
    }
    let outline = markdown::outline(text);
    let spans = cover(text, outline.spans);
    if spans.len() > blocks_max {
        return Err(IngestError::TooManyBlocks { blocks_max });
    }
    if spans.is_empty() {
        return Err(IngestError::NoBlocks);
    }
    let blocks: Vec<Block> =
        (0..).zip(spans).map(|(index, span)| block(text, index, span)).collect();
    let facts = facts(source_type.tool(), bytes, &blocks);
    Ok(Converted { facts, representation: bytes.to_vec(), title: outline.title, blocks })
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

fn facts(tool: Tool, representation: &[u8], blocks: &[Block]) -> ConversionFacts {
    let mut block_type_freq = BTreeMap::new();
    for block in blocks {
        *block_type_freq.entry(block.block_type).or_insert(0) += 1;
    }
    ConversionFacts {
        conv_uid: ConvUid::of(tool, tool.representation(), representation),
        tool,
        representation: tool.representation(),
        converter: CONVERTER.to_owned(),
        total_blocks: block_type_freq.values().sum(),
        total_characters: blocks.iter().map(|b| b.content.chars().count() as u64).sum(),
        block_type_freq,
    }
}
