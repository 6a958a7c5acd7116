//! What cells show of their values.

use super::Book;

#[test]
fn every_type_of_cell() {
    Book::of_rows(
        "<row><c t='s'><v>1</v></c><c t='s'><v> 2 </v></c><c t='s'><v>9</v></c>
         <c t='inlineStr'><is><t>in</t><rPh><t>no</t></rPh><r><t>li</t></r><r><t>ne</t></r></is></c>
         <c t='str'><f>A1&amp;B1</f><v>x &amp; y</v></c></row>
         <row><c t='b'><v>1</v></c><c t='b'><v>0</v></c><c t='e'><v>#DIV/0!</v></c>
         <c t='d'><v>2024-01-02</v></c><c t='n'><v> 7 </v></c></row>
         <row><c><v>-0</v></c><c><v>1E-3</v></c><c><v>0.30000000000000004</v></c>
         <c><v>1234567.50</v></c><c><v>inf</v></c></row>",
    )
    .strings(
        "<si><t>zero</t></si><si><r><t>Fee</t></r><r><rPr><b/></rPr><t>s</t></r>
         <rPh sb='0' eb='1'><t>no</t></rPh><phoneticPr/></si>
         <si><t xml:space='preserve'> due </t></si>",
    )
    .check(
        &[
            r#"table 1 "Fees | due |  | inline | x & y"#,
            "True | False | #DIV/0! | 2024-01-02 | 7",
            r#"0 | 0.001 | 0.30000000000000004 | 1234567.5 | inf""#,
        ]
        .join(r"\n"),
    );
}

#[test]
fn cells_without_a_value_are_no_part_of_a_table() {
    Book::of_rows(
        "<row><c><v>1</v></c><c s='1'/><c><v/></c><c t='str'><f>\"\"</f><v></v></c>
         <c t='inlineStr'><is><t/></is></c><c><f>A1</f></c><c><v>2</v></c></row>",
    )
    .check(
        r#"table 1 "1"
        table 1 "2""#,
    );
    Book::of_rows("<row><c t='str'><v> </v></c><c t='str'><v> </v></c></row>")
        .check("no blocks extracted: there is no text in it");
}

#[test]
fn where_cells_stand() {
    // Out of order, twice, with and without a name, and a dimension that lies.
    let sheet = "<worksheet><dimension ref='A1:XFD1048576'/><sheetData>
        <row r='3'><c r='B3'><v>32</v></c><c><v>33</v></c><c r='A3'><v>31</v></c></row>
        <row r='2'><c><v>0</v></c><c r='A2'><v>21</v></c><c><v>22</v></c></row>
        <row><c r='C2'><v>23</v></c></row></sheetData>
        <extLst><ext><sheetData><row><c><v>no</v></c></row></sheetData></ext></extLst></worksheet>";
    Book::new(sheet).check(r#"table 1 "21 | 22 | 23\n31 | 32 | 33""#);
    let strict = "<?xml version='1.0'?>\n<!-- - --><x:worksheet xmlns:x='x'>\n<x:sheetData>
        <x:row r='1'><x:c r='A1'><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>";
    Book::new(strict).check(r#"table 1 "1""#);
}

#[test]
fn letters_that_xml_cannot_hold() {
    let cell = |text: &str| format!("<row><c t='str'><v>{text}</v></c></row>");
    let rows = [cell("a_x000D_\nb"), cell("_x005F_x0041_"), cell("x_x0000_y<![CDATA[ <b>]]>")];
    Book::of_rows(&rows.concat()).check(r#"table 1 "a b\n_x0041_\nxy <b>""#);
}

/// Numbers in formats, one line each.
#[track_caller]
fn check(format: &str, numbers: &[&str], expect: &str) {
    let quoted = format.replace('&', "&amp;").replace('"', "&quot;");
    let cells = numbers.iter().map(|number| format!("<row><c s='1'><v>{number}</v></c></row>"));
    let book = Book::of_rows(&format!("{}<row><c><v>.</v></c></row>", cells.collect::<String>()));
    let styles = format!(
        "<numFmts><numFmt numFmtId='164' formatCode=\"{quoted}\"/></numFmts>
         <cellXfs><xf numFmtId='0'/><xf numFmtId='164'/></cellXfs>"
    );
    book.styles(&styles)
        .check(&format!("table 1 {:?}", format!("{}\n.", expect.replace(" | ", "\n"))));
}

#[test]
fn amounts_and_percentages() {
    let numbers = ["1234.565", "-5", "0"];
    check(r##""$"#,##0.00"##, &numbers, "$1,234.57 | -$5.00 | $0.00");
    check(r##"[$$-409]#,##0.00;[Red]-[$$-409]#,##0.00"##, &numbers, "$1,234.57 | -$5.00 | $0.00");
    check(r##""$"#,##0_);\("$"#,##0\);"-""##, &numbers, "$1,235 | ($5) | -");
    check("0%", &["0.125", "-0.125", "0.995", "9.995", "1e-9"], "13% | -13% | 100% | 1000% | 0%");
    check("0.00%", &["0.0125", "0.000001234", "12"], "1.25% | 0.00% | 1200.00%");
    check(r#"0.00" $""#, &["999.995", "1e21"], "1000.00 $ | 1000000000000000000000.00 $");
    check("0.00", &["1e308"], "1e308");
    check(";;;", &["5"], "");
    // How a number is to be read is not what it is; and what is not known is left as it is.
    for format in [
        "#,##0.00",
        "00000",
        "0.00E+00",
        "@",
        "General",
        "",
        "[Red]",
        r#"#,##0 "EUR""#,
        "[$€-407] #,##0.00",
        "[>=100]0%;0.0%",
        r#""$"0.##"#,
        r#""0$"0"#,
        "$$0",
        "0%%",
        "0%;0;0;0;0",
        r"0%\;",
        "0.%",
        "$0.0000000000000000",
        "%0",
        "[",
        "\\",
    ] {
        check(format, &["1234.5", "-1234.5"], "1234.5 | -1234.5");
    }
}

#[test]
fn dates_and_times() {
    let day = ["45000.75", "1", "59", "60", "61", "0.5"];
    check(
        "yyyy-mm-dd",
        &day,
        "2023-03-15 | 1900-01-01 | 1900-02-28 | 1900-02-28 | 1900-03-01 | 12:00:00",
    );
    check("dddd, d. MMMM yy;@", &["45000"], "Wednesday, 15. March 23");
    check(r#""Due "ddd mmm d\h"#, &["45000"], "Due Wed Mar 15h");
    check("h:mm AM/PM", &["0.5", "0", "45000.999"], "12:00 PM | 12:00 AM | 11:58 PM");
    check("hh:mm:ss m/d", &["45000.75"], "18:00:00 3/15");
    check("mm:ss", &["0.01"], "14:24");
    check(
        "[h]:mm",
        &["1.0882", "-1", "0.00001"],
        "1 day, 2:07:00.480000 | -1 day, 0:00:00 | 0:00:00.864000",
    );
    // Formats of countries, and numbers that are no dates.
    check("[$-F800]dddd", &["45000.5"], "2023-03-15");
    check("[$-409]d/h", &["45000.5"], "2023-03-15 12:00:00");
    check("yyyy", &["2958466", "-1e20", "x"], "2958466 | -100000000000000000000 | x");
}

#[test]
fn dates_as_databases_write_them() {
    let cell = |date: &str| format!("<row><c t='d' s='0'><v>{date}</v></c></row>");
    let dates = ["2024-02-29", "2024-01-02T03:04:05.999Z", "2024-13-01", "1-1-1T25:00", "soon"];
    Book::of_rows(&dates.map(cell).concat())
        .styles("<cellXfs><xf numFmtId='22'/></cellXfs>")
        .check(
            &[
                r#"table 1 "2024-02-29 00:00:00"#,
                "2024-01-02 03:04:05.999000",
                "2024-13-01",
                "1-1-1T25:00",
                "soon\"",
            ]
            .join(r"\n"),
        );
}

#[test]
fn formats_without_a_description_and_numbers_from_1904() {
    let numbers = [9, 14, 17, 22, 31, 46, 49, 7, 999];
    let styles: String =
        numbers.iter().map(|number| format!("<xf numFmtId='{number}'/>")).collect();
    let cells: String =
        (0..11).map(|style| format!("<row><c s='{style}'><v>1.5</v></c></row>")).collect();
    let book = Book::of_rows(&cells).styles(&format!("<cellXfs>{styles}</cellXfs>"));
    let rest = r"1 day, 12:00:00\n1.5\n$1.50\n1.5\n1.5\n1.5";
    book.check(&format!(
        r#"table 1 "150%\n1900-01-01\nJan-00\n1900-01-01 12:00:00\n1900-01-01 12:00:00\n{rest}""#
    ));
    let mut file = book;
    file.sheets = format!("{}</sheets><workbookPr date1904='1'/><sheets>", file.sheets);
    file.check(&format!(
        r#"table 1 "150%\n1904-01-02\nJan-04\n1904-01-02 12:00:00\n1904-01-02 12:00:00\n{rest}""#
    ));
}
