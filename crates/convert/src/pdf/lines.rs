//! Lines: segments on one baseline, put together.

use super::segments::{SAME_LINE_EM, Segment, append};

/// Segments that are sorted from top to bottom become lines.
pub(super) fn of(segments: Vec<Segment>) -> Vec<Segment> {
    rows(segments).into_iter().filter_map(merge).collect()
}

/// Segments that are sorted from top to bottom, those on one baseline together, left to right.
pub(super) fn rows(segments: Vec<Segment>) -> Vec<Vec<Segment>> {
    let mut rows: Vec<Vec<Segment>> = Vec::new();
    for segment in segments {
        match rows.last_mut() {
            Some(row) if row.first().is_some_and(|first| on_one_line(first, &segment)) => {
                row.push(segment);
            }
            _ => rows.push(vec![segment]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.l.total_cmp(&b.l));
    }
    rows
}

fn on_one_line(first: &Segment, next: &Segment) -> bool {
    first.turned.is_none()
        && next.turned.is_none()
        && (next.y - first.y).abs() <= SAME_LINE_EM * first.size.max(next.size)
}

/// Whether a line leads the eye to a page number with dots, as tables of contents do.
pub(super) fn is_leader(text: &str) -> bool {
    let dots = text.contains(". . . .") || text.contains(".....") || text.contains("……");
    dots && text.ends_with(|last: char| last.is_ascii_digit() || "ivxlc".contains(last))
}

/// One line of a row.
pub(super) fn merge(row: Vec<Segment>) -> Option<Segment> {
    let mut row = row.into_iter();
    let mut line = row.next()?;
    for segment in row {
        append(&mut line, &segment);
    }
    if unpdf::parser::bidi::contains_rtl(&line.text) {
        line.text = unpdf::parser::bidi::reorder_bidi(&line.text);
    }
    Some(line)
}
