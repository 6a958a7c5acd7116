//! A source that was read: what every converter gives in the end.

use std::collections::BTreeMap;
use std::io::Write;

use gloss_core_model::{Block, ConvUid, ConversionFacts, Note, Tool};

use crate::docling::{self, DoclingDocument, Table};
use crate::named::{Chunks, Named};
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
    /// Bytes that are no DoclingDocument; no blocks, or too many; a representation that is too
    /// long.
    pub fn from_docling(
        converter: &str,
        json: &[u8],
        limits: &Limits,
    ) -> Result<Self, IngestError> {
        let write = |to: &mut Chunks| {
            let sorted = docling::canonical(json).map_err(no_document)?;
            to.write_all(&sorted).map_err(|error| no_document(serde_json::Error::io(error)))
        };
        Self::of_docling(converter, limits, json.len(), write, || read_docling(json))
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
        let write = |to: &mut Chunks| serde_json::to_writer(to, document).map_err(no_document);
        Self::of_docling(converter, limits, 0, write, || Ok(docling::read(document)))
    }

    /// The same of a document that is one table.
    ///
    /// # Errors
    /// As [`Self::from_document`].
    pub(crate) fn from_table(
        converter: &str,
        table: &Table,
        limits: &Limits,
    ) -> Result<Self, IngestError> {
        let write = |to: &mut Chunks| table.write(to).map_err(no_document);
        Self::of_docling(converter, limits, table.size(), write, || Ok(table.read()))
    }

    /// Writes a document down and reads it at the same time: each is about half of the work.
    fn of_docling(
        converter: &str,
        limits: &Limits,
        room: usize,
        write: impl FnOnce(&mut Chunks) -> Result<(), IngestError>,
        read: impl FnOnce() -> Result<docling::Reading, IngestError> + Send,
    ) -> Result<Self, IngestError> {
        let (named, reading) = std::thread::scope(|scope| {
            let reading = scope.spawn(read);
            (Named::written(Tool::Docling, limits, room, write), reading.join())
        });
        let reading = reading.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let (named, docling::Reading { title, blocks }) = (named?, reading?);
        Self::of(Tool::Docling, converter, named, title, blocks, limits)
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
