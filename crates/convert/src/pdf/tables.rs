//! Tables: cells in rows and columns, wherever they were found.

use gloss_ingest::docling::TableCell;

use super::geometry::Rect;
use super::segments::Segment;
use super::spelling::{Spelling, join_lines};

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Table {
    pub(super) page: u32,
    pub(super) area: Rect,
    /// Where columns begin and the last one ends.
    pub(super) xs: Vec<f32>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// Its columns are told by rules, not by where text stands.
    pub(super) ruled: bool,
}

/// One cell; those that another one covers are missing from their row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) column: usize,
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// How many lines its text has.
    pub(super) lines: usize,
}

/// The lines of one cell between its sides become its text.
pub(super) fn cell(
    mut segments: Vec<Segment>,
    sides: (f32, f32),
    column: usize,
    spans: (usize, usize),
    spelling: &Spelling,
) -> Cell {
    segments.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.l.total_cmp(&b.l)));
    let lines = super::lines::of(segments);
    // Text is as far from the right side as from the left, at the least.
    let left = lines.iter().map(|line| line.l).fold(sides.1, f32::min);
    let right = sides.1 - (left - sides.0).clamp(0.0, PADDING_MAX);
    Cell {
        text: join_lines(&lines, right, spelling),
        column,
        columns: spans.0,
        rows: spans.1,
        lines: lines.len(),
    }
}

/// The widest room left inside a cell's side, in points.
const PADDING_MAX: f32 = 8.0;

/// Column sides of two parts of a table differ by less, in shares of its width.
const SIDES_OFF: f32 = 0.01;

impl Table {
    pub(super) fn columns(&self) -> usize {
        self.xs.len().saturating_sub(1)
    }

    fn shares(&self) -> Vec<f32> {
        let (first, last) = (self.xs.first().copied(), self.xs.last().copied());
        let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
        let width = (last - first).max(1.0);
        self.xs.iter().map(|x| (x - first) / width).collect()
    }

    /// Whether `next`, at the top of the next page or column, is this table going on.
    pub(super) fn goes_on_in(&self, next: &Self) -> bool {
        let (own, other) = (self.shares(), next.shares());
        let heads = self.rows.first().zip(next.rows.first());
        if own.len() == other.len() && heads.is_some_and(|(own, other)| same_texts(own, other)) {
            return true;
        }
        if !(self.ruled && next.ruled) {
            return false;
        }
        let width = (self.area.width() - next.area.width()).abs();
        own.len() == other.len()
            && width <= 0.03 * self.area.width()
            && own.iter().zip(&other).all(|(a, b)| (a - b).abs() <= SIDES_OFF)
    }

    /// Appends the part on the next page: a heading said again is dropped, a row that was cut in
    /// two is made whole. Only the first row can be a heading: equal rows after it may be data.
    pub(super) fn append(&mut self, next: Self) {
        let again = self
            .rows
            .iter()
            .zip(&next.rows)
            .take(1)
            .take_while(|(own, other)| same_texts(own, other))
            .count();
        let again = if again < next.rows.len() { again } else { 0 };
        let mut rows = next.rows.into_iter().skip(again);
        if let Some(first) = rows.next() {
            match self.rows.last_mut() {
                Some(last) if is_rest_of(&first, last) => complete(last, first),
                _ => self.rows.push(first),
            }
        }
        self.rows.extend(rows);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.iter().flatten().all(|cell| cell.text.is_empty())
    }

    /// The cells as docling writes them; the first row is taken for the heading.
    pub(super) fn cells(self) -> Vec<TableCell> {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let mut cells = Vec::new();
        for (row, found) in self.rows.into_iter().enumerate() {
            for cell in found {
                cells.push(TableCell {
                    col_span: number(cell.columns),
                    column_header: row == 0,
                    start_col_offset_idx: number(cell.column),
                    end_col_offset_idx: number(cell.column + cell.columns),
                    start_row_offset_idx: number(row),
                    end_row_offset_idx: number(row + cell.rows),
                    row_header: false,
                    row_span: number(cell.rows),
                    text: cell.text,
                });
            }
        }
        cells
    }
}

fn same_texts(row: &[Cell], other: &[Cell]) -> bool {
    row.len() == other.len()
        && row.iter().zip(other).all(|(a, b)| a.text == b.text && a.column == b.column)
        && row.iter().any(|cell| !cell.text.is_empty())
}

/// Whether `first` is what did not fit of `last`: only cells that are full go on, and most cells
/// have nothing to go on with.
fn is_rest_of(first: &[Cell], last: &[Cell]) -> bool {
    let tallest = last.iter().map(|cell| cell.lines).max().unwrap_or(0);
    let said: Vec<&Cell> = first.iter().filter(|cell| !cell.text.is_empty()).collect();
    let goes_on = |cell: &&Cell| {
        last.iter().any(|above| {
            above.column == cell.column && above.lines == tallest && above.columns == cell.columns
        })
    };
    let few = said.len() * 2 <= first.len();
    let headless = first.first().is_some_and(|cell| cell.text.is_empty());
    let said_above = last.iter().filter(|cell| !cell.text.is_empty()).count();
    let starts = |is: fn(char) -> bool| {
        said.iter().filter(|cell| cell.text.chars().next().is_some_and(is)).count()
    };
    // Where sentences go on, they go on in small letters.
    let small = starts(char::is_lowercase) * 2 > said.len();
    let large = starts(char::is_uppercase) * 2 > said.len();
    let fewer =
        said.len() < said_above && (headless && said.len() * 2 <= first.len() + 1 || few && !large);
    (fewer || small) && said.iter().all(goes_on)
}

fn complete(last: &mut [Cell], rest: Vec<Cell>) {
    for cell in rest {
        if let Some(above) = last.iter_mut().find(|above| above.column == cell.column)
            && !cell.text.is_empty()
        {
            above.text.push(' ');
            above.text.push_str(&cell.text);
            above.lines += cell.lines;
        }
    }
}
