//! No word that a workbook shows is lost or said twice.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use gloss_ingest::Limits;
use proptest::prelude::*;

use super::{Book, converted};
use crate::office::xlsx::area::Area;
use crate::office::xlsx::overlaps;

fn area() -> impl Strategy<Value = Area> {
    (0_u32..9, 0_u32..9, 0_u32..4, 0_u32..4).prop_map(|(top, left, rows, columns)| Area {
        top,
        left,
        bottom: top + rows + 1,
        right: left + columns + 1,
    })
}

fn name(row: u32, column: u32) -> String {
    format!("{}{}", char::from(b'A' + u8::try_from(column).unwrap_or(0)), row + 1)
}

fn overlap(one: Area, other: Area) -> bool {
    one.top < other.bottom
        && other.top < one.bottom
        && one.left < other.right
        && other.left < one.right
}

/// Which words a sheet shows: of merged cells the first, of a cell that comes twice the last.
fn shown(cells: &[(u32, u32)], merged: &[Area]) -> Vec<String> {
    let mut shown = BTreeMap::new();
    for (number, place) in cells.iter().enumerate() {
        shown.insert(*place, format!("w{number}"));
    }
    let mut sorted = merged.to_vec();
    sorted.sort_unstable();
    let mut kept: Vec<Area> = Vec::new();
    for area in sorted {
        let is_one = area.rows() == 1 && area.columns() == 1;
        if !is_one && !kept.iter().any(|other| overlap(area, *other)) {
            kept.push(area);
        }
    }
    shown.retain(|(row, column), _| {
        let cell = Area::cell(*row, *column);
        let over = kept.iter().find(|area| overlap(**area, cell));
        over.is_none_or(|area| (area.top, area.left) == (*row, *column))
    });
    shown.into_values().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_word_is_said_once(
        cells in prop::collection::vec((0_u32..12, 0_u32..12), 0..60),
        merged in prop::collection::vec(area(), 0..8),
    ) {
        let mut sheet = "<worksheet><sheetData>".to_owned();
        for (number, (row, column)) in cells.iter().enumerate() {
            let name = name(*row, *column);
            let _ = write!(sheet, "<row><c r='{name}' t='str'><v>w{number}</v></c></row>");
        }
        sheet += "</sheetData><mergeCells>";
        for area in &merged {
            let (from, to) = (name(area.top, area.left), name(area.bottom - 1, area.right - 1));
            let _ = write!(sheet, "<mergeCell ref='{from}:{to}'/>");
        }
        let file = Book::new(&(sheet + "</mergeCells></worksheet>")).file();
        let blocks = converted(&file, &Limits::DEFAULT).map(|it| it.blocks).unwrap_or_default();
        let contents: Vec<_> = blocks.into_iter().map(|block| block.content).collect();
        let words = contents.iter().flat_map(|content| content.split([' ', '|', '\n']));
        let mut said: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        said.sort_unstable();
        let mut expect = shown(&cells, &merged);
        expect.sort_unstable();
        prop_assert_eq!(said, expect);
    }

    #[test]
    fn areas_are_united_until_none_lies_over_another(
        mut areas in prop::collection::vec(area(), 0..12),
    ) {
        let before = areas.clone();
        let mut groups = overlaps::unite(&mut areas);
        let first: Vec<_> = (0..areas.len()).map(|at| groups.of(at)).collect();
        for (at, area) in before.iter().enumerate() {
            prop_assert_eq!(areas[first[at]].and(*area), areas[first[at]]);
            for other in 0..areas.len() {
                let apart = !overlap(areas[first[at]], areas[first[other]]);
                prop_assert!(first[at] == first[other] || apart);
            }
        }
    }

    /// Whatever elements stand in each other, nothing panics, and the same bytes are read the same.
    #[test]
    fn any_elements_are_read(part in 0..PARTS.len(), elements in elements()) {
        let mut xml = String::new();
        write(&elements, &mut xml);
        let xml = format!("<all>{xml}</all>");
        let mut book = Book::of_rows("<row><c t='s' s='0'><v>0</v></c></row>");
        for (name, kind) in &PARTS[1..] {
            book = book.related(kind, kind, &format!("/{name}")).part(name, "<all/>");
        }
        let targets: Vec<_> = PARTS.iter().map(|(name, _)| format!("/{name}")).collect();
        let links = PARTS.iter().zip(&targets).map(|((_, kind), to)| (*kind, *kind, to.as_str()));
        let links = super::related(&links.collect::<Vec<_>>());
        book = book
            .part("xl/worksheets/_rels/sheet0.xml.rels", &links)
            .part("xl/_rels/drawing.xml.rels", &links);
        for (name, content) in &mut book.parts {
            if name == PARTS[part].0 {
                content.clone_from(&xml);
            }
        }
        let file = book.file();
        let once = converted(&file, &Limits::DEFAULT);
        prop_assert_eq!(once, converted(&file, &Limits::DEFAULT));
    }
}

const PARTS: &[(&str, &str)] = &[
    ("xl/worksheets/sheet0.xml", "worksheet"),
    ("xl/sharedStrings.xml", "sharedStrings"),
    ("xl/styles.xml", "styles"),
    ("xl/people.xml", "person"),
    ("xl/drawing.xml", "drawing"),
    ("xl/notes.xml", "comments"),
    ("xl/threads.xml", "threadedComment"),
];

#[derive(Debug, Clone)]
struct Inside(&'static str, String, Vec<Inside>);

const NAMES: &[&str] = &[
    "sheetData",
    "row",
    "c",
    "v",
    "is",
    "t",
    "r",
    "rPh",
    "mergeCells",
    "mergeCell",
    "si",
    "numFmts",
    "numFmt",
    "cellXfs",
    "xf",
    "person",
    "twoCellAnchor",
    "from",
    "to",
    "col",
    "pic",
    "sp",
    "txBody",
    "p",
    "br",
    "chart",
    "relIds",
    "authors",
    "author",
    "commentList",
    "comment",
    "text",
    "threadedComment",
    "mc:AlternateContent",
    "mc:Choice",
];

fn elements() -> impl Strategy<Value = Vec<Inside>> {
    let value = prop::sample::select(
        &["A1", "B2:C3", "1", "s", "d", "inlineStr", "0%", "yyyy;@", "", "é"][..],
    );
    let attributes = prop::collection::hash_map(
        prop::sample::select(
            &[
                "r",
                "t",
                "s",
                "ref",
                "id",
                "r:id",
                "r:dm",
                "numFmtId",
                "formatCode",
                "parentId",
                "dT",
                "authorId",
            ][..],
        ),
        value,
        0..4,
    );
    let attributes = attributes.prop_map(|all| {
        all.iter().map(|(name, value)| format!(" {name}='{value}'")).collect::<String>()
    });
    let head = (prop::sample::select(NAMES), attributes);
    let leaf = head.clone().prop_map(|(name, attributes)| Inside(name, attributes, Vec::new()));
    let element = leaf.prop_recursive(5, 40, 5, move |inner| {
        (head.clone(), prop::collection::vec(inner, 0..5))
            .prop_map(|((name, attributes), inside)| Inside(name, attributes, inside))
    });
    prop::collection::vec(element, 0..5)
}

fn write(elements: &[Inside], xml: &mut String) {
    for Inside(name, attributes, inside) in elements {
        let _ = write!(xml, "<{name}{attributes}>7");
        write(inside, xml);
        let _ = write!(xml, "</{name}>");
    }
}
