//! The range of cells that a sheet uses, followed through its XML as its reader does.

use quick_xml::events::BytesStart;

/// The rectangle around all cells of a sheet that hold something, and those that are merged.
/// Readers make room for the whole of it.
///
/// Which part is a sheet is told by what stands in it: a workbook may keep its sheets anywhere.
#[derive(Debug)]
pub(super) struct UsedRange {
    is_sheet: bool,
    /// Where a cell stands that does not say where. Rows and columns count from 1.
    row: u64,
    column: u64,
    rows: (u64, u64),
    columns: (u64, u64),
}

impl Default for UsedRange {
    fn default() -> Self {
        let none = (u64::MAX, 0);
        Self { is_sheet: false, row: 1, column: 1, rows: none, columns: none }
    }
}

impl UsedRange {
    /// Takes an element that begins. One that is empty ends at once.
    ///
    /// # Errors
    /// What it names that no sheet has: readers leave out the whole sheet for it.
    pub(super) fn begin(&mut self, tag: &BytesStart<'_>, empty: bool) -> Result<(), String> {
        let value = |key: &str| tag.try_get_attribute(key).ok().flatten().map(|found| found.value);
        match tag.local_name().as_ref() {
            b"sheetData" | b"mergeCells" => self.is_sheet = true,
            _ if !self.is_sheet => {}
            b"row" => {
                if let Some(name) = value("r") {
                    self.row = row(&name).ok_or_else(|| no_such("row", &name))?;
                }
                if empty {
                    self.end(b"row");
                }
            }
            b"c" => {
                let mut at = (self.column, self.row);
                if let Some(name) = value("r") {
                    at = cell(&name).ok_or_else(|| no_such("cell", &name))?;
                }
                self.column = at.0 + 1;
                // A cell without anything in it only has a style; readers pass over it.
                if !empty {
                    self.include(at);
                }
            }
            b"mergeCell" => {
                let range = value("ref");
                for corner in range.iter().flat_map(|range| range.split(|byte| *byte == b':')) {
                    self.include(cell(corner).ok_or_else(|| no_such("cell", corner))?);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes the end of an element, by its local name.
    pub(super) fn end(&mut self, name: &[u8]) {
        if name == b"row" {
            (self.row, self.column) = (self.row + 1, 1);
        }
    }

    fn include(&mut self, (column, row): (u64, u64)) {
        self.rows = (self.rows.0.min(row), self.rows.1.max(row));
        self.columns = (self.columns.0.min(column), self.columns.1.max(column));
    }

    pub(super) fn cells(&self) -> u64 {
        let span = |(from, to): (u64, u64)| to.saturating_sub(from).saturating_add(1);
        if self.rows.0 == u64::MAX { 0 } else { span(self.rows).saturating_mul(span(self.columns)) }
    }
}

fn no_such(what: &str, name: &[u8]) -> String {
    let name = super::check::shown(&String::from_utf8_lossy(name));
    format!("names a {what} `{name}`, which no sheet has")
}

/// The last row and column of the format, which Excel and the others keep to.
const LAST_ROW: u64 = 1_048_576;
const LAST_COLUMN: u64 = 16_384;

fn row(name: &[u8]) -> Option<u64> {
    let row = std::str::from_utf8(name).ok()?.parse().ok()?;
    (1..=LAST_ROW).contains(&row).then_some(row)
}

/// Column and row of a name such as `BC42`, both from 1.
fn cell(name: &[u8]) -> Option<(u64, u64)> {
    let letters = name.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let column = name[..letters].iter().try_fold(0_u64, |column, letter| {
        let digit = u64::from(letter.to_ascii_uppercase() - b'A') + 1;
        column.checked_mul(26)?.checked_add(digit)
    })?;
    (1..=LAST_COLUMN).contains(&column).then_some((column, row(&name[letters..])?))
}

#[cfg(test)]
mod tests {
    use super::{UsedRange, cell};

    #[test]
    fn names_of_cells() {
        let names = ["A1", "Z1", "AA10", "XFD1048576", "1", "A", "", "A1B", "ZZZZZZZZZZZZZZZZZZ1"];
        let read = names.map(|name| format!("{name}: {:?}", cell(name.as_bytes())));
        insta::assert_snapshot!(read.join("\n"), @"
        A1: Some((1, 1))
        Z1: Some((26, 1))
        AA10: Some((27, 10))
        XFD1048576: Some((16384, 1048576))
        1: None
        A: None
        : None
        A1B: None
        ZZZZZZZZZZZZZZZZZZ1: None
        ");
        assert_eq!(UsedRange::default().cells(), 0);
    }
}
