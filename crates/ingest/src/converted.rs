//! A source that was read: what every converter gives in the end.

use std::collections::BTreeMap;

use gloss_core_model::{Block, ConvUid, ConversionFacts, Note, Tool};

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
    /// What is not among the blocks, for people; no part of what the conversion is known by.
    pub notes: Vec<Note>,
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
        Self::of(tool, converter, Named::new(tool, representation), title, blocks, limits)
    }

    fn of(
        tool: Tool,
        converter: &str,
        Named { representation, conv_uid }: Named,
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
        let facts = facts(tool, converter, conv_uid, &blocks);
        Ok(Self { facts, representation, title, blocks, notes: Vec::new() })
    }

    #[must_use]
    pub fn with_notes(self, notes: Vec<Note>) -> Self {
        Self { notes, ..self }
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
        Self::of_docling(converter, limits, || docling::canonical(json), || read_docling(json))
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
        let write = || serde_json::to_vec(document);
        Self::of_docling(converter, limits, write, || Ok(docling::read(document)))
    }

    /// Writes a document down and reads it at the same time: each is about half of the work.
    fn of_docling(
        converter: &str,
        limits: &Limits,
        write: impl FnOnce() -> serde_json::Result<Vec<u8>> + Send,
        read: impl FnOnce() -> Result<docling::Reading, IngestError>,
    ) -> Result<Self, IngestError> {
        let (named, reading) = std::thread::scope(|scope| {
            let named = scope.spawn(|| Ok(Named::new(Tool::Docling, write()?)));
            let reading = read();
            (named.join(), reading)
        });
        let named = named.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let named: Named = named.map_err(no_document)?;
        let max = limits.representation_bytes_max;
        let bytes = named.representation.len();
        if bytes > max {
            let what = format!("it takes {bytes} bytes to write its structure down");
            return Err(IngestError::BeyondLimit { what, max: max as u64 });
        }
        let docling::Reading { title, blocks } = reading?;
        Self::of(Tool::Docling, converter, named, title, blocks, limits)
    }
}

/// A representation and its name, which is a hash of all of it.
struct Named {
    representation: Vec<u8>,
    conv_uid: ConvUid,
}

impl Named {
    fn new(tool: Tool, representation: Vec<u8>) -> Self {
        let conv_uid = ConvUid::of(tool, tool.representation(), &representation);
        Self { representation, conv_uid }
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

fn facts(tool: Tool, converter: &str, conv_uid: ConvUid, blocks: &[Block]) -> ConversionFacts {
    let mut block_type_freq = BTreeMap::new();
    for block in blocks {
        *block_type_freq.entry(block.block_type).or_insert(0) += 1;
    }
    ConversionFacts {
        conv_uid,
        tool,
        representation: tool.representation(),
        converter: converter.to_owned(),
        total_blocks: block_type_freq.values().sum(),
        total_characters: blocks.iter().map(|b| b.content.chars().count() as u64).sum(),
        block_type_freq,
    }
}
