//! No word that a document shows is lost or said twice.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{NUMBERING, STYLES, blocks, converted};

/// A document as it was made: elements with what is in them, and words.
#[derive(Debug, Clone)]
enum Node {
    Word,
    Gone,
    Inside(&'static str, Vec<Node>),
}

/// What may stand among blocks.
const BLOCKS: &[&str] =
    &["p", "item", "heading", "code", "caption", "begun", "tbl", "frame", "sdt", "ins"];

/// What may stand in a paragraph.
const INLINES: &[&str] =
    &["r", "hyperlink", "ins", "sdt", "fldSimple", "field", "smartTag", "box", "oMath", "ruby"];

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let leaf = prop_oneof![4 => Just(Node::Word), 1 => Just(Node::Gone)];
    let names = BLOCKS.iter().chain(INLINES).copied().collect::<Vec<_>>();
    let node = leaf.prop_recursive(6, 60, 5, move |inner| {
        (prop::sample::select(names.clone()), prop::collection::vec(inner, 0..5))
            .prop_map(|(name, inside)| Node::Inside(name, inside))
    });
    prop::collection::vec(node, 1..5)
}

/// Where something is written: among blocks, in a paragraph or in a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Blocks,
    Line,
    Formula,
}

/// Writes nodes with numbered words.
fn write(nodes: &[Node], place: Place, xml: &mut String, words: &mut usize) {
    for node in nodes {
        match node {
            Node::Word => {
                *words += 1;
                let (before, after) = match place {
                    Place::Blocks => ("<w:p><w:r><w:t>", "</w:t></w:r></w:p>"),
                    Place::Line => ("<w:r><w:t>", "</w:t></w:r>"),
                    Place::Formula => ("<m:r><m:t>", "</m:t></m:r>"),
                };
                let _ = write!(xml, "{before} w{words} {after}");
            }
            Node::Gone => xml.push_str("<w:del><w:r><w:delText>no</w:delText></w:r></w:del>"),
            Node::Inside(name, inside) => {
                let (before, after, place) = element(name, place);
                xml.push_str(before);
                write(inside, place, xml, words);
                xml.push_str(after);
            }
        }
    }
}

fn element(name: &str, place: Place) -> (&'static str, &'static str, Place) {
    use Place::{Blocks, Formula, Line};
    match (name, place) {
        (_, Formula) => ("<m:f><m:num>", "</m:num></m:f>", Formula),
        ("p", Blocks) => ("<w:p>", "</w:p>", Line),
        ("item", Blocks) => (
            "<w:p><w:pPr><w:numPr><w:ilvl w:val='1'/><w:numId w:val='2'/></w:numPr></w:pPr>",
            "</w:p>",
            Line,
        ),
        ("heading", Blocks) => ("<w:p><w:pPr><w:outlineLvl w:val='1'/></w:pPr>", "</w:p>", Line),
        ("code", Blocks) => ("<w:p><w:pPr><w:pStyle w:val='Verbatim'/></w:pPr>", "</w:p>", Line),
        ("caption", Blocks) => ("<w:p><w:pPr><w:pStyle w:val='Caption'/></w:pPr>", "</w:p>", Line),
        ("begun", Blocks) => ("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>", "</w:p>", Line),
        ("tbl", Blocks) => {
            ("<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc>", "</w:tc></w:tr></w:tbl>", Blocks)
        }
        ("frame", Blocks) => ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", Blocks),
        ("sdt", _) => ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", place),
        ("ins", _) => ("<w:ins>", "</w:ins>", place),
        (_, Blocks) => ("<w:customXml>", "</w:customXml>", Blocks),
        ("r", Line) => ("<w:r>", "</w:r>", Line),
        ("hyperlink", Line) => ("<w:hyperlink>", "</w:hyperlink>", Line),
        ("fldSimple", Line) => ("<w:fldSimple>", "</w:fldSimple>", Line),
        ("field", Line) => (
            "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>no</w:instrText><w:fldChar \
             w:fldCharType='separate'/></w:r>",
            "<w:r><w:fldChar w:fldCharType='end'/></w:r>",
            Line,
        ),
        ("box", Line) => (
            "<w:r><w:pict><v:textbox><w:txbxContent>",
            "</w:txbxContent></v:textbox></w:pict></w:r>",
            Blocks,
        ),
        ("oMath", Line) => ("<m:oMath>", "</m:oMath>", Formula),
        ("ruby", Line) => {
            ("<w:r><w:ruby><w:rubyBase>", "</w:rubyBase><w:rt/></w:ruby></w:r>", Line)
        }
        (_, Line) => ("<w:smartTag>", "</w:smartTag>", Line),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| word.starts_with('w') && word.len() > 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Boxes come behind their paragraphs: everything else is in the order of the document.
    #[test]
    fn every_word_is_said_once(nodes in nodes()) {
        let (mut body, mut count) = (String::new(), 0);
        write(&nodes, Place::Blocks, &mut body, &mut count);
        let expect: Vec<String> = (1..=count).map(|n| format!("w{n}")).collect();
        let parts = [("styles", STYLES), ("numbering", NUMBERING)];
        let found = converted(&body, &parts).map(|converted| converted.blocks);
        let contents: Vec<String> =
            found.unwrap_or_default().into_iter().map(|block| block.content).collect();
        let mut said: Vec<&str> = contents.iter().flat_map(|content| words(content)).collect();
        if body.contains("txbxContent") {
            said.sort_by_key(|word| word[1..].parse::<usize>().unwrap_or(usize::MAX));
        }
        prop_assert_eq!(said, expect, "{}", body);
    }

    /// Whatever elements there are, nothing panics, and the same is read the same.
    #[test]
    fn any_elements_are_read(
        elements in prop::collection::vec(
            (prop::sample::select(NAMES), 0_usize..4, "[ a<&\u{ad}é]{0,3}"),
            0..60,
        )
    ) {
        let (mut body, mut open) = (String::new(), Vec::new());
        for (name, closed, text) in elements {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            let _ = write!(body, "<{name}>{text}");
            open.push(name.split(' ').next().unwrap_or(name));
            for name in open.drain(open.len().saturating_sub(closed)..).rev() {
                let _ = write!(body, "</{name}>");
            }
        }
        while let Some(name) = open.pop() {
            let _ = write!(body, "</{name}>");
        }
        let parts = [("styles", STYLES), ("numbering", NUMBERING)];
        let said = blocks(&body, &parts);
        prop_assert!(!said.contains("not a readable"), "{} {}", said, body);
        prop_assert_eq!(said, blocks(&body, &parts));
    }
}

const NAMES: &[&str] = &[
    "w:p",
    "w:pPr",
    "w:r",
    "w:rPr",
    "w:t",
    "w:br",
    "w:vanish",
    "w:sdt",
    "w:sdtContent",
    "w:tbl",
    "w:tr",
    "w:tc",
    "w:tcPr",
    "w:gridSpan w:val='3'",
    "w:vMerge",
    "w:hMerge",
    "w:gridBefore w:val='-1'",
    "w:numPr",
    "w:numId w:val='2'",
    "w:ilvl w:val='7'",
    "w:pStyle w:val='B'",
    "w:outlineLvl w:val='99999999999'",
    "w:fldChar w:fldCharType='begin'",
    "w:fldChar w:fldCharType='separate'",
    "w:fldChar w:fldCharType='end'",
    "w:sym w:char='D800'",
    "w:framePr w:dropCap='drop'",
    "w:drawing",
    "a:blip",
    "w:txbxContent",
    "c:chart r:id='r0'",
    "dgm:relIds r:dm='r1'",
    "w:sectPr",
    "w:headerReference r:id='r0'",
    "m:oMath",
    "m:f",
    "m:num",
    "m:d",
    "m:e",
    "m:m",
    "m:mr",
    "m:t",
    "mc:AlternateContent",
    "mc:Choice",
    "w:del",
    "w:ruby",
];
