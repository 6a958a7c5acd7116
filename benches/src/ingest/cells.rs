//! Tables compared by their cells.

use super::align::in_order;
use super::normal;

/// A row's cells that have text, with their columns.
type Row = Vec<(usize, String)>;

/// Of cells or words: how many there are, how many were found, and how many of these are right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hits {
    pub(super) right: u64,
    pub(super) wanted: u64,
    pub(super) found: u64,
}

impl Hits {
    pub(super) fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wanted += other.wanted;
        self.found += other.found;
    }

    /// Of what was found, how much is right; NaN if nothing was found.
    pub(super) fn precision(self) -> f64 {
        self.right as f64 / self.found as f64
    }

    /// Of what there is, how much was found; NaN if there is nothing.
    pub(super) fn recall(self) -> f64 {
        self.right as f64 / self.wanted as f64
    }

    /// The harmonic mean of both: 0 if nothing is right, NaN if there is nothing at all.
    pub(super) fn f1(self) -> f64 {
        2.0 * self.right as f64 / (self.wanted + self.found) as f64
    }
}

pub(super) fn rows(raw: &[Vec<String>]) -> Vec<Row> {
    let cells = |row: &Vec<String>| {
        let texts = row.iter().map(|cell| normal::cell(cell)).enumerate();
        texts.filter(|(_, text)| !text.is_empty()).collect::<Row>()
    };
    raw.iter().map(cells).filter(|row| !row.is_empty()).collect()
}

/// Rows are paired in order so that the most cells agree; a cell is right if its row's partner has
/// the same text in the same column. White space does not count, empty cells neither.
pub(super) fn compare(wanted: &[Row], found: &[Row]) -> Hits {
    let count = |rows: &[Row]| rows.iter().map(|row| row.len() as u64).sum();
    let pairs = in_order(wanted.len(), found.len(), |i, j| same(&wanted[i], &found[j]) as f64);
    let right = pairs.iter().map(|(i, j)| same(&wanted[*i], &found[*j])).sum();
    Hits { right, wanted: count(wanted), found: count(found) }
}

fn same(a: &Row, b: &Row) -> u64 {
    a.iter().filter(|cell| b.contains(cell)).count() as u64
}
