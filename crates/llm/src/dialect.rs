//! What a provider can be told of a schema. Where it holds the model to a schema it takes a subset
//! of JSON Schema only: the rest is told in words, and every answer is checked here all the same.

use serde_json::{Map, Value, json};

use crate::models::{ModelFacts, ProviderName};

mod nulls;
mod references;

pub use nulls::drop_nulls;

/// A schema as a provider gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub schema: Value,
    /// The provider enforces it.
    pub strict: bool,
    /// Constraints that are not enforced by the provider, such as `minimum at /score`; or why the
    /// whole schema is not.
    pub untold: Vec<String>,
}

/// One provider's subset.
#[derive(Debug)]
struct Subset {
    keywords: &'static [&'static str],
    formats: &'static [&'static str],
    /// An optional property has to be written as one that may be null.
    all_required: bool,
    optional_max: usize,
    /// Places that take more than one type.
    unions_max: usize,
}

const COMMON: [&str; 12] = [
    "type",
    "properties",
    "required",
    "items",
    "enum",
    "anyOf",
    "$ref",
    "$defs",
    "definitions",
    "description",
    "title",
    "additionalProperties",
];

const ANTHROPIC: Subset = Subset {
    keywords: &["const", "format", "default"],
    formats: &[
        "date-time",
        "time",
        "date",
        "duration",
        "email",
        "hostname",
        "uri",
        "ipv4",
        "ipv6",
        "uuid",
    ],
    all_required: false,
    optional_max: 24,
    unions_max: 16,
};
const OPENAI: Subset = Subset {
    keywords: &[
        "const",
        "format",
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
    ],
    formats: &[
        "date-time",
        "time",
        "date",
        "duration",
        "email",
        "hostname",
        "ipv4",
        "ipv6",
        "uuid",
    ],
    all_required: true,
    optional_max: usize::MAX,
    unions_max: usize::MAX,
};
const GOOGLE: Subset = Subset {
    keywords: &["format", "minimum", "maximum", "minItems", "maxItems", "prefixItems"],
    formats: &["date-time", "date", "time"],
    all_required: false,
    optional_max: usize::MAX,
    unions_max: usize::MAX,
};

/// Deeper schemas are not enforced.
const DEPTH_MAX: u32 = 10;

/// Rewrites a schema for the model that will be held to it. A schema that cannot be put in the
/// provider's subset is passed as the user wrote it and not enforced.
pub fn tell(schema: Value, model: &ModelFacts) -> Told {
    let subset = match model.provider {
        _ if !model.strict => return Told { schema, strict: false, untold: Vec::new() },
        ProviderName::Anthropic => &ANTHROPIC,
        ProviderName::OpenAi | ProviderName::OpenAiChat | ProviderName::Custom => &OPENAI,
        ProviderName::Google => &GOOGLE,
    };
    let mut told = schema.clone();
    let unfit = references::unfit(&told);
    let mut telling = Telling { subset, untold: Vec::new(), optional: 0, unions: 0, unfit };
    telling.node(&mut told, "", 0);
    telling.count();
    match telling.unfit {
        Some(why) => {
            let untold = vec![format!("the schema is not enforced by the provider: {why}")];
            Told { schema, strict: false, untold }
        }
        None => Told { schema: told, strict: true, untold: telling.untold },
    }
}

struct Telling {
    subset: &'static Subset,
    untold: Vec<String>,
    optional: usize,
    unions: usize,
    unfit: Option<String>,
}

impl Telling {
    fn node(&mut self, schema: &mut Value, path: &str, depth: u32) {
        let Some(node) = schema.as_object_mut() else {
            self.refuse(path, "takes any value");
            return;
        };
        if depth > DEPTH_MAX {
            self.refuse(path, "is nested too deep");
            return;
        }
        self.keep_known(node, path);
        name_type(node);
        references::alone(node);
        if is_object(node) {
            self.close(node, path);
        } else if !["type", "anyOf", "$ref"].iter().any(|keyword| node.contains_key(*keyword)) {
            self.refuse(path, "takes any value");
        }
        if types(node).contains(&"array") && !node.contains_key("items") {
            self.refuse(path, "takes any items");
        }
        self.unions += usize::from(types(node).len() > 1 || node.contains_key("anyOf"));
        for (name, child) in children(node) {
            self.node(child, &format!("{path}{name}"), depth + 1);
        }
    }

    /// Takes out what the provider does not know, and says it in the description.
    fn keep_known(&mut self, node: &mut Map<String, Value>, path: &str) {
        if let Some(branches) = node.shift_remove("oneOf") {
            node.entry("anyOf").or_insert(branches);
        }
        if !self.knows("const")
            && let Some(only) = node.shift_remove("const")
        {
            node.insert("enum".to_owned(), json!([only]));
        }
        let mut words = Vec::new();
        let unknown = |(name, value): (&String, &Value)| {
            let formats = self.subset.formats;
            let format = name != "format" || value.as_str().is_some_and(|f| formats.contains(&f));
            (!self.knows(name) || !format).then(|| name.clone())
        };
        let unknown: Vec<String> = node.iter().filter_map(unknown).collect();
        for name in unknown {
            let Some(value) = node.shift_remove(&name) else { continue };
            if !is_note(&name) {
                words.push(format!("{name}: {value}"));
                self.untold.push(format!("{name} at {}", if path.is_empty() { "/" } else { path }));
            }
        }
        if !words.is_empty() {
            let words = words.join(", ");
            let described = node.get("description").and_then(Value::as_str).map(str::trim_end);
            let text = described.map_or_else(|| words.clone(), |text| format!("{text} ({words})"));
            node.insert("description".to_owned(), text.into());
        }
    }

    /// No other properties; where all have to be required, the optional ones may be null.
    fn close(&mut self, node: &mut Map<String, Value>, path: &str) {
        let names: Vec<String> = match node.get("properties").and_then(Value::as_object) {
            Some(properties) if !properties.is_empty() => properties.keys().cloned().collect(),
            _ => return self.refuse(path, "takes any fields"),
        };
        node.insert("additionalProperties".to_owned(), false.into());
        let required = required(node);
        let optional: Vec<&String> = names.iter().filter(|name| !required.contains(name)).collect();
        self.optional += optional.len();
        if !self.subset.all_required {
            return;
        }
        if let Some(properties) = node.get_mut("properties").and_then(Value::as_object_mut) {
            for name in optional {
                properties.get_mut(name).map(allow_null);
            }
        }
        node.insert("required".to_owned(), names.into());
    }

    fn count(&mut self) {
        let limits = [
            (self.optional, self.subset.optional_max, "optional fields"),
            (self.unions, self.subset.unions_max, "places with several types"),
        ];
        for (found, max, what) in limits {
            if found > max {
                self.unfit.get_or_insert(format!("it has more than {max} {what}"));
            }
        }
    }

    fn knows(&self, keyword: &str) -> bool {
        COMMON.contains(&keyword) || self.subset.keywords.contains(&keyword)
    }

    fn refuse(&mut self, path: &str, why: &str) {
        let at = if path.is_empty() { "it" } else { path };
        self.unfit.get_or_insert(format!("{at} {why}"));
    }
}

/// Says nothing about which answers are right.
fn is_note(keyword: &str) -> bool {
    matches!(keyword, "$schema" | "$id" | "$comment" | "examples" | "default" | "deprecated")
        || keyword.starts_with("x-")
}

/// Some providers want the type also where the values tell it.
fn name_type(node: &mut Map<String, Value>) {
    if node.contains_key("type") || node.contains_key("anyOf") || node.contains_key("$ref") {
        return;
    }
    if node.contains_key("properties") {
        node.insert("type".to_owned(), "object".into());
        return;
    }
    let constant = node.get("const").map(std::slice::from_ref);
    let values = constant.or_else(|| node.get("enum")?.as_array().map(Vec::as_slice));
    let mut kinds: Vec<&str> = values.unwrap_or_default().iter().map(type_of).collect();
    kinds.sort_unstable();
    kinds.dedup();
    match kinds.as_slice() {
        [] => {}
        [one] => drop(node.insert("type".to_owned(), (*one).into())),
        several => drop(node.insert("type".to_owned(), several.into())),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn is_object(node: &Map<String, Value>) -> bool {
    types(node).contains(&"object") || node.contains_key("properties")
}

fn types(node: &Map<String, Value>) -> Vec<&str> {
    match node.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn required(node: &Map<String, Value>) -> Vec<String> {
    let names = node.get("required").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// The schemas within one, each with its place.
fn children(node: &mut Map<String, Value>) -> Vec<(String, &mut Value)> {
    let mut found = Vec::new();
    for (keyword, value) in node.iter_mut() {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(several)) => {
                found.extend(several.iter_mut().map(|(name, child)| (format!("/{name}"), child)));
            }
            ("$defs" | "definitions", Value::Object(several)) => {
                let named = several.iter_mut();
                found.extend(named.map(|(name, child)| (format!("/{keyword}/{name}"), child)));
            }
            ("anyOf" | "prefixItems", Value::Array(several)) => {
                found.extend(several.iter_mut().map(|child| (String::new(), child)));
            }
            ("items", child) => found.push(("/items".to_owned(), child)),
            _ => {}
        }
    }
    found
}

fn allow_null(schema: &mut Value) {
    if admits_null(schema) {
        return;
    }
    let plain = ["$ref", "anyOf", "const"].iter().all(|keyword| schema.get(*keyword).is_none());
    match schema.get_mut("type").filter(|_| plain) {
        Some(kind) => {
            let mut kinds = match kind.take() {
                Value::Array(several) => several,
                one => vec![one],
            };
            kinds.push("null".into());
            *kind = Value::Array(kinds);
            if let Some(Value::Array(options)) = schema.get_mut("enum") {
                options.push(Value::Null);
            }
        }
        None => *schema = json!({ "anyOf": [schema.take(), { "type": "null" }] }),
    }
}

pub(super) fn admits_null(schema: &Value) -> bool {
    let Some(node) = schema.as_object() else { return schema != &Value::Bool(false) };
    if let Some(options) = node.get("enum").and_then(Value::as_array) {
        return options.contains(&Value::Null);
    }
    if let Some(branches) = ["anyOf", "oneOf"].iter().find_map(|k| node.get(*k)?.as_array()) {
        return branches.iter().any(admits_null);
    }
    match node.get("type") {
        Some(_) => types(node).contains(&"null"),
        None => node.get("const").is_some_and(Value::is_null),
    }
}

#[cfg(test)]
mod tests;
