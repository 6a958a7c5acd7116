//! A document that is one table, straight from its rows: as [`super::DocumentBuilder`] would make
//! it, but without a structure for every cell.

use std::io::{self, Write};
use std::mem;

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
            let mut start = from.checked_sub(1).map_or(0, |before| self.ends[before]);
            (0..).zip(&self.ends[from..*to]).map(move |(column, end)| {
                ((row, column), &self.text[mem::replace(&mut start, *end)..*end])
            })
        });
        cells.filter(|(_, text)| !text.is_empty())
    }

    /// About how many bytes [`Self::write`] writes.
    pub(crate) fn size(&self) -> usize {
        const CELL: usize = 112;
        self.text.len() + self.ends.len() * CELL
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

    /// Cells differ in little, and there may be millions: each is that of the row before with other
    /// numbers.
    fn write_cells(&self, to: &mut impl Write) -> io::Result<()> {
        let mut columns: Vec<_> = (0..self.num_cols).map(Column::new).collect();
        let (mut row_now, mut start, mut end) = (0, 0.to_string(), 1.to_string());
        let mut separator = Column::SEPARATOR.len();
        for ((row, column), text) in self.cells() {
            if row != row_now {
                (row_now, start, end) = (row, row.to_string(), (row + 1).to_string());
            }
            let before = columns[column as usize].before_text(row, &start, &end);
            to.write_all(&before[separator..])?;
            separator = 0;
            write_escaped(to, text)?;
        }
        if separator == 0 { to.write_all(b"\"}") } else { Ok(()) }
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

/// What stands between two texts of a column, in which only the numbers of the row change.
struct Column {
    start: u32,
    before_text: Vec<u8>,
    end_row_at: usize,
    start_row_at: usize,
    /// How many digits the numbers have that stand there.
    digits: (usize, usize),
}

impl Column {
    const SEPARATOR: &str = "\"},";

    fn new(start: u32) -> Self {
        let (before_text, digits) = (Vec::new(), (0, 0));
        Self { start, before_text, end_row_at: 0, start_row_at: 0, digits }
    }

    fn before_text(&mut self, row: u32, start_row: &str, end_row: &str) -> &[u8] {
        let digits = (start_row.len(), end_row.len());
        if digits != self.digits {
            self.rebuild(row == 0, start_row, end_row);
            // The row after the header is another.
            self.digits = if row == 0 { (0, 0) } else { digits };
        } else {
            let (end_at, start_at) = (self.end_row_at, self.start_row_at);
            self.before_text[end_at..][..digits.1].copy_from_slice(end_row.as_bytes());
            self.before_text[start_at..][..digits.0].copy_from_slice(start_row.as_bytes());
        }
        &self.before_text
    }

    fn rebuild(&mut self, is_header: bool, start_row: &str, end_row: &str) {
        let header = if is_header { "\"column_header\":true," } else { "" };
        let (start, end) = (self.start, self.start + 1);
        let before_end = format!(
            "{}{{{header}\"end_col_offset_idx\":{end},\"end_row_offset_idx\":",
            Self::SEPARATOR,
        );
        let before_start = format!(",\"start_col_offset_idx\":{start},\"start_row_offset_idx\":");
        self.end_row_at = before_end.len();
        self.start_row_at = self.end_row_at + end_row.len() + before_start.len();
        let parts = [&before_end, end_row, &before_start, start_row, ",\"text\":\""];
        self.before_text = parts.concat().into();
    }
}

/// What stands between the quotes of a string of JSON. Most have nothing to escape.
fn write_escaped(to: &mut impl Write, text: &str) -> io::Result<()> {
    let escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    if text.bytes().fold(false, |any, byte| any | escaped(byte)) {
        let quoted = serde_json::to_string(text)?;
        return to.write_all(&quoted.as_bytes()[1..quoted.len() - 1]);
    }
    to.write_all(text.as_bytes())
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
            rows in vec(vec("[a\"\\\\\n\0 é]{0,3}", 0..4), 0..13),
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
