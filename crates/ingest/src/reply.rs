//! How two processes talk about a file: the command and the bytes there, one reply back.
//!
//! A reply is one line of JSON with the blocks, then the representation as it is.

use std::io::{self, BufRead, Write};

use gloss_core_model::{Block, DocumentStatus, FailureCode, Locator, Note, Tool};
use serde::{Deserialize, Serialize};

use crate::{Converted, IngestError, Limits};

/// The hidden command of our binaries: `gloss convert-child TYPE [LIMITS] < FILE`.
pub const COMMAND: &str = "convert-child";

/// The child's exit code when it could not begin: no fault of the file.
pub const EXIT_NOT_STARTED: u8 = 2;

/// What is kept of a reason. Libraries quote what they found, and that may be anything.
const REASON_CHARS_MAX: usize = 600;

/// Notes of one conversion. There is one for each code.
const NOTES_MAX: usize = 16;

/// Why there is no document, told from one process to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How the document is kept; none if it is not.
    pub status: Option<DocumentStatus>,
    pub code: FailureCode,
    /// What is wrong with the file, and what to do.
    pub reason: String,
}

impl From<&IngestError> for Failure {
    fn from(error: &IngestError) -> Self {
        let (status, code) = (error.document_status(), error.code());
        Self { status, code, reason: told(&error.to_string()) }
    }
}

impl Failure {
    /// A conversion that did not come to its end.
    pub fn conversion(code: FailureCode, reason: impl Into<String>) -> Self {
        Self { status: Some(DocumentStatus::ConversionFailed), code, reason: told(&reason.into()) }
    }
}

/// One line of bounded length.
fn told(reason: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    reason.chars().take(REASON_CHARS_MAX).map(plain).collect()
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Head {
    Converted {
        tool: String,
        converter: String,
        title: Option<String>,
        blocks: Vec<BlockLine>,
        #[serde(default)]
        notes: Vec<NoteLine>,
    },
    Failed {
        status: Option<String>,
        #[serde(default)]
        code: Option<String>,
        reason: String,
    },
}

/// Type, where, content.
#[derive(Serialize, Deserialize)]
struct BlockLine(String, Place, String);

/// Code, message.
#[derive(Serialize, Deserialize)]
struct NoteLine(String, String);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Place {
    Range(u64, u64),
    Pointer(String, Option<u32>),
}

/// Writes the outcome of a conversion.
///
/// # Errors
/// The reader has gone.
pub fn write(mut to: impl Write, outcome: &Result<Converted, IngestError>) -> io::Result<()> {
    let (head, representation) = match outcome {
        Ok(converted) => (
            Head::Converted {
                tool: converted.facts.tool.to_string(),
                converter: converted.facts.converter.clone(),
                title: converted.title.clone(),
                blocks: converted.blocks.iter().map(line).collect(),
                notes: converted.notes.iter().map(note_line).collect(),
            },
            converted.representation.as_slice(),
        ),
        Err(error) => {
            let Failure { status, code, reason } = error.into();
            let status = status.map(|status| status.to_string());
            (Head::Failed { status, code: Some(code.to_string()), reason }, &[][..])
        }
    };
    serde_json::to_writer(&mut to, &head)?;
    to.write_all(b"\n")?;
    to.write_all(representation)?;
    to.flush()
}

/// Reads what [`write`] wrote. The facts are stated anew from what arrived, never believed.
///
/// # Errors
/// The converter's own failure; an answer that is cut off or makes no sense.
pub fn read(mut from: impl BufRead, limits: &Limits) -> Result<Converted, Failure> {
    let garbled = |what: &dyn std::fmt::Display| {
        let reason = format!("the converter's answer makes no sense: {what}");
        Failure::conversion(FailureCode::ConverterFailed, reason)
    };
    let mut head = Vec::new();
    from.read_until(b'\n', &mut head).map_err(|error| garbled(&error))?;
    if head.last() != Some(&b'\n') {
        return Err(garbled(&"it is cut off"));
    }
    let head: Head = serde_json::from_slice(&head).map_err(|error| garbled(&error))?;
    let (tool, converter, title, lines, notes) = match head {
        Head::Converted { tool, converter, title, blocks, notes } => {
            (tool, converter, title, blocks, notes)
        }
        Head::Failed { status, code, reason } => {
            let status = status.and_then(|status| status.parse().ok());
            let code = code.and_then(|code| code.parse().ok());
            let code = code.unwrap_or(FailureCode::ConverterFailed);
            return Err(Failure { status, code, reason: told(&reason) });
        }
    };
    let tool: Tool = tool.parse().map_err(|error| garbled(&error))?;
    let blocks = (0..).zip(lines).map(|(index, line)| block(index, line));
    let blocks = blocks.collect::<Result<Vec<Block>, _>>().map_err(|error| garbled(&error))?;
    let notes = notes.into_iter().take(NOTES_MAX).map(note);
    let notes = notes.collect::<Result<Vec<Note>, _>>().map_err(|error| garbled(&error))?;
    let mut representation = Vec::new();
    from.read_to_end(&mut representation).map_err(|error| garbled(&error))?;
    Converted::new(tool, &converter, representation, title, blocks, limits)
        .map(|converted| converted.with_notes(notes))
        .map_err(|error| Failure::from(&error))
}

fn note_line(note: &Note) -> NoteLine {
    NoteLine(note.code.to_string(), note.message.clone())
}

fn note(NoteLine(code, message): NoteLine) -> Result<Note, gloss_core_model::names::UnknownName> {
    Ok(Note { code: code.parse()?, message: told(&message) })
}

fn line(block: &Block) -> BlockLine {
    let place = match &block.locator {
        Locator::TextOffsetRange { start_offset, end_offset } => {
            Place::Range(*start_offset, *end_offset)
        }
        Locator::DoclingJsonPointer { pointer, page_no } => {
            Place::Pointer(pointer.clone(), *page_no)
        }
    };
    BlockLine(block.block_type.to_string(), place, block.content.clone())
}

fn block(index: u32, line: BlockLine) -> Result<Block, gloss_core_model::names::UnknownName> {
    let BlockLine(block_type, place, content) = line;
    let locator = match place {
        Place::Range(start_offset, end_offset) => {
            Locator::TextOffsetRange { start_offset, end_offset }
        }
        Place::Pointer(pointer, page_no) => Locator::DoclingJsonPointer { pointer, page_no },
    };
    Ok(Block { index, block_type: block_type.parse()?, locator, content })
}
