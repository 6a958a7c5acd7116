//! A tool's input when its text is not JSON, or not all of it.

use super::{Stop, input_of};

#[track_caller]
fn check(json: &str, stop: Stop, expect: &str) {
    assert_eq!(input_of(json, stop).to_string(), expect);
}

#[test]
fn what_is_not_streamed_is_json_whatever_happened() {
    let two = r#"{"results":[{"_block":7,"a":"x"},{"_block":8}]}"#;
    check(two, Stop::Done, two);
    check(&two[..40], Stop::Limit, r#"{"results":[{"_block":7,"a":"x"}]}"#);
    check(&two[..6], Stop::Limit, "{}");
    check(r#"{"results"[]}"#, Stop::Done, r#"{"results":"{\"results\"[]}"}"#);
}
