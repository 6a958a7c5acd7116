//! Answers for fields as schemas really have them, and the two promises: always valid, and never
//! the same for two contents.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{answer, expected};

fn check(properties: &Value, content: &str) -> String {
    let properties = properties.as_object().unwrap();
    let answer = expected(properties, "paragraph", content);
    assert_valid(properties, &answer);
    serde_json::to_string_pretty(&answer).unwrap()
}

fn assert_valid(properties: &Map<String, Value>, answer: &Value) {
    let required: Vec<_> = properties.keys().filter(|name| *name != "_block").collect();
    let schema = json!({
        "type": "object", "properties": properties, "required": required,
        "additionalProperties": false,
    });
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(answer).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{answer}\nagainst {schema}\n{errors:?}");
}

#[test]
fn an_extraction() {
    let properties = json!({
        "_block": {"type": "integer"},
        "summary": {"type": "string"},
        "category": {"type": "string", "enum": ["duty", "right", "definition", "other"]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "n_parties": {"type": "integer", "exclusiveMinimum": 0, "maximum": 5},
        "binding": {"type": "boolean"},
        "due": {"type": ["string", "null"], "format": "date"},
        "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 30}, "maxItems": 4},
        "party": {"anyOf": [{"type": "null"}, {"type": "object", "properties": {
            "name": {"type": "string"}, "role": {"enum": ["buyer", "seller"]},
        }}]},
        "version": {"const": 2, "default": 1},
        "anything": {},
    });
    insta::assert_snapshot!(check(&properties, "The Supplier shall deliver the Goods."), @r#"
    {
      "summary": "5e592595 The Supplier shall",
      "category": "definition",
      "confidence": 0.458,
      "n_parties": 4,
      "binding": false,
      "due": "2012-05-30",
      "code": "NP-896",
      "tags": [
        "5e592595 The Supplier shall",
        "5e592595 The Supplier shall (2",
        "5e592595 The Supplier shall (3"
      ],
      "party": {
        "name": "5e592595 The Supplier shall",
        "role": "seller"
      },
      "version": 2,
      "anything": "5e592595 The Supplier shall"
    }
    "#);
}

#[test]
fn a_revision() {
    let properties = json!({
        "revised_text": {"type": "string", "minLength": 1},
        "reason": {"type": "string", "maxLength": 16},
    });
    insta::assert_snapshot!(check(&properties, "  “Größe”\tund\n\"Maß\" \u{1F600} "), @r#"
    {
      "revised_text": "“Größe”\tund\n\"Maß\" 😀",
      "reason": "05046c34 “Größe”"
    }
    "#);
}

#[test]
fn an_empty_block() {
    let properties =
        json!({"note": {"type": "string"}, "content": {"type": "string", "minLength": 4}});
    insta::assert_snapshot!(check(&properties, ""), @r#"
    {
      "note": "af5570f5 (empty paragraph)",
      "content": "af55"
    }
    "#);
}

#[test]
fn formats() {
    let of = |format: &str| json!({"type": "string", "format": format});
    let properties = json!({
        "a": of("date"), "b": of("date-time"), "c": of("time"), "d": of("duration"),
        "e": of("email"), "f": of("uri"), "g": of("uuid"), "h": of("hostname"), "i": of("ipv4"),
    });
    insta::assert_snapshot!(check(&properties, "Some text"), @r#"
    {
      "a": "2026-12-26",
      "b": "2029-09-06T08:59:43Z",
      "c": "11:23:28Z",
      "d": "P2343D",
      "e": "efaa95a2@example.com",
      "f": "https://example.com/efaa95a2",
      "g": "efaa95a2-a918-454f-8918-dc522a8c054f",
      "h": "hefaa95a2.example.com",
      "i": "203.0.113.203"
    }
    "#);
}

#[test]
fn two_contents_two_answers() {
    let properties = json!({"score": {"type": "integer"}, "note": {"type": "string"}});
    let properties = properties.as_object().unwrap();
    let answers: std::collections::HashSet<String> = (0..10_000)
        .map(|n| expected(properties, "paragraph", &format!("clause {n}")).to_string())
        .collect();
    assert_eq!(answers.len(), 10_000);
}

fn field() -> impl Strategy<Value = Value> {
    let limits = (0_u64..30, 0_u64..30);
    let leaf = prop_oneof![
        Just(json!({"type": "boolean"})),
        Just(json!({"type": ["null", "string"]})),
        Just(json!({"type": "null"})),
        prop::collection::vec(any::<i8>(), 1..5).prop_map(|options| json!({"enum": options})),
        "[a-z]{1,5}".prop_map(|constant| json!({"const": constant})),
        limits.prop_map(|(low, more)| {
            json!({"type": "string", "minLength": low, "maxLength": low + more})
        }),
        ("[a-z]{0,3}", 1_u8..5, 0_u8..5).prop_map(|(literal, low, more)| {
            let pattern = format!("^{literal}[A-F0-9]{{{low},{}}}(x|yz)?$", low + more);
            json!({"type": "string", "pattern": pattern})
        }),
        prop::sample::select(vec!["date", "date-time", "email", "uri", "uuid"])
            .prop_map(|format| json!({"type": "string", "format": format})),
        (-500_i32..500, 0_u16..50).prop_map(|(low, more)| {
            json!({"type": "integer", "minimum": low, "maximum": low + i32::from(more)})
        }),
        (-500_i32..500, 2_u16..50).prop_map(|(low, more)| json!({
            "type": "integer", "exclusiveMinimum": low, "exclusiveMaximum": low + i32::from(more),
        })),
        (-90_i32..90, 1_u16..90).prop_map(|(low, more)| json!({
            "type": "number", "exclusiveMinimum": low, "maximum": low + i32::from(more),
        })),
        any::<i16>().prop_map(|high| json!({"type": "integer", "maximum": high})),
        any::<i16>().prop_map(|low| json!({"type": "number", "minimum": low})),
        (1_u8..20).prop_map(|step| json!({"type": "integer", "multipleOf": step, "minimum": -7})),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let properties = prop::collection::hash_map("[a-z_]{1,8}", inner.clone(), 0..4);
        prop_oneof![
            (inner.clone(), 0_u8..3, 0_u8..3).prop_map(|(items, low, more)| json!({
                "type": "array", "items": items, "minItems": low, "maxItems": low + more,
            })),
            properties.prop_map(|properties| {
                let required: Vec<_> = properties.keys().cloned().collect();
                json!({
                    "type": "object", "properties": properties, "required": required,
                    "additionalProperties": false,
                })
            }),
            inner.prop_map(|branch| json!({"anyOf": [{"type": "null"}, branch]})),
        ]
    })
}

proptest! {
    #[test]
    fn answers_are_valid(
        fields in prop::collection::hash_map("[a-z_]{1,12}|content|revised_text", field(), 1..6),
        content in any::<String>(),
    ) {
        let properties: Map<String, Value> = fields.into_iter().collect();
        let first = answer(&properties, "paragraph", &content);
        assert_valid(&properties, &Value::Object(first.clone()));
        prop_assert_eq!(first, answer(&properties, "paragraph", &content));
    }
}
