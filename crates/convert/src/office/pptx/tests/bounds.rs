//! Presentations made to hurt: each is read or refused.

use super::{File, PRESENTATION, SLIDE, p, shape};

#[track_caller]
fn check(file: &File, expect: impl FnOnce(&str) -> bool) {
    let said = file.blocks();
    let start: String = said.chars().take(200).collect();
    assert!(expect(&said), "{start}");
}

#[track_caller]
fn check_slide(shapes: &str, expect: impl FnOnce(&str) -> bool) {
    check(&File::new(&[shapes]), expect);
}

/// Threads of tests have two megabytes of stack, and debug builds use it up fast.
#[test]
fn elements_nest_as_deep_as_they_may() {
    let nested = |open: &str, inside: &str, close: &str, depth: usize| {
        open.repeat(depth) + inside + &close.repeat(depth)
    };
    let x = |said: &str| said == "paragraph \"x\"";
    let text = shape(None, &p("", "x"));
    check_slide(&nested("<p:grpSp>", &text, "</p:grpSp>", 500), x);
    let refused = |said: &str| said.contains("nests elements too deeply");
    check_slide(&nested("<p:grpSp>", &text, "</p:grpSp>", 510), refused);
    let choice = nested(
        "<mc:AlternateContent><mc:Choice>",
        &text,
        "</mc:Choice></mc:AlternateContent>",
        250,
    );
    check_slide(&choice, x);
    for element in ["m:e", "m:oMath", "m:f", "m:rad", "m:sSup"] {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let formula = nested(&open, "<m:r><m:t>x</m:t></m:r>", &close, 498);
        let paragraph = format!("<a:p><a14:m>{formula}</a14:m></a:p>");
        check_slide(&shape(None, &paragraph), |said| said.starts_with("paragraph"));
    }
}

#[test]
fn there_is_no_end_of_shapes() {
    let many = |one: &str| one.repeat(10_000);
    check_slide(&many(&shape(Some("idx='1'"), &p("", "x"))), |said| said.lines().count() == 10_000);
    let group = format!("<p:grpSp>{}</p:grpSp>", many(&shape(None, &p("", "x"))));
    check_slide(&group, |said| said.lines().count() == 10_000);
    let items = many(&p("<a:pPr lvl='1'><a:buAutoNum/></a:pPr>", "x"));
    check_slide(&shape(None, &items), |said| said.lines().count() == 10_000);
    let up_and_down = [8, 0].map(|level| p(&format!("<a:pPr lvl='{level}'/>"), "x")).concat();
    check_slide(&shape(None, &many(&up_and_down)), |said| said.lines().count() == 20_000);
}

#[test]
fn relationships_are_looked_up_once() {
    let frame = |id: usize| {
        format!(
            "<p:graphicFrame><a:graphic><a:graphicData><c:chart r:id='c{id}'/></a:graphicData>\
                 </a:graphic></p:graphicFrame>"
        )
    };
    let mut file = File::new(&[&(0..20_000).map(frame).collect::<String>()]);
    for id in 0..20_000 {
        file.relate(SLIDE, &format!("c{id}"), "chart", "../charts/chart1.xml");
    }
    file.put("ppt/charts/chart1.xml", "<c:chartSpace/>");
    check(&file, |said| said.lines().count() == 20_000);

    let mut file = File::new(&["", &shape(None, &p("", "x"))]);
    let list: String = (0..20_000).map(|id| format!("<p:sldId r:id='s{id}'/>")).collect();
    for id in 0..20_000 {
        file.relate(PRESENTATION, &format!("s{id}"), "slide", "slides/slide2.xml");
    }
    file.put(
        PRESENTATION,
        &format!("<p:presentation><p:sldIdLst>{list}</p:sldIdLst></p:presentation>"),
    );
    check(&file, |said| said == "paragraph \"x\"");
}

#[test]
fn tables_have_bounds() {
    let table = |rows: &str| {
        format!(
            "<p:graphicFrame><a:graphic><a:graphicData><a:tbl>{rows}</a:tbl></a:graphicData>\
                 </a:graphic></p:graphicFrame>"
        )
    };
    let wide = format!("<a:tr>{}</a:tr>", "<a:tc/>".repeat(10_000));
    let rows = wide + &"<a:tr/>".repeat(10_000);
    check_slide(&table(&rows), |said| {
        said.starts_with("it has a table of 10001 rows with 100010000 cells: the limit is 5000000")
    });
    let cell = "<a:tc rowSpan='4294967295' gridSpan='4294967295'><a:txBody><a:p><a:r><a:t>x</a:t>\
                </a:r></a:p></a:txBody></a:tc>";
    let rows = format!("<a:tr>{}</a:tr>", cell.repeat(50)).repeat(200);
    check_slide(&table(&rows), |said| said.starts_with("table \"x | x"));
}

#[test]
fn diagrams_lead_anywhere() {
    let mut file = File::new(&["<p:graphicFrame><a:graphic><a:graphicData><dgm:relIds r:dm='d'/>\
        </a:graphicData></a:graphic></p:graphicFrame>"]);
    file.relate(SLIDE, "d", "diagramData", "../diagrams/data1.xml");
    let mut points = "<dgm:pt modelId='0' type='doc'/>".to_owned();
    let mut links = String::new();
    for id in 1..20_000 {
        points += &format!("<dgm:pt modelId='{id}'><dgm:t>{}</dgm:t></dgm:pt>", p("", "x"));
        links += &format!(
            "<dgm:cxn srcId='{}' destId='{id}'/><dgm:cxn srcId='{id}' destId='0'/>",
            id - 1
        );
    }
    let lists = format!("<dgm:ptLst>{points}</dgm:ptLst><dgm:cxnLst>{links}</dgm:cxnLst>");
    file.put("ppt/diagrams/data1.xml", &format!("<dgm:dataModel>{lists}</dgm:dataModel>"));
    check(&file, |said| said.lines().count() == 19_999);
}
