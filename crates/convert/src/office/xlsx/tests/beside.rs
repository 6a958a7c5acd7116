//! What stands beside the cells: other sheets, drawings, comments.

use super::{Book, cells, related};

#[test]
fn sheets_come_as_the_workbook_names_them() {
    let sheet = |text: &str| {
        format!("<worksheet><sheetData>{}</sheetData></worksheet>", cells(&[("A1", text)]))
    };
    Book::of_rows("")
        .entry("<sheet name='gone'/><sheet name='macros' r:id='m'/>")
        .related("m", "xlMacrosheet", "macrosheets/sheet1.xml")
        .part("xl/macrosheets/sheet1.xml", &sheet("RUN()"))
        .entry("<sheet name='moved' state='hidden' q:id='e'/><sheet name='again' r:id='e'/>")
        .related("e", "worksheet", "../elsewhere/XL/a.xml")
        .part("elsewhere/xl/A.xml", &sheet("moved"))
        .sheet("last", &sheet("last"))
        .check(
            r#"table 4 "moved"
            table 6 "last""#,
        );
}

#[test]
fn hidden_sheets_are_on_a_layer_of_their_own() {
    let book = Book::of_rows(&cells(&[("A1", "a")]));
    let hide = |state: &str| {
        let sheets = book.sheets.replace("<sheet ", &format!("<sheet state='{state}' "));
        let file = Book { parts: book.parts.clone(), sheets, related: book.related.clone() }.file();
        let document = crate::office::read_xlsx(&file, &gloss_ingest::Limits::DEFAULT);
        format!("{:?}", document.expect("a workbook").tables[0].content_layer)
    };
    let layers = ["visible", "hidden", "veryHidden"].map(hide);
    assert_eq!(layers, ["Body", "Beside(Invisible)", "Beside(Invisible)"]);
}

fn anchor(from: (u32, u32), to: Option<(u32, u32)>, inside: &str) -> String {
    let corner = |name: &str, (row, column): (u32, u32)| {
        format!("<x:{name}><x:col>{column}</x:col><x:row>{row}</x:row></x:{name}>")
    };
    let to = to.map(|to| corner("to", to)).unwrap_or_default();
    format!("<x:twoCellAnchor>{}{to}{inside}</x:twoCellAnchor>", corner("from", from))
}

fn shape(paragraphs: &[&str]) -> String {
    let text: String =
        paragraphs.iter().map(|text| format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>")).collect();
    format!("<x:sp><x:txBody>{text}</x:txBody></x:sp>")
}

fn with_drawing(drawing: &str, more: &[(&str, &str, &str)]) -> Book {
    Book::of_rows(&cells(&[("A1", "a"), ("A9", "z")]))
        .part("xl/worksheets/_rels/sheet0.xml.rels", &related(&[("d", "drawing", "../d/d.xml")]))
        .part("xl/d/d.xml", &format!("<x:wsDr>{drawing}</x:wsDr>"))
        .part("xl/d/_rels/d.xml.rels", &related(more))
}

#[test]
fn drawings_stand_among_the_tables() {
    let group = format!("<x:grpSp>{}<x:grpSp><x:pic/></x:grpSp></x:grpSp>", shape(&["one", "two"]));
    let choice = format!(
        "<mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback><x:pic/></mc:Fallback>\
         </mc:AlternateContent>",
        anchor((8, 0), None, &shape(&["beside"]))
    );
    let chart = "<x:graphicFrame><c:chart r:id='c'/></x:graphicFrame>";
    let gone = "<x:graphicFrame><c:chart r:id='?'/></x:graphicFrame>";
    let diagram = "<x:graphicFrame><dgm:relIds r:dm='s' r:lo='c'/></x:graphicFrame>";
    let all = [
        anchor((4, 2), Some((6, 9)), &group),
        choice,
        anchor((3, 0), None, chart),
        anchor((3, 0), None, gone),
        anchor((20, 0), None, diagram),
        format!("<x:absoluteAnchor>{}</x:absoluteAnchor>", shape(&["on paper"])),
        anchor((1, 1), None, &shape(&[" "])),
    ];
    with_drawing(
        &all.concat(),
        &[("c", "chart", "c.xml"), ("s", "diagramData", "s.xml"), ("?", "image", "c.xml")],
    )
    .part(
        "xl/d/c.xml",
        "<c:chartSpace><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Fees</a:t></a:r></a:p>\
         </c:rich></c:tx></c:title></c:chart></c:chartSpace>",
    )
    .part(
        "xl/d/s.xml",
        "<dgm:dataModel><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>step 1</a:t></a:r></a:p></dgm:t>\
         </dgm:pt><dgm:pt/><dgm:pt><dgm:t><a:p><a:fld><a:t>step</a:t></a:fld><a:br/>\
         <a:r><a:t>2</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>",
    )
    .check(
        r#"table 1 "a"
        paragraph 1 "on paper"
        figure 1 ""
        figure 1 "Fees"
        paragraph 1 "one\ntwo"
        figure 1 ""
        table 1 "z"
        paragraph 1 "beside"
        paragraph 1 "step 1\nstep\n2""#,
    );
}

#[test]
fn a_chart_may_be_a_sheet() {
    Book::of_rows(&cells(&[("A1", "a")]))
        .entry("<sheet name='chart' r:id='c'/>")
        .related("c", "chartsheet", "chartsheets/1.xml")
        .part("xl/chartsheets/1.xml", "<chartsheet/>")
        .part("xl/chartsheets/_rels/1.xml.rels", &related(&[("d", "drawing", "d.xml")]))
        .part("xl/chartsheets/d.xml", "<wsDr><absoluteAnchor><pic/></absoluteAnchor></wsDr>")
        .check(
            r#"table 1 "a"
            figure 2 """#,
        );
}

/// Two sheets; the second names the same parts as the first.
fn with_comments(parts: &[(&str, &str, &str)]) -> Book {
    let book = Book::of_rows(&cells(&[("A1", "a")])).sheet("Two", "<worksheet/>");
    let own: Vec<_> = parts.iter().map(|(kind, name, _)| (*kind, *kind, *name)).collect();
    let book = book
        .part("xl/worksheets/_rels/sheet0.xml.rels", &related(&own))
        .part("xl/worksheets/_rels/sheet1.xml.rels", &related(&own))
        .related("p", "person", "people.xml")
        .part(
            "xl/people.xml",
            "<personList><person id='{1}' displayName='Ann'/><person id='{2}'/></personList>",
        );
    parts.iter().fold(book, |book, (_, name, xml)| book.part(&format!("xl/worksheets/{name}"), xml))
}

#[test]
fn comments_come_last() {
    let notes = "<comments><authors><author>A. Reader</author><author/></authors><commentList>
        <comment ref='B2' authorId='0'><text><r><t>Too </t></r><rPh><t>no</t></rPh>
        <r><t>high</t></r></text></comment><comment ref='A2' authorId='1'><text><t>why_x000D_\n</t></text></comment>
        <comment ref='A1' authorId='9'><text><t>first</t></text></comment>
        <comment ref='?' authorId='x'><text><t>where</t></text></comment>
        <comment ref='C1' authorId='0'><text/></comment></commentList></comments>";
    with_comments(&[("comments", "notes.xml", notes)]).check(
        r#"table 1 "a"
        paragraph "[author: ]: first"
        paragraph "[author: ]: why"
        paragraph "[author: A. Reader]: Too high"
        paragraph "[author: ]: where""#,
    );
}

#[test]
fn threads_stand_for_the_notes_they_repeat() {
    let notes = "<comments><commentList><comment ref='A1'><text><t>[Threaded comment]</t></text>
        </comment><comment ref='A2'><text><t>note</t></text></comment></commentList></comments>";
    let message = |id: &str, of: &str, time: &str, text: &str| {
        let of = if of.is_empty() { String::new() } else { format!("parentId='{of}'") };
        let time = if time.is_empty() { String::new() } else { format!("dT='{time}'") };
        format!(
            "<threadedComment ref='A1' personId='{{1}}' id='{id}' {of} {time}><text>{text}</text>\
             </threadedComment>"
        )
    };
    let thread = [
        message("c", "a", "2026-06-18T17:15:52.31", "third"),
        message("d", "b", "", "fourth"),
        message("b", "a", "2026-06-18T17:15:51", "second"),
        message("a", "", "2026-06-18T17:15:50.1234Z", "first"),
        message("e", "f", "", "round"),
        message("f", "e", "", "and round"),
        message("g", "nobody", "", "alone"),
    ];
    let thread = format!("<ThreadedComments>{}</ThreadedComments>", thread.concat());
    with_comments(&[("comments", "n.xml", notes), ("threadedComment", "t.xml", &thread)]).check(
        r#"table 1 "a"
        paragraph "[author: Ann, time: 2026-06-18T17:15:50.123+00:00]: first"
        paragraph "[author: Ann, time: 2026-06-18T17:15:51.000]: second"
        paragraph "[author: Ann]: fourth"
        paragraph "[author: Ann, time: 2026-06-18T17:15:52.310]: third"
        paragraph "[author: Ann]: alone"
        paragraph "[author: Ann]: round"
        paragraph "[author: Ann]: and round"
        paragraph "[author: ]: note""#,
    );
}
