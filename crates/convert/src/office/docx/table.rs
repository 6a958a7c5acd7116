//! Tables: rows, cells, and how they are merged.

use std::collections::HashMap;

use gloss_ingest::IngestError;
use gloss_ingest::docling::TableCell;

use crate::office::check::beyond;
use crate::office::tree::Element;

use super::is_no_text;
use super::values::{number, switch, value};
use super::writer::Writer;

/// Columns that a cell may span, or a row leave out. Word bears 63.
const SPAN_MAX: u32 = 1_000;

/// A row, with the columns that it leaves out.
struct Row<'t> {
    cells: Vec<Cell<'t>>,
    before: u32,
    after: u32,
    is_header: bool,
}

#[derive(Clone, Copy)]
struct Cell<'t> {
    element: Element<'t>,
    columns: u32,
    /// Whether it belongs to the cell above, or to the one before.
    goes_on_above: bool,
    goes_on_before: bool,
}

impl Writer<'_, '_> {
    /// Writes a table. One of a single cell is a frame around what stands in it.
    ///
    /// # Errors
    /// More cells than the limits bear.
    pub(super) fn table(&mut self, element: Element<'_>) -> Result<(), IngestError> {
        self.interrupt();
        let mut rows = Vec::new();
        collect(element, "tr", &mut |row| rows.extend(Row::read(row)));
        let grid = element.child("tblGrid").into_iter().flat_map(Element::children);
        let grid = as_u32(grid.filter(|column| column.is("gridCol")).count());
        let num_cols = rows.iter().map(Row::width).max().unwrap_or(0).max(grid);
        let num_rows = as_u32(rows.len());
        if let ([row], 1) = (rows.as_slice(), num_cols) {
            let Some(cell) = row.cells.first() else { return Ok(()) };
            return self.blocks(cell.element);
        }
        let (places, max) =
            (u64::from(num_rows) * u64::from(num_cols), self.package.limits().cells_max);
        if places > max {
            let what = format!("it has a table of {num_rows} rows with {places} cells");
            return Err(beyond(what, max));
        }
        let cells = self.cells(&rows)?;
        if !cells.is_empty() {
            self.builder.table(num_rows, num_cols, cells, None);
        }
        self.draw_charts();
        Ok(())
    }

    fn cells(&mut self, rows: &[Row<'_>]) -> Result<Vec<TableCell>, IngestError> {
        let mut cells: Vec<TableCell> = Vec::new();
        // The last cell that begins in a column.
        let mut above: HashMap<u32, usize> = HashMap::new();
        let headers = rows.iter().take_while(|row| row.is_header).count().max(1);
        for (at, row) in (0_u32..).zip(rows) {
            let mut column = row.before;
            let mut last_of_row = None;
            for cell in &row.cells {
                let behind = column.saturating_add(cell.columns);
                let above_it = above.get(&column).copied().filter(|_| cell.goes_on_above);
                let before_it = last_of_row.filter(|_| cell.goes_on_before);
                if let Some(number) = above_it
                    && let Some(merged) = cells.get_mut(number)
                    && merged.end_row_offset_idx == at
                {
                    merged.end_row_offset_idx += 1;
                    merged.row_span += 1;
                    last_of_row = Some(number);
                } else if let Some(merged) = before_it.and_then(|number| cells.get_mut(number)) {
                    merged.end_col_offset_idx = merged.end_col_offset_idx.max(behind);
                    merged.col_span = merged.end_col_offset_idx - merged.start_col_offset_idx;
                } else {
                    let texts = self.all_texts(cell.element)?;
                    above.insert(column, cells.len());
                    last_of_row = Some(cells.len());
                    cells.push(TableCell {
                        col_span: cell.columns,
                        end_col_offset_idx: behind,
                        column_header: (at as usize) < headers,
                        ..TableCell::at(at, column, texts.join("\n"))
                    });
                }
                column = behind;
            }
        }
        Ok(cells)
    }
}

impl<'t> Row<'t> {
    /// None of a row that was deleted.
    fn read(row: Element<'t>) -> Option<Self> {
        let properties = row.child("trPr");
        let is_deleted = properties.is_some_and(|properties| properties.child("del").is_some());
        if is_deleted {
            return None;
        }
        let skipped = |name: &str| {
            let skipped: Option<u32> = properties.and_then(|properties| number(properties, name));
            skipped.unwrap_or(0).min(SPAN_MAX)
        };
        let (before, after) = (skipped("gridBefore"), skipped("gridAfter"));
        let is_header = properties.and_then(|properties| switch(properties, "tblHeader"));
        let mut cells = Vec::new();
        collect(row, "tc", &mut |cell| cells.push(Cell::read(cell)));
        Some(Self { cells, before, after, is_header: is_header == Some(true) })
    }

    fn width(&self) -> u32 {
        let cells = self.cells.iter().map(|cell| cell.columns);
        cells.fold(self.before.saturating_add(self.after), u32::saturating_add)
    }
}

impl<'t> Cell<'t> {
    fn read(element: Element<'t>) -> Self {
        let properties = element.child("tcPr");
        let span: Option<u32> = properties.and_then(|properties| number(properties, "gridSpan"));
        let goes_on = |name: &str| {
            properties.is_some_and(|properties| {
                properties.child(name).is_some()
                    && value(properties, name).is_none_or(|kind| kind == "continue")
            })
        };
        Self {
            element,
            columns: span.unwrap_or(1).clamp(1, SPAN_MAX),
            goes_on_above: goes_on("vMerge"),
            goes_on_before: goes_on("hMerge"),
        }
    }
}

/// The elements of a name, also where content controls or changes stand around them.
fn collect<'t>(parent: Element<'t>, name: &str, found: &mut dyn FnMut(Element<'t>)) {
    for child in parent.children() {
        if child.is(name) {
            found(child);
        } else if !is_no_text(child) {
            collect(child, name, found);
        }
    }
}

fn as_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
