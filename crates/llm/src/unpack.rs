//! Maps a reply back to blocks, by number and never by position. Pure, and it cannot fail: a reply
//! with two blocks missing is a result, not an error.

use std::collections::BTreeMap;

use gloss_core_model::named_enum;
use gloss_core_model::schema::RESERVED_PROPERTY;
use serde_json::Value;

use crate::request::{Reply, StopReason};
use crate::validate::AnswerValidator;

/// What a reply says about one block of its pack.
#[derive(Debug, Clone, PartialEq)]
pub enum BlockOutcome {
    /// The answer's fields, without `_block`.
    Ok(Value),
    /// It does not fit the schema.
    Invalid {
        message: String,
    },
    /// Two answers for this block differ; neither can be trusted.
    Conflict,
    Missing,
}

named_enum! {
    /// What was wrong with the reply as a whole.
    ReplyIssue, "reply issue" {
        Truncated = "truncated",
        Refused = "refused",
        NoToolUse = "no_tool_use",
        NoResults = "no_results",
        MalformedJson = "malformed_json",
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Unpacked {
    /// One outcome for every block of the pack, in the pack's order.
    pub outcomes: Vec<(u32, BlockOutcome)>,
    /// Results for blocks that are not in the pack, or that name no block: dropped.
    pub strays: u32,
    pub issue: Option<ReplyIssue>,
}

/// Splits a reply into one outcome per block of `indexes`.
///
/// A cut or broken reply is read as far as whole results go: what is complete and valid is kept.
/// Identical duplicates collapse; differing ones are a [`BlockOutcome::Conflict`].
pub fn unpack(indexes: &[u32], reply: &Reply, validator: &AnswerValidator) -> Unpacked {
    let (results, text_issue) = results(&reply.text);
    let issue = match reply.stop {
        StopReason::Truncated => Some(ReplyIssue::Truncated),
        StopReason::Refused => Some(ReplyIssue::Refused),
        StopReason::Complete | StopReason::Other => text_issue,
    };
    let mut strays = 0;
    let mut answers: BTreeMap<u32, Vec<Value>> = BTreeMap::new();
    for result in results {
        match take_block(result) {
            Some((index, mut fields)) if indexes.contains(&index) => {
                validator.tidy(&mut fields);
                let seen = answers.entry(index).or_default();
                if !seen.contains(&fields) {
                    seen.push(fields);
                }
            }
            _ => strays += 1,
        }
    }
    let outcomes = indexes
        .iter()
        .map(|index| (*index, outcome(answers.remove(index).unwrap_or_default(), validator)))
        .collect();
    Unpacked { outcomes, strays, issue }
}

fn outcome(mut answers: Vec<Value>, validator: &AnswerValidator) -> BlockOutcome {
    match (answers.pop(), answers.is_empty()) {
        (None, _) => BlockOutcome::Missing,
        (Some(_), false) => BlockOutcome::Conflict,
        (Some(fields), true) => match validator.check(&fields) {
            Ok(()) => BlockOutcome::Ok(fields),
            Err(mismatch) => BlockOutcome::Invalid { message: mismatch.to_string() },
        },
    }
}

/// A result's block number, and its other fields.
fn take_block(result: Value) -> Option<(u32, Value)> {
    let Value::Object(mut fields) = result else { return None };
    let index = match fields.shift_remove(RESERVED_PROPERTY)? {
        Value::Number(number) => number.as_u64()?,
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    Some((u32::try_from(index).ok()?, Value::Object(fields)))
}

/// The whole results in a tool input's JSON text, however it ends.
fn results(text: &str) -> (Vec<Value>, Option<ReplyIssue>) {
    if text.trim().is_empty() {
        return (Vec::new(), Some(ReplyIssue::NoToolUse));
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(mut input)) => match input.shift_remove("results") {
            Some(Value::Array(results)) => (results, None),
            _ => (Vec::new(), Some(ReplyIssue::NoResults)),
        },
        Ok(_) => (Vec::new(), Some(ReplyIssue::NoResults)),
        Err(_) => (salvage(text), Some(ReplyIssue::MalformedJson)),
    }
}

/// Reads whole array elements after `{"results": [` until the text breaks off.
fn salvage(text: &str) -> Vec<Value> {
    let mut rest = text.trim_start();
    for token in ["{", "\"results\"", ":", "["] {
        let Some(after) = rest.strip_prefix(token) else { return Vec::new() };
        rest = after.trim_start();
    }
    let mut whole = Vec::new();
    loop {
        let mut elements = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        // Only objects are self-delimiting: a cut number would read as a smaller one.
        let Some(Ok(element @ Value::Object(_))) = elements.next() else { return whole };
        rest = rest[elements.byte_offset()..].trim_start();
        whole.push(element);
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None => return whole,
        }
    }
}

#[cfg(test)]
mod tests;
