//! Tables on slides. Each place of the grid has a cell; one that a merged cell covers says so.

use gloss_ingest::docling::TableCell;
use gloss_ingest::{IngestError, Limits};

use super::geometry::is_on;
use crate::office::check::beyond;
use crate::office::drawing::paragraphs;
use crate::office::tree::Element;

/// Rows, columns and cells; none if the table says nothing.
///
/// # Errors
/// More cells than `limits` bear.
pub(super) fn read(
    table: Element<'_>,
    limits: &Limits,
) -> Result<Option<(u32, u32, Vec<TableCell>)>, IngestError> {
    let rows = || (0_u32..).zip(table.children().filter(|inside| inside.is("tr")));
    let num_rows = rows().last().map_or(0, |(at, _)| at + 1);
    let num_cols = rows().filter_map(|(_, row)| cells(row).last()).map(|(at, _)| at + 1).max();
    let num_cols = num_cols.unwrap_or(0);
    let places = u64::from(num_rows) * u64::from(num_cols);
    if places > limits.cells_max {
        let what = format!("it has a table of {num_rows} rows with {places} cells");
        return Err(beyond(what, limits.cells_max));
    }
    let looks = table.child("tblPr");
    let marks =
        |name: &str| looks.and_then(|looks| looks.attribute(name)).is_some_and(|on| is_on(&on));
    let (heads_columns, heads_rows) = (marks("firstRow"), marks("firstCol"));
    let mut read = Vec::new();
    for (row, element) in rows() {
        for (column, cell) in cells(element) {
            let is_covered = ["hMerge", "vMerge"]
                .into_iter()
                .any(|merge| cell.attribute(merge).is_some_and(|on| is_on(&on)));
            let text = text(cell);
            // What is covered says nothing in files of Office.
            if is_covered && text.is_empty() {
                continue;
            }
            let (row_span, col_span) = if is_covered {
                (1, 1)
            } else {
                (span(cell, "rowSpan", num_rows - row), span(cell, "gridSpan", num_cols - column))
            };
            read.push(TableCell {
                row_span,
                col_span,
                end_row_offset_idx: row + row_span,
                end_col_offset_idx: column + col_span,
                column_header: heads_columns && row == 0,
                row_header: heads_rows && column == 0,
                ..TableCell::at(row, column, text)
            });
        }
    }
    let says_something = read.iter().any(|cell| !cell.text.is_empty());
    Ok(says_something.then_some((num_rows, num_cols, read)))
}

fn cells(row: Element<'_>) -> impl Iterator<Item = (u32, Element<'_>)> {
    (0..).zip(row.children().filter(|inside| inside.is("tc")))
}

fn text(cell: Element<'_>) -> String {
    let body = cell.child("txBody");
    body.into_iter().flat_map(paragraphs).collect::<Vec<_>>().join("\n")
}

/// How many places a cell takes, of those that are left.
fn span(cell: Element<'_>, name: &str, left: u32) -> u32 {
    let said = cell.attribute(name).and_then(|said| said.parse().ok());
    said.unwrap_or(1).clamp(1, left.max(1))
}
