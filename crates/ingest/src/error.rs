//! Why bytes did not become blocks.

use gloss_core_model::{DocumentStatus, FailureCode};

use crate::detect;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    #[error("`{file_name}` has no file extension: name it {}", detect::expected())]
    NoExtension { file_name: String },
    #[error(".{extension} files are not supported: convert the file to {}", detect::expected())]
    UnsupportedExtension { extension: String },
    #[error(
        "the name ends in .{extension} but the content looks like {found}: \
         save it as {} or give it its own extension",
        detect::wanted(extension)
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
    #[error("the file is empty: look whether it was saved, or copied to its end")]
    Empty,
    #[error("no blocks extracted: there is no text in it")]
    NoBlocks,
    /// The file breaks a rule of its format that readers depend on.
    #[error(
        "not a readable {format} file: {reason}; open it in its program and save it again, or ask \
         for another copy"
    )]
    Unreadable { format: &'static str, reason: String },
    /// The file is larger inside than anyone should have to unpack.
    #[error("{what}: the limit is {max}; split the file, or save it again from its program")]
    BeyondLimit { what: String, max: u64 },
    #[error(
        "its {} hardly any text, so this is a scan that needs OCR: \
         set GLOSS_DOCLING_URL to a docling-serve that reads scans, or give a PDF with text",
        if *pages == 1 { "only page has".to_owned() } else { format!("{pages} pages have") }
    )]
    NeedsOcr { pages: usize },
    #[error("the file is protected by a password: save it without one")]
    Encrypted,
    #[error("no DoclingDocument came back: {reason}")]
    NoDoclingDocument { reason: String },
}

impl IngestError {
    /// The same for programs, over all faces.
    pub const fn code(&self) -> FailureCode {
        match self {
            Self::NoExtension { .. } => FailureCode::NoExtension,
            Self::UnsupportedExtension { .. } => FailureCode::UnsupportedExtension,
            Self::ContentMismatch { .. } => FailureCode::ContentMismatch,
            Self::TooLarge { .. } => FailureCode::FileTooLarge,
            Self::TooManyBlocks { .. } => FailureCode::TooManyBlocks,
            Self::NotUtf8 { .. } => FailureCode::NotUtf8,
            Self::NulByte { .. } => FailureCode::NulByte,
            Self::Empty => FailureCode::EmptyFile,
            Self::NoBlocks => FailureCode::NoBlocks,
            Self::Unreadable { .. } => FailureCode::UnreadableFile,
            Self::BeyondLimit { .. } => FailureCode::BeyondLimit,
            Self::NeedsOcr { .. } => FailureCode::NeedsOcr,
            Self::Encrypted => FailureCode::PasswordProtected,
            Self::NoDoclingDocument { .. } => FailureCode::ConverterFailed,
        }
    }

    /// How a document with such bytes is kept, so that it is seen and can be offered again; none
    /// if the bytes are refused and nothing is stored.
    pub const fn document_status(&self) -> Option<DocumentStatus> {
        match self {
            Self::Empty | Self::NoBlocks => Some(DocumentStatus::IngestFailed),
            Self::Unreadable { .. }
            | Self::BeyondLimit { .. }
            | Self::NeedsOcr { .. }
            | Self::Encrypted
            | Self::NoDoclingDocument { .. } => Some(DocumentStatus::ConversionFailed),
            _ => None,
        }
    }
}
