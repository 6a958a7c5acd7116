//! Looks an Office file over before a reader unpacks it: what it is, and how large it really is.
//!
//! Every part is unpacked once, into nothing, and counted; what the archive says is not believed.

use std::borrow::Cow;
use std::io::{BufReader, Cursor, Read};

use gloss_core_model::SourceType;
use gloss_ingest::{IngestError, Limits};
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::check_part;
use crate::unreadable;

/// A part below this size is no bomb, whatever its ratio.
const RATIO_MATTERS_FROM: u64 = 1024 * 1024;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// # Errors
/// Another kind of file; a broken or encrypted archive; parts that are larger, more or deeper than
/// `limits` bear, or hold what Office never writes.
pub(super) fn check(
    source_type: SourceType,
    bytes: &[u8],
    limits: &Limits,
) -> Result<(), IngestError> {
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(source_type, &error))?;
    if archive.len() > limits.entries_max {
        return Err(beyond(format!("it has {} parts", archive.len()), limits.entries_max as u64));
    }
    check_kind(source_type, &archive)?;
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| broken(source_type, &error))?;
        let left = limits.unpacked_bytes_max.saturating_sub(unpacked);
        unpacked += check_part(source_type, &mut part, left, limits)?;
    }
    Ok(())
}

/// Which folder the main part stands in tells the program that wrote the file.
fn check_kind(source_type: SourceType, archive: &Archive<'_>) -> Result<(), IngestError> {
    let program = |name: Cow<'_, str>| match name.split_once('/') {
        Some(("word", _)) => Some((SourceType::Docx, "a Word document")),
        Some(("ppt", _)) => Some((SourceType::Pptx, "a PowerPoint presentation")),
        Some(("xl", _)) => Some((SourceType::Xlsx, "an Excel workbook")),
        _ => None,
    };
    let extension = source_type.as_str().to_owned();
    match archive.file_names().flatten().find_map(program) {
        Some((kind, _)) if kind == source_type => Ok(()),
        Some((_, found)) => Err(IngestError::ContentMismatch { extension, found }),
        None => {
            let found = "a ZIP archive that no Office program wrote";
            Err(IngestError::ContentMismatch { extension, found })
        }
    }
}

/// Unpacks a part into nothing and returns its size.
fn check_part<R: Read>(
    source_type: SourceType,
    part: &mut ZipFile<'_, R>,
    left: u64,
    limits: &Limits,
) -> Result<u64, IngestError> {
    let name = part.name().map_err(|error| broken(source_type, &error))?.into_owned();
    let (packed, declared) = (part.compressed_size(), part.size());
    let allowed = left.min(packed.saturating_mul(limits.ratio_max).max(RATIO_MATTERS_FROM));
    let mut counted = Counted { inner: part.take(allowed + 1), read: 0 };
    let checked = if check_part::is_xml(&name) {
        check_part::check(source_type, &name, BufReader::new(&mut counted), limits)
    } else {
        Ok(())
    };
    // The rest of a part that was refused, or was no XML: a size is only known at the end.
    let drained = std::io::copy(&mut counted, &mut std::io::sink());
    let read = counted.read;
    if read > left {
        let max = limits.unpacked_bytes_max;
        return Err(beyond("its parts unpack to too many bytes".into(), max));
    }
    if read > allowed {
        let what = format!("its part `{}` unpacks to too many times its size", shown(&name));
        return Err(beyond(what, limits.ratio_max));
    }
    checked?;
    if drained.is_err() || read != declared {
        let reason = format!("its part `{}` is damaged", shown(&name));
        return Err(unreadable(source_type, reason));
    }
    Ok(read)
}

struct Counted<R> {
    inner: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read += n as u64;
        Ok(n)
    }
}

pub(super) fn broken(source_type: SourceType, error: &ZipError) -> IngestError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => IngestError::Encrypted,
        _ => unreadable(source_type, "it is damaged or cut off"),
    }
}

pub(super) fn beyond(what: String, max: u64) -> IngestError {
    IngestError::BeyondLimit { what, max }
}

/// A part's name as it may be shown: short, on one line, and never used as a path.
pub(super) fn shown(name: &str) -> String {
    const CHARS_MAX: usize = 80;
    let safe = name.chars().map(|c| if c.is_control() { '?' } else { c });
    safe.take(CHARS_MAX).collect()
}
