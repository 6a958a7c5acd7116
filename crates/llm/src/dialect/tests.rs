//! A user's schema, as each provider is told it.

use serde_json::{Value, json};

use super::{drop_nulls, tell};
use crate::models::Catalog;

fn schema() -> Value {
    json!({
        "type": "object",
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "required": ["kind", "score"],
        "properties": {
            "kind": {"type": "string", "enum": ["a", "b"]},
            "score": {"type": "number", "minimum": 0, "description": "How sure."},
            "note": {"type": "string", "maxLength": 40},
            "who": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            "parts": {"type": "array", "uniqueItems": true, "items": {"$ref": "#/$defs/part"}},
        },
        "$defs": {"part": {"type": "object", "properties": {"name": {"type": "string"}}}},
    })
}

fn told(schema: Value, model: &str) -> String {
    let told = tell(schema, &Catalog::default().facts(model));
    let schema = serde_json::to_string_pretty(&told.schema).expect("JSON");
    format!("strict {}, untold {:?}\n{schema}", told.strict, told.untold)
}

#[test]
fn openai_requires_every_field() {
    insta::assert_snapshot!(told(schema(), "gpt-6-luna"), @r##"
    strict true, untold ["maxLength at /note", "uniqueItems at /parts"]
    {
      "type": "object",
      "required": [
        "kind",
        "score",
        "note",
        "who",
        "parts"
      ],
      "properties": {
        "kind": {
          "type": "string",
          "enum": [
            "a",
            "b"
          ]
        },
        "score": {
          "type": "number",
          "minimum": 0,
          "description": "How sure."
        },
        "note": {
          "type": [
            "string",
            "null"
          ],
          "description": "maxLength: 40"
        },
        "who": {
          "anyOf": [
            {
              "anyOf": [
                {
                  "type": "string"
                },
                {
                  "type": "integer"
                }
              ]
            },
            {
              "type": "null"
            }
          ]
        },
        "parts": {
          "type": [
            "array",
            "null"
          ],
          "items": {
            "$ref": "#/$defs/part"
          },
          "description": "uniqueItems: true"
        }
      },
      "$defs": {
        "part": {
          "type": "object",
          "properties": {
            "name": {
              "type": [
                "string",
                "null"
              ]
            }
          },
          "additionalProperties": false,
          "required": [
            "name"
          ]
        }
      },
      "additionalProperties": false
    }
    "##);
}

#[test]
fn anthropic_takes_no_bounds() {
    insta::assert_snapshot!(told(schema(), "claude-sonnet-5"), @r##"
    strict true, untold ["minimum at /score", "maxLength at /note", "uniqueItems at /parts"]
    {
      "type": "object",
      "required": [
        "kind",
        "score"
      ],
      "properties": {
        "kind": {
          "type": "string",
          "enum": [
            "a",
            "b"
          ]
        },
        "score": {
          "type": "number",
          "description": "How sure. (minimum: 0)"
        },
        "note": {
          "type": "string",
          "description": "maxLength: 40"
        },
        "who": {
          "anyOf": [
            {
              "type": "string"
            },
            {
              "type": "integer"
            }
          ]
        },
        "parts": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/part"
          },
          "description": "uniqueItems: true"
        }
      },
      "$defs": {
        "part": {
          "type": "object",
          "properties": {
            "name": {
              "type": "string"
            }
          },
          "additionalProperties": false
        }
      },
      "additionalProperties": false
    }
    "##);
}

#[test]
fn google_takes_few_words() {
    insta::assert_snapshot!(told(schema(), "gemini-2.5-flash"), @r##"
    strict true, untold ["maxLength at /note", "uniqueItems at /parts"]
    {
      "type": "object",
      "required": [
        "kind",
        "score"
      ],
      "properties": {
        "kind": {
          "type": "string",
          "enum": [
            "a",
            "b"
          ]
        },
        "score": {
          "type": "number",
          "minimum": 0,
          "description": "How sure."
        },
        "note": {
          "type": "string",
          "description": "maxLength: 40"
        },
        "who": {
          "anyOf": [
            {
              "type": "string"
            },
            {
              "type": "integer"
            }
          ]
        },
        "parts": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/part"
          },
          "description": "uniqueItems: true"
        }
      },
      "$defs": {
        "part": {
          "type": "object",
          "properties": {
            "name": {
              "type": "string"
            }
          },
          "additionalProperties": false
        }
      },
      "additionalProperties": false
    }
    "##);
}

#[track_caller]
fn not_enforced(schema: Value, expect: &str) {
    let told = tell(schema.clone(), &Catalog::default().facts("gpt-6-luna"));
    assert_eq!((told.schema, told.strict), (schema, false));
    let expect = format!("the schema is not enforced by the provider: {expect}");
    assert_eq!(told.untold, [expect]);
}

#[test]
fn what_no_subset_can_say_is_passed_as_it_is() {
    let with = |field: Value| json!({"type": "object", "properties": {"x": field}});
    not_enforced(with(json!({"type": "object"})), "/x takes any fields");
    not_enforced(with(json!({})), "/x takes any value");
    not_enforced(with(json!(true)), "/x takes any value");
    let mut list = with(json!({"$ref": "#/$defs/list"}));
    list["$defs"] = json!({"list": {"type": "object", "properties": {
        "next": {"$ref": "#/$defs/list"},
    }}});
    not_enforced(list, "/$defs/list/next contains itself");
}

#[track_caller]
fn dropped(answer: &str, expect: &str) {
    let mut found = serde_json::from_str(answer).expect("JSON");
    drop_nulls(&mut found, &schema());
    assert_eq!(found.to_string(), expect);
}

#[test]
fn a_null_for_nothing_is_nothing() {
    dropped(r#"{"kind":"a","score":null,"note":null}"#, r#"{"kind":"a","score":null}"#);
    dropped(r#"{"parts":[{"name":null}],"who":null}"#, r#"{"parts":[{}]}"#);
}
