//! A source that was read: what every converter gives in the end.

use std::collections::BTreeMap;

use gloss_core_model::{Block, ConvUid, ConversionFacts, Tool};

use crate::docling::{self, DoclingDocument};
use crate::{IngestError, Limits};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    pub facts: ConversionFacts,
    /// What block locators point into, exactly as it has to be stored.
    pub representation: Vec<u8>,
    /// What the document calls itself.
    pub title: Option<String>,
    pub blocks: Vec<Block>,
}

impl Converted {
    /// States the facts of a conversion.
    ///
    /// # Errors
    /// No blocks, or too many.
    pub fn new(
        tool: Tool,
        converter: &str,
        representation: Vec<u8>,
        title: Option<String>,
        blocks: Vec<Block>,
        limits: &Limits,
    ) -> Result<Self, IngestError> {
        let blocks_max = limits.blocks_max;
        if blocks.len() > blocks_max {
            return Err(IngestError::TooManyBlocks { blocks_max });
        }
        if blocks.is_empty() {
            return Err(IngestError::NoBlocks);
        }
        let facts = facts(tool, converter, &representation, &blocks);
        Ok(Self { facts, representation, title, blocks })
    }

    /// The blocks of a DoclingDocument, whichever converter wrote it.
    ///
    /// # Errors
    /// Bytes that are no DoclingDocument; no blocks, or too many.
    pub fn from_docling(
        converter: &str,
        representation: Vec<u8>,
        limits: &Limits,
    ) -> Result<Self, IngestError> {
        let document: DoclingDocument = serde_json::from_slice(&representation)
            .map_err(|error| IngestError::NoDoclingDocument { reason: error.to_string() })?;
        if document.schema_name != docling::SCHEMA_NAME {
            let reason = format!("its schema is `{}`", document.schema_name);
            return Err(IngestError::NoDoclingDocument { reason });
        }
        let docling::Reading { title, blocks } = docling::read(&document);
        Self::new(Tool::Docling, converter, representation, title, blocks, limits)
    }
}

fn facts(tool: Tool, converter: &str, representation: &[u8], blocks: &[Block]) -> ConversionFacts {
    let mut block_type_freq = BTreeMap::new();
    for block in blocks {
        *block_type_freq.entry(block.block_type).or_insert(0) += 1;
    }
    ConversionFacts {
        conv_uid: ConvUid::of(tool, tool.representation(), representation),
        tool,
        representation: tool.representation(),
        converter: converter.to_owned(),
        total_blocks: block_type_freq.values().sum(),
        total_characters: blocks.iter().map(|b| b.content.chars().count() as u64).sum(),
        block_type_freq,
    }
}
