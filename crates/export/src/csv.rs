//! CSV (RFC 4180): one row per block, one column per field, safe to open in a spreadsheet.

use std::io::Write;

use csv::{Terminator, WriterBuilder};
use gloss_core_model::{ConversionFacts, Timestamp};
use serde_json::Value;

use crate::columns::{BLOCK, DRAFT, PROVENANCE};
use crate::wire::block_uid;
use crate::writer::{ExportError, Options};
use crate::{Columns, Facts, Provenance, Row};

/// Writes a header, then one row per block, each ended by CRLF.
#[derive(Debug)]
pub struct CsvWriter<W: Write> {
    out: csv::Writer<W>,
    conversion: ConversionFacts,
    /// Without a run there are no fields.
    columns: Columns,
    options: Options,
}

impl<W: Write> CsvWriter<W> {
    /// Writes the header at once, so that an export without rows still says what it is about.
    pub fn new(out: W, facts: &Facts, options: Options) -> Result<Self, ExportError> {
        let mut out = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        let columns =
            if facts.schema.is_some() { facts.columns.clone() } else { Columns::default() };
        let draft = options.drafts.then_some(DRAFT);
        let provenance = options.provenance.then_some(PROVENANCE).into_iter().flatten();
        let header = BLOCK.into_iter().chain(columns.headers()).chain(draft).chain(provenance);
        out.write_record(header.map(|name| guarded(name.to_owned())))?;
        Ok(Self { out, conversion: facts.document.conversion.clone(), columns, options })
    }

    /// Writes one block's row.
    pub fn write(&mut self, row: &Row) -> Result<(), ExportError> {
        self.options.admit(row)?;
        self.out.write_field(block_uid(&self.conversion, &row.block))?;
        self.out.write_field(row.block.index.to_string())?;
        self.out.write_field(row.block.block_type.as_str())?;
        self.out.write_field(guarded(row.block.content.clone()))?;
        for value in self.columns.values(row.data.as_ref()) {
            self.out.write_field(value.map(cell).unwrap_or_default())?;
        }
        if self.options.drafts {
            self.out.write_field(row.is_draft().to_string())?;
        }
        if self.options.provenance {
            for field in provenance(row.provenance.as_ref()) {
                self.out.write_field(field)?;
            }
        }
        self.out.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Flushes, and gives the output back.
    pub fn finish(self) -> Result<W, ExportError> {
        self.out.into_inner().map_err(|error| ExportError::Write(error.into_error()))
    }
}

/// The text of one value. Lists of scalars are joined; what a cell can not hold is compact JSON.
fn cell(value: &Value) -> String {
    let is_scalar = |item: &Value| !item.is_array() && !item.is_object();
    match value {
        Value::String(text) => guarded(text.clone()),
        Value::Array(items) if items.iter().all(is_scalar) => {
            guarded(items.iter().map(scalar).collect::<Vec<_>>().join("; "))
        }
        Value::Array(_) | Value::Object(_) => value.to_string(),
        Value::Null | Value::Bool(_) | Value::Number(_) => scalar(value),
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Keeps a spreadsheet from running text as a formula: document text is not to be trusted.
fn guarded(mut text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        text.insert(0, '\'');
    }
    text
}

fn provenance(given: Option<&Provenance>) -> [String; PROVENANCE.len()] {
    let Some(given) = given else { return Default::default() };
    [
        given.run_id.to_string(),
        guarded(given.model.clone().unwrap_or_default()),
        given.call_id.map(|id| id.to_string()).unwrap_or_default(),
        given.attempts.to_string(),
        guarded(given.confirmed_by.clone().unwrap_or_default()),
        given.confirmed_at.map(Timestamp::to_rfc3339).unwrap_or_default(),
    ]
}
