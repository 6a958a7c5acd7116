//! Tables: where cells stand, and that what is in them is said once.

use super::check;

#[test]
fn rows_are_lines_and_captions_come_first() {
    check(
        "<table><caption>Cap</caption><thead><tr><th>A<th>B</thead><tr><td>1<td></table>",
        r#"caption "Cap"
           table "A | B\n1 | ""#,
    );
    check("<table></table><table><tr><td> </table><table><caption>C</table>", r#"caption "C""#);
}

#[test]
fn spans_cover_and_are_not_repeated() {
    check(
        "<table><tr><td rowspan=2>r<td>1<tr><td>2<tr><td colspan=2>w<tr><td>x<td>y</table>",
        r#"table "r | 1\n | 2\nw | \nx | y""#,
    );
    // Columns in which nothing begins are none.
    check(
        "<table><tr><td colspan=100000000>a<td>z<tr><td>b<td colspan=0>c\
         <tr><td colspan=x>d</table>",
        r#"table "a |  | z\nb | c | \nd |  | ""#,
    );
    check(
        "<table><tbody><tr><td rowspan=0>a<td>1<tr><td>2</tbody><tbody><tr><td>3<td>4</table>",
        r#"table "a | 1\n | 2\n3 | 4""#,
    );
}

#[test]
fn cells_hold_everything_as_text() {
    check(
        "<table><tr><td role=navigation><p>a</p><p>b<br>c</p><td><ul><li>x<li>y</ul><td><h3>h</h3>\
         <pre>p\n q</pre><td><img alt=i>\
         <td><table><tr><td>n1<td>n2<tr><td>n3</table></table><p>after</p>",
        r#"table "a b c | x y | h p q | i | n1 n2 n3"
           paragraph "after""#,
    );
}

#[test]
fn text_beside_the_cells_stands_before_the_table() {
    check(
        "<!doctype html><p>a<table>lost<tr>and<td>1</td>found</table>b",
        r#"paragraph "a"
           paragraph "lostandfound"
           table "1"
           paragraph "b""#,
    );
}

#[test]
fn headers_are_known_by_their_place() {
    let html = b"<table><tr><th>A<th>B<tr><th>r<td>1</table><table><thead><tr><td>h<tr><td>g\
                 <tbody><tr><td>2</table>";
    let document = super::super::read(html, &gloss_ingest::Limits::DEFAULT).unwrap();
    let cells = document.tables.iter().filter_map(|table| table.data.as_ref());
    let cells = cells.flat_map(|data| &data.table_cells);
    let said: Vec<String> = cells
        .map(|cell| {
            let kind = match (cell.column_header, cell.row_header) {
                (true, _) => "column",
                (_, true) => "row",
                _ => "data",
            };
            format!("{} {kind}", cell.text)
        })
        .collect();
    assert_eq!(said, ["A column", "B column", "r row", "1 data", "h column", "g column", "2 data"]);
}
