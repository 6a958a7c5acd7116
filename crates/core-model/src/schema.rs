//! A schema: the user's JSON artifact, and what Gloss reads from it.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::block::BlockType;
use crate::hash::SchemaUid;

/// The property that carries a block's number in packed answers; a schema may not use it.
pub const RESERVED_PROPERTY: &str = "_block";

/// Why an artifact is not a usable schema, or part of it is not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaProblem {
    #[error("the artifact is {found}, not a JSON object")]
    NotAnObject { found: &'static str },
    #[error("`type` is not \"object\"")]
    TypeNotObject,
    #[error("`properties` is not an object with at least one field")]
    NoProperties,
    #[error("`{RESERVED_PROPERTY}` is reserved for the block's number")]
    ReservedProperty,
    #[error("`{path}` is {found}, not {expected}")]
    WrongType { path: String, found: &'static str, expected: &'static str },
    #[error("`{path}`: {message}")]
    OutOfRange { path: String, message: String },
}

/// A short human name, unique per owner: `^[a-z0-9][a-z0-9_-]{0,63}$`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaRef(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is not a schema name: use 1 to 64 of a-z, 0-9, _ and -, \
     starting with a letter or digit"
)]
pub struct InvalidSchemaRef {
    pub found: String,
}

impl SchemaRef {
    pub const MAX_LEN: usize = 64;

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes a valid name of any text; `schema` when nothing is left.
    pub fn slugify(text: &str) -> Self {
        let mut slug = String::new();
        for c in text.trim().to_lowercase().chars() {
            let keep = c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if keep {
                slug.push(c);
            } else if !slug.ends_with('_') {
                slug.push('_');
            }
        }
        let trimmed = slug.trim_matches(['_', '-']);
        let cut = &trimmed[..trimmed.len().min(Self::MAX_LEN)];
        let cut = cut.trim_end_matches(['_', '-']);
        Self(if cut.is_empty() { "schema".to_owned() } else { cut.to_owned() })
    }

    /// The tail of `$id`, else `title`, else `schema`.
    pub fn derive(artifact: &Map<String, Value>) -> Self {
        let id_tail = artifact
            .get("$id")
            .and_then(Value::as_str)
            .and_then(|id| id.rsplit([':', '/']).find(|part| !part.is_empty()));
        let title = artifact.get("title").and_then(Value::as_str);
        Self::slugify(id_tail.or(title).unwrap_or("schema"))
    }

    /// The same name with `_v2`, `_v3`… for the n-th free suggestion.
    #[must_use]
    pub fn with_version(&self, n: u32) -> Self {
        let suffix = format!("_v{n}");
        let stem = self.0.rsplit_once("_v").map_or(self.0.as_str(), |(stem, tail)| {
            if tail.bytes().all(|b| b.is_ascii_digit()) && !stem.is_empty() {
                stem
            } else {
                &self.0
            }
        });
        let room = Self::MAX_LEN - suffix.len();
        Self(format!("{}{suffix}", &stem[..stem.len().min(room)]))
    }
}

impl fmt::Display for SchemaRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for SchemaRef {
    type Err = InvalidSchemaRef;
    fn from_str(text: &str) -> Result<Self, InvalidSchemaRef> {
        let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let first = text.bytes().next().is_some_and(ok);
        let rest = text.bytes().all(|b| ok(b) || b == b'_' || b == b'-');
        if first && rest && text.len() <= Self::MAX_LEN {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSchemaRef { found: text.to_owned() })
        }
    }
}

/// What `prompt_config` may hold; everything is optional.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PromptConfig {
    pub system_instructions: Option<String>,
    pub per_block_prompt: Option<String>,
    pub model: Option<String>,
    pub temperature: Option<f64>,
    pub max_tokens_per_block: Option<u32>,
    pub max_batch_size: Option<u32>,
    pub skip_block_types: Option<Vec<BlockType>>,
    pub only_block_types: Option<Vec<BlockType>>,
}

/// One field a schema asks for, in the artifact's order.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    /// The base type; `null` beside it is told by `nullable`.
    pub type_name: Option<String>,
    pub nullable: bool,
    pub description: Option<String>,
}

/// A schema artifact. Any JSON object may be stored; only a compatible one can be run.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    artifact: Map<String, Value>,
}

impl Schema {
    pub fn new(artifact: Value) -> Result<Self, SchemaProblem> {
        match artifact {
            Value::Object(artifact) => Ok(Self { artifact }),
            other => Err(SchemaProblem::NotAnObject { found: json_type(&other) }),
        }
    }

    pub fn artifact(&self) -> Value {
        Value::Object(self.artifact.clone())
    }

    pub fn uid(&self) -> SchemaUid {
        SchemaUid::of(&self.artifact())
    }

    pub fn derived_ref(&self) -> SchemaRef {
        SchemaRef::derive(&self.artifact)
    }

    /// Everything that stops a run with this schema; empty means compatible.
    pub fn problems(&self) -> Vec<SchemaProblem> {
        let mut problems = Vec::new();
        if self.artifact.get("type").and_then(Value::as_str) != Some("object") {
            problems.push(SchemaProblem::TypeNotObject);
        }
        match self.artifact.get("properties").and_then(Value::as_object) {
            Some(properties) if !properties.is_empty() => {
                if properties.contains_key(RESERVED_PROPERTY) {
                    problems.push(SchemaProblem::ReservedProperty);
                }
            }
            _ => problems.push(SchemaProblem::NoProperties),
        }
        if let Err(problem) = self.prompt_config() {
            problems.push(problem);
        }
        problems
    }

    pub fn properties(&self) -> Map<String, Value> {
        self.artifact.get("properties").and_then(Value::as_object).cloned().unwrap_or_default()
    }

    pub fn required(&self) -> Vec<String> {
        let list = self.artifact.get("required").and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The schema of one block's answer: the artifact without what is only for Gloss.
    pub fn answer_schema(&self) -> Value {
        let mut answer = self.artifact.clone();
        answer.shift_remove("prompt_config");
        Value::Object(answer)
    }

    pub fn columns(&self) -> Vec<Column> {
        self.properties().into_iter().map(|(name, field)| column(name, &field)).collect()
    }

    pub fn prompt_config(&self) -> Result<PromptConfig, SchemaProblem> {
        let Some(value) = self.artifact.get("prompt_config") else {
            return Ok(PromptConfig::default());
        };
        let Value::Object(config) = value else {
            return Err(wrong("prompt_config", value, "an object"));
        };
        Ok(PromptConfig {
            system_instructions: text(config, "system_instructions")?,
            per_block_prompt: text(config, "per_block_prompt")?,
            model: text(config, "model")?,
            temperature: number(config, "temperature")?,
            max_tokens_per_block: count(config, "max_tokens_per_block")?,
            max_batch_size: count(config, "max_batch_size")?,
            skip_block_types: block_types(config, "skip_block_types")?,
            only_block_types: block_types(config, "only_block_types")?,
        })
    }
}

fn column(name: String, field: &Value) -> Column {
    let types: Vec<&str> = match field.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    Column {
        name,
        nullable: types.contains(&"null"),
        type_name: types.into_iter().find(|t| *t != "null").map(str::to_owned),
        description: field.get("description").and_then(Value::as_str).map(str::to_owned),
    }
}

fn get<'a>(config: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    config.get(key).filter(|value| !value.is_null())
}

fn wrong(key: &str, value: &Value, expected: &'static str) -> SchemaProblem {
    SchemaProblem::WrongType { path: key.to_owned(), found: json_type(value), expected }
}

fn path(key: &str) -> String {
    format!("prompt_config.{key}")
}

fn text(config: &Map<String, Value>, key: &str) -> Result<Option<String>, SchemaProblem> {
    get(config, key)
        .map(|v| v.as_str().map(str::to_owned).ok_or_else(|| wrong(&path(key), v, "text")))
        .transpose()
}

fn number(config: &Map<String, Value>, key: &str) -> Result<Option<f64>, SchemaProblem> {
    get(config, key).map(|v| v.as_f64().ok_or_else(|| wrong(&path(key), v, "a number"))).transpose()
}

fn count(config: &Map<String, Value>, key: &str) -> Result<Option<u32>, SchemaProblem> {
    let Some(value) = get(config, key) else { return Ok(None) };
    match value.as_u64().and_then(|n| u32::try_from(n).ok()) {
        Some(0) | None if value.is_number() => Err(SchemaProblem::OutOfRange {
            path: path(key),
            message: "a whole number from 1 is needed".to_owned(),
        }),
        Some(n) => Ok(Some(n)),
        None => Err(wrong(&path(key), value, "a whole number")),
    }
}

fn block_types(
    config: &Map<String, Value>,
    key: &str,
) -> Result<Option<Vec<BlockType>>, SchemaProblem> {
    let Some(value) = get(config, key) else { return Ok(None) };
    let names = value.as_array().ok_or_else(|| wrong(&path(key), value, "a list"))?;
    let parsed = names.iter().map(|name| {
        let name = name.as_str().ok_or_else(|| wrong(&path(key), name, "a block type"))?;
        name.parse().map_err(|error: crate::names::UnknownName| SchemaProblem::OutOfRange {
            path: path(key),
            message: error.to_string(),
        })
    });
    parsed.collect::<Result<Vec<_>, _>>().map(Some)
}

/// How people name the type of a JSON value.
pub const fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
