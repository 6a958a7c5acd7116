//! A document that is one table, straight from its rows: as [`super::DocumentBuilder`] would make
//! it, but without a structure for every cell.

use std::io::{self, Write};

use gloss_core_model::{Block, BlockType, Locator};

use super::blocks::{GRID_CELLS_MAX, Reading, has_grid, rows, without_nul, words};
use super::build::DocumentBuilder;

/// Values in rows, which may differ in length. The first row is the header.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// All values, one behind the other.
    text: String,
    /// Where each value ends in `text`.
    ends: Vec<usize>,
    /// Where each row ends in `ends`.
    row_ends: Vec<usize>,
    num_cols: u32,
}

impl Table {
    /// The next value of the row that is open.
    pub(crate) fn push(&mut self, value: &str) {
        self.text.push_str(value);
        self.ends.push(self.text.len());
    }

    pub(crate) fn end_row(&mut self) {
        let start = self.row_ends.last().copied().unwrap_or_default();
        let columns = u32::try_from(self.ends.len() - start).unwrap_or(u32::MAX);
        self.num_cols = self.num_cols.max(columns);
        self.row_ends.push(self.ends.len());
    }

    fn num_rows(&self) -> u32 {
        u32::try_from(self.row_ends.len()).unwrap_or(u32::MAX)
    }

    /// The cells with something in them: row, column, text. docling-core fills the others in.
    pub(crate) fn cells(&self) -> impl Iterator<Item = ((u32, u32), &str)> {
        let starts = std::iter::once(0).chain(self.row_ends.iter().copied());
        let rows = (0..).zip(starts.zip(&self.row_ends));
        let cells = rows.flat_map(move |(row, (from, to))| {
            (0..).zip(from..*to).map(move |(column, at)| ((row, column), self.value(at)))
        });
        cells.filter(|(_, text)| !text.is_empty())
    }

    fn value(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[at]]
    }

    /// Writes the DoclingDocument, with sorted keys.
    ///
    /// # Errors
    /// Those of `to`.
    pub(crate) fn write(&self, mut to: impl Write) -> serde_json::Result<()> {
        const CELLS: &str = "\"table_cells\":[";
        let mut builder = DocumentBuilder::new();
        if !self.row_ends.is_empty() {
            builder.table(self.num_rows(), self.num_cols, Vec::new(), None);
        }
        let document = serde_json::to_string(&builder.finish())?;
        let cells = document.find(CELLS).map_or(document.len(), |at| at + CELLS.len());
        let (head, tail) = document.as_bytes().split_at(cells);
        let written = to.write_all(head).and_then(|()| self.write_cells(&mut to));
        written.and_then(|()| to.write_all(tail)).map_err(serde_json::Error::io)
    }

    /// Cells differ in little, and there may be millions: what those of a column or a row have in
    /// common is put together once.
    fn write_cells(&self, to: &mut impl Write) -> io::Result<()> {
        let columns: Vec<_> = (0..self.num_cols).map(Column::new).collect();
        let (mut row_now, mut start, mut end) = (0, 0.to_string(), 1.to_string());
        let mut separator: &[u8] = b"{";
        for ((row, column), text) in self.cells() {
            if row != row_now {
                (row_now, start, end) = (row, row.to_string(), (row + 1).to_string());
            }
            let column = &columns[column as usize];
            to.write_all(separator)?;
            if row == 0 {
                to.write_all(b"\"column_header\":true,")?;
            }
            to.write_all(&column.before_end)?;
            to.write_all(end.as_bytes())?;
            to.write_all(&column.before_start)?;
            to.write_all(start.as_bytes())?;
            to.write_all(b",\"text\":")?;
            write_string(to, text)?;
            separator = b"},{";
        }
        if separator.len() > 1 { to.write_all(b"}") } else { Ok(()) }
    }

    /// What such a document says.
    pub(crate) fn read(&self) -> Reading {
        let mut grid_cells_left = GRID_CELLS_MAX;
        let size = (self.num_rows(), self.num_cols);
        let content = if has_grid(size, &mut grid_cells_left) {
            rows(size, self.cells())
        } else {
            words(self.cells().map(|(_, text)| text))
        };
        let content = without_nul(content);
        if content.trim().is_empty() {
            return Reading::default();
        }
        let locator =
            Locator::DoclingJsonPointer { pointer: "#/tables/0".to_owned(), page_no: None };
        let block = Block { index: 0, block_type: BlockType::Table, locator, content };
        Reading { title: None, blocks: vec![block] }
    }
}

/// What stands in each cell of a column before the numbers of its row.
struct Column {
    before_end: Vec<u8>,
    before_start: Vec<u8>,
}

impl Column {
    fn new(start: u32) -> Self {
        let end = start + 1;
        let before_end = format!("\"end_col_offset_idx\":{end},\"end_row_offset_idx\":");
        let before_start = format!(",\"start_col_offset_idx\":{start},\"start_row_offset_idx\":");
        Self { before_end: before_end.into(), before_start: before_start.into() }
    }
}

/// A string of JSON. Most have nothing to escape.
fn write_string(to: &mut impl Write, text: &str) -> io::Result<()> {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if !text.bytes().all(is_plain) {
        return Ok(serde_json::to_writer(to, text)?);
    }
    to.write_all(b"\"")?;
    to.write_all(text.as_bytes())?;
    to.write_all(b"\"")
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::{DocumentBuilder, Table};
    use crate::docling::{TableCell, read};

    proptest! {
        /// Both ways to the same document write the same bytes and say the same.
        #[test]
        fn it_is_what_the_builder_makes(
            rows in vec(vec("[a\"\\\\\n\0 é]{0,3}", 0..4), 0..4),
        ) {
            let mut table = Table::default();
            let (mut cells, mut num_cols) = (Vec::new(), 0);
            for (at, row) in (0..).zip(&rows) {
                row.iter().for_each(|value| table.push(value));
                table.end_row();
                for (column, text) in (0..).zip(row) {
                    num_cols = num_cols.max(column + 1);
                    if !text.is_empty() {
                        let cell = TableCell::at(at, column, text.clone());
                        cells.push(TableCell { column_header: at == 0, ..cell });
                    }
                }
            }
            let mut builder = DocumentBuilder::new();
            if !rows.is_empty() {
                builder.table(u32::try_from(rows.len()).expect("few"), num_cols, cells, None);
            }
            let document = builder.finish();
            let mut written = Vec::new();
            table.write(&mut written)?;
            prop_assert_eq!(String::from_utf8(written)?, serde_json::to_string(&document)?);
            prop_assert_eq!(table.read(), read(&document));
        }
    }
}
