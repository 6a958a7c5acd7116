//! What comes back for which reply, as a transcript; and the laws of unpacking.

use gloss_core_model::Schema;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{BlockOutcome, unpack};
use crate::cost::Usage;
use crate::limits::RateLimits;
use crate::request::{Reply, StopReason};
use crate::validate::AnswerValidator;

fn validator() -> AnswerValidator {
    let schema = json!({
        "type": "object",
        "properties": { "kind": { "enum": ["a", "b"] }, "score": { "type": "integer", "minimum": 0 } },
        "required": ["kind"],
        "additionalProperties": false,
    });
    AnswerValidator::new(&Schema::new(schema).expect("object")).expect("valid")
}

fn reply(text: &str, stop: StopReason) -> Reply {
    let (text, usage, limits) = (text.to_owned(), Usage::default(), RateLimits::default());
    Reply { text, stop, usage, thinking_tokens: 0, provider_request_id: None, limits }
}

#[track_caller]
fn check(text: &str, stop: StopReason, expect: &str) {
    let unpacked = unpack(&[3, 4, 5], &reply(text, stop), &validator());
    let mut lines: Vec<String> = unpacked
        .outcomes
        .iter()
        .map(|(index, outcome)| match outcome {
            BlockOutcome::Ok(fields) => format!("{index} ok {fields}"),
            BlockOutcome::Invalid { message } => format!("{index} invalid {message}"),
            BlockOutcome::Conflict => format!("{index} conflict"),
            BlockOutcome::Missing => format!("{index} missing"),
        })
        .collect();
    if unpacked.strays > 0 {
        lines.push(format!("strays {}", unpacked.strays));
    }
    if let Some(issue) = unpacked.issue {
        lines.push(format!("issue {issue}"));
    }
    assert_eq!(lines.join("\n"), expect);
}

#[test]
fn maps_by_number_whatever_the_order() {
    check(
        r#"{"results":[{"_block":5,"kind":"b"},{"_block":3,"kind":"a"},{"kind":"a","_block":4}]}"#,
        StopReason::Complete,
        "3 ok {\"kind\":\"a\"}\n4 ok {\"kind\":\"a\"}\n5 ok {\"kind\":\"b\"}",
    );
}

#[test]
fn keeps_the_good_beside_the_bad() {
    check(
        r#"{"results":[{"_block":3,"kind":"z"},{"_block":4,"kind":"a","score":-1},{"_block":99,"kind":"a"},{"kind":"a"}]}"#,
        StopReason::Complete,
        "3 invalid /kind: \"z\" is not one of \"a\" or \"b\"\n\
         4 invalid /score: -1 is less than the minimum of 0\n5 missing\nstrays 2",
    );
}

#[test]
fn duplicates_collapse_when_equal_and_conflict_when_not() {
    check(
        r#"{"results":[{"_block":3,"kind":"a"},{"_block":3,"kind":"a"},{"_block":4,"kind":"a"},{"_block":4,"kind":"b"}]}"#,
        StopReason::Complete,
        "3 ok {\"kind\":\"a\"}\n4 conflict\n5 missing",
    );
}

#[test]
fn reads_a_cut_reply_as_far_as_whole_results_go() {
    check(
        r#"{"results": [ {"_block":3,"kind":"a"}, {"_block":4,"kind":"b","score":12"#,
        StopReason::Truncated,
        "3 ok {\"kind\":\"a\"}\n4 missing\n5 missing\nissue truncated",
    );
}

#[test]
fn says_what_was_wrong_with_the_whole() {
    check("", StopReason::Refused, "3 missing\n4 missing\n5 missing\nissue refused");
    check("", StopReason::Complete, "3 missing\n4 missing\n5 missing\nissue no_tool_use");
    check("{}", StopReason::Complete, "3 missing\n4 missing\n5 missing\nissue no_results");
    check(
        r#"{"results":[{"_block":3,"kind":"a"},}"#,
        StopReason::Complete,
        "3 ok {\"kind\":\"a\"}\n4 missing\n5 missing\nissue malformed_json",
    );
}

proptest! {
    /// Whatever order, extras or cut: an answer lands on its own block or nowhere.
    #[test]
    fn an_answer_never_lands_on_another_block(
        order in Just((0u32..20).collect::<Vec<_>>()).prop_shuffle(),
        strays in prop::collection::vec(20u32..40, 0..5),
        cut in 0usize..2000,
    ) {
        let results: Vec<Value> = order.iter().chain(&strays)
            .map(|index| json!({ "_block": index, "kind": "a", "score": index })).collect();
        let mut text = json!({ "results": results }).to_string();
        let whole = cut >= text.len();
        text.truncate(cut);
        let indexes: Vec<u32> = (0..20).collect();
        let unpacked = unpack(&indexes, &reply(&text, StopReason::Complete), &validator());
        prop_assert_eq!(unpacked.outcomes.len(), 20);
        for (index, outcome) in &unpacked.outcomes {
            match outcome {
                BlockOutcome::Ok(fields) => prop_assert_eq!(&fields["score"], &json!(index)),
                other => prop_assert!(!whole && *other == BlockOutcome::Missing),
            }
        }
    }

    #[test]
    fn any_text_gives_one_outcome_per_block(text in ".{0,200}") {
        let unpacked = unpack(&[1, 2], &reply(&text, StopReason::Other), &validator());
        prop_assert_eq!(unpacked.outcomes.len(), 2);
    }
}
