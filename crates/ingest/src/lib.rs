//! Turns source bytes into a stored representation and its blocks: pure, without any I/O.
//!
//! [`detect`] says what a file is, [`convert`] reads it. Invariant: the blocks and the white space
//! between them, put together in order, are the representation, byte for byte.

mod convert;
mod cover;
mod detect;
mod markdown;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use convert::{CONVERTER, Converted, Limits, convert};
pub use detect::{EXTENSIONS, detect};

/// Why bytes did not become blocks. Nothing was stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    #[error("`{file_name}` has no file extension: name it {}", detect::expected())]
    NoExtension { file_name: String },
    #[error(".{extension} files are not supported: convert the file to {}", detect::expected())]
    UnsupportedExtension { extension: String },
    #[error(
        "the name ends in .{extension} but the content looks like {found}: \
         save it as UTF-8 text or give it its own extension"
    )]
    ContentMismatch { extension: String, found: &'static str },
    #[error("{bytes} bytes are more than the limit of {bytes_max}: split the file")]
    TooLarge { bytes: usize, bytes_max: usize },
    #[error("more than {blocks_max} blocks: split the file")]
    TooManyBlocks { blocks_max: usize },
    #[error("byte {offset} is not valid UTF-8: save the file again as UTF-8")]
    NotUtf8 { offset: usize },
    #[error("byte {offset} is NUL, which text never holds: save the file again as UTF-8 text")]
    NulByte { offset: usize },
    #[error("no blocks extracted")]
    NoBlocks,
}
