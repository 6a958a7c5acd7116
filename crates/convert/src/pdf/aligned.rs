//! Tables without rules: lines whose parts stand in columns.

use super::columns::Piece;
use super::geometry::Rect;
use super::lines;
use super::markers;
use super::segments::{Segment, append};
use super::spelling::Spelling;
use super::style::Style;
use super::tables::{self, Table};

/// Rows in which all cells but one are empty, one after the other.
const ALONE_MAX: usize = 3;
/// Lines of cells that are centred in their row stand between the lines of others, in lines.
const RAISED_LINES: f32 = 0.9;

type Row = Vec<Segment>;
type Span = (f32, f32);

/// The least room between columns, in ems.
const GUTTER_EM: f32 = 0.2;
/// A marker is nearer to its item, in ems; one alone in a cell is not.
const MARKER_GAP_EM: f32 = 4.0;
/// Rows of one table are nearer than this, in lines.
const ROW_LINES_MAX: f32 = 4.0;
/// Lines of one cell are at most this far apart, in lines.
const CELL_LINES_MAX: f32 = 1.15;
/// Rows of one table on one page.
const ROWS_MAX: usize = 400;

/// Takes the segments of one flow, from top to bottom; gives lines and tables.
pub(super) fn find(
    page: u32,
    segments: Vec<Segment>,
    style: &Style,
    spelling: &Spelling,
) -> Vec<Piece> {
    let rows: Vec<Row> = lines::rows(segments).into_iter().map(with_marker).collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(row) = rows.get(at) {
        let found = if row.len() > 1 && !is_plain(row) { grow(&rows, at, style) } else { None };
        let Some(found) = found else {
            pieces.extend(lines::merge(row.clone()).map(Piece::Text));
            at += 1;
            continue;
        };
        // Lines that were taken for text already, but belong to the first row.
        let before = at - found.from;
        pieces.truncate(pieces.len().saturating_sub(before));
        let part = rows.get(found.from..found.to).unwrap_or_default();
        pieces.push(Piece::Table(table(page, part, &found.gutters, style, spelling)));
        at = found.to;
    }
    pieces
}

/// A marker and its item are one text.
fn with_marker(mut row: Row) -> Row {
    if row.len() > 1 && row.first().is_some_and(|first| !first.text.contains(' ')) {
        let (first, second) = (row.remove(0), row.remove(0));
        let mut joined = first.clone();
        append(&mut joined, &second);
        let near = second.l - first.r <= MARKER_GAP_EM * first.size;
        if near && markers::of(&joined).is_some() {
            row.insert(0, joined);
        } else {
            row.insert(0, second);
            row.insert(0, first);
        }
    }
    row
}

/// Code keeps its own columns, and contents lead to page numbers: neither is a table.
fn is_plain(row: &Row) -> bool {
    row.iter().all(|part| part.face.mono)
        || row.last().is_some_and(|part| lines::is_leader(&part.text))
}

struct Found {
    from: usize,
    to: usize,
    gutters: Vec<Span>,
}

/// The table that begins with row `at`, if enough rows keep the same gutters.
fn grow(rows: &[Row], at: usize, style: &Style) -> Option<Found> {
    let first = rows.get(at)?;
    let size = first.first()?.size;
    let pitch = style.pitch(size);
    let whole = vec![(f32::NEG_INFINITY, f32::INFINITY)];
    let mut free = clear(&whole, first, size);
    let (mut many, mut to) = (1_usize, at + 1);
    for (next, row) in rows.iter().enumerate().skip(at + 1) {
        let step = step(rows, next);
        let same_size =
            !is_plain(row) && row.iter().all(|part| (part.size - size).abs() <= 0.25 * size);
        let left = clear(&free, row, size);
        let kept = rows.get(at..=next).is_some_and(|rows| keeps_apart(rows, &inner(&left)));
        if step > ROW_LINES_MAX * pitch || !same_size || !kept || next - at > ROWS_MAX {
            break;
        }
        if row.len() > 1 {
            many += 1;
            to = next + 1;
        } else if next + 1 - to > ALONE_MAX {
            break;
        } else if to == next && goes_on(rows, at, next, &free, pitch) {
            to = next + 1;
        }
        free = left;
    }
    let mut from = at;
    while from > 0 && step(rows, from) < RAISED_LINES * pitch {
        let above = rows.get(from - 1)?;
        let left = clear(&free, above, size);
        let kept = rows.get(from - 1..to).is_some_and(|rows| keeps_apart(rows, &inner(&left)));
        if above.len() > 1 || !kept {
            break;
        }
        free = left;
        from -= 1;
    }
    let part = rows.get(from..to)?;
    let gutters = inner(&part.iter().fold(whole, |free, row| clear(&free, row, size)));
    is_table(part, &gutters, many).then_some(Found { from, to, gutters })
}

/// Whether no two parts of one row stand in one column.
fn keeps_apart(rows: &[Row], gutters: &[Span]) -> bool {
    rows.iter().all(|row| {
        row.windows(2).all(|pair| match pair {
            [a, b] => column_of(gutters, a) < column_of(gutters, b),
            _ => true,
        })
    })
}

/// From the row above to this one, in points.
fn step(rows: &[Row], at: usize) -> f32 {
    match rows.get(at.saturating_sub(1)..=at) {
        Some([above, row]) => height(row) - height(above),
        _ => f32::INFINITY,
    }
}

/// Whether a line with one part belongs to the table that ends above it: it is nearer than a next
/// line would be, stands beside the first column, or as far off as the rows of the table are.
fn goes_on(rows: &[Row], from: usize, at: usize, free: &[Span], pitch: f32) -> bool {
    let step_to = step(rows, at);
    let part = rows.get(at).and_then(|row| row.first());
    let gutters = inner(free);
    let column =
        part.map_or(0, |part| gutters.iter().filter(|gutter| gutter.1 <= part.l + 0.5).count());
    let usual = (from + 1..at).map(|row| step(rows, row)).fold(0.0, f32::max);
    step_to < RAISED_LINES * pitch
        || (column > 0 && step_to <= CELL_LINES_MAX * pitch)
        || (usual > CELL_LINES_MAX * pitch && (step_to - usual).abs() < 1.0)
}

/// Two rows may be chance; columns that begin, end or are centred at the same places are not.
fn is_table(rows: &[Row], gutters: &[Span], many: usize) -> bool {
    let bold = |row: &&Row| row.iter().all(|part| part.face.bold);
    let heads = rows.iter().take_while(bold).count();
    let heads = if heads < rows.len() { heads } else { 0 };
    let columns = gutters.len() + 1;
    if gutters.is_empty() || many < 2 || (columns == 2 && many < 3 && heads == 0) {
        return false;
    }
    let mut aligned = 0;
    for column in 0..columns {
        let below = rows.iter().skip(heads).flatten();
        let parts: Vec<&Segment> =
            below.filter(|part| column_of(gutters, part) == column).collect();
        let same = |place: fn(&Segment) -> f32| {
            let near =
                |pair: &&[&Segment]| matches!(pair, [a, b] if (place(a) - place(b)).abs() < 2.0);
            parts.windows(2).filter(near).count()
        };
        let most = same(|part| part.l)
            .max(same(|part| part.r))
            .max(same(|part| f32::midpoint(part.l, part.r)));
        aligned += usize::from(most * 2 >= parts.len().saturating_sub(1));
    }
    aligned * 2 >= columns && aligned >= 2
}

fn height(row: &Row) -> f32 {
    row.first().map_or(0.0, |part| part.y)
}

/// What a row leaves free.
fn clear(free: &[Span], row: &Row, size: f32) -> Vec<Span> {
    let mut free = free.to_vec();
    for part in row {
        let mut left = Vec::with_capacity(free.len() + 1);
        for (from, to) in free {
            if part.r <= from || part.l >= to {
                left.push((from, to));
                continue;
            }
            let wide = |span: &Span| span.1 - span.0 >= GUTTER_EM * size;
            left.extend([(from, part.l), (part.r, to)].into_iter().filter(wide));
        }
        free = left;
    }
    free
}

/// Free room between columns, without what lies outside of all.
fn inner(free: &[Span]) -> Vec<Span> {
    free.iter().copied().filter(|(from, to)| from.is_finite() && to.is_finite()).collect()
}

fn column_of(gutters: &[Span], part: &Segment) -> usize {
    let middle = f32::midpoint(part.l, part.r);
    gutters.iter().filter(|gutter| f32::midpoint(gutter.0, gutter.1) < middle).count()
}

fn table(page: u32, rows: &[Row], gutters: &[Span], style: &Style, spelling: &Spelling) -> Table {
    let parts = || rows.iter().flatten();
    let size = parts().next().map_or(0.0, |part| part.size);
    let gutters = &without_empty(rows, gutters, style.pitch(size));
    let area = parts().map(Segment::area).reduce(Rect::join).unwrap_or_default();
    let mut xs = vec![area.l];
    xs.extend(gutters.iter().map(|gutter| f32::midpoint(gutter.0, gutter.1)));
    xs.push(area.r);
    let columns = gutters.len() + 1;
    let mut table = Table { page, area, xs, rows: Vec::new(), ruled: false };
    for group in groups(rows, gutters, style.pitch(size)) {
        let mut cells: Vec<Vec<Segment>> = vec![Vec::new(); columns];
        for part in group.iter().flatten() {
            if let Some(cell) = cells.get_mut(column_of(gutters, part)) {
                cell.push(part.clone());
            }
        }
        // Without rules, no one knows how far a cell's lines may reach.
        let sides = (area.l, f32::INFINITY);
        let row = cells.into_iter().enumerate();
        table.rows.push(
            row.map(|(column, parts)| tables::cell(parts, sides, column, (1, 1), spelling))
                .collect(),
        );
    }
    table
}

/// Gutters but those between two columns that no row fills both of, one of which is a heading
/// alone: it is centred over cells that begin elsewhere.
fn without_empty(rows: &[Row], gutters: &[Span], pitch: f32) -> Vec<Span> {
    let mut gutters = gutters.to_vec();
    let mut at = 0;
    while at < gutters.len() {
        let groups = groups(rows, &gutters, pitch);
        let filled = |group: &[Row], column: usize| {
            group.iter().flatten().any(|part| column_of(&gutters, part) == column)
        };
        let count = |column: usize| groups.iter().filter(|group| filled(group, column)).count();
        let both = groups.iter().any(|group| filled(group, at) && filled(group, at + 1));
        let alone = count(at).min(count(at + 1)) <= 1;
        if !both && alone && gutters.len() > 1 && groups.len() > 2 {
            gutters.remove(at);
        } else {
            at += 1;
        }
    }
    gutters
}

/// Lines of one row together: rows stand further apart than lines of a cell, or, where they do
/// not, begin with their first column.
fn groups<'a>(rows: &'a [Row], gutters: &[Span], pitch: f32) -> Vec<&'a [Row]> {
    let step = |at: usize| match rows.get(at.wrapping_sub(1)..=at) {
        Some([above, row]) => height(row) - height(above),
        _ => 0.0,
    };
    let padded = (1..rows.len()).any(|at| step(at) > CELL_LINES_MAX * pitch);
    let begins = |at: usize| {
        let Some(row) = rows.get(at) else { return true };
        if padded {
            return step(at) > CELL_LINES_MAX * pitch;
        }
        let first = row.iter().any(|part| column_of(gutters, part) == 0);
        first || row.len() * 2 > gutters.len() + 1
    };
    let mut groups = Vec::new();
    let mut from = 0;
    for at in 1..=rows.len() {
        if at == rows.len() || begins(at) {
            groups.extend(rows.get(from..at));
            from = at;
        }
    }
    groups
}
