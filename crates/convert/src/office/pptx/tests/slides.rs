//! Slides: their order, their titles, and what is not shown.

use gloss_ingest::docling::Item;

use super::{File, PRESENTATION, SLIDE, p, page, shape};

fn title(text: &str) -> String {
    shape(Some("type='title'"), &p("", text))
}

#[test]
fn slides_come_in_the_order_of_their_list() {
    let mut file = File::new(&[&title("one"), &title("two"), &title("three")]);
    let list = ["rId3", "rId1", "rId3", "rId2"].map(|id| format!("<p:sldId id='9' r:id='{id}'/>"));
    let list = list.concat();
    let inside = format!("<p:sldIdLst>{list}</p:sldIdLst><p:sldSz cx='100' cy='50'/>");
    file.put(PRESENTATION, &format!("<p:presentation>{inside}</p:presentation>"));
    insta::assert_snapshot!(file.blocks(), @r#"
    heading "three"
    heading p2 "one"
    heading p3 "two"
    "#);
    let document = file.document().expect("slides");
    let pages: Vec<_> = document.pages.values().map(|page| (page.page_no, page.size)).collect();
    insta::assert_snapshot!(format!("{pages:?}"), @"
    [(1, Size { height: 50.0, width: 100.0 }), (2, Size { height: 50.0, width: 100.0 }), (3, Size { height: 50.0, width: 100.0 })]
    ");
}

#[test]
fn slides_that_are_missing_are_told() {
    let mut file = File::new(&[&title("one"), &title("two")]);
    file.parts.remove(SLIDE);
    insta::assert_snapshot!(file.blocks(), @"
    not a readable pptx file: its part `ppt/slides/slide1.xml` is missing; open it in its program and save it again, or ask for another copy
    ");
    file.relationships.remove(PRESENTATION);
    insta::assert_snapshot!(file.blocks(), @"
    not a readable pptx file: slide 1 of its list is missing; open it in its program and save it again, or ask for another copy
    ");
    file.parts.remove(PRESENTATION);
    insta::assert_snapshot!(file.blocks(), @"
    not a readable pptx file: the part with its text is missing; open it in its program and save it again, or ask for another copy
    ");
}

/// Layouts, masters and relationships of a slide may be missing, and parts may point in circles.
#[test]
fn a_slide_does_without() {
    let mut file = File::new(&[&title("one")]);
    file.relationships.retain(|from, _| !from.contains("slide"));
    assert_eq!(file.blocks(), "heading \"one\"");
    let mut file = File::new(&[&title("one")]);
    file.parts.retain(|name, _| !name.contains("slideLayout"));
    assert_eq!(file.blocks(), "heading \"one\"");
    let mut file = File::new(&[&title("one")]);
    for kind in ["notesSlide", "comments", "chart", "slide", "slideMaster"] {
        file.relate(SLIDE, kind, kind, "slide1.xml");
    }
    file.relationships.insert(
        super::LAYOUT.to_owned(),
        "<Relationship Id='1' Type='slideMaster' Target='slideLayout1.xml'/>".to_owned(),
    );
    assert_eq!(file.blocks(), "heading \"one\"");
}

fn layers(items: &[Item]) -> String {
    let said = |item: &Item| format!("{:?} {:?}", item.content_layer, item.text);
    items.iter().map(said).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_hidden_stands_beside_the_body() {
    let hidden = title("unseen").replace("name='no'", "name='no' hidden='1'");
    let group = format!(
        "<p:grpSp><p:nvGrpSpPr><p:cNvPr hidden='true'/></p:nvGrpSpPr>{}</p:grpSp>",
        title("in")
    );
    let mut file = File::new(&[&format!("{hidden}{group}{}", title("seen")), ""]);
    let slide = page("p:sld show='0'", &title("skipped")).replace("</p:sld show='0'>", "</p:sld>");
    file.put("ppt/slides/slide2.xml", &slide);
    insta::assert_snapshot!(layers(&file.document().expect("slides").texts), @r#"
    Beside(Invisible) Some("unseen")
    Beside(Invisible) Some("in")
    Body Some("seen")
    Beside(Invisible) Some("skipped")
    "#);
}
