//! Pictures, charts, diagrams and boxes of text.

use super::{check, check_with, item, p, r};

fn drawing(inside: &str) -> String {
    format!(
        "<w:r><w:drawing><wp:inline><wp:docPr descr='no'/>{inside}</wp:inline></w:drawing></w:r>"
    )
}

const PICTURE: &str = "<pic:pic><pic:blipFill><a:blip r:embed='r9'/></pic:blipFill></pic:pic>";

#[test]
fn pictures_stand_where_they_are() {
    let picture = drawing(PICTURE);
    check(
        &format!("<w:p>{picture}</w:p><w:p>{picture}{}{picture}</w:p>", r("text")),
        r#"figure ""
           figure ""
           paragraph "text"
           figure """#,
    );
    let image = "<w:r><w:pict><v:shape><v:imagedata r:id='r9'/></v:shape></w:pict></w:r>";
    check(&format!("<w:p>{image}</w:p>"), "figure \"\"");
    let listed = item(2, 0, "one").replace("</w:p>", &format!("{picture}</w:p>"));
    check(&(listed + &item(2, 0, "two")), "list_item \"one\"\nfigure \"\"\nlist_item \"two\"");
}

#[test]
fn boxes_of_text_follow_their_paragraph() {
    let inside = format!("<w:txbxContent>{}{}</w:txbxContent>", p("one"), p("two"));
    let shape = drawing(&format!("<wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp>"));
    let old =
        format!("<w:r><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></w:r>");
    let both = format!(
        "<mc:AlternateContent><mc:Choice>{shape}</mc:Choice><mc:Fallback>{old}</mc:Fallback>\
         </mc:AlternateContent>"
    );
    for shape in [&shape, &old, &both] {
        check(
            &format!("<w:p>{shape}{}</w:p>", r("text")),
            r#"paragraph "text"
               paragraph "one"
               paragraph "two""#,
        );
    }
    let shapes = drawing("<wpg:wgp><wps:wsp/><wps:wsp/></wpg:wgp>");
    check(&format!("<w:p>{shapes}</w:p><w:p>{}</w:p>", drawing("<wps:wsp/>")), "figure \"\"");
    let cell = format!("<w:tc><w:p>{}{shape}</w:p></w:tc>", r("text"));
    check(
        &format!("<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>"),
        r#"table "text one two | text one two""#,
    );
}

#[test]
fn words_that_are_drawn() {
    check(
        "<w:p><w:r><w:pict><v:shape><v:textpath string='DRAFT'/></v:shape></w:pict></w:r></w:p>",
        r#"paragraph "DRAFT""#,
    );
    let point = |kind: &str, text: &str| {
        format!("<dgm:pt {kind}><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>")
    };
    let points =
        [point("", "top"), point("type='pres'", "no"), point("type='node'", "end")].concat();
    let data = format!("<dgm:dataModel><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>");
    let diagram = drawing("<a:graphicData><dgm:relIds r:dm='r2' r:lo='r3'/></a:graphicData>");
    let parts = [("diagramData", data.as_str())];
    // Two that show the same part are one.
    check_with(
        &parts,
        &format!("<w:p>{diagram}{diagram}</w:p>"),
        "paragraph \"top\"\nparagraph \"end\"",
    );
}

#[test]
fn charts_that_plot_nothing_are_pictures() {
    let chart = drawing("<a:graphicData><c:chart r:id='r2'/></a:graphicData>");
    let parts = [("chart", "<c:chartSpace/>")];
    check_with(&parts, &format!("<w:p>{chart}</w:p>"), "figure \"\"");
    check(&format!("<w:p>{chart}</w:p>"), "figure \"\"");
}
