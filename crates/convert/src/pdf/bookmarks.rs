//! Bookmarks: a file's own list of its headings.

use std::collections::{BTreeMap, BTreeSet};

use unpdf::parser::raw::RawDocument;
use unpdf::parser::raw::tokenizer::{PdfDict, PdfObject, dict_get};

use super::headings::Outline;

/// Bookmarks read from one file.
const BOOKMARKS_MAX: usize = 50_000;

/// Walks the bookmarks with a stack of its own: they may be as deep and as many as a file likes.
pub(super) fn read(document: &RawDocument) -> Outline {
    let mut outline = Outline::default();
    let first = document
        .catalog()
        .ok()
        .and_then(|catalog| dictionary(document, dict_get(catalog, b"Outlines")?))
        .and_then(|outlines| dict_get(outlines, b"First")?.as_reference());
    let pages: BTreeMap<(u32, u16), u32> =
        document.pages().into_iter().map(|(number, id)| (id, number)).collect();
    let mut seen = BTreeSet::new();
    let mut stack: Vec<((u32, u16), u32)> = first.into_iter().map(|id| (id, 1)).collect();
    while let Some((id, level)) = stack.pop() {
        if seen.len() >= BOOKMARKS_MAX || !seen.insert(id) {
            continue;
        }
        let Ok(item) = document.get_dict(id) else { continue };
        if let Some(PdfObject::Str(bytes)) = dict_get(item, b"Title").map(|t| document.resolve(t)) {
            outline.add(&text(bytes), level, page(document, item, &pages));
        }
        let link = |key: &[u8]| dict_get(item, key).and_then(PdfObject::as_reference);
        stack.extend(link(b"Next").map(|next| (next, level)));
        stack.extend(link(b"First").map(|child| (child, level.saturating_add(1))));
    }
    outline
}

fn dictionary<'a>(document: &'a RawDocument, object: &'a PdfObject) -> Option<&'a PdfDict> {
    document.resolve(object).as_dict()
}

/// The page that a bookmark leads to, where it says so itself.
fn page(document: &RawDocument, item: &PdfDict, pages: &BTreeMap<(u32, u16), u32>) -> Option<u32> {
    let action = || dict_get(dictionary(document, dict_get(item, b"A")?)?, b"D");
    let target = document.resolve(dict_get(item, b"Dest").or_else(action)?);
    pages.get(&target.as_array()?.first()?.as_reference()?).copied()
}

/// UTF-16 if it says so, else UTF-8 or what is nearest to PDFDocEncoding.
fn text(bytes: &[u8]) -> String {
    if let Some(units) = bytes.strip_prefix(&[0xfe, 0xff]) {
        let units = units
            .chunks(2)
            .map(|pair| pair.iter().fold(0_u16, |unit, byte| (unit << 8) | u16::from(*byte)));
        return char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}')).collect();
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
