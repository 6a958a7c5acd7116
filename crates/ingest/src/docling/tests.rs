//! Transcripts: which blocks a DoclingDocument gives, however it is put together.

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    BoundingBox, CoordOrigin, DoclingDocument, DocumentBuilder, Marker, Provenance, TableCell,
    read, sorted,
};
use gloss_core_model::Locator;

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
    assert_snapshot!(check(&document), @"");
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
    assert_snapshot!(check(&document), @"");
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
    assert_snapshot!(check(&document), @"");
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
    assert_snapshot!(tables.join("\n\n"), @"");
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
    assert_snapshot!(check(&document), @"");
}

fn at(page_no: u32) -> Provenance {
    let bbox = BoundingBox { l: 1.0, t: 2.0, r: 3.5, b: 4.0, coord_origin: CoordOrigin::TopLeft };
    Provenance { page_no, bbox, charspan: (0, 0) }
}

fn built() -> DoclingDocument {
    let mut builder = DocumentBuilder::new("document");
    builder.page(1, 595.0, 842.0);
    builder.page_furniture("page_header", "Head".to_owned(), at(1));
    builder.heading(1, "One".to_owned(), at(1));
    let marker = Marker { text: "•".to_owned(), enumerated: false };
    builder.list_item(marker.clone(), "a".to_owned(), at(1));
    builder.list_item(marker.clone(), "b".to_owned(), at(1));
    builder.text("text", "Größe".to_owned(), at(1));
    builder.list_item(marker, "c".to_owned(), at(1));
    let cell = TableCell { text: "x".to_owned(), row_span: 1, col_span: 1, ..TableCell::default() };
    builder.table(1, 1, vec![cell], at(1));
    builder.finish()
}

#[test]
fn what_is_built_is_read_and_has_sorted_keys() {
    let document = built();
    assert_snapshot!(check(&document), @"");
    let json = serde_json::to_vec(&document).expect("JSON");
    assert_eq!(sorted(&json).expect("an object"), json);
    assert_eq!(serde_json::from_slice::<DoclingDocument>(&json).expect("a document"), document);
}

#[test]
fn keys_are_sorted_at_every_depth() {
    let check = |text: &str| match sorted(text.as_bytes()) {
        Ok(json) => String::from_utf8(json).expect("text"),
        Err(error) => format!("error: {error}"),
    };
    let answers = [
        check(
            r#"{"b": [{"z": 1, "a": [1.0, 2e3, "ü"]}, []], "a": {"d": null, "c": 18446744073709551615}}"#,
        ),
        check("{}"),
        check("[]"),
        check("{\"a\": [}"),
    ];
    assert_snapshot!(answers.join("\n"), @"");
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
