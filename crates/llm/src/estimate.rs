//! Token estimates before anything is sent. Deliberately a little high: a pack that is too small
//! costs a fraction of a call, one that is too large costs a truncated answer.

use gloss_core_model::Schema;
use serde_json::Value;

use crate::request::Prefix;

/// Bytes of UTF-8 per token; English prose is nearer 4.5, other scripts nearer 3.
const BYTES_PER_TOKEN: usize = 4;
const BYTES_PER_TOKEN_MIN: usize = 2;
/// What the JSON around one block costs on the way in.
const BLOCK_ENVELOPE_TOKENS: u32 = 16;

pub fn tokens(text: &str) -> u32 {
    u32::try_from(text.len().div_ceil(BYTES_PER_TOKEN)).unwrap_or(u32::MAX)
}

/// More than any text is likely to have: some scripts take a token for two bytes.
pub fn tokens_max(text: &str) -> u32 {
    u32::try_from(text.len().div_ceil(BYTES_PER_TOKEN_MIN)).unwrap_or(u32::MAX)
}

pub fn prefix_tokens(prefix: &Prefix) -> u32 {
    tokens(&prefix.system)
        .saturating_add(tokens(&prefix.schema.to_string()))
        .saturating_add(tokens(Prefix::TOOL_DESCRIPTION))
}

pub fn block_input_tokens(content: &str) -> u32 {
    tokens(content).saturating_add(BLOCK_ENVELOPE_TOKENS)
}

/// What a schema's answers are expected to cost, per block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputEstimate {
    /// Tokens that do not depend on the block.
    pub fixed_tokens: u32,
    /// Fields that write the block's text again.
    pub rewriting_fields: u32,
    /// Answers are long enough that fewer of them belong in one reply.
    pub text_heavy: bool,
}

impl OutputEstimate {
    /// `floor_tokens` is policy's `per_block_output_tokens`.
    pub fn of(schema: &Schema, floor_tokens: u32) -> Self {
        let properties = schema.properties();
        let mut fixed = 120 + 40 * u32::try_from(properties.len()).unwrap_or(u32::MAX / 64);
        let mut rewriting_fields = 0;
        let mut text_heavy = false;
        for (name, field) in &properties {
            fixed = fixed.saturating_add(field_tokens(name, field));
            walk(name, field, 0, &mut |name| {
                rewriting_fields += u32::from(rewrites(name));
                text_heavy |= heavy(name);
            });
        }
        Self { fixed_tokens: fixed.max(floor_tokens), rewriting_fields, text_heavy }
    }

    pub fn block_output_tokens(self, content: &str) -> u32 {
        let rewritten = tokens(content).saturating_mul(self.rewriting_fields);
        self.fixed_tokens.saturating_add(rewritten)
    }
}

fn field_tokens(name: &str, field: &Value) -> u32 {
    let is = |t: &str| match field.get("type") {
        Some(Value::String(one)) => one == t,
        Some(Value::Array(many)) => many.iter().any(|m| m.as_str() == Some(t)),
        _ => false,
    };
    let mut tokens = 0;
    if is("array") {
        tokens += 60;
    }
    if is("object") {
        tokens += 80;
    }
    if is("string") && field.get("enum").is_none() {
        tokens += 25;
    }
    if ["content", "summary", "analysis", "reason", "rewrite", "revised"]
        .iter()
        .any(|word| name.contains(word))
    {
        tokens += 140;
    }
    tokens
}

fn rewrites(name: &str) -> bool {
    ["content", "revised", "rewrite"].iter().any(|word| name.contains(word))
}

fn heavy(name: &str) -> bool {
    rewrites(name)
        || name == "final"
        || ["analysis", "summary", "reason"].iter().any(|word| name.contains(word))
}

const DEPTH_MAX: u32 = 16;

fn walk(name: &str, field: &Value, depth: u32, visit: &mut impl FnMut(&str)) {
    visit(name);
    if depth == DEPTH_MAX {
        return;
    }
    for children in [field.get("properties"), field.pointer("/items/properties")] {
        for (name, child) in children.and_then(Value::as_object).into_iter().flatten() {
            walk(name, child, depth + 1, visit);
        }
    }
}
