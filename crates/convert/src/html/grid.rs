//! The grid of a table: where its cells stand, by HTML's rules for spans.

use std::collections::BTreeMap;

use gloss_ingest::docling::TableCell;
use gloss_ingest::{IngestError, Limits};
use html5ever::local_name as name;

use super::tree::Element;

/// As HTML has it.
const COLUMNS_SPANNED_MAX: u32 = 1_000;
const ROWS_SPANNED_MAX: u32 = 65_534;

/// Columns that a cell of an earlier row still covers.
#[derive(Debug, Clone, Copy)]
struct Covered {
    from: u32,
    to: u32,
    /// The first row that is free again.
    until: u32,
}

#[derive(Debug, Default)]
pub(super) struct Grid {
    pub(super) caption: Option<String>,
    cells: Vec<TableCell>,
    rows: u32,
    /// From left to right.
    covered: Vec<Covered>,
    /// What cells of this row cover in the next ones.
    covering: Vec<Covered>,
    column: u32,
    /// How many of `covered` this row has passed.
    passed: usize,
    /// The first cell of this row.
    row_start: usize,
    row_has_data: bool,
    is_head: bool,
    /// Cells, and cells that rows had to go round.
    places: u64,
}

impl Grid {
    /// `thead`, `tbody` or `tfoot` begins, which no cell spans.
    pub(super) fn begin_rows(&mut self, element: &Element) {
        self.is_head = element.name == name!("thead");
        self.covered.clear();
    }

    pub(super) fn begin_row(&mut self) {
        let row = self.rows;
        self.rows += 1;
        self.covered.retain(|covered| covered.until > row);
        self.column = 0;
        self.passed = 0;
        self.row_start = self.cells.len();
        self.row_has_data = false;
    }

    pub(super) fn cell(&mut self, element: &Element, text: String) {
        let columns = span(element, &name!("colspan")).clamp(1, COLUMNS_SPANNED_MAX);
        let rows = match span(element, &name!("rowspan")) {
            // All that are left.
            0 => u32::MAX,
            rows => rows.min(ROWS_SPANNED_MAX),
        };
        while let Some(next) = self.covered.get(self.passed)
            && next.from <= self.column
        {
            self.column = self.column.max(next.to);
            self.passed += 1;
        }
        let row = self.rows.saturating_sub(1);
        let (from, to, until) = (self.column, self.column + columns, row.saturating_add(rows));
        if rows > 1 {
            self.covering.push(Covered { from, to, until });
        }
        let is_header = element.name == name!("th");
        self.row_has_data |= !is_header;
        self.cells.push(TableCell {
            col_span: columns,
            column_header: self.is_head,
            end_col_offset_idx: to,
            end_row_offset_idx: until,
            row_header: is_header && !self.is_head,
            row_span: rows,
            ..TableCell::at(row, from, text)
        });
        self.column = to;
    }

    /// # Errors
    /// More places than a table may have.
    pub(super) fn end_row(&mut self, limits: &Limits) -> Result<(), IngestError> {
        if !self.row_has_data {
            for cell in &mut self.cells[self.row_start..] {
                cell.column_header = true;
                cell.row_header = false;
            }
        }
        self.places += (self.cells.len() - self.row_start + self.covered.len()) as u64;
        self.check(self.places, limits)?;
        if !self.covering.is_empty() {
            self.covered.append(&mut self.covering);
            self.covered.sort_by_key(|covered| covered.from);
        }
        Ok(())
    }

    /// Rows, columns and cells; none if no cell says anything. Columns in which no cell begins are
    /// left out.
    ///
    /// # Errors
    /// More places than a table may have.
    pub(super) fn finish(
        mut self,
        limits: &Limits,
    ) -> Result<Option<(u32, u32, Vec<TableCell>)>, IngestError> {
        if self.cells.iter().all(|cell| cell.text.is_empty()) {
            return Ok(None);
        }
        let mut columns: BTreeMap<u32, u32> =
            self.cells.iter().map(|cell| (cell.start_col_offset_idx, 0)).collect();
        for (number, column) in (0..).zip(columns.values_mut()) {
            *column = number;
        }
        let count = u32::try_from(columns.len()).unwrap_or(u32::MAX);
        self.check(u64::from(self.rows) * u64::from(count), limits)?;
        for cell in &mut self.cells {
            let start = columns.get(&cell.start_col_offset_idx).copied().unwrap_or_default();
            let end = columns.range(cell.end_col_offset_idx..).next().map_or(count, |(_, n)| *n);
            cell.start_col_offset_idx = start;
            cell.end_col_offset_idx = end;
            cell.col_span = end - start;
            cell.end_row_offset_idx = cell.end_row_offset_idx.min(self.rows);
            cell.row_span = cell.end_row_offset_idx - cell.start_row_offset_idx;
        }
        Ok(Some((self.rows, count, self.cells)))
    }

    fn check(&self, places: u64, limits: &Limits) -> Result<(), IngestError> {
        if places > limits.cells_max {
            let what = format!("it has a table of {} rows with {places} cells", self.rows);
            return Err(IngestError::BeyondLimit { what, max: limits.cells_max });
        }
        Ok(())
    }
}

/// The number at the start of an attribute, as browsers read it; 1 if there is none.
fn span(element: &Element, name: &html5ever::LocalName) -> u32 {
    let value = element.attribute(name).unwrap_or_default().trim();
    let digits = value.find(|c: char| !c.is_ascii_digit()).map_or(value, |end| &value[..end]);
    if digits.is_empty() {
        return 1;
    }
    // Too long for a number is very much.
    digits.parse().unwrap_or(u32::MAX)
}
