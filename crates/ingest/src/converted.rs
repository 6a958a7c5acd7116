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

    /// The blocks of a DoclingDocument, whichever converter wrote it, and in whatever order. They
    /// are read while its keys are sorted.
    ///
    /// # Errors
    /// Bytes that are no DoclingDocument; no blocks, or too many.
    pub fn from_docling(
        converter: &str,
        json: &[u8],
        limits: &Limits,
    ) -> Result<Self, IngestError> {
        let (ordered, read) = std::thread::scope(|scope| {
            let ordering = scope.spawn(|| docling::canonical(json));
            let read = read_docling(json);
            (ordering.join(), read)
        });
        let ordered = ordered.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let representation = ordered.map_err(no_document)?;
        Self::of_reading(converter, representation, read?, limits)
    }

    /// The same of a document in memory, which is written down while it is read.
    ///
    /// # Errors
    /// No blocks, or too many; a representation that is too long.
    pub fn from_document(
        converter: &str,
        document: &DoclingDocument,
        limits: &Limits,
    ) -> Result<Self, IngestError> {
        let (reading, written) = std::thread::scope(|scope| {
            let reading = scope.spawn(|| docling::read(document));
            let written = serde_json::to_vec(document);
            (reading.join(), written)
        });
        let reading = reading.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Self::of_reading(converter, written.map_err(no_document)?, reading, limits)
    }

    fn of_reading(
        converter: &str,
        representation: Vec<u8>,
        reading: docling::Reading,
        limits: &Limits,
    ) -> Result<Self, IngestError> {
        let max = limits.representation_bytes_max;
        if representation.len() > max {
            let what = format!("{} bytes of structure", representation.len());
            return Err(IngestError::BeyondLimit { what, max: max as u64 });
        }
        let docling::Reading { title, blocks } = reading;
        Self::new(Tool::Docling, converter, representation, title, blocks, limits)
    }
}

fn read_docling(json: &[u8]) -> Result<docling::Reading, IngestError> {
    let document: DoclingDocument = serde_json::from_slice(json).map_err(no_document)?;
    if document.schema_name != docling::SCHEMA_NAME {
        let reason = format!("its schema is `{}`", document.schema_name);
        return Err(IngestError::NoDoclingDocument { reason });
    }
    Ok(docling::read(&document))
}

#[allow(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn no_document(error: serde_json::Error) -> IngestError {
    IngestError::NoDoclingDocument { reason: error.to_string() }
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
