//! The answer to a call as text, after all its faults; pure.

use serde_json::{Map, Value, json};

use crate::answer::answer;
use crate::ask::{Ask, AskedBlock, Shape};
use crate::choice::Choice;
use crate::digest::hex8;
use crate::faults::FaultKind;
use crate::prompt::tokens;

/// Characters a token, as in [`tokens`].
const TOKEN_CHARS: usize = 4;

/// What the model says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) part: Part,
    pub(crate) stop_reason: &'static str,
    pub(crate) output_tokens: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    /// A tool's input as JSON text, which need not be whole or even JSON.
    ToolUse {
        tool: String,
        json: String,
    },
    Text(String),
}

pub(crate) fn compose(ask: &Ask, choice: &Choice, max_tokens: u32) -> Reply {
    if choice.dice(FaultKind::Refusal).is_some() {
        return finish("I can't help with that.".to_owned(), Part::Text, "refusal", max_tokens);
    }
    match &ask.shape {
        Shape::Prose => {
            let content = ask.blocks.first().map_or("", |block| block.content.as_str());
            let text = format!("{} was asked without a tool.", hex8(content));
            finish(cut(text, choice), Part::Text, stopped("end_turn", choice), max_tokens)
        }
        Shape::Input { tool, properties } => {
            let block = ask.blocks.first();
            let input = block.map(|block| answer(properties, &block.block_type, &block.content));
            let json = Value::Object(input.unwrap_or_default()).to_string();
            tool_use(tool, json, choice, max_tokens)
        }
        Shape::Results { tool, properties } => {
            let results = results(&ask.blocks, properties, choice);
            tool_use(tool, json!({ "results": results }).to_string(), choice, max_tokens)
        }
    }
}

fn tool_use(tool: &str, json: String, choice: &Choice, max_tokens: u32) -> Reply {
    let json = cut(garble(json, choice), choice);
    let part = |json| Part::ToolUse { tool: tool.to_owned(), json };
    finish(json, part, stopped("tool_use", choice), max_tokens)
}

/// Stops the text where the request's own limit does, whatever the faults did before.
fn finish(
    mut text: String,
    part: impl FnOnce(String) -> Part,
    stop_reason: &'static str,
    max_tokens: u32,
) -> Reply {
    let limit = text.char_indices().nth(max_tokens as usize * TOKEN_CHARS).map(|(at, _)| at);
    if let Some(at) = limit {
        text.truncate(at);
    }
    let stop_reason = if limit.is_some() { "max_tokens" } else { stop_reason };
    Reply { output_tokens: tokens(&text), part: part(text), stop_reason }
}

fn results(blocks: &[AskedBlock], properties: &Map<String, Value>, choice: &Choice) -> Vec<Value> {
    let mut results = Vec::new();
    for (place, block) in blocks.iter().enumerate() {
        let strikes = |kind| choice.strikes_block(place, kind);
        if strikes(FaultKind::Missing) {
            continue;
        }
        let mut given = result(block.id, &block.block_type, &block.content, properties);
        if strikes(FaultKind::Invalid) {
            spoil(&mut given, properties);
        }
        if strikes(FaultKind::Duplicate) {
            results.push(Value::Object(given.clone()));
        }
        results.push(Value::Object(given));
        if strikes(FaultKind::DifferingDuplicate) {
            let other = format!("On second thoughts: {}", block.content);
            results.push(Value::Object(result(block.id, &block.block_type, &other, properties)));
        }
    }
    if choice.dice(FaultKind::UnknownId).is_some() {
        // The next number is the cruel one: it is a real block, of somebody else's pack.
        let stray = blocks.iter().map(|block| block.id).max().map_or(0, |id| id.saturating_add(1));
        results.push(Value::Object(result(stray, "paragraph", "Not asked for.", properties)));
    }
    if choice.dice(FaultKind::Reversed).is_some() {
        results.reverse();
    }
    results
}

fn result(
    id: i64,
    block_type: &str,
    content: &str,
    properties: &Map<String, Value>,
) -> Map<String, Value> {
    let mut result = Map::from_iter([("_block".to_owned(), Value::from(id))]);
    result.extend(answer(properties, block_type, content));
    result
}

/// Gives the first field that can be wrong a value of a type its schema refuses.
fn spoil(result: &mut Map<String, Value>, properties: &Map<String, Value>) {
    for (name, schema) in properties.iter().filter(|(name, _)| *name != "_block") {
        let types = types(schema);
        let wrong =
            [("object", json!({ "wrong": true })), ("array", json!([])), ("null", json!(null))];
        let wrong = wrong.into_iter().find(|(name, _)| !types.contains(name));
        if let Some((_, wrong)) = wrong.filter(|_| !types.is_empty()) {
            result.insert(name.clone(), wrong);
            return;
        }
    }
}

/// The JSON types a schema admits; empty when it says nothing about them.
fn types(schema: &Value) -> Vec<&str> {
    if let Some(only) = schema.get("const") {
        return vec![type_name(only)];
    }
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        return options.iter().map(type_name).collect();
    }
    match schema.get("type") {
        Some(Value::String(one)) => return vec![one],
        Some(Value::Array(several)) => return several.iter().filter_map(Value::as_str).collect(),
        _ => {}
    }
    let branches = ["anyOf", "oneOf"].iter().find_map(|key| schema.get(key)?.as_array());
    let each: Vec<_> = branches.into_iter().flatten().map(types).collect();
    // A branch that admits everything makes the union do so.
    if each.iter().any(Vec::is_empty) { Vec::new() } else { each.concat() }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn stopped(reason: &'static str, choice: &Choice) -> &'static str {
    if choice.dice(FaultKind::Truncated).is_some() { "max_tokens" } else { reason }
}

/// Cuts the text somewhere in its later half.
fn cut(mut text: String, choice: &Choice) -> String {
    if let Some(mut dice) = choice.dice(FaultKind::Truncated) {
        let half = text.len() / 2;
        let mut at = half + dice.below((text.len() - half) as u64) as usize;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text.truncate(at);
    }
    text
}

/// Takes out one colon behind a key, so that the text is broken but ends as it should.
fn garble(mut json: String, choice: &Choice) -> String {
    if let Some(mut dice) = choice.dice(FaultKind::Malformed) {
        // `":` stands behind every key; within a string the quote would be escaped.
        let escaped = |at: usize| json[..at].ends_with('\\');
        let places = json.match_indices(r#"":"#).filter(|(at, _)| !escaped(*at));
        let keys: Vec<usize> = places.map(|(at, _)| at + 1).collect();
        let chosen = keys.get(dice.below(keys.len() as u64) as usize);
        chosen.map(|at| json.remove(*at));
    }
    json
}

/// The tool's input of an answer that is not streamed, where it has to be JSON whatever happened:
/// all of it, else the results that are whole, else the broken text in their place, as models do.
pub(crate) fn input_of(json: &str, stop_reason: &str) -> Value {
    if let Ok(input) = serde_json::from_str(json) {
        return input;
    }
    if stop_reason != "max_tokens" {
        return json!({ "results": json });
    }
    let Some(items) = json.strip_prefix(r#"{"results":["#) else { return json!({}) };
    let mut whole = Vec::new();
    let mut rest = items;
    loop {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let Some(Ok(item)) = values.next() else { break };
        whole.push(item);
        rest = &rest[values.byte_offset()..];
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None => break,
        }
    }
    json!({ "results": whole })
}

#[cfg(test)]
mod tests;
