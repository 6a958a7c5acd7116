//! PDF: from glyphs on pages to headings, paragraphs, list items and tables in reading order.

mod aligned;
mod blocks;
mod bookmarks;
mod columns;
mod content;
mod faces;
mod furniture;
mod geometry;
mod grids;
mod headings;
mod layout;
mod lines;
mod markers;
mod notes;
mod page;
mod paragraphs;
mod rules;
mod segments;
mod spelling;
mod style;
mod tables;
mod text_state;
mod words;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use gloss_core_model::Note;
use gloss_ingest::docling::DoclingDocument;
use gloss_ingest::{IngestError, Limits};
use unpdf::Error;
use unpdf::parser::backend::{PdfBackend, RawBackend};
use unpdf::parser::raw::RawDocument;

use self::blocks::{Block, Kind};
use self::faces::Faces;
use self::geometry::Rect;
use self::page::Page;

/// Reads a PDF's text layer, and notes the pages that have none.
///
/// # Errors
/// Bytes that are no PDF, passwords, more pages than `limits` bears, scans, nothing but pages that
/// cannot be decoded.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<(DoclingDocument, Vec<Note>), IngestError> {
    let outline = RawDocument::load(bytes).map(|raw| bookmarks::read(&raw)).map_err(refusal)?;
    let backend = RawBackend::load_bytes(bytes).map_err(refusal)?;
    let ids = backend.pages();
    if ids.is_empty() {
        let reason = "it has no pages".to_owned();
        return Err(IngestError::Unreadable { format: "pdf", reason });
    }
    if ids.len() > limits.pages_max {
        let what = format!("it has {} pages", ids.len());
        return Err(IngestError::BeyondLimit { what, max: limits.pages_max as u64 });
    }
    let mut faces = Faces::default();
    let pages: Vec<Page> =
        ids.into_iter().map(|(number, id)| page::read(&backend, number, id, &mut faces)).collect();
    drop(backend);
    if is_scan(&pages) {
        return Err(IngestError::NeedsOcr { pages: pages.len() });
    }
    if is_lost(&pages) {
        let reason = "none of its pages can be decoded".to_owned();
        return Err(IngestError::Unreadable { format: "pdf", reason });
    }
    let notes = notes::of(&pages);
    let sizes: BTreeMap<u32, (f32, f32)> =
        pages.iter().map(|page| (page.number, (page.width, page.height))).collect();
    let pictures: Vec<Block> = pages.iter().filter(|page| is_picture(page)).map(picture).collect();
    let mut blocks = layout::blocks(pages, &outline);
    for picture in pictures {
        let after = blocks.iter().position(|block| block.page > picture.page);
        blocks.insert(after.unwrap_or(blocks.len()), picture);
    }
    Ok((write::document(&sizes, blocks), notes))
}

/// A page that is one picture: a cover, or a scan between pages of text. It says nothing that can
/// be read, and nobody should think that it is not there.
fn picture(page: &Page) -> Block {
    let area = Rect { l: 0.0, t: 0.0, r: page.width, b: page.height };
    Block { kind: Kind::Picture, text: String::new(), page: page.number, area }
}

fn refusal(error: Error) -> IngestError {
    let reason = match error {
        Error::Encrypted | Error::InvalidPassword => return IngestError::Encrypted,
        Error::UnknownFormat => "it does not begin as a PDF does".to_owned(),
        Error::UnsupportedVersion(version) => format!("PDF {version} is no version known here"),
        Error::PdfParse(_) | Error::Corrupted(_) | Error::MissingObject(_) => {
            "it is damaged or cut off".to_owned()
        }
        other => other.to_string(),
    };
    IngestError::Unreadable { format: "pdf", reason }
}

/// Letters on a page with text, at the least: scanners stamp a name or a number on pages.
const LETTERS_PER_PAGE: usize = 20;
/// A scan is a picture over most of the page.
const SCAN_SHARE: f32 = 0.5;

fn is_picture(page: &Page) -> bool {
    page.is_picture(SCAN_SHARE) && letters(page) < LETTERS_PER_PAGE
}

fn letters(page: &Page) -> usize {
    page.segments.iter().map(|segment| segment.text.len()).sum()
}

/// Whether there is nothing to be read, and not because there is nothing.
fn is_lost(pages: &[Page]) -> bool {
    pages.iter().any(|page| page.lost) && pages.iter().all(|page| letters(page) == 0)
}

/// Whether the pages show something, but hardly any text that can be read.
fn is_scan(pages: &[Page]) -> bool {
    let letters: usize = pages.iter().map(letters).sum();
    let pictured = pages.iter().filter(|page| page.is_picture(SCAN_SHARE)).count();
    let shows = pages.iter().any(|page| page.drawn.any || page.unreadable);
    (letters == 0 && shows)
        || (letters < LETTERS_PER_PAGE * pages.len() && pictured * 2 > pages.len())
}
