//! The deterministic answer: field schemas and one block's own content in, a valid result out.

use serde_json::{Map, Value};

use crate::digest::{Dice, hash, hex8};
use crate::{number, text};

/// Arrays without limits of their own get one to this many items.
const ITEMS_MAX: u64 = 3;
/// How often an item of a `uniqueItems` array is drawn again before the array stays short.
const UNIQUE_TRIES_MAX: u64 = 20;

/// What an answer may depend on: the block, and nothing around it.
pub(crate) struct Source<'a> {
    pub(crate) block_type: &'a str,
    pub(crate) content: &'a str,
    /// Eight hex digits of the content, so that an answer tells which block it came from.
    pub(crate) digest: String,
}

/// Where in the answer a value stands.
pub(crate) struct At<'a> {
    pub(crate) name: &'a str,
    pub(crate) path: String,
    /// Its place in the nearest array, 0 outside of one.
    pub(crate) nth: u64,
}

impl Source<'_> {
    /// The hash that chooses the value at a place.
    pub(crate) fn hash_at(&self, at: &At<'_>) -> u64 {
        hash(&[at.path.as_bytes(), self.content.as_bytes()])
    }
}

/// Answers one block: every property filled, valid against the schemas, and a function of nothing
/// but the schemas and the block. `_block` is left to the caller.
pub fn answer(
    item_schema_properties: &Map<String, Value>,
    block_type: &str,
    content: &str,
) -> Map<String, Value> {
    let source = Source { block_type, content, digest: hex8(content) };
    item_schema_properties
        .iter()
        .filter(|(name, _)| *name != "_block")
        .map(|(name, schema)| {
            (name.clone(), value(schema, &At { name, path: name.clone(), nth: 0 }, &source))
        })
        .collect()
}

/// What a test expects to find stored for a block; the same rules as [`answer`].
pub fn expected(schema_properties: &Map<String, Value>, block_type: &str, content: &str) -> Value {
    Value::Object(answer(schema_properties, block_type, content))
}

fn value(schema: &Value, at: &At<'_>, source: &Source<'_>) -> Value {
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        let chosen = Dice(source.hash_at(at)).below(options.len() as u64);
        return options.get(chosen as usize).cloned().unwrap_or(Value::Null);
    }
    for union in ["anyOf", "oneOf"] {
        if let Some(branches) = schema.get(union).and_then(Value::as_array) {
            let branch = branches.iter().find(|b| b.get("type") != Some(&Value::from("null")));
            return branch.or(branches.first()).map_or(Value::Null, |b| value(b, at, source));
        }
    }
    match type_of(schema) {
        "integer" => number::integer(schema, source.hash_at(at)),
        "number" => number::number(schema, source.hash_at(at)),
        "boolean" => Value::Bool(source.hash_at(at) & 1 == 1),
        "null" => Value::Null,
        "array" => Value::Array(array(schema, at, source)),
        "object" => Value::Object(object(schema, at, source)),
        _ => Value::String(text::string(schema, at, source)),
    }
}

/// The type to answer with: the first that is not null, guessed where the schema does not say.
fn type_of(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(one)) => one,
        Some(Value::Array(several)) => {
            let named = || several.iter().filter_map(Value::as_str);
            named().find(|name| *name != "null").or(named().next()).unwrap_or("string")
        }
        _ if schema.get("properties").is_some() => "object",
        _ if schema.get("items").is_some() => "array",
        _ => "string",
    }
}

fn object(schema: &Value, at: &At<'_>, source: &Source<'_>) -> Map<String, Value> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let nested = properties.into_iter().flatten().map(|(name, schema)| {
        let path = format!("{}/{name}", at.path);
        (name.clone(), value(schema, &At { name, path, nth: at.nth }, source))
    });
    nested.collect()
}

fn array(schema: &Value, at: &At<'_>, source: &Source<'_>) -> Vec<Value> {
    let limit = |key| schema.get(key).and_then(Value::as_u64);
    let at_least = limit("minItems").unwrap_or(1).min(limit("maxItems").unwrap_or(u64::MAX));
    let at_most = limit("maxItems").unwrap_or(u64::MAX).min(at_least.max(ITEMS_MAX)).max(at_least);
    let n_items = at_least + Dice(source.hash_at(at)).below(at_most - at_least + 1);
    let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));

    let mut items = Vec::new();
    for nth in 0..n_items + if unique { UNIQUE_TRIES_MAX } else { 0 } {
        if items.len() as u64 == n_items {
            break;
        }
        let place = At { name: at.name, path: format!("{}[{nth}]", at.path), nth };
        let item = value(schema.get("items").unwrap_or(&Value::Null), &place, source);
        if !(unique && items.contains(&item)) {
            items.push(item);
        }
    }
    items
}

#[cfg(test)]
mod tests;
