//! Faults as the client sees them: a pack of three short blocks, one transcript per rule.

use serde_json::{Map, Value, json};

use super::{Part, compose};
use crate::ask::{Ask, AskedBlock, Form, Shape};
use crate::choice::{Memory, choose};
use crate::faults::Faults;

fn form() -> Form {
    of(&json!({
        "_block": {"type": "integer"},
        "kind": {"enum": ["duty", "right", "other"]},
        "note": {"type": "string", "maxLength": 20},
    }))
}

fn of(properties: &Value) -> Form {
    let items = json!({"type": "object", "properties": properties});
    let schema = json!({"properties": {"results": {"type": "array", "items": items}}});
    Form { name: "extract_fields".to_owned(), schema }
}

fn pack() -> Ask {
    let block = |(id, content): (i64, &str)| AskedBlock {
        id,
        block_type: "paragraph".to_owned(),
        content: content.to_owned(),
    };
    let blocks = [(7, "The Supplier shall deliver."), (8, "Say \"a\":b"), (12, "Ende – größer")];
    Ask { shape: Shape::Results(form()), blocks: blocks.map(block).into() }
}

fn transcript(rules: &[&str], max_tokens: u32) -> String {
    let faults = Faults::parse(3, rules.iter().copied()).unwrap();
    let choice = choose(&faults, &mut Memory::default(), &pack());
    let reply = compose(&pack(), &choice, max_tokens);
    let head = format!("{:?} | {} tokens out", reply.stop, reply.output_tokens);
    format!("{head}\n{}", reply.part.text().replace("},{", "},\n {"))
}

#[test]
fn no_fault() {
    insta::assert_snapshot!(transcript(&[], 1_000), @r#"
    Done | 47 tokens out
    {"results":[{"_block":7,"kind":"other","note":"5d373c1d The Supplie"},
     {"_block":8,"kind":"right","note":"0524ab71 Say \"a\":b"},
     {"_block":12,"kind":"duty","note":"88f15489 Ende – größ"}]}
    "#);
}

#[test]
fn missing() {
    insta::assert_snapshot!(transcript(&["missing=0.5"], 1_000), @r#"
    Done | 18 tokens out
    {"results":[{"_block":7,"kind":"other","note":"5d373c1d The Supplie"}]}
    "#);
}

#[test]
fn all_missing() {
    insta::assert_snapshot!(transcript(&["missing"], 1_000), @r#"
    Done | 4 tokens out
    {"results":[]}
    "#);
}

#[test]
fn duplicate() {
    insta::assert_snapshot!(transcript(&["duplicate,times=1"], 1_000), @r#"
    Done | 62 tokens out
    {"results":[{"_block":7,"kind":"other","note":"5d373c1d The Supplie"},
     {"_block":7,"kind":"other","note":"5d373c1d The Supplie"},
     {"_block":8,"kind":"right","note":"0524ab71 Say \"a\":b"},
     {"_block":12,"kind":"duty","note":"88f15489 Ende – größ"}]}
    "#);
}

#[test]
fn differing_duplicate() {
    insta::assert_snapshot!(transcript(&["differing-duplicate,times=1"], 1_000), @r#"
    Done | 62 tokens out
    {"results":[{"_block":7,"kind":"other","note":"5d373c1d The Supplie"},
     {"_block":7,"kind":"other","note":"1d136016 On second t"},
     {"_block":8,"kind":"right","note":"0524ab71 Say \"a\":b"},
     {"_block":12,"kind":"duty","note":"88f15489 Ende – größ"}]}
    "#);
}

#[test]
fn unknown_id() {
    insta::assert_snapshot!(transcript(&["unknown-id"], 1_000), @r#"
    Done | 62 tokens out
    {"results":[{"_block":7,"kind":"other","note":"5d373c1d The Supplie"},
     {"_block":8,"kind":"right","note":"0524ab71 Say \"a\":b"},
     {"_block":12,"kind":"duty","note":"88f15489 Ende – größ"},
     {"_block":13,"kind":"duty","note":"ec46afac Not asked f"}]}
    "#);
}

#[test]
fn reversed() {
    insta::assert_snapshot!(transcript(&["reversed"], 1_000), @r#"
    Done | 47 tokens out
    {"results":[{"_block":12,"kind":"duty","note":"88f15489 Ende – größ"},
     {"_block":8,"kind":"right","note":"0524ab71 Say \"a\":b"},
     {"_block":7,"kind":"other","note":"5d373c1d The Supplie"}]}
    "#);
}

#[test]
fn invalid() {
    insta::assert_snapshot!(transcript(&["invalid=0.6"], 1_000), @r#"
    Done | 51 tokens out
    {"results":[{"_block":7,"kind":{"wrong":true},"note":"5d373c1d The Supplie"},
     {"_block":8,"kind":{"wrong":true},"note":"0524ab71 Say \"a\":b"},
     {"_block":12,"kind":"duty","note":"88f15489 Ende – größ"}]}
    "#);
}

#[test]
fn truncated() {
    insta::assert_snapshot!(transcript(&["truncated"], 1_000), @r#"
    Limit | 43 tokens out
    {"results":[{"_block":7,"kind":"other","note":"5d373c1d The Supplie"},
     {"_block":8,"kind":"right","note":"0524ab71 Say \"a\":b"},
     {"_block":12,"kind":"duty","note":"88f15489 
    "#);
}

#[test]
fn truncated_by_the_limit_of_the_request() {
    insta::assert_snapshot!(transcript(&[], 20), @r#"
    Limit | 20 tokens out
    {"results":[{"_block":7,"kind":"other","note":"5d373c1d The Supplie"},
     {"_block":
    "#);
}

#[test]
fn truncated_by_the_cap_of_the_rule() {
    insta::assert_snapshot!(transcript(&["truncated,cap-tokens=20"], 1_000), @r#"
    Limit | 20 tokens out
    {"results":[{"_block":7,"kind":"other","note":"5d373c1d The Supplie"},
     {"_block":
    "#);
    assert_eq!(transcript(&["truncated,cap-tokens=47"], 1_000), transcript(&[], 1_000));
}

#[test]
fn missing_third() {
    insta::assert_snapshot!(transcript(&["missing-third", "invalid=0.6"], 1_000), @r#"
    Done | 36 tokens out
    {"results":[{"_block":7,"kind":{"wrong":true},"note":"5d373c1d The Supplie"},
     {"_block":8,"kind":{"wrong":true},"note":"0524ab71 Say \"a\":b"}]}
    "#);
}

#[test]
fn poison() {
    let mut ask = pack();
    ask.blocks[1].content = "Take POISON.".to_owned();
    let faults = Faults::parse(3, ["poison"]).unwrap();
    let mut memory = Memory::default();
    for _ in 0..5 {
        let reply = compose(&ask, &choose(&faults, &mut memory, &ask), 1_000);
        assert!(!reply.part.text().contains(r#""_block":8"#));
        assert!(reply.part.text().contains(r#""_block":12"#));
    }
}

#[test]
fn malformed() {
    insta::assert_snapshot!(transcript(&["malformed"], 1_000), @r#"
    Done | 47 tokens out
    {"results":[{"_block":7,"kind":"other","note":"5d373c1d The Supplie"},
     {"_block":8,"kind":"right","note":"0524ab71 Say \"a\":b"},
     {"_block":12,"kind""duty","note":"88f15489 Ende – größ"}]}
    "#);
}

#[test]
fn refusal() {
    insta::assert_snapshot!(transcript(&["refusal", "missing"], 1_000), @"
    Refusal | 6 tokens out
    I can't help with that.
    ");
}

/// The fault is worth its name for every seed: never JSON, and never merely cut off.
#[test]
fn malformed_is_no_truncation() {
    for seed in 0..200 {
        let faults = Faults::parse(seed, ["malformed"]).unwrap();
        let choice = choose(&faults, &mut Memory::default(), &pack());
        let Part::Filled { json, .. } = compose(&pack(), &choice, 1_000).part else {
            panic!("not an answer");
        };
        let error = serde_json::from_str::<Value>(&json).unwrap_err();
        assert!(error.is_syntax(), "{error}: {json}");
    }
}

/// A spoiled result fails its schema, whatever the schema's first field is.
#[test]
fn invalid_results_fail_their_schema() {
    let fields = [
        json!({"type": "string"}),
        json!({"const": 3}),
        json!({"type": ["object", "null"], "properties": {"a": {"type": "string"}}}),
        json!({"anyOf": [{"type": "null"}, {"type": "object"}]}),
        json!({"enum": [null, {}, 2]}),
    ];
    for field in fields {
        let properties = Map::from_iter([("field".to_owned(), field.clone())]);
        let mut result = crate::answer(&properties, "paragraph", "text");
        super::spoil(&mut result, &of(&json!(properties)));
        let schema = json!({"type": "object", "properties": properties, "required": ["field"]});
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(!validator.is_valid(&Value::Object(result)), "{field}");
    }
}
