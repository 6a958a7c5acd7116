//! The deterministic answer: field schemas and one block's own content in, a valid result out.

use serde_json::{Map, Value};

use crate::digest::{Dice, hash, hex8};
use crate::heed::heeded;
use crate::{number, text};

/// Arrays without limits of their own get one to this many items.
const ITEMS_MAX: u64 = 3;
/// How often an item of a `uniqueItems` array is drawn again before the array stays short.
const UNIQUE_TRIES_MAX: u64 = 20;

/// What an answer may depend on: the block, and nothing around it.
pub(crate) struct Source<'a> {
    /// Where the schema's references point.
    root: &'a Value,
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
    /// References followed on the way here.
    refs: Vec<String>,
}

impl At<'_> {
    /// What stands here would contain itself.
    fn recurs(&self, schema: &Value) -> bool {
        let reference = schema.get("$ref").and_then(Value::as_str);
        reference.is_some_and(|reference| self.refs.iter().any(|followed| followed == reference))
    }
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
    within(&Value::Null, item_schema_properties, block_type, content)
}

/// The same, with a root for references to point into.
pub(crate) fn within(
    root: &Value,
    properties: &Map<String, Value>,
    block_type: &str,
    content: &str,
) -> Map<String, Value> {
    let source = Source { root, block_type, content, digest: hex8(content) };
    let fields = properties.iter().filter(|(name, _)| *name != "_block");
    let answered = fields.map(|(name, schema)| {
        let at = At { name, path: name.clone(), nth: 0, refs: Vec::new() };
        (name.clone(), value(schema, &at, &source))
    });
    answered.collect()
}

/// What a test expects to find stored for a block; the same rules as [`answer`].
pub fn expected(schema_properties: &Map<String, Value>, block_type: &str, content: &str) -> Value {
    Value::Object(answer(schema_properties, block_type, content))
}

/// The same for a schema with references: all of it, `$defs` included.
pub fn expected_of(schema: &Value, block_type: &str, content: &str) -> Value {
    let properties = schema.get("properties").and_then(Value::as_object);
    Value::Object(properties.map_or_else(Map::new, |p| within(schema, p, block_type, content)))
}

fn value(schema: &Value, at: &At<'_>, source: &Source<'_>) -> Value {
    let schema = &*heeded(schema);
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return referred(reference, at, source);
    }
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        // A null stands for "not there"; it takes no part in the choice.
        let options: Vec<&Value> = options.iter().filter(|option| !option.is_null()).collect();
        let chosen = Dice(source.hash_at(at)).below(options.len() as u64);
        return options.get(chosen as usize).map_or(Value::Null, |option| (*option).clone());
    }
    for union in ["anyOf", "oneOf"] {
        if let Some(branches) = schema.get(union).and_then(Value::as_array) {
            let says = |b: &&Value| b.get("type") != Some(&Value::from("null")) && !at.recurs(b);
            let branch = branches.iter().find(says).or(branches.first());
            return branch.map_or(Value::Null, |b| value(b, at, source));
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

/// What a reference points to; nothing where it would never end.
fn referred(reference: &str, at: &At<'_>, source: &Source<'_>) -> Value {
    let target = source.root.pointer(reference.trim_start_matches('#'));
    let followed = at.refs.iter().any(|followed| followed == reference);
    let Some(target) = target.filter(|_| !followed) else { return Value::Null };
    let refs = [at.refs.as_slice(), &[reference.to_owned()]].concat();
    value(target, &At { name: at.name, path: at.path.clone(), nth: at.nth, refs }, source)
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
    let ends = properties.into_iter().flatten().filter(|(_, schema)| !at.recurs(schema));
    let nested = ends.map(|(name, schema)| {
        let path = format!("{}/{name}", at.path);
        let inner = At { name, path, nth: at.nth, refs: at.refs.clone() };
        (name.clone(), value(schema, &inner, source))
    });
    nested.collect()
}

fn array(schema: &Value, at: &At<'_>, source: &Source<'_>) -> Vec<Value> {
    let limit = |key| schema.get(key).and_then(Value::as_u64);
    let at_least = limit("minItems").unwrap_or(1).min(limit("maxItems").unwrap_or(u64::MAX));
    let at_most = limit("maxItems").unwrap_or(u64::MAX).min(at_least.max(ITEMS_MAX)).max(at_least);
    let n_items = at_least + Dice(source.hash_at(at)).below(at_most - at_least + 1);
    let item_schema = schema.get("items").unwrap_or(&Value::Null);
    if at.recurs(item_schema) {
        return Vec::new();
    }
    let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));

    let mut items = Vec::new();
    for nth in 0..n_items + if unique { UNIQUE_TRIES_MAX } else { 0 } {
        if items.len() as u64 == n_items {
            break;
        }
        let path = format!("{}[{nth}]", at.path);
        let place = At { name: at.name, path, nth, refs: at.refs.clone() };
        let item = value(item_schema, &place, source);
        if !(unique && items.contains(&item)) {
            items.push(item);
        }
    }
    items
}

#[cfg(test)]
mod tests;
