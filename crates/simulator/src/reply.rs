//! The answer to a call as text, after all its faults; pure.

use serde_json::{Map, Value, json};

use crate::answer::within;
use crate::ask::{Ask, AskedBlock, Form, Shape};
use crate::choice::Choice;
use crate::digest::{Dice, hex8};
use crate::faults::FaultKind;
use crate::prompt::tokens;

/// Characters a token, as in [`tokens`].
const TOKEN_CHARS: usize = 4;

/// What the model says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) part: Part,
    pub(crate) stop: Stop,
    pub(crate) output_tokens: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    /// The answer to a form of this name, as JSON text that need not be whole or even JSON.
    Filled {
        name: String,
        json: String,
    },
    Text(String),
    Refusal(String),
}

impl Part {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Filled { json: text, .. } | Self::Text(text) | Self::Refusal(text) => text,
        }
    }
}

/// Why the model says no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    Done,
    /// The output has reached its limit.
    Limit,
    Refusal,
}

pub(crate) fn compose(ask: &Ask, choice: &Choice, max_tokens: u32) -> Reply {
    let truncated = choice.hit(FaultKind::Truncated);
    let cap_tokens = truncated.and_then(|hit| hit.rule.cap_tokens).unwrap_or(u32::MAX);
    let max_tokens = max_tokens.min(cap_tokens);
    if choice.dice(FaultKind::Refusal).is_some() {
        let text = "I can't help with that.".to_owned();
        return finish(text, Part::Refusal, Stop::Refusal, max_tokens);
    }
    let (form, filled) = match &ask.shape {
        Shape::Prose => {
            let content = ask.blocks.first().map_or("", |block| block.content.as_str());
            let text = format!("{} was asked without a tool.", hex8(content));
            let (text, stop) = cut(text, choice);
            return finish(text, Part::Text, stop, max_tokens);
        }
        Shape::Fields(form) => {
            let filled = ask.blocks.first().map(|block| fields(block, form));
            (form, Value::Object(filled.unwrap_or_default()))
        }
        Shape::Results(form) => (form, json!({ "results": results(&ask.blocks, form, choice) })),
    };
    let (json, stop) = cut(garble(filled.to_string(), choice), choice);
    let part = |json| Part::Filled { name: form.name.clone(), json };
    finish(json, part, stop, max_tokens)
}

/// Stops the text where the request's own limit does, whatever the faults did before.
fn finish(
    mut text: String,
    part: impl FnOnce(String) -> Part,
    stop: Stop,
    max_tokens: u32,
) -> Reply {
    let limit = text.char_indices().nth(max_tokens as usize * TOKEN_CHARS).map(|(at, _)| at);
    if let Some(at) = limit {
        text.truncate(at);
    }
    let stop = if limit.is_some() { Stop::Limit } else { stop };
    Reply { output_tokens: tokens(&text), part: part(text), stop }
}

fn fields(block: &AskedBlock, form: &Form) -> Map<String, Value> {
    let properties = form.properties();
    properties.map_or_else(Map::new, |properties| {
        within(&form.schema, properties, &block.block_type, &block.content)
    })
}

fn results(blocks: &[AskedBlock], form: &Form, choice: &Choice) -> Vec<Value> {
    let mut results = Vec::new();
    for (place, block) in blocks.iter().enumerate() {
        let strikes = |kind| choice.strikes_block(place, kind);
        if choice.loses(place) {
            continue;
        }
        let mut given = result(block, form);
        if strikes(FaultKind::Invalid) {
            spoil(&mut given, form);
        }
        if strikes(FaultKind::Duplicate) {
            results.push(Value::Object(given.clone()));
        }
        results.push(Value::Object(given));
        if strikes(FaultKind::DifferingDuplicate) {
            let content = format!("On second thoughts: {}", block.content);
            let other = AskedBlock { content, ..block.clone() };
            results.push(Value::Object(result(&other, form)));
        }
    }
    if choice.dice(FaultKind::UnknownId).is_some() {
        // The next number is the cruel one: it is a real block, of somebody else's pack.
        let stray = AskedBlock {
            id: blocks.iter().map(|block| block.id).max().map_or(0, |id| id.saturating_add(1)),
            block_type: "paragraph".to_owned(),
            content: "Not asked for.".to_owned(),
        };
        results.push(Value::Object(result(&stray, form)));
    }
    if choice.dice(FaultKind::Reversed).is_some() {
        results.reverse();
    }
    results
}

fn result(block: &AskedBlock, form: &Form) -> Map<String, Value> {
    let mut result = Map::from_iter([("_block".to_owned(), Value::from(block.id))]);
    result.extend(fields(block, form));
    result
}

/// Gives the first field that can be wrong a value of a type its schema refuses.
fn spoil(result: &mut Map<String, Value>, form: &Form) {
    let fields = form.properties().into_iter().flatten();
    for (name, schema) in fields.filter(|(name, _)| *name != "_block") {
        let reference = schema.get("$ref").and_then(Value::as_str);
        let target = reference.and_then(|at| form.schema.pointer(at.trim_start_matches('#')));
        let types = types(target.unwrap_or(schema));
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

/// Cuts the text somewhere in its later half, unless the rule says where.
fn cut(mut text: String, choice: &Choice) -> (String, Stop) {
    let hit = choice.hit(FaultKind::Truncated).filter(|hit| hit.rule.cap_tokens.is_none());
    let Some(hit) = hit else { return (text, Stop::Done) };
    let half = text.len() / 2;
    let mut at = half + Dice(hit.hash).below((text.len() - half) as u64) as usize;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    text.truncate(at);
    (text, Stop::Limit)
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

#[cfg(test)]
mod tests;
