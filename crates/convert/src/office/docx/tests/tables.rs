//! Tables: grids, merged cells, tables in tables.

use super::{NOTHING, blocks, check, document, item, p, r};

/// A table of rows, which are written out.
fn table(columns: usize, rows: &[&str]) -> String {
    format!(
        "<w:tbl><w:tblPr/><w:tblGrid>{}</w:tblGrid>{}</w:tbl>",
        "<w:gridCol/>".repeat(columns),
        rows.concat()
    )
}

fn row(cells: &[String]) -> String {
    format!("<w:tr>{}</w:tr>", cells.concat())
}

fn cell(properties: &str, text: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text))
}

/// The end of a paragraph may be deleted in a cell as anywhere.
#[test]
fn paragraphs_of_a_cell_go_on() {
    let deleted = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>on</w:t></w:r></w:p>";
    let inside = format!("{deleted}{}", p("e"));
    let cell = format!("<w:tc>{inside}</w:tc><w:tc>{}</w:tc>", p("three"));
    check(&table(2, &[&row(&[cell])]), r#"table "one | three""#);
}

#[test]
fn cells_are_merged() {
    let rows = [
        row(&[cell("<w:gridSpan w:val='2'/>", "a"), cell("<w:vMerge w:val='restart'/>", "b")]),
        row(&[cell("", "c"), cell("", "d"), cell("<w:vMerge/>", "")]),
        format!("<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{}</w:tr>", cell("", "e")),
        row(&[cell("<w:hMerge w:val='restart'/>", "f"), cell("<w:hMerge/>", ""), cell("", "g")]),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    check(&table(3, &rows), r#"table "a |  | b\nc | d | \n | e | \nf |  | g""#);
    // Merged with the one above and with the one before.
    let (above, before) = ("<w:vMerge w:val='restart'/>", "<w:hMerge w:val='restart'/>");
    let both = format!("{above}{before}");
    let rows_of_both = [
        row(&[cell(&both, "a"), cell("<w:hMerge/>", ""), cell("", "c"), cell("", "d")]),
        row(&[cell("<w:vMerge/><w:hMerge w:val='restart'/>", ""), cell("<w:hMerge/>", "")]),
    ];
    let rows_of_both: Vec<&str> = rows_of_both.iter().map(String::as_str).collect();
    check(&table(4, &rows_of_both), r#"table "a |  | c | d\n |  |  | ""#);
    let spans: Vec<_> = document(&table(3, &rows), &[]).unwrap().tables[0]
        .data
        .as_ref()
        .unwrap()
        .table_cells
        .iter()
        .map(|cell| (cell.text.clone(), cell.row_span, cell.col_span, cell.column_header))
        .collect();
    insta::assert_debug_snapshot!(spans, @r#"
    [
        (
            "a",
            1,
            2,
            true,
        ),
        (
            "b",
            2,
            1,
            true,
        ),
        (
            "c",
            1,
            1,
            false,
        ),
        (
            "d",
            1,
            1,
            false,
        ),
        (
            "e",
            1,
            1,
            false,
        ),
        (
            "f",
            1,
            2,
            false,
        ),
        (
            "g",
            1,
            1,
            false,
        ),
    ]
    "#);
}

#[test]
fn rows_and_cells_in_controls_and_changes() {
    let one = row(&[
        cell("", "a"),
        format!("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", cell("", "b")),
    ]);
    let two = format!("<w:ins>{}</w:ins>", row(&[cell("", "c"), cell("", "d")]));
    let gone = format!("<w:tr><w:trPr><w:del/></w:trPr>{}</w:tr>", cell("", "no"));
    check(&table(2, &[&one, &gone, &two]), r#"table "a | b\nc | d""#);
}

#[test]
fn all_text_of_a_cell_is_in_it() {
    let inner = table(2, &[&row(&[cell("", "in"), cell("", "side")])]);
    let content = format!("<w:tc>{}{inner}{}{}</w:tc>", p("one"), item(2, 0, "two"), p("three"));
    let rows = row(&[content, cell("", "x")]);
    check(&table(2, &[&rows]), r#"table "one in side two three | x""#);
}

#[test]
fn a_single_cell_is_a_frame() {
    let content = format!("<w:tc>{}{}</w:tc>", p("one"), item(2, 0, "two"));
    check(&table(1, &[&row(&[content])]), "paragraph \"one\"\nlist_item \"two\"");
    check(&table(1, &[]), NOTHING);
    check(&format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", r("x")), "paragraph \"x\"");
}

#[test]
fn grids_may_lie() {
    check(&table(1, &[&row(&[cell("", "a"), cell("", "b")])]), r#"table "a | b""#);
    let wide = cell("<w:gridSpan w:val='4294967295'/>", "a");
    check(&table(1, &[&row(&[wide.clone(), cell("<w:vMerge/>", "b")])]), &{
        format!("table \"a{}b\"", " | ".repeat(1000))
    });
    let rows = row(&[wide]).repeat(6_000);
    let said = blocks(&table(1, &[&rows]), &[]);
    assert!(said.contains("a table of 6000 rows with 6000000 cells: the limit is"), "{said}");
}
