//! Where shapes are, and those that are not plain text.

use super::{File, NOTHING, SLIDE, blocks, check, p, shape};

/// At a place, of a size.
fn transform(x: i64, y: i64, width: i64, height: i64) -> String {
    format!("<a:off x='{x}' y='{y}'/><a:ext cx='{width}' cy='{height}'/>")
}

fn text_at(x: i64, y: i64, text: &str) -> String {
    let place = format!("<p:spPr><a:xfrm>{}</a:xfrm></p:spPr>", transform(x, y, 10, 10));
    shape(None, &p("", text)).replace("<p:spPr/>", &place)
}

#[test]
fn rows_from_the_top_and_each_from_the_left() {
    let shapes = [
        shape(None, &p("", "nowhere")),
        text_at(500, 900_000, "4"),
        text_at(500, 40_000, "2"),
        text_at(9_000_000, 100, "3"),
        text_at(100, 0, "1"),
        "<p:cxnSp/><p:unknown/>".to_owned(),
    ];
    let said = ["1", "2", "3", "4", "nowhere"].map(|text| format!("paragraph {text:?}"));
    check(&shapes.concat(), &said.each_ref().map(String::as_str));
}

/// A slide's places: left, top, right and bottom.
fn places(shapes: &str) -> String {
    let document = File::new(&[shapes]).document().expect("slides");
    let lines = document.texts.iter().map(|text| {
        let bbox = text.prov[0].bbox;
        format!("{:?} {} {} {} {}", text.text, bbox.l, bbox.t, bbox.r, bbox.b)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn groups_move_stretch_and_flip() {
    let group = |attributes: &str, inside: &str| {
        let (to, from) = (transform(100, 200, 400, 400), transform(0, 0, 200, 200));
        let from = from.replace("a:off", "a:chOff").replace("a:ext", "a:chExt");
        format!(
            "<p:grpSp><p:nvGrpSpPr/><p:grpSpPr><a:xfrm {attributes}>{to}{from}</a:xfrm></p:grpSpPr>\
             {inside}</p:grpSp>"
        )
    };
    let text = text_at(10, 20, "x");
    insta::assert_snapshot!([
        places(&text),
        places(&group("", &text)),
        places(&group("flipH='1'", &text)),
        places(&group("", &group("flipV='true'", &text))),
        places(&format!("<p:grpSp>{text}</p:grpSp>")),
        places(&shape(None, &p("", "nowhere"))),
        places(&text_at(i64::MAX, i64::MIN, "far")),
        places(&(0..400).fold(text, |inside, _| group("", &inside))),
    ].join("\n"), @r#"
    Some("x") 10 20 20 30
    Some("x") 120 240 140 260
    Some("x") 460 240 480 260
    Some("x") 340 1280 380 1320
    Some("x") 10 20 20 30
    Some("nowhere") 0 0 9144000 6858000
    Some("far") 10000000000000 -10000000000000 10000000000000 -10000000000000
    Some("x") 10000000000000 10000000000000 10000000000000 10000000000000
    "#);
}

fn frame(inside: &str) -> String {
    format!(
        "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id='9' name='n' descr='Shown'/>\
         </p:nvGraphicFramePr><p:xfrm>{}</p:xfrm><a:graphic><a:graphicData>{inside}</a:graphicData>\
         </a:graphic></p:graphicFrame>",
        transform(0, 0, 10, 10)
    )
}

fn cell(attributes: &str, text: &str) -> String {
    format!("<a:tc {attributes}><a:txBody>{}</a:txBody></a:tc>", p("", text))
}

#[test]
fn tables_with_merged_cells() {
    let rows = [
        [cell("gridSpan='2'", "wide"), cell("hMerge='1'", ""), cell("", "c")].concat(),
        [cell("rowSpan='9'", "high"), cell("", "e &amp;"), cell("", "")].concat(),
        [cell("vMerge='true'", ""), cell("hMerge='0'", "h"), cell("vMerge='1'", "lost?")].concat(),
    ];
    let rows = rows.map(|row| format!("<a:tr>{row}</a:tr>")).concat();
    let table = frame(&format!("<a:tbl><a:tblPr firstRow='1' firstCol='0'/>{rows}</a:tbl>"));
    insta::assert_snapshot!(blocks(&table), @r#"table "wide |  | c\nhigh | e & | \n | h | lost?""#);
    let document = File::new(&[&table]).document().expect("a table");
    let cells = document.tables[0].data.as_ref().expect("cells");
    let cells = cells.table_cells.iter().map(|cell| {
        let (rows, columns) = (
            cell.start_row_offset_idx..cell.end_row_offset_idx,
            cell.start_col_offset_idx..cell.end_col_offset_idx,
        );
        format!("{:?} rows {rows:?} columns {columns:?} {}", cell.text, cell.column_header)
    });
    insta::assert_snapshot!(cells.collect::<Vec<_>>().join("\n"), @r#"
    "wide" rows 0..1 columns 0..2 true
    "c" rows 0..1 columns 2..3 true
    "high" rows 1..3 columns 0..1 false
    "e &" rows 1..2 columns 1..2 false
    "" rows 1..2 columns 2..3 false
    "h" rows 2..3 columns 1..2 false
    "lost?" rows 2..3 columns 2..3 false
    "#);
    check(&frame("<a:tbl/>"), &[NOTHING]);
    check(&frame(&format!("<a:tbl><a:tr>{}</a:tr></a:tbl>", cell("", " "))), &[NOTHING]);
}

#[test]
fn pictures_say_what_they_show() {
    let picture = |about: &str| format!("<p:pic><p:nvPicPr><p:cNvPr {about}/></p:nvPicPr></p:pic>");
    check(&picture("descr='A bridge'"), &[r#"figure "A bridge""#]);
    check(&picture("descr='bridge.PNG'"), &[r#"figure """#]);
    check(&picture("name='Picture 3'"), &[r#"figure """#]);
    check(&frame("<p:oleObj/>"), &[r#"figure "Shown""#]);
    check(&frame(""), &[NOTHING]);
}

#[test]
fn charts_and_diagrams_of_other_parts() {
    let chart = frame("<c:chart r:id='rId2'/>");
    let untitled = frame("<c:chart r:id='rId3'/>");
    let diagram = frame("<dgm:relIds r:dm='rId4' r:lo='rId9'/>");
    let shapes = [chart.as_str(), &untitled, &diagram, &chart, &frame("<c:chart r:id='rId7'/>")];
    let mut file = File::new(&[&shapes.concat()]);
    file.relate(SLIDE, "rId2", "chart", "../charts/chart1.xml");
    file.relate(SLIDE, "rId3", "chart", "../charts/chart2.xml");
    file.relate(SLIDE, "rId4", "diagramData", "../diagrams/data1.xml");
    let series = "<c:ser><c:val><c:pt idx='0'><c:v>1</c:v></c:pt></c:val></c:ser>";
    let title = format!("<c:title><c:tx><c:rich>{}</c:rich></c:tx></c:title>", p("", "Fees"));
    let plots = format!("<c:plotArea><c:pieChart>{series}</c:pieChart></c:plotArea>");
    let of = |inside: &str| format!("<c:chartSpace><c:chart>{inside}</c:chart></c:chartSpace>");
    file.put("ppt/charts/chart1.xml", &of(&(title.clone() + &plots)));
    file.put("ppt/charts/chart2.xml", &of(&title));
    let point = |id: &str, kind: &str, text: &str| {
        format!("<dgm:pt modelId='{id}' type='{kind}'><dgm:t>{}</dgm:t></dgm:pt>", p("", text))
    };
    let link = |from: &str, to: &str, order: u32| {
        format!("<dgm:cxn srcId='{from}' destId='{to}' srcOrd='{order}'/>")
    };
    let points = [
        point("b", "node", "second"),
        point("a", "node", "first"),
        point("r", "doc", ""),
        point("c", "asst", "below"),
        point("l", "node", "alone"),
        point("p", "pres", "no"),
    ];
    // In circles, too.
    let links = [
        link("r", "b", 1),
        link("r", "a", 0),
        link("a", "c", 0),
        link("c", "r", 0),
        link("c", "a", 1),
    ];
    let model = format!(
        "<dgm:dataModel><dgm:ptLst>{}</dgm:ptLst><dgm:cxnLst>{}</dgm:cxnLst></dgm:dataModel>",
        points.concat(),
        links.concat()
    );
    file.put("ppt/diagrams/data1.xml", &model);
    insta::assert_snapshot!(file.blocks(), @r#"
    figure "Fees\n | \n | 1"
    figure "Fees"
    list_item "first"
    list_item "below"
    list_item "second"
    list_item "alone"
    figure "Shown"
    figure "Shown"
    "#);
    file.put("ppt/charts/chart2.xml", "<c:chart>&mine;</c:chart>");
    insta::assert_snapshot!(file.blocks(), @"
    not a readable pptx file: its part `ppt/charts/chart2.xml` declares a document type, which Office never writes; open it in its program and save it again, or ask for another copy
    ");
}
