//! Constraints as they are told in words, and that an answer is the same for it.

use gloss_llm::Catalog;
use gloss_llm::dialect::tell;
use serde_json::{Value, json};

use super::heeded;
use crate::ask::{Ask, Form, Shape};
use crate::choice::Choice;
use crate::expected_of;
use crate::reply::compose;

#[track_caller]
fn check(description: &str, expect: &str) {
    let schema = json!({"type": "string", "description": description});
    let mut heeded = heeded(&schema).into_owned();
    let fields = heeded.as_object_mut().unwrap();
    fields.retain(|name, _| !["type", "description"].contains(&name.as_str()));
    assert_eq!(heeded.to_string(), expect, "{description}");
}

#[test]
fn words_become_constraints() {
    check("How sure.", "{}");
    check("minimum: 0, maximum: 1", r#"{"minimum":0,"maximum":1}"#);
    check("How sure (1 is most) (minimum: 0.5)", r#"{"minimum":0.5}"#);
    check(
        r#"A code (pattern: "^(A|B), (C)$", maxLength: 9)"#,
        r#"{"pattern":"^(A|B), (C)$","maxLength":9}"#,
    );
    check(r#"uniqueItems: true, contains: {"const":1}"#, r#"{"uniqueItems":true}"#);
    check("When it is due (format: date)", "{}");
    check("Between (minimum: 0 or so)", "{}");
}

#[test]
fn the_schema_itself_comes_first() {
    let schema = json!({"minimum": 3, "description": "minimum: 0, maximum: 9"});
    assert_eq!(heeded(&schema)["minimum"], json!(3));
    assert_eq!(heeded(&schema)["maximum"], json!(9));
}

/// The fields of one schema, whatever a provider can be told of it.
fn schemas() -> [Value; 5] {
    [
        json!({"required": ["score"], "properties": {
            "score": {"type": "number", "minimum": 0, "maximum": 1, "description": "How sure."},
            "level": {"type": "integer", "exclusiveMinimum": 3, "maximum": 9},
            "price": {"type": "integer", "multipleOf": 25, "minimum": 100, "maximum": 900},
        }}),
        json!({"required": ["code"], "properties": {
            "code": {"type": "string", "pattern": "^[A-Z]{2}-(x|yz)[0-9]{3}$"},
            "short": {"type": "string", "maxLength": 12, "description": "In brief (no names)."},
            "long": {"type": "string", "minLength": 90},
            "due": {"type": "string", "format": "date"},
            "host": {"type": "string", "format": "ipv6"},
        }}),
        json!({"required": [], "properties": {
            "kind": {"type": "string", "enum": ["duty", "right", "definition", "other"]},
            "bare": {"enum": ["a", "b", "c"]},
            "fixed": {"const": 3},
            "named": {"type": "string", "const": "x"},
            "either": {"oneOf": [{"type": "integer", "minimum": 5}, {"type": "string"}]},
            "maybe": {"type": ["string", "null"], "maxLength": 20},
            "flag": {"type": "boolean"},
        }}),
        json!({"required": ["parties"], "properties": {
            "parties": {"type": "array", "minItems": 2, "maxItems": 4, "uniqueItems": true,
                "items": {"$ref": "#/$defs/party"}},
            "main": {"$ref": "#/$defs/party"},
            "tags": {"type": "array", "maxItems": 2, "items": {"type": "string", "maxLength": 5}},
        }, "$defs": {"party": {"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "maxLength": 16, "minLength": 3},
            "role": {"enum": ["buyer", "seller"]},
        }}}}),
        json!({"required": ["tree"], "properties": {
            "tree": {"$ref": "#/$defs/node"},
        }, "$defs": {"node": {"type": "object", "properties": {
            "label": {"type": "string", "maxLength": 8},
            "next": {"$ref": "#/$defs/node"},
            "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
        }}}}),
    ]
}

/// As a request has it: the fields of a schema in an array of results.
fn packed(fields: &Value) -> Value {
    let mut item = fields.clone();
    item["type"] = json!("object");
    item["properties"]["_block"] = json!({"type": "integer"});
    let definitions = item.as_object_mut().unwrap().shift_remove("$defs");
    let mut schema = json!({"type": "object", "required": ["results"],
        "properties": {"results": {"type": "array", "items": item}}});
    if let Some(definitions) = definitions {
        schema["$defs"] = definitions;
    }
    schema
}

fn answer(schema: Value, content: &str) -> Value {
    let text = json!({"blocks": [{"_block": 1, "type": "paragraph", "content": content}]});
    let ask = Ask::read(Some(Form { name: String::new(), schema }), &text.to_string());
    assert!(matches!(ask.shape, Shape::Results(_)));
    let reply = compose(&ask, &Choice::default(), 10_000);
    let answer: Value = serde_json::from_str(reply.part.text()).unwrap();
    let mut result = answer["results"][0].clone();
    result.as_object_mut().unwrap().shift_remove("_block");
    result
}

#[test]
fn what_is_told_is_answered_like_what_was_written() {
    let content = "The Supplier shall deliver the Goods to the Buyer.";
    for fields in schemas() {
        let expect = expected_of(&fields, "paragraph", content);
        let mut written = fields.clone();
        written["type"] = json!("object");
        let errors: Vec<_> = jsonschema::validator_for(&written)
            .unwrap()
            .iter_errors(&expect)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{expect}\n{errors:?}");
        for model in ["claude-sonnet-5", "gpt-6-luna", "gemini-2.5-flash"] {
            let told = tell(packed(&fields), &Catalog::default().facts(model));
            let recurs = fields["$defs"].get("node").is_some();
            assert_eq!(told.strict, !recurs, "{model}: {:?}", told.untold);
            assert_eq!(answer(told.schema, content), expect, "{model}");
        }
    }
}
