//! Transcripts: which blocks a DoclingDocument gives, however it is put together.

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    BoundingBox, CoordOrigin, DoclingDocument, DocumentBuilder, Marker, Provenance, TableCell,
    canonical, read,
};
use gloss_core_model::Locator;

#[allow(clippy::needless_pass_by_value, reason = "it is called with what json! makes")]
fn document(parts: Value) -> DoclingDocument {
    let mut whole = json!({
        "schema_name": "DoclingDocument", "version": "1.10.0",
        "body": { "self_ref": "#/body", "children": [] },
    });
    for (key, value) in parts.as_object().expect("parts") {
        whole[key] = value.clone();
    }
    serde_json::from_value(whole).expect("a document")
}

/// One line per block: type, pointer, page, content.
fn check(document: &DoclingDocument) -> String {
    let reading = read(document);
    let lines = reading.blocks.into_iter().map(|block| {
        let Locator::DoclingJsonPointer { pointer, page_no } = block.locator else {
            panic!("a DoclingDocument has no offsets");
        };
        let page = page_no.map(|page| format!(" p{page}")).unwrap_or_default();
        format!("{} {} {pointer}{page} {:?}", block.index, block.block_type, block.content)
    });
    let title = reading.title.map(|title| format!("title {title:?}"));
    title.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn refs(of: &[&str]) -> Value {
    of.iter().map(|to| json!({ "$ref": to })).collect()
}

fn text(n: usize, label: &str, text: &str, children: &[&str]) -> Value {
    json!({ "self_ref": format!("#/texts/{n}"), "label": label, "text": text,
            "children": refs(children) })
}

fn group(n: usize, label: &str, name: &str, layer: &str, children: &[&str]) -> Value {
    json!({ "self_ref": format!("#/groups/{n}"), "label": label, "name": name,
            "content_layer": layer, "children": refs(children) })
}

#[test]
fn every_label() {
    let labels = [
        "title",
        "section_header",
        "paragraph",
        "text",
        "list_item",
        "code",
        "caption",
        "footnote",
        "formula",
        "page_header",
        "page_footer",
        "checkbox_selected",
        "checkbox_unselected",
        "TEXT",
        "reference",
        "something_new",
    ];
    let texts: Vec<Value> =
        labels.iter().enumerate().map(|(n, label)| text(n, label, label, &[])).collect();
    let pointers: Vec<String> = (0..labels.len()).map(|n| format!("#/texts/{n}")).collect();
    let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
    let document = document(json!({
        "texts": texts,
        "body": { "self_ref": "#/body", "children": refs(&pointers) },
    }));
    assert_snapshot!(check(&document), @r#"
    title "title"
    0 heading #/texts/0 "title"
    1 heading #/texts/1 "section_header"
    2 paragraph #/texts/2 "paragraph"
    3 paragraph #/texts/3 "text"
    4 list_item #/texts/4 "list_item"
    5 code_block #/texts/5 "code"
    6 caption #/texts/6 "caption"
    7 footnote #/texts/7 "footnote"
    8 other #/texts/8 "formula"
    9 page_header #/texts/9 "page_header"
    10 page_footer #/texts/10 "page_footer"
    11 checkbox #/texts/11 "☒ checkbox_selected"
    12 checkbox #/texts/12 "☐ checkbox_unselected"
    13 paragraph #/texts/13 "TEXT"
    14 other #/texts/14 "reference"
    15 other #/texts/15 "something_new"
    "#);
}

#[test]
fn headings_hold_what_follows_and_inline_groups_are_one_text() {
    let document = document(json!({
        "body": { "self_ref": "#/body", "children": refs(&["#/texts/0", "#/texts/0", "#/texts/99", "#/nothing/1"]) },
        "texts": [
            text(0, "section_header", "One", &["#/groups/0", "#/groups/1", "#/texts/0"]),
            text(1, "text", "see", &[]), text(2, "text", "bold", &[]), text(3, "text", ", (", &[]),
            text(4, "text", "here", &[]), text(5, "text", ").", &[]),
            text(6, "list_item", "", &["#/groups/2", "#/groups/3"]),
            text(7, "text", "styled", &[]), text(8, "text", "item", &[]),
            text(9, "list_item", "nested", &[]),
            text(10, "list_item", " ", &[]),
        ],
        "groups": [
            group(0, "inline", "group", "body", &["#/texts/1", "#/texts/2", "#/texts/3", "#/texts/4", "#/texts/5"]),
            group(1, "list", "list", "body", &["#/texts/6", "#/texts/10"]),
            group(2, "inline", "group", "body", &["#/texts/7", "#/texts/8"]),
            group(3, "list", "list", "body", &["#/texts/9"]),
        ],
    }));
    assert_snapshot!(check(&document), @r#"
    0 heading #/texts/0 "One"
    1 paragraph #/groups/0 "see bold, (here)."
    2 list_item #/texts/6 "styled item"
    3 list_item #/texts/9 "nested"
    "#);
}

#[test]
fn what_repeats_on_every_page_is_kept_and_typed() {
    let mut before = text(3, "text", "before the first heading", &[]);
    before["content_layer"] = "furniture".into();
    let mut page_title = text(4, "title", "The page's name", &[]);
    page_title["content_layer"] = "furniture".into();
    let document = document(json!({
        "body": { "self_ref": "#/body", "children": refs(&["#/texts/4", "#/texts/3", "#/texts/0", "#/groups/0", "#/groups/1"]) },
        "furniture": { "self_ref": "#/furniture", "children": refs(&["#/texts/5"]) },
        "texts": [
            text(0, "title", "Report", &[]),
            text(1, "text", "running head", &[]), text(2, "list_item", "page 1", &[]),
            before, page_title, text(5, "page_footer", "old style", &[]),
        ],
        "groups": [
            group(0, "section", "page header", "furniture", &["#/texts/1"]),
            group(1, "section", "page footer", "furniture", &["#/texts/2"]),
        ],
    }));
    assert_snapshot!(check(&document), @r#"
    title "Report"
    0 page_header #/texts/4 "The page's name"
    1 paragraph #/texts/3 "before the first heading"
    2 heading #/texts/0 "Report"
    3 page_header #/texts/1 "running head"
    4 page_footer #/texts/2 "page 1"
    5 page_footer #/texts/5 "old style"
    "#);
}

fn cell(row: u32, column: u32, text: &str) -> Value {
    json!({ "start_row_offset_idx": row, "start_col_offset_idx": column, "text": text })
}

fn table(num_rows: u32, num_cols: u32, cells: &[Value]) -> String {
    let document = document(json!({
        "body": { "self_ref": "#/body", "children": refs(&["#/tables/0"]) },
        "texts": [text(0, "caption", "Fees", &[]), text(1, "text", "in a cell", &[])],
        "tables": [{
            "self_ref": "#/tables/0", "label": "table", "captions": refs(&["#/texts/0"]),
            "children": refs(&["#/texts/1"]),
            "data": { "num_rows": num_rows, "num_cols": num_cols, "table_cells": cells },
        }],
    }));
    check(&document)
}

#[test]
fn tables_are_lines_of_cells() {
    let tables = [
        table(2, 2, &[cell(0, 0, "A"), cell(0, 1, "B"), cell(1, 0, "1"), cell(1, 1, "2")]),
        table(2, 3, &[cell(1, 1, "two\nlines\t|"), cell(0, 2, "out of order")]),
        table(
            1,
            2,
            &[
                cell(0, 0, "first"),
                cell(0, 0, "same place"),
                cell(5, 0, "below"),
                cell(0, 9, "beside"),
            ],
        ),
        table(0, 0, &[cell(0, 0, "no"), cell(0, 0, "grid")]),
        table(u32::MAX, u32::MAX, &[cell(u32::MAX, u32::MAX, "lies")]),
        table(0, 0, &[]),
    ];
    assert_snapshot!(tables.join("\n\n"), @r#"
    0 table #/tables/0 "A | B\n1 | 2"
    1 caption #/texts/0 "Fees"

    0 table #/tables/0 " |  | out of order\n | two lines | | "
    1 caption #/texts/0 "Fees"

    0 table #/tables/0 "first | "
    1 caption #/texts/0 "Fees"

    0 table #/tables/0 "no grid"
    1 caption #/texts/0 "Fees"

    0 table #/tables/0 "lies"
    1 caption #/texts/0 "Fees"

    0 caption #/texts/0 "Fees"
    "#);
}

#[test]
fn figures_have_captions_and_no_text() {
    let document = document(json!({
        "body": { "self_ref": "#/body", "children": refs(&["#/pictures/0", "#/pictures/1"]) },
        "texts": [text(0, "caption", "Figure 1.", &[]), text(1, "caption", "A house.", &[])],
        "pictures": [
            { "self_ref": "#/pictures/0", "label": "picture", "captions": refs(&["#/texts/0", "#/texts/1"]), "children": refs(&["#/texts/0"]) },
            { "self_ref": "#/pictures/1", "label": "chart" },
        ],
    }));
    assert_snapshot!(check(&document), @r#"
    0 figure #/pictures/0 "Figure 1. A house."
    1 caption #/texts/0 "Figure 1."
    2 figure #/pictures/1 ""
    "#);
}

fn at(page_no: u32) -> Provenance {
    let bbox = BoundingBox { l: 1.0, t: 2.0, r: 3.5, b: 4.0, coord_origin: CoordOrigin::TopLeft };
    Provenance { page_no, bbox, charspan: (0, 0) }
}

fn built() -> DoclingDocument {
    let mut builder = DocumentBuilder::new();
    builder.page(1, 595.0, 842.0);
    builder.page_furniture("page_header", "Head".to_owned(), at(1));
    builder.heading(1, "One".to_owned(), at(1));
    let marker = Marker { text: "•".to_owned(), enumerated: false };
    builder.list_item(marker.clone(), "a".to_owned(), at(1));
    builder.list_item(marker.clone(), "b".to_owned(), at(1));
    builder.text("text", "Größe".to_owned(), at(1));
    builder.list_item(marker, "c".to_owned(), at(1));
    let cell = TableCell::at(0, 0, "x".to_owned());
    builder.table(1, 1, vec![cell], Some(at(1)));
    builder.finish()
}

#[test]
fn what_is_built_is_read_and_has_sorted_keys() {
    let document = built();
    assert_snapshot!(check(&document), @r#"
    0 page_header #/texts/0 p1 "Head"
    1 heading #/texts/1 p1 "One"
    2 list_item #/texts/2 p1 "a"
    3 list_item #/texts/3 p1 "b"
    4 paragraph #/texts/4 p1 "Größe"
    5 list_item #/texts/5 p1 "c"
    6 table #/tables/0 p1 "x"
    "#);
    let json = serde_json::to_vec(&document).expect("JSON");
    assert_eq!(canonical(&json).expect("an object"), json);
    assert_eq!(serde_json::from_slice::<DoclingDocument>(&json).expect("a document"), document);
}

#[test]
fn keys_are_sorted_at_every_depth() {
    let check = |text: &str| match canonical(text.as_bytes()) {
        Ok(json) => String::from_utf8(json).expect("text"),
        Err(error) => format!("error: {error}"),
    };
    let answers = [
        check(
            r#"{"b": [{"z": 1, "a": [1.0, 2e3, "ü"]}, []], "a": {"d": null, "c": 18446744073709551615}}"#,
        ),
        check(
            r#"{"data": {"num_rows": 1, "grid": [[{"text": "a"}]], "table_cells": [{"text": "a"}]}}"#,
        ),
        check("{}"),
        check("[]"),
        check("{\"a\": [}"),
    ];
    assert_snapshot!(answers.join("\n"), @r#"
    {"a":{"c":18446744073709551615,"d":null},"b":[{"a":[1.0,2000.0,"ü"],"z":1},[]]}
    {"data":{"num_rows":1,"table_cells":[{"text":"a"}]}}
    {}
    []
    error: expected value at line 1 column 8
    "#);
}

/// Any tree of references, circles and dead ends among them.
fn tangles() -> impl Strategy<Value = DoclingDocument> {
    let pointer = prop_oneof![
        (0..6_usize).prop_map(|n| format!("#/texts/{n}")),
        (0..6_usize).prop_map(|n| format!("#/groups/{n}")),
        (0..3_usize).prop_map(|n| format!("#/tables/{n}")),
        Just("#/body".to_owned()),
        ".{0,12}",
    ];
    let children = prop::collection::vec(pointer, 0..6);
    let label =
        prop::sample::select(vec!["text", "inline", "list_item", "section_header", "table"]);
    let item = (children.clone(), label, ".{0,8}");
    (prop::collection::vec(item, 12), children).prop_map(|(items, body)| {
        let made = |kind: &str, range: std::ops::Range<usize>| -> Vec<Value> {
            let each = items[range].iter().enumerate().map(|(n, (children, label, text))| {
                let children: Vec<&str> = children.iter().map(String::as_str).collect();
                json!({ "self_ref": format!("#/{kind}/{n}"), "label": label, "text": text,
                        "children": refs(&children) })
            });
            each.collect()
        };
        let body: Vec<&str> = body.iter().map(String::as_str).collect();
        document(json!({
            "texts": made("texts", 0..6), "groups": made("groups", 6..10),
            "tables": made("tables", 10..12),
            "body": { "self_ref": "#/body", "children": refs(&body) },
        }))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tangle_is_read_once(document in tangles()) {
        let blocks = read(&document).blocks;
        let pointers: Vec<String> = blocks.iter().map(|block| match &block.locator {
            Locator::DoclingJsonPointer { pointer, .. } => pointer.clone(),
            Locator::TextOffsetRange { .. } => unreachable!("a DoclingDocument has no offsets"),
        }).collect();
        let mut once = pointers.clone();
        once.sort();
        once.dedup();
        prop_assert_eq!(once.len(), pointers.len());
        prop_assert!(blocks.iter().enumerate().all(|(n, block)| block.index as usize == n));
    }
}
