//! One writer for all formats, and the rule that keeps drafts in.

use std::io::{self, Write};

use gloss_core_model::named_enum;

use crate::{CsvWriter, Facts, JsonlWriter, Row};

named_enum! {
    /// How an export is written. The name is also the file extension.
    Format, "export format" {
        Jsonl = "jsonl",
        Csv = "csv",
    }
}

impl Format {
    /// The media type to serve it with.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jsonl => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }
}

/// What an export holds besides confirmed data. Nothing, unless asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Rows with staged data may be written, marked as drafts.
    pub drafts: bool,
    /// Say where the data came from.
    pub provenance: bool,
}

impl Options {
    /// Staged data leaves only when it was asked for. The caller filters; this makes sure.
    pub(crate) fn admit(self, row: &Row) -> Result<(), ExportError> {
        if row.is_draft() && !self.drafts {
            return Err(ExportError::DraftNotAsked { block_index: row.block.index });
        }
        Ok(())
    }
}

/// Why an export is incomplete.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the output takes no more data: check its free space and start the export again")]
    Write(#[from] io::Error),
    #[error("block {block_index} is staged: confirm it first, or include drafts")]
    DraftNotAsked { block_index: u32 },
}

impl From<csv::Error> for ExportError {
    fn from(error: csv::Error) -> Self {
        Self::Write(error.into())
    }
}

/// A writer of any format, for callers that do not care which.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one writer per export, not one per row")]
pub enum Writer<W: Write> {
    Jsonl(JsonlWriter<W>),
    Csv(CsvWriter<W>),
}

impl<W: Write> Writer<W> {
    /// Starts an export in the given format.
    pub fn new(
        format: Format,
        out: W,
        facts: &Facts,
        options: Options,
    ) -> Result<Self, ExportError> {
        Ok(match format {
            Format::Jsonl => Self::Jsonl(JsonlWriter::new(out, facts, options)),
            Format::Csv => Self::Csv(CsvWriter::new(out, facts, options)?),
        })
    }

    /// Writes one block. Rows come in block order.
    pub fn write(&mut self, row: &Row) -> Result<(), ExportError> {
        match self {
            Self::Jsonl(writer) => writer.write(row),
            Self::Csv(writer) => writer.write(row),
        }
    }

    /// Flushes, and gives the output back.
    pub fn finish(self) -> Result<W, ExportError> {
        match self {
            Self::Jsonl(writer) => writer.finish(),
            Self::Csv(writer) => writer.finish(),
        }
    }
}
