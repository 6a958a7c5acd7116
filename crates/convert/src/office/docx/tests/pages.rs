//! Headers, footers, notes and comments.

use super::{check_with, p, styled};

fn header(text: &str) -> String {
    format!("<w:hdr>{}</w:hdr>", p(text))
}

/// A section that names parts: kind, pages and relationship.
fn section(more: &str, references: &[(&str, &str, &str)]) -> String {
    let references = references
        .iter()
        .map(|(kind, pages, id)| format!("<w:{kind}Reference w:type='{pages}' r:id='{id}'/>"));
    format!("<w:sectPr>{}{more}</w:sectPr>", references.collect::<String>())
}

#[test]
fn headers_and_footers_that_pages_show() {
    let parts = ["Usual", "First", "Even", "Usual", "Page 1", " "].map(header);
    let kinds = ["header", "header", "header", "header", "footer", "footer"];
    let mut all: Vec<_> = kinds.into_iter().zip(parts.iter().map(String::as_str)).collect();
    let first = [
        ("header", "default", "r2"),
        ("header", "first", "r3"),
        ("header", "even", "r4"),
        ("footer", "default", "r6"),
    ];
    // The second section has a header of its own that says the same.
    let others = [("header", "default", "r5"), ("footer", "default", "r7")];
    let body = styled(&section("", &first), "one") + &p("two") + &section("<w:titlePg/>", &others);
    check_with(
        &all,
        &body,
        r#"paragraph "one"
           paragraph "two"
           page_header "Usual"
           page_footer "Page 1"
           page_header "First""#,
    );
    all.push(("settings", "<w:settings><w:evenAndOddHeaders/></w:settings>"));
    check_with(
        &all,
        &(p("one") + &section("", &first)),
        r#"paragraph "one"
           page_header "Usual"
           page_header "Even"
           page_footer "Page 1""#,
    );
}

#[test]
fn a_header_may_hold_anything() {
    let row = format!("<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>", p("a"), p("b"));
    let header =
        format!("<w:hdr><w:tbl>{row}</w:tbl>{}</w:hdr>", styled("<w:outlineLvl w:val='0'/>", "h"));
    check_with(
        &[("header", &header)],
        &section("", &[("header", "default", "r2")]),
        r#"page_header "a | b"
           page_header "h""#,
    );
}

#[test]
fn notes_follow_the_text() {
    let line =
        "<w:footnote w:type='separator' w:id='0'><w:p><w:r><w:separator/></w:r></w:p></w:footnote>";
    let notes = format!(
        "<w:footnotes>{line}<w:footnote w:id='1'>{}{}</w:footnote></w:footnotes>",
        p(" A note"),
        p("of two")
    );
    let ends = format!("<w:endnotes><w:endnote w:id='1'>{}</w:endnote></w:endnotes>", p("End"));
    let body = "<w:p><w:r><w:t>text</w:t></w:r><w:r><w:footnoteReference w:id='1'/></w:r></w:p>";
    check_with(
        &[("footnotes", &notes), ("endnotes", &ends)],
        body,
        r#"paragraph "text"
           footnote "A note of two"
           footnote "End""#,
    );
}

#[test]
fn comments_say_who_and_when() {
    let comment = |attributes: &str, inside: &str| {
        format!("<w:comment w:id='1' {attributes}>{inside}</w:comment>")
    };
    let comments = [
        comment("w:author='A. Reader' w:initials='AR' w:date='2024-01-02T03:04:05Z'", &p("Why?")),
        comment("w:author='B' w:date='2024-01-02T03:04:05.5'", &(p("one") + &p("two"))),
        comment("", &p("x")),
        comment("w:author='C'", "<w:p/>"),
    ];
    let comments = format!("<w:comments>{}</w:comments>", comments.concat());
    check_with(
        &[("comments", &comments)],
        &p("text"),
        r#"paragraph "text"
           paragraph "[author: A. Reader (AR), time: 2024-01-02T03:04:05.000+00:00]: Why?"
           paragraph "[author: B, time: 2024-01-02T03:04:05.5]: one\ntwo"
           paragraph "[time: ]: x""#,
    );
}
