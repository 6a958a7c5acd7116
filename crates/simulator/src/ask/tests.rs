//! Requests, and what is read out of them.

use serde_json::json;

use super::{Ask, Form, Shape};

fn read(text: &str, schema: Option<serde_json::Value>) -> String {
    let form = schema.map(|schema| Form { name: "extract_fields".to_owned(), schema });
    let ask = Ask::read(form, text);
    let shape = match ask.shape {
        Shape::Results(form) => format!("{}.results of {:?}", form.name, keys(&form)),
        Shape::Fields(form) => format!("{} of {:?}", form.name, keys(&form)),
        Shape::Prose => "prose".to_owned(),
    };
    let blocks: Vec<_> =
        ask.blocks.iter().map(|b| format!("{} {} {:?}", b.id, b.block_type, b.content)).collect();
    format!("{shape}\n{}", blocks.join("\n"))
}

fn results() -> Option<serde_json::Value> {
    let item = json!({"properties": {"_block": {"type": "integer"}, "a": {"type": "string"}}});
    Some(json!({"properties": {"results": {"type": "array", "items": item}}}))
}

fn keys(form: &Form) -> Vec<&String> {
    form.properties().unwrap().keys().collect()
}

#[test]
fn a_pack() {
    let text = "Say what it is.\n{\"blocks\":[]}\nNo, these:\n\
        {\"blocks\":[{\"_block\":7,\"type\":\"paragraph\",\"content\":\"one\\n{\\\"blocks\\\":[]}\"},\
        {\"_block\":9,\"type\":\"list\",\"content\":\"two\"}]}";
    insta::assert_snapshot!(read(text, results()), @r#"
    extract_fields.results of ["_block", "a"]
    7 paragraph "one\n{\"blocks\":[]}"
    9 list "two"
    "#);
}

#[test]
fn a_text_without_blocks() {
    insta::assert_snapshot!(read("Hello", results()), @r#"
    extract_fields.results of ["_block", "a"]
    0 text "Hello"
    "#);
}

#[test]
fn another_form() {
    let schema = json!({"properties": {"a": {"type": "string"}}});
    insta::assert_snapshot!(read("Hello", Some(schema)), @r#"
    extract_fields of ["a"]
    0 text "Hello"
    "#);
}

#[test]
fn no_form() {
    insta::assert_snapshot!(read("Hello", None), @r#"
    prose
    0 text "Hello"
    "#);
}
