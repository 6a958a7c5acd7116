//! Files that are broken, or made to do harm.

use std::fmt::Write as _;

use gloss_ingest::Limits;

use super::{Book, blocks, cells, related};

#[test]
fn parts_that_are_missing() {
    let full = Book::of_rows("<row><c t='s' s='4'><v>0</v></c><c s='4'><v>5</v></c></row>")
        .related("a", "sharedStrings", "gone.xml")
        .related("b", "styles", "gone.xml")
        .related("c", "person", "gone.xml")
        .part(
            "xl/worksheets/_rels/sheet0.xml.rels",
            &related(&[
                ("a", "drawing", "gone.xml"),
                ("b", "comments", "gone1.xml"),
                ("c", "threadedComment", "gone2.xml"),
            ]),
        );
    full.check(r#"table 1 " | 5""#);
    let without = |name: &str| {
        let mut book = Book::of_rows(&cells(&[("A1", "a")]));
        book.parts.retain(|(part, _)| part != name);
        book.check(&format!(
            "not a readable xlsx file: its part `{name}` is missing; open it in its program and \
             save it again, or ask for another copy"
        ));
    };
    without("xl/worksheets/sheet0.xml");
}

#[test]
fn more_than_the_limits_bear() {
    let book = Book::of_rows(&cells(&[("A1", "one"), ("A3", "two")])).sheet("Two", "<worksheet/>");
    let with = |limits: Limits| blocks(&book.file(), &limits);
    let answers = [
        with(Limits { pages_max: 1, ..Limits::DEFAULT }),
        with(Limits { representation_bytes_max: 5, ..Limits::DEFAULT }),
        with(Limits { blocks_max: 1, ..Limits::DEFAULT }),
        with(Limits { cells_max: 2, ..Limits::DEFAULT }),
    ];
    insta::assert_snapshot!(answers.join("\n"), @"
    it has 2 sheets: the limit is 1; split the file, or save it again from its program
    its cells hold too many bytes: the limit is 5; split the file, or save it again from its program
    more than 1 blocks: split the file
    its part `xl/worksheets/sheet0.xml` uses a range of 3 cells: the limit is 2; split the file, or save it again from its program
    ");
}

#[test]
fn one_string_in_very_many_cells() {
    let cells = "<row><c t='s'><v>0</v></c></row>".repeat(1_000);
    let book = Book::of_rows(&cells).strings(&format!("<si><t>{}</t></si>", "x".repeat(10_000)));
    let limits = Limits { representation_bytes_max: 1_000_000, ..Limits::DEFAULT };
    insta::assert_snapshot!(blocks(&book.file(), &limits), @"
    its cells hold too many bytes: the limit is 1000000; split the file, or save it again from its program
    ");
}

#[test]
fn very_many_merged_cells() {
    let mut sheet = String::from("<worksheet><sheetData/><mergeCells>");
    for n in 1..100_000 {
        // All but the first lie over each other, in their last column only.
        let _ = write!(
            sheet,
            "<mergeCell ref='{}{}:ZZ{}'/>",
            ["A", "B", "C"][n % 3],
            n % 999 + 1,
            1000
        );
    }
    let book = Book::new(&(sheet + "</mergeCells></worksheet>"));
    let limits = Limits { cells_max: 100_000_000, ..Limits::DEFAULT };
    assert_eq!(blocks(&book.file(), &limits), "no blocks extracted: there is no text in it");
    let sheet = "<worksheet><mergeCells><x:mergeCell x:ref='A1:XFD9'/></mergeCells></worksheet>";
    let limits = Limits { cells_max: 10_000, ..Limits::DEFAULT };
    insta::assert_snapshot!(blocks(&Book::new(sheet).file(), &limits), @"
    it merges 16384 columns in a sheet: the limit is 10000; split the file, or save it again from its program
    ");
}

#[test]
fn very_many_tables() {
    // A chessboard.
    let mut rows = String::new();
    for row in 1..=200 {
        rows += "<row>";
        for column in 0..200 {
            rows += if (row + column) % 2 == 0 { "<c><v>1</v></c>" } else { "<c/>" };
        }
        rows += "</row>";
    }
    let told = blocks(&Book::of_rows(&rows).file(), &Limits::DEFAULT);
    assert_eq!(told.lines().count(), 20_000);
}

#[test]
fn a_cell_anywhere() {
    let sheet = cells(&[("XFD1048576", "far"), ("A1", "near")]);
    let limits = Limits { cells_max: u64::MAX, ..Limits::DEFAULT };
    insta::assert_snapshot!(blocks(&Book::of_rows(&sheet).file(), &limits), @r#"
    table 1 "near"
    table 1 "far"
    "#);
    // Rows and columns behind the last.
    let rows = "<row r='1048576'><c r='XFD1048576'><v>1</v></c><c><v>2</v></c></row>
        <row><c><v>3</v></c></row>";
    insta::assert_snapshot!(blocks(&Book::of_rows(rows).file(), &limits), @r#"
    table 1 "1 | 2"
    table 1 "3"
    "#);
}

#[test]
fn groups_of_shapes_inside_each_other() {
    let depth = Limits::DEFAULT.depth_max - 4;
    let drawing = format!(
        "<wsDr><a>{}<pic/>{}</a></wsDr>",
        "<grpSp>".repeat(depth),
        "</grpSp>".repeat(depth)
    );
    Book::of_rows("")
        .part("xl/worksheets/_rels/sheet0.xml.rels", &related(&[("d", "drawing", "d.xml")]))
        .part("xl/worksheets/d.xml", &drawing)
        .check("figure 1 \"\"");
}
