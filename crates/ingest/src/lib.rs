//! From source bytes to a stored representation and its blocks: pure, without any I/O.
//!
//! [`detect`] says what a file is. Text is read here, by [`convert_text`] and [`convert_csv`]; what
//! a converter makes of another format is a DoclingDocument, and [`Converted`] reads it.
//! Invariant of text: the blocks and the white space between them, put together in order, are the
//! representation, byte for byte.

mod converted;
mod cover;
mod delimited;
mod detect;
pub mod docling;
mod encoding;
mod error;
#[cfg(test)]
mod examples;
mod limits;
mod markdown;
mod named;
#[cfg(test)]
mod properties;
pub mod reply;
#[cfg(test)]
mod tests;
mod text;
mod values;

pub use converted::Converted;
pub use delimited::convert_csv;
pub use detect::{EXTENSIONS, detect, extension};
pub use encoding::decode;
pub use error::IngestError;
pub use limits::Limits;
pub use text::{CONVERTER, convert_text};
