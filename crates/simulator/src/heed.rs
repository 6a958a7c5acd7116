//! Constraints said in words: a model reads descriptions, so what a provider's schema cannot say
//! is obeyed from there, such as `How sure (minimum: 0, maximum: 1)`.

use std::borrow::Cow;

use serde_json::Value;

/// What an answer is made after; other words are read past.
const OBEYED: &[&str] = &[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
];

/// The schema with the constraints of its description in their places.
pub(crate) fn heeded(schema: &Value) -> Cow<'_, Value> {
    let told = schema.get("description").and_then(Value::as_str).and_then(constraints);
    let Some(told) = told else { return Cow::Borrowed(schema) };
    let mut schema = schema.clone();
    if let Some(fields) = schema.as_object_mut() {
        for (keyword, value) in told.into_iter().filter(|(name, _)| OBEYED.contains(name)) {
            fields.entry(keyword).or_insert(value);
        }
    }
    Cow::Owned(schema)
}

/// The whole description, or what stands in the parentheses at its end. A pattern may hold
/// parentheses too, so every opening one is tried.
fn constraints(description: &str) -> Option<Vec<(&str, Value)>> {
    let at_end = || {
        let inner = description.strip_suffix(')')?;
        inner.match_indices(" (").find_map(|(at, opening)| pairs(&inner[at + opening.len()..]))
    };
    pairs(description).or_else(at_end)
}

/// `minimum: 0, pattern: "^a"`: nothing unless all of the text is such pairs.
fn pairs(text: &str) -> Option<Vec<(&str, Value)>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let (keyword, after) = rest.split_once(": ")?;
        if !keyword.chars().all(char::is_alphanumeric) {
            return None;
        }
        let mut values = serde_json::Deserializer::from_str(after).into_iter();
        found.push((keyword, values.next()?.ok()?));
        rest = &after[values.byte_offset()..];
        if rest.is_empty() {
            return Some(found);
        }
        rest = rest.strip_prefix(", ")?;
    }
}

#[cfg(test)]
mod tests;
