//! What a PDF does not say in its blocks: pages that are pictures, pages that cannot be read.

use gloss_core_model::{Note, NoteCode};

use super::page::Page;
use super::{LETTERS_PER_PAGE, is_picture, letters};

/// Pages in a row that are named; the rest are counted.
const ROWS_MAX: usize = 8;

/// What somebody should know before asking about the blocks.
pub(super) fn of(pages: &[Page]) -> Vec<Note> {
    let among = |holds: &dyn Fn(&Page) -> bool| {
        let numbers = pages.iter().filter(|page| holds(page)).map(|page| page.number);
        numbers.collect::<Vec<u32>>()
    };
    let scans = among(&is_picture);
    let unreadable = among(&|page| {
        !is_picture(page) && (page.lost || (page.unreadable && letters(page) < LETTERS_PER_PAGE))
    });
    let mut notes = Vec::new();
    if let Some(named) = named(&scans, pages.len()) {
        let message = format!(
            "{named} {}: to read what stands there, set GLOSS_DOCLING_URL to a docling-serve, \
             delete this document and ingest the file again",
            if scans.len() == 1 { "is a scan and needs OCR" } else { "are scans and need OCR" },
        );
        notes.push(Note { code: NoteCode::PagesNeedOcr, message });
    }
    if let Some(named) = named(&unreadable, pages.len()) {
        let message = format!(
            "{named} could not be read, or not all of it: open the file in its program, save it \
             as PDF again, and ingest that one"
        );
        notes.push(Note { code: NoteCode::PagesUnreadable, message });
    }
    notes
}

/// `pages 3, 5-7 of 12`; nothing where there are none.
fn named(numbers: &[u32], of: usize) -> Option<String> {
    let mut rows: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match rows.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => rows.push((*number, *number)),
        }
    }
    let shown: Vec<String> = rows
        .iter()
        .take(ROWS_MAX)
        .map(|(from, to)| if from == to { format!("{from}") } else { format!("{from}-{to}") })
        .collect();
    let rest = rows.iter().skip(ROWS_MAX).map(|(from, to)| to - from + 1).sum::<u32>();
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    match numbers {
        [] => None,
        [_] => Some(format!("page {} of {of}", shown.concat())),
        _ => Some(format!("pages {}{more} of {of}", shown.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn pages_are_named_in_rows() {
        let odd: Vec<u32> = (0..30).map(|n| 2 * n + 1).collect();
        let told = [&[][..], &[3], &[3, 5, 6, 7], &[1, 2], &odd].map(|numbers| named(numbers, 60));
        let told = told.map(Option::unwrap_or_default);
        insta::assert_snapshot!(told.join("\n"), @"

        page 3 of 60
        pages 3, 5-7 of 60
        pages 1-2 of 60
        pages 1, 3, 5, 7, 9, 11, 13, 15 and 22 more of 60
        ");
    }
}
