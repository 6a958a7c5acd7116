//! JSON Lines: one canonical record per block.

use std::io::Write;

use crate::wire::Record;
use crate::writer::{ExportError, Options};
use crate::{Facts, Row};

/// Writes canonical records, one per line, each ended by LF.
#[derive(Debug)]
pub struct JsonlWriter<W: Write> {
    out: W,
    facts: Facts,
    options: Options,
    /// One line at a time, so that the output sees a few large writes and never half a record.
    line: Vec<u8>,
}

impl<W: Write> JsonlWriter<W> {
    /// Writes nothing yet: JSON Lines have no header.
    pub fn new(out: W, facts: &Facts, options: Options) -> Self {
        Self { out, facts: facts.clone(), options, line: Vec::new() }
    }

    /// Writes one block's record.
    pub fn write(&mut self, row: &Row) -> Result<(), ExportError> {
        self.options.admit(row)?;
        let record = Record::new(&self.facts, row, self.options);
        self.line.clear();
        serde_json::to_writer(&mut self.line, &record).map_err(std::io::Error::from)?;
        self.line.push(b'\n');
        self.out.write_all(&self.line)?;
        Ok(())
    }

    /// Flushes, and gives the output back.
    pub fn finish(mut self) -> Result<W, ExportError> {
        self.out.flush()?;
        Ok(self.out)
    }
}
