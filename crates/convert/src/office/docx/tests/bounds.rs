//! Files made to hurt: each is read or refused.

use gloss_ingest::Limits;

use super::{NOTHING, NUMBERING, blocks, p, r};

#[track_caller]
fn check(body: &str, parts: &[(&str, &str)], expect: impl FnOnce(&str) -> bool) {
    let said = blocks(body, parts);
    let start: String = said.chars().take(200).collect();
    assert!(expect(&said), "{start}");
}

/// As deep as a file may be: the document, its body and what is inside take some of it.
#[track_caller]
fn check_deep(open: &[&str], inside: &str, expect: &str) {
    let reserve = 8 + inside.matches("</").count();
    let times = (Limits::DEFAULT.depth_max - reserve) / open.len();
    let opened: String = open.iter().map(|name| format!("<{name}>")).collect();
    let closed: String = open.iter().rev().map(|name| format!("</{name}>")).collect();
    let body = opened.repeat(times) + inside + &closed.repeat(times);
    check(&body, &[], |said| said == expect);
}

#[test]
fn depth_is_borne() {
    let (text, x) = (p("x"), "paragraph \"x\"");
    check_deep(&["w:ins"], &text, x);
    check_deep(&["w:sdt", "w:sdtContent"], &text, x);
    check_deep(&["w:tbl", "w:tr", "w:tc"], &text, x);
    check_deep(&["w:p", "w:r", "w:pict", "w:txbxContent"], &text, x);
    check_deep(&["w:p", "w:r", "w:drawing", "w:txbxContent", "w:tbl", "w:tr", "w:tc"], &text, x);
    let inline = |open: &[&str], inside: &str| {
        let times = (Limits::DEFAULT.depth_max - 12) / open.len();
        let opened: String = open.iter().map(|name| format!("<{name}>")).collect();
        let closed: String = open.iter().rev().map(|name| format!("</{name}>")).collect();
        format!("<w:p>{}{inside}{}</w:p>", opened.repeat(times), closed.repeat(times))
    };
    check(&inline(&["w:hyperlink"], &r("x")), &[], |said| said == x);
    check(&inline(&["w:sdt", "w:sdtContent"], &r("x")), &[], |said| said == x);
    check(&inline(&["w:r", "w:ruby", "w:rt"], &r("x")), &[], |said| said.contains("(x)"));
    check(&inline(&["w:pict"], "<v:imagedata/>"), &[], |said| said == "figure \"\"");
    let formula = |open: &[&str]| {
        inline(open, "<m:r><m:t>x</m:t></m:r>")
            .replace("<w:p>", "<w:p><m:oMath>")
            .replace("</w:p>", "</m:oMath></w:p>")
    };
    for open in [
        ["m:f", "m:num"],
        ["m:d", "m:e"],
        ["m:sSub", "m:e"],
        ["m:func", "m:fName"],
        ["m:m", "m:mr"],
    ] {
        check(&formula(&open), &[], |said| said.contains('x'));
    }
    let row = |inside: &str| format!("<w:tr><w:tc>{}</w:tc><w:tc>{inside}</w:tc></w:tr>", p("a"));
    let tables = (0..160).fold(p("x"), |inside, _| format!("<w:tbl>{}</w:tbl>", row(&inside)));
    check(&tables, &[], |said| said.starts_with("table \"a | a a") && said.ends_with(" x\""));
}

#[test]
fn long_files_take_no_longer_than_they_are() {
    let many = |what: &str| what.repeat(20_000);
    check(&many(&p("x")), &[], |said| said.lines().count() == 20_000);
    check(&format!("<w:p>{}</w:p>", many(&r("x "))), &[], |said| said.len() > 39_000);
    let spaces = r(&" ".repeat(200_000));
    check(
        &format!("<w:p>{spaces}{}</w:p>", many("<w:r><w:pict><v:imagedata/></w:pict></w:r>")),
        &[],
        |said| said.lines().count() == 20_000,
    );
    let begin = "<w:r><w:fldChar w:fldCharType='begin'/><w:t>x</w:t></w:r>";
    let end = "<w:r><w:fldChar w:fldCharType='end'/></w:r>";
    check(&format!("<w:p>{}{}</w:p>", many(begin), many(end)), &[], |said| said == NOTHING);
    check(&format!("<w:p>{}</w:p>", many(begin)), &[], |said| said.len() > 20_000);
    let begun = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>";
    check(&many(begun), &[], |said| said.lines().count() == 1 && said.len() > 20_000);
    let item = |at: u32| {
        let list = format!("<w:numPr><w:numId w:val='{at}'/></w:numPr><w:ind w:left='{at}'/>");
        format!("<w:p><w:pPr>{list}</w:pPr>{}</w:p>", r("x"))
    };
    let nested: String = (1..10_000).map(item).collect();
    check(&nested, &[], |said| said.lines().count() == 9_999);
    let row =
        format!("<w:tr>{}</w:tr>", "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>".repeat(20));
    check(&format!("<w:tbl>{}</w:tbl>", row.repeat(3_000)), &[], |said| said.starts_with("table"));
}

#[test]
fn names_that_many_parts_share() {
    let styles: String = (0..5_000)
        .map(|at| format!("<w:style w:styleId='s{at}'><w:basedOn w:val='s{}'/></w:style>", at + 1))
        .collect();
    let styles = format!("<w:styles>{styles}</w:styles>");
    let body = "<w:p><w:pPr><w:pStyle w:val='s0'/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>";
    check(&body.repeat(5_000), &[("styles", &styles)], |said| said.lines().count() == 5_000);
    let reference = "<w:sectPr><w:headerReference r:id='r0'/></w:sectPr>";
    let header = format!("<w:hdr>{}</w:hdr>", p("x"));
    check(&reference.repeat(20_000), &[("header", &header)], |said| said == "page_header \"x\"");
    let diagrams: Vec<String> = (0..2_000)
        .map(|at| {
            let next = format!("<w:drawing><dgm:relIds r:dm='r{}'/></w:drawing>", at + 1);
            let text = format!("<a:p><a:r><a:t>x</a:t>{next}</a:r></a:p>");
            format!("<d><dgm:ptLst><dgm:pt><dgm:t>{text}</dgm:t></dgm:pt></dgm:ptLst></d>")
        })
        .collect();
    let diagrams: Vec<_> = diagrams.iter().map(|xml| ("diagramData", xml.as_str())).collect();
    let first = "<w:p><w:r><w:drawing><dgm:relIds r:dm='r0'/></w:drawing></w:r></w:p>";
    check(first, &diagrams, |said| said == "paragraph \"x\"");
    let long = NUMBERING.replace("Article %1.", &"%1".repeat(10_000));
    let item =
        "<w:p><w:pPr><w:numPr><w:numId w:val='4'/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>";
    check(&item.repeat(5_000), &[("numbering", &long)], |said| said.lines().count() == 5_000);
    let lists = NUMBERING.replace("w:start w:val=\"1\"", "w:start w:val=\"4294967295\"");
    let item = "<w:p><w:pPr><w:numPr><w:ilvl w:val='255'/><w:numId w:val='2'/></w:numPr></w:pPr>\
        <w:r><w:t>x</w:t></w:r></w:p>";
    let items = item.replace("255", "0") + &item.replace("255", "0") + item;
    check(&items, &[("numbering", &lists)], |said| said.lines().count() == 3);
}

#[test]
fn parts_that_are_missing_or_broken() {
    check("", &[], |said| said == NOTHING);
    check(&p("x"), &[("styles", ""), ("numbering", "<w:numbering/>")], |said| {
        said == "paragraph \"x\""
    });
    for kind in ["styles", "numbering", "footnotes", "comments", "settings"] {
        let expect = format!("its part `word/{kind}0.xml` is cut off");
        check(&p("x"), &[(kind, "<w:x>")], |said| said.contains(&expect));
    }
}
