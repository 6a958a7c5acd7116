//! Nulls that stand for "not there": where every field has to be named, an optional one is null.

use gloss_core_model::schema::RESERVED_PROPERTY;
use serde_json::Value;

use super::{DEPTH_MAX, admits_null, required};

/// Takes out nulls of optional fields whose schema has no null.
pub fn drop_nulls(answer: &mut Value, schema: &Value) {
    walk(answer, schema, schema, 0);
}

fn walk(value: &mut Value, schema: &Value, root: &Value, depth: u32) {
    if depth > DEPTH_MAX {
        return;
    }
    let schema = target(schema, root);
    // Which branch was meant is not known: a null that any of them has no place for goes.
    for branch in ["anyOf", "oneOf"].iter().filter_map(|k| schema.get(*k)?.as_array()).flatten() {
        walk(value, branch, root, depth + 1);
    }
    match value {
        Value::Object(fields) => {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
                return;
            };
            let required = schema.as_object().map(required).unwrap_or_default();
            fields.retain(|name, value| {
                let stays = |schema: &Value| admits_null(target(schema, root));
                !value.is_null()
                    || required.contains(name)
                    || name == RESERVED_PROPERTY
                    || properties.get(name).is_none_or(stays)
            });
            for (name, child) in fields.iter_mut() {
                if let Some(schema) = properties.get(name) {
                    walk(child, schema, root, depth + 1);
                }
            }
        }
        Value::Array(items) => {
            if let Some(schema) = schema.get("items") {
                items.iter_mut().for_each(|item| walk(item, schema, root, depth + 1));
            }
        }
        _ => {}
    }
}

/// What a local reference stands for; anything else for itself.
fn target<'s>(schema: &'s Value, root: &'s Value) -> &'s Value {
    let reference = schema.get("$ref").and_then(Value::as_str);
    let found = reference.and_then(|at| root.pointer(at.strip_prefix('#')?));
    found.unwrap_or(schema)
}
