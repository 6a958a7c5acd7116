//! Requests, and what is read out of them.

use gloss_llm::anthropic::wire::MessagesRequest;
use serde_json::json;

use super::{Ask, Shape};

fn read(text: &str, schema: Option<serde_json::Value>) -> String {
    let tools: Vec<_> = schema
        .into_iter()
        .map(|schema| json!({"name": "extract_fields", "description": "", "input_schema": schema}))
        .collect();
    let request: MessagesRequest = serde_json::from_value(json!({
        "model": "claude", "max_tokens": 9, "tools": tools, "tool_choice": {"type": "any"},
        "system": [], "messages": [{"role": "user", "content": text}],
    }))
    .unwrap();
    let ask = Ask::read(&request);
    let shape = match ask.shape {
        Shape::Results { tool, properties } => format!("{tool}.results of {:?}", keys(&properties)),
        Shape::Input { tool, properties } => format!("{tool} of {:?}", keys(&properties)),
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

fn keys(properties: &serde_json::Map<String, serde_json::Value>) -> Vec<&String> {
    properties.keys().collect()
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
fn another_tool() {
    let schema = json!({"properties": {"a": {"type": "string"}}});
    insta::assert_snapshot!(read("Hello", Some(schema)), @r#"
    extract_fields of ["a"]
    0 text "Hello"
    "#);
}

#[test]
fn no_tool() {
    insta::assert_snapshot!(read("Hello", None), @r#"
    prose
    0 text "Hello"
    "#);
}
