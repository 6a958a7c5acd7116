//! Names of cells, and the rectangles they span.

use gloss_ingest::docling::{BoundingBox, CoordOrigin, Provenance};

/// The last row and column of the format, counted from 1.
const LAST_ROW: u32 = 1_048_576;
const LAST_COLUMN: u32 = 16_384;

/// Cells in rows `top..bottom` and columns `left..right`, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Area {
    pub(super) top: u32,
    pub(super) left: u32,
    pub(super) bottom: u32,
    pub(super) right: u32,
}

impl Area {
    pub(super) fn cell(row: u32, column: u32) -> Self {
        let (bottom, right) = (row.saturating_add(1), column.saturating_add(1));
        Self { top: row, left: column, bottom, right }
    }

    /// The area of a name such as `B2:C9`, whichever two corners it names.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (from, to) = name.split_once(':').unwrap_or((name, name));
        let ((row, column), (other_row, other_column)) = (cell(from)?, cell(to)?);
        Some(Self::cell(row, column).and(Self::cell(other_row, other_column)))
    }

    /// The smallest area around both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            top: self.top.min(other.top),
            left: self.left.min(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.max(other.right),
        }
    }

    pub(super) fn rows(self) -> u32 {
        self.bottom.saturating_sub(self.top)
    }

    pub(super) fn columns(self) -> u32 {
        self.right.saturating_sub(self.left)
    }

    pub(super) fn on(self, page_no: u32) -> Provenance {
        let bbox = BoundingBox {
            b: self.bottom as f32,
            coord_origin: CoordOrigin::TopLeft,
            l: self.left as f32,
            r: self.right as f32,
            t: self.top as f32,
        };
        Provenance { bbox, charspan: (0, 0), page_no }
    }
}

/// Row and column of a name such as `BC42`.
pub(super) fn cell(name: &str) -> Option<(u32, u32)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = name.split_at_checked(letters)?;
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let column = column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        (column <= LAST_COLUMN).then_some(column)
    })?;
    Some((row(digits)?, column.checked_sub(1)?))
}

/// A row as it is named, from 1.
pub(super) fn row(name: &str) -> Option<u32> {
    name.parse().ok().filter(|row| (1..=LAST_ROW).contains(row)).map(|row: u32| row - 1)
}

#[cfg(test)]
mod tests {
    use super::{Area, cell};

    #[test]
    fn names() {
        let names =
            ["A1", "b2", "Z1", "AA10", "XFD1048576", "XFE1", "A1048577", "A0", "1", "A", ""];
        let read = names.map(|name| format!("{name}: {:?}", cell(name)));
        insta::assert_snapshot!(read.join("\n"), @"
        A1: Some((0, 0))
        b2: Some((1, 1))
        Z1: Some((0, 25))
        AA10: Some((9, 26))
        XFD1048576: Some((1048575, 16383))
        XFE1: None
        A1048577: None
        A0: None
        1: None
        A: None
        : None
        ");
        let area = |top, left, bottom, right| Some(Area { top, left, bottom, right });
        assert_eq!(Area::named("B2:C9"), area(1, 1, 9, 3));
        assert_eq!(Area::named("C9:B2"), area(1, 1, 9, 3));
        assert_eq!(Area::named("B9:C2"), area(1, 1, 9, 3));
        assert_eq!(Area::named("B2"), area(1, 1, 2, 2));
        assert_eq!([Area::named("B2:"), Area::named("B2:C3:D4"), Area::named("B:C")], [None; 3]);
    }
}
