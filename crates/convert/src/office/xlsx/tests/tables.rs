//! Which cells are a table.

use super::{Book, cells};

fn merged(cells: &str, merged: &[&str]) -> Book {
    let merged: String = merged.iter().map(|area| format!("<mergeCell ref='{area}'/>")).collect();
    Book::new(&format!(
        "<worksheet><sheetData>{cells}</sheetData><mergeCells>{merged}</mergeCells></worksheet>"
    ))
}

#[test]
fn cells_that_touch_are_a_table() {
    Book::of_rows(&cells(&[("B2", "a"), ("C2", "b"), ("C3", "c"), ("E3", "d"), ("D4", "e")]))
        .check(
            r#"table 1 "a | b\n | c"
        table 1 "d"
        table 1 "e""#,
        );
}

#[test]
fn what_a_table_surrounds_is_in_it() {
    let ring = ["A1", "B1", "C1", "D1", "D2", "D3", "D4", "C4", "B4", "A4", "A3", "A2"];
    let mut all = ring.map(|name| (name, "o")).to_vec();
    all.push(("C3", "x"));
    Book::of_rows(&cells(&all))
        .check(r#"table 1 "o | o | o | o\no |  |  | o\no |  | x | o\no | o | o | o""#);
    // Two hooks that reach into each other.
    let hooks = [("A1", "a"), ("B1", "b"), ("C1", "c"), ("C2", "d"), ("C3", "e")];
    let other = [("A3", "1"), ("A4", "2"), ("A5", "3"), ("B5", "4"), ("D5", "x"), ("D6", "y")];
    Book::of_rows(&cells(&[&hooks[..], &other[..]].concat())).check(
        r#"table 1 "a | b | c\n |  | d\n1 |  | e\n2 |  | \n3 | 4 | "
        table 1 "x\ny""#,
    );
}

#[test]
fn tables_come_from_top_to_bottom() {
    let all = [("A5", "low"), ("F1", "right"), ("A1", "left"), ("A2", "more"), ("D2", "middle")];
    Book::of_rows(&cells(&all)).check(
        r#"table 1 "left\nmore"
        table 1 "right"
        table 1 "middle"
        table 1 "low""#,
    );
}

#[test]
fn merged_cells_are_one() {
    let all = [("A1", "Year"), ("B1", "Fees"), ("C1", "hidden"), ("B2", "net"), ("C2", "gross")];
    let book = merged(&cells(&all), &["A1:A2", "B1:C1", "A9:Z9"]);
    book.check(r#"table 1 "Year | Fees | \n | net | gross""#);
    let document = crate::office::read_xlsx(&book.file(), &gloss_ingest::Limits::DEFAULT);
    let document = document.expect("a workbook");
    let shown = document.tables[0].data.as_ref().expect("cells").table_cells.iter().map(|cell| {
        let (row, column) = (cell.start_row_offset_idx, cell.start_col_offset_idx);
        let (bottom, right) = (cell.end_row_offset_idx, cell.end_col_offset_idx);
        let header = if cell.column_header { " header" } else { "" };
        format!(
            "{} {row}-{bottom} {column}-{right} of {}, {}{header}",
            cell.text, cell.row_span, cell.col_span
        )
    });
    insta::assert_snapshot!(shown.collect::<Vec<_>>().join("\n"), @"
    Year 0-2 0-1 of 2, 1 header
    Fees 0-1 1-3 of 1, 2 header
    net 1-2 1-2 of 1, 1
    gross 1-2 2-3 of 1, 1
    ");
    let (place, size) = (document.tables[0].prov[0].bbox, document.pages[&1].size);
    assert_eq!((place.t, place.l, place.b, place.r), (0.0, 0.0, 2.0, 3.0));
    assert_eq!((size.height, size.width), (2.0, 3.0));
}

#[test]
fn merged_cells_join_what_they_touch() {
    let all = cells(&[("A1", "a"), ("C1", "c"), ("E5", "far")]);
    merged(&all, &["A2:C2", "H1:J1"]).check(
        r#"table 1 "a |  | c\n |  | "
        table 1 "far""#,
    );
}

#[test]
fn merged_cells_that_lie_over_each_other() {
    let all = cells(&[("A1", "a"), ("B2", "b"), ("C3", "c"), ("D4", "d")]);
    // The second is none, so what would be below it is shown.
    merged(&all, &["B2:C3", "A1:B2"]).check(
        r#"table 1 "a | \n | "
        table 1 "c"
        table 1 "d""#,
    );
    merged(&all, &["D4:A1", "A1:D4", "B2:B2", "B2:C3"])
        .check(r#"table 1 "a |  |  | \n |  |  | \n |  |  | \n |  |  | ""#);
}

#[test]
fn a_text_over_a_header_is_a_label() {
    let header = [("A2", "No."), ("B2", "Title"), ("A3", "1"), ("B3", "Emma")];
    let with = |label: &[(&str, &str)], areas: &[&str]| {
        merged(&cells(&[label, &header[..]].concat()), areas)
    };
    with(&[("A1", " Reading list ")], &["A1:B1"]).check(
        r#"paragraph 1 "Reading list"
        table 1 "No. | Title\n1 | Emma""#,
    );
    with(&[("A1", "Reading list")], &[])
        .check(r#"table 1 "Reading list | \nNo. | Title\n1 | Emma""#);
    with(&[("A1", "Reading list"), ("C1", "x")], &["A1:B1"])
        .check(r#"table 1 "Reading list |  | x\nNo. | Title | \n1 | Emma | ""#);
    // A label stays with its table.
    with(&[("A1", "Reading list"), ("D1", "other")], &["A1:B1"]).check(
        r#"paragraph 1 "Reading list"
        table 1 "No. | Title\n1 | Emma"
        table 1 "other""#,
    );
    merged(&cells(&[("A1", "Total"), ("A2", "5")]), &["A1:B1"])
        .check(r#"table 1 "Total | \n5 | ""#);
}
