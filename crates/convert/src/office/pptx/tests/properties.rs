//! Slides of any elements, one in another.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{File, SLIDE, page};

/// An element that may stand anywhere, and what it holds.
#[derive(Debug, Clone)]
struct Node {
    name: &'static str,
    attributes: &'static str,
    inside: Vec<Node>,
}

const NAMES: &[&str] = &[
    "p:sp",
    "p:grpSp",
    "p:pic",
    "p:graphicFrame",
    "p:txBody",
    "p:nvSpPr",
    "p:nvPr",
    "p:cNvPr",
    "p:ph",
    "p:spPr",
    "p:grpSpPr",
    "a:xfrm",
    "a:off",
    "a:ext",
    "a:chOff",
    "a:chExt",
    "a:p",
    "a:pPr",
    "a:r",
    "a:t",
    "a:br",
    "a:fld",
    "a:lstStyle",
    "a:lvl1pPr",
    "a:buChar",
    "a:buNone",
    "a:buAutoNum",
    "a:graphic",
    "a:graphicData",
    "a:tbl",
    "a:tr",
    "a:tc",
    "c:chart",
    "dgm:relIds",
    "a14:m",
    "m:f",
    "mc:AlternateContent",
    "mc:Choice",
    "mc:Fallback",
];

const ATTRIBUTES: &[&str] = &[
    "",
    "type='title'",
    "type='ftr' idx='1'",
    "idx='1'",
    "lvl='1'",
    "lvl='99'",
    "x='5' y='-7'",
    "cx='0' cy='9223372036854775807'",
    "x='-9223372036854775808' y='9223372036854775807'",
    "hidden='1'",
    "gridSpan='3'",
    "rowSpan='-1'",
    "hMerge='1'",
    "startAt='32767'",
    "r:id='rId1'",
    "r:dm='rId2'",
    "flipH='1'",
];

fn node() -> impl Strategy<Value = Node> {
    let leaf = || (prop::sample::select(NAMES), prop::sample::select(ATTRIBUTES));
    let made = |((name, attributes), inside)| Node { name, attributes, inside };
    let alone = leaf().prop_map(move |leaf| made((leaf, Vec::new())));
    alone.prop_recursive(8, 64, 5, move |inside| (leaf(), vec(inside, 0..5)).prop_map(made))
}

fn write(node: &Node, xml: &mut String) {
    *xml += &format!("<{} {}>", node.name, node.attributes);
    if node.name == "a:t" {
        xml.push_str("word");
    }
    node.inside.iter().for_each(|inside| write(inside, xml));
    *xml += &format!("</{}>", node.name);
}

fn written(nodes: &[Node]) -> String {
    let mut xml = String::new();
    nodes.iter().for_each(|node| write(node, &mut xml));
    xml
}

/// What PowerPoint would show, each with its own word: groups, text, tables, one in another.
#[derive(Debug, Clone)]
enum Shape {
    Text { placeholder: &'static str, paragraphs: Vec<(u8, &'static str)> },
    Group(Vec<Shape>),
    Table { rows: usize, columns: usize },
}

fn shape() -> impl Strategy<Value = Shape> {
    let placeholder = prop::sample::select(
        &[
            "",
            "<p:ph type='title'/>",
            "<p:ph idx='1'/>",
            "<p:ph type='ftr'/>",
            "<p:ph type='subTitle'/>",
        ][..],
    );
    let marker = prop::sample::select(&["", "<a:buNone/>", "<a:buChar/>", "<a:buAutoNum/>"][..]);
    let text = (placeholder, vec((0..10_u8, marker), 0..6))
        .prop_map(|(placeholder, paragraphs)| Shape::Text { placeholder, paragraphs });
    let table = (0..4_usize, 0..4_usize).prop_map(|(rows, columns)| Shape::Table { rows, columns });
    prop_oneof![text, table]
        .prop_recursive(5, 24, 4, |inside| vec(inside, 0..4).prop_map(Shape::Group))
}

/// The XML of a shape; `words` are those it has said.
fn draw(shape: &Shape, words: &mut Vec<String>, xml: &mut String) {
    let mut next = || {
        words.push(format!("w{}e", words.len()));
        words[words.len() - 1].clone()
    };
    match shape {
        Shape::Text { placeholder, paragraphs } => {
            *xml += &format!("<p:sp><p:nvSpPr><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr><p:txBody>");
            for (level, marker) in paragraphs {
                let word = next();
                *xml += &super::p(&format!("<a:pPr lvl='{level}'>{marker}</a:pPr>"), &word);
            }
            xml.push_str("</p:txBody></p:sp>");
        }
        Shape::Group(inside) => {
            xml.push_str("<p:grpSp>");
            inside.iter().for_each(|inside| draw(inside, words, xml));
            xml.push_str("</p:grpSp>");
        }
        Shape::Table { rows, columns } => {
            xml.push_str("<p:graphicFrame><a:graphic><a:graphicData><a:tbl>");
            for _ in 0..*rows {
                let cells = (0..*columns).map(|_| {
                    format!(
                        "<a:tc gridSpan='2'><a:txBody>{}</a:txBody></a:tc>",
                        super::p("", &next())
                    )
                });
                *xml += &format!("<a:tr>{}</a:tr>", cells.collect::<String>());
            }
            xml.push_str("</a:tbl></a:graphicData></a:graphic></p:graphicFrame>");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Any part may hold anything.
    #[test]
    fn nothing_panics(slide in vec(node(), 0..6), other in vec(node(), 0..4)) {
        let mut file = File::new(&[&written(&slide)]);
        let other = page("p:sldLayout", &written(&other));
        file.put(super::LAYOUT, &other);
        file.put(super::MASTER, &other);
        for (id, kind) in (1..).zip(["chart", "diagramData", "notesSlide", "comments"]) {
            file.relate(SLIDE, &format!("rId{id}"), kind, &format!("../{kind}.xml"));
            file.put(&format!("ppt/{kind}.xml"), &other);
        }
        file.document().expect("well-formed parts");
    }

    #[test]
    fn every_word_comes_once(shapes in vec(shape(), 0..5)) {
        let (mut words, mut xml) = (Vec::new(), String::new());
        shapes.iter().for_each(|shape| draw(shape, &mut words, &mut xml));
        let said = super::blocks(&xml);
        for word in words {
            prop_assert_eq!(said.matches(&word).count(), 1, "{} in {}", word, said);
        }
    }
}
