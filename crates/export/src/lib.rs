//! Writes blocks and what a run says about them as JSON Lines or CSV: pure and streaming.
//!
//! A caller makes a [`Writer`], gives it one [`Row`] at a time in block order, and takes the output
//! back from [`Writer::finish`]. Memory does not grow with the number of rows, and the same rows
//! always give the same bytes.

mod columns;
mod csv;
mod jsonl;
#[cfg(test)]
mod properties;
mod row;
#[cfg(test)]
mod tests;
mod wire;
mod writer;

pub use columns::Columns;
pub use csv::CsvWriter;
pub use jsonl::JsonlWriter;
pub use row::{ConvStatus, DocumentFacts, Facts, Provenance, Row, SchemaFacts, SourceFacts};
pub use writer::{ExportError, Format, Options, Writer};
