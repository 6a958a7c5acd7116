//! Says what a file is, by its extension and its content together.

use std::path::Path;

use gloss_core_model::SourceType;

use crate::IngestError;

/// The file extensions that are read, without the dot.
pub const EXTENSIONS: &[&str] =
    &["md", "markdown", "txt", "docx", "pdf", "pptx", "xlsx", "html", "htm", "csv"];

/// A PDF may begin with a few bytes of something else.
const PDF_HEADER_WITHIN: usize = 1024;

const PDF: &[u8] = b"%PDF-";
const ZIP: &[u8] = b"PK\x03\x04";
const UTF_16: &str = "UTF-16 text";

/// How the content of other formats begins, and what people call them.
const SIGNATURES: &[(&[u8], &str)] = &[
    (PDF, "a PDF document"),
    (ZIP, "a ZIP archive (docx, pptx and xlsx are ZIP archives too)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old or a password-protected Microsoft Office document",
    ),
    (b"\xff\xfe", UTF_16),
    (b"\xfe\xff", UTF_16),
];

/// What a file's name ends in, in lower case and without the dot.
pub fn extension(file_name: &str) -> Option<String> {
    let extension = Path::new(file_name).extension()?.to_str()?;
    Some(extension.to_ascii_lowercase())
}

/// Finds the source type. The extension decides; content that contradicts it is an error, because
/// the source type is part of the document's identity and must not be a guess.
pub fn detect(file_name: &str, bytes: &[u8]) -> Result<SourceType, IngestError> {
    let Some(extension) = extension(file_name) else {
        return Err(IngestError::NoExtension { file_name: file_name.to_owned() });
    };
    let Some(source_type) = SourceType::from_extension(&extension) else {
        return Err(IngestError::UnsupportedExtension { extension });
    };
    // Nothing contradicts nothing: whoever reads it says that it is empty, for every format alike.
    if bytes.is_empty() {
        return Ok(source_type);
    }
    match foreign(source_type, bytes) {
        Some(found) => Err(IngestError::ContentMismatch { extension, found }),
        None => Ok(source_type),
    }
}

/// What the content looks like when it is not what its name says.
fn foreign(source_type: SourceType, bytes: &[u8]) -> Option<&'static str> {
    let signature = SIGNATURES.iter().find(|(magic, _)| bytes.starts_with(magic));
    let looks_like = signature.map(|(_, name)| *name);
    match source_type {
        SourceType::Pdf => {
            let head = &bytes[..bytes.len().min(PDF_HEADER_WITHIN)];
            let is_pdf = head.windows(PDF.len()).any(|window| window == PDF);
            (!is_pdf).then(|| looks_like.unwrap_or(no_signature(bytes)))
        }
        SourceType::Docx | SourceType::Pptx | SourceType::Xlsx => {
            (!bytes.starts_with(ZIP)).then(|| looks_like.unwrap_or(no_signature(bytes)))
        }
        // Their readers find the encoding.
        SourceType::Html | SourceType::Csv if looks_like == Some(UTF_16) => None,
        SourceType::Md | SourceType::Txt | SourceType::Html | SourceType::Csv => {
            looks_like.or_else(|| bytes.contains(&0).then_some("binary data"))
        }
    }
}

fn no_signature(bytes: &[u8]) -> &'static str {
    if bytes.contains(&0) { "binary data" } else { "text" }
}

/// What a file with this extension has to be.
pub(crate) fn wanted(extension: &str) -> &'static str {
    match SourceType::from_extension(extension) {
        Some(SourceType::Docx) => "a Word document (.docx)",
        Some(SourceType::Pptx) => "a PowerPoint presentation (.pptx)",
        Some(SourceType::Xlsx) => "an Excel workbook (.xlsx)",
        Some(SourceType::Pdf) => "a PDF",
        _ => "UTF-8 text",
    }
}

/// The supported extensions as people read them: `.md, .markdown or .txt`.
pub(crate) fn expected() -> String {
    let dotted: Vec<String> = EXTENSIONS.iter().map(|e| format!(".{e}")).collect();
    match dotted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => dotted.concat(),
    }
}
