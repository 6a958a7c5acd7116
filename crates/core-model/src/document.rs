//! A document: source bytes, and the conversion that made blocks of them.

use std::collections::BTreeMap;

use crate::block::BlockType;
use crate::hash::ConvUid;
use crate::named_enum;

named_enum! {
    /// What the source bytes are. It is part of their identity: never rename one.
    SourceType, "source type" {
        Md = "md",
        Txt = "txt",
        Docx = "docx",
        Pdf = "pdf",
        Pptx = "pptx",
        Xlsx = "xlsx",
        Html = "html",
        Csv = "csv",
    }
}

impl SourceType {
    /// By file extension, without the dot and in any case.
    pub fn from_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Self::Md),
            "txt" => Some(Self::Txt),
            "docx" => Some(Self::Docx),
            "pdf" => Some(Self::Pdf),
            "pptx" => Some(Self::Pptx),
            "xlsx" => Some(Self::Xlsx),
            "html" | "htm" => Some(Self::Html),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// The converter a source type goes to.
    pub const fn tool(self) -> Tool {
        match self {
            Self::Md | Self::Txt => Tool::Mdast,
            Self::Docx | Self::Pdf | Self::Pptx | Self::Xlsx | Self::Html | Self::Csv => {
                Tool::Docling
            }
        }
    }
}

named_enum! {
    /// Which converter reads a source.
    Tool, "parsing tool" {
        Mdast = "mdast",
        Docling = "docling",
    }
}

impl Tool {
    /// Pairing is strict: one tool, one representation, one kind of locator.
    pub const fn representation(self) -> Representation {
        match self {
            Self::Mdast => Representation::MarkdownBytes,
            Self::Docling => Representation::DoclingDocumentJson,
        }
    }
}

named_enum! {
    /// What a converter writes down, and locators point into.
    Representation, "representation type" {
        MarkdownBytes = "markdown_bytes",
        DoclingDocumentJson = "doclingdocument_json",
    }
}

named_enum! {
    DocumentStatus, "document status" {
        Uploaded = "uploaded",
        Converting = "converting",
        Ingested = "ingested",
        ConversionFailed = "conversion_failed",
        IngestFailed = "ingest_failed",
    }
}

impl DocumentStatus {
    /// Failed bytes may be offered again; good bytes answer with the document that exists.
    pub const fn is_failed(self) -> bool {
        matches!(self, Self::ConversionFailed | Self::IngestFailed)
    }
}

named_enum! {
    /// Why a file has no blocks, for programs. It is stored: never rename one.
    FailureCode, "failure code" {
        NoExtension = "no_extension",
        UnsupportedExtension = "unsupported_extension",
        ContentMismatch = "content_mismatch",
        FileTooLarge = "file_too_large",
        TooManyBlocks = "too_many_blocks",
        NotUtf8 = "not_utf8",
        NulByte = "nul_byte",
        EmptyFile = "empty_file",
        NoBlocks = "no_blocks",
        /// The file breaks a rule of its format.
        UnreadableFile = "unreadable_file",
        /// The file holds more than anyone should have to unpack.
        BeyondLimit = "beyond_limit",
        NeedsOcr = "needs_ocr",
        PasswordProtected = "password_protected",
        NestedTooDeeply = "nested_too_deeply",
        TooMuchMemory = "too_much_memory",
        TooMuchTime = "too_much_time",
        /// Its reader died of something else.
        ReaderDied = "reader_died",
        /// Another program that was asked to read it did not.
        ConverterFailed = "converter_failed",
        /// Of files from before there were codes.
        ConversionFailed = "conversion_failed",
    }
}

/// What is known of one conversion, apart from its blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversionFacts {
    pub conv_uid: ConvUid,
    pub tool: Tool,
    pub representation: Representation,
    /// Name and version of the code that ran, such as `pulldown-cmark 0.13`.
    pub converter: String,
    pub total_blocks: u32,
    /// Unicode scalar values in all block contents together.
    pub total_characters: u64,
    pub block_type_freq: BTreeMap<BlockType, u32>,
}
