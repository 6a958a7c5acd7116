//! Office files: Word, PowerPoint and Excel.
//!
//! A file is a [`package`] of parts, which [`check`] looks over before any is read; parts are read
//! as a [`tree`] of [`xml`]. What the three have in common is drawn by [`drawing`].

mod check;
mod check_part;
mod dates;
mod docx;
mod drawing;
mod escapes;
mod math;
mod package;
mod pptx;
mod tree;
mod used_range;
mod xlsx;
mod xml;

use gloss_core_model::SourceType;
use gloss_ingest::docling::DoclingDocument;
use gloss_ingest::{IngestError, Limits};

use package::Package;

/// # Errors
/// See [`check::check`]; a part that is missing or makes no sense; more than `limits` bear.
pub(crate) fn read_docx(bytes: &[u8], limits: &Limits) -> Result<DoclingDocument, IngestError> {
    docx::read(&mut opened(SourceType::Docx, bytes, limits)?)
}

/// # Errors
/// As [`read_docx`].
pub(crate) fn read_pptx(bytes: &[u8], limits: &Limits) -> Result<DoclingDocument, IngestError> {
    pptx::read(&mut opened(SourceType::Pptx, bytes, limits)?)
}

/// # Errors
/// As [`read_docx`].
pub(crate) fn read_xlsx(bytes: &[u8], limits: &Limits) -> Result<DoclingDocument, IngestError> {
    xlsx::read(&mut opened(SourceType::Xlsx, bytes, limits)?)
}

/// The name of a person or a sheet, which many comments repeat: no longer than names are.
fn name(said: &str) -> String {
    const CHARS_MAX: usize = 255;
    said.trim().chars().take(CHARS_MAX).collect()
}

fn opened<'a>(
    source_type: SourceType,
    bytes: &'a [u8],
    limits: &'a Limits,
) -> Result<Package<'a>, IngestError> {
    check::check(source_type, bytes, limits)?;
    Package::open(source_type, bytes, limits)
}
