//! Tables: the regions of a sheet, row by row.

use gloss_ingest::docling::TableCell;
use gloss_ingest::{IngestError, Limits};

use super::area::Area;
use super::regions::{Placed, Region};
use crate::office::check::beyond;

#[derive(Debug)]
pub(super) struct Table {
    pub(super) label: Option<Label>,
    pub(super) area: Area,
    pub(super) cells: Vec<TableCell>,
}

/// A heading over a table, in merged cells of the sheet.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) area: Area,
    pub(super) text: String,
}

/// # Errors
/// More rows times columns than `limits` bear.
pub(super) fn table(region: Region<'_>, limits: &Limits) -> Result<Table, IngestError> {
    let Region { mut area, placed } = region;
    let label = label(area, &placed);
    if label.is_some() {
        area.top += 1;
    }
    let places = u64::from(area.rows()) * u64::from(area.columns());
    if places > limits.cells_max {
        return Err(beyond(format!("it has a table of {places} cells"), limits.cells_max));
    }
    let below = placed.into_iter().filter(|it| it.area.bottom > area.top);
    let cells = below.map(|it| cell(area, it)).collect();
    Ok(Table { label, area, cells })
}

fn cell(table: Area, Placed { area, text }: Placed<'_>) -> TableCell {
    let area = Area { top: area.top.max(table.top), ..area };
    let (row, column) = (area.top - table.top, area.left.saturating_sub(table.left));
    TableCell {
        col_span: area.columns(),
        column_header: row == 0,
        end_col_offset_idx: column + area.columns(),
        end_row_offset_idx: row + area.rows(),
        row_span: area.rows(),
        ..TableCell::at(row, column, text.into_owned())
    }
}

/// A first row that holds nothing but one text in several merged cells, over a row of a header, is
/// no part of the table.
fn label(table: Area, placed: &[Placed<'_>]) -> Option<Label> {
    let says = |it: &&Placed<'_>| !it.text.trim().is_empty();
    let in_row = |row: u32| placed.iter().filter(move |it| it.area.top == row).filter(says);
    let mut first = in_row(table.top);
    let (label, None) = (first.next()?, first.next()) else { return None };
    let is_wide = label.area.left == table.left && label.area.columns() > 1;
    let header = in_row(table.top + 1).filter(|it| it.area.rows() == 1 && it.area.columns() == 1);
    if !is_wide || label.area.rows() > 1 || header.count() < 2 {
        return None;
    }
    let area = Area { bottom: table.top + 1, ..table };
    Some(Label { area, text: label.text.trim().to_owned() })
}
