//! Says what a file is, by its extension and its content together.

use std::path::Path;

use gloss_core_model::SourceType;

use crate::IngestError;

/// The file extensions that are read, without the dot.
pub const EXTENSIONS: &[&str] = &["md", "markdown", "txt"];

/// How the content of other formats begins, and what people call them.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive (docx, pptx and xlsx are ZIP archives too)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office document"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
];

/// Finds the source type. The extension decides; content that contradicts it is an error, because
/// the source type is part of the document's identity and must not be a guess.
pub fn detect(file_name: &str, bytes: &[u8]) -> Result<SourceType, IngestError> {
    let Some(extension) = Path::new(file_name).extension().and_then(|e| e.to_str()) else {
        return Err(IngestError::NoExtension { file_name: file_name.to_owned() });
    };
    let extension = extension.to_ascii_lowercase();
    let Some(source_type) = SourceType::from_extension(&extension) else {
        return Err(IngestError::UnsupportedExtension { extension });
    };
    match foreign(bytes) {
        Some(found) => Err(IngestError::ContentMismatch { extension, found }),
        None => Ok(source_type),
    }
}

/// What the content looks like when it is not text.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let signature = SIGNATURES.iter().find(|(magic, _)| bytes.starts_with(magic));
    let binary = || bytes.contains(&0).then_some("binary data");
    signature.map(|(_, name)| *name).or_else(binary)
}

/// The supported extensions as people read them: `.md, .markdown or .txt`.
pub(crate) fn expected() -> String {
    let dotted: Vec<String> = EXTENSIONS.iter().map(|e| format!(".{e}")).collect();
    match dotted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => dotted.concat(),
    }
}
