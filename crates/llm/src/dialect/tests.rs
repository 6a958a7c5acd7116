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
            "one": {"$ref": "#/$defs/part"},
            "either": {"anyOf": [
                {"type": "object", "required": ["name"],
                 "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}},
                {"type": "null"},
            ]},
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
        "parts",
        "one",
        "either"
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
        },
        "one": {
          "anyOf": [
            {
              "$ref": "#/$defs/part"
            },
            {
              "type": "null"
            }
          ]
        },
        "either": {
          "anyOf": [
            {
              "type": "object",
              "required": [
                "name",
                "age"
              ],
              "properties": {
                "name": {
                  "type": "string"
                },
                "age": {
                  "type": [
                    "integer",
                    "null"
                  ]
                }
              },
              "additionalProperties": false
            },
            {
              "type": "null"
            }
          ]
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
        },
        "one": {
          "$ref": "#/$defs/part"
        },
        "either": {
          "anyOf": [
            {
              "type": "object",
              "required": [
                "name"
              ],
              "properties": {
                "name": {
                  "type": "string"
                },
                "age": {
                  "type": "integer"
                }
              },
              "additionalProperties": false
            },
            {
              "type": "null"
            }
          ]
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
        },
        "one": {
          "$ref": "#/$defs/part"
        },
        "either": {
          "anyOf": [
            {
              "type": "object",
              "required": [
                "name"
              ],
              "properties": {
                "name": {
                  "type": "string"
                },
                "age": {
                  "type": "integer"
                }
              },
              "additionalProperties": false
            },
            {
              "type": "null"
            }
          ]
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
    not_enforced(list, "/$defs/list contains itself");
    let mut pair = with(json!({"$ref": "#/$defs/a"}));
    pair["$defs"] = json!({
        "a": {"type": "object", "properties": {"b": {"$ref": "#/$defs/b"}}},
        "b": {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}},
    });
    not_enforced(pair, "/$defs/a contains itself");
    not_enforced(with(json!({"$ref": "#/properties/y"})), "it refers to #/properties/y");
    not_enforced(with(json!({"$ref": "#/$defs/y"})), "#/$defs/y is not there");
    not_enforced(with(json!({"type": "array"})), "/x takes any items");
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
    dropped(r#"{"one":null,"either":{"name":"A","age":null}}"#, r#"{"either":{"name":"A"}}"#);
}

#[test]
fn types_are_named_and_references_stand_alone() {
    let schema = json!({
        "type": "object",
        "properties": {
            "kind": {"enum": ["a", 1]},
            "fixed": {"const": true},
            "site": {"type": "string", "format": "uri"},
            "part": {"$ref": "#/$defs/part", "description": "The first."},
        },
        "required": ["kind", "fixed", "site", "part"],
        "$defs": {"part": {"properties": {"name": {"type": "string"}}, "required": ["name"]}},
    });
    let told = tell(schema, &Catalog::default().facts("gpt-6-luna"));
    let properties = told.schema["properties"].as_object().expect("an object");
    let lines: Vec<String> = properties.iter().map(|(n, s)| format!("{n}: {s}")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r##"
    kind: {"enum":["a",1],"type":["integer","string"]}
    fixed: {"const":true,"type":"boolean"}
    site: {"type":"string","description":"format: \"uri\""}
    part: {"description":"The first.","anyOf":[{"$ref":"#/$defs/part"}]}
    "##);
    assert_eq!(told.schema["$defs"]["part"]["type"], "object");
}
