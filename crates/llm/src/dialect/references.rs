//! References within a schema: what they may point to, and what may stand beside them.

use serde_json::{Map, Value, json};

/// Why a provider could not follow the references, if it could not.
pub(super) fn unfit(schema: &Value) -> Option<String> {
    let mut found = Vec::new();
    collect(schema, &mut found);
    for reference in &found {
        if !reference.starts_with("#/$defs/") && !reference.starts_with("#/definitions/") {
            return Some(format!("it refers to {reference}"));
        }
        if schema.pointer(&reference[1..]).is_none() {
            return Some(format!("{reference} is not there"));
        }
    }
    let cycle = found.iter().find(|start| leads_to_itself(schema, start));
    cycle.map(|start| format!("{} contains itself", &start[1..]))
}

fn collect<'s>(schema: &'s Value, found: &mut Vec<&'s str>) {
    match schema {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|child| collect(child, found));
        }
        Value::Array(items) => items.iter().for_each(|child| collect(child, found)),
        _ => {}
    }
}

fn leads_to_itself(schema: &Value, start: &str) -> bool {
    let (mut seen, mut open) = (Vec::new(), vec![start]);
    while let Some(reference) = open.pop() {
        let mut next = Vec::new();
        if let Some(target) = reference.strip_prefix('#').and_then(|at| schema.pointer(at)) {
            collect(target, &mut next);
        }
        for reference in next {
            if reference == start {
                return true;
            }
            if !seen.contains(&reference) {
                seen.push(reference);
                open.push(reference);
            }
        }
    }
    false
}

/// A reference takes no other keywords beside it.
pub(super) fn alone(node: &mut Map<String, Value>) {
    if node.len() > 1
        && let Some(reference) = node.shift_remove("$ref")
    {
        node.insert("anyOf".to_owned(), json!([{ "$ref": reference }]));
    }
}
