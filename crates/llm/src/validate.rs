//! Checks an answer against the user's schema. A provider's promise of structure is not enough:
//! it drops bounds, patterns and lengths that users wrote for a reason.

use std::fmt;

use gloss_core_model::Schema;
use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use crate::dialect;

/// A compiled pattern may take this much memory; user schemas are untrusted.
const REGEX_BYTES_MAX: usize = 1 << 20;
/// Longer complaints are cut: they go back to the model and onto the screen.
const MESSAGE_CHARS_MAX: usize = 300;

/// A schema that a JSON Schema validator cannot compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the schema is not valid JSON Schema: {message}")]
pub struct InvalidSchema {
    pub message: String,
}

/// Why an answer does not fit its schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Mismatch {
    /// JSON pointer into the answer; empty for the answer itself.
    pub path: String,
    pub message: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

#[derive(Debug)]
pub struct AnswerValidator {
    validator: Validator,
    schema: Value,
}

impl AnswerValidator {
    /// Remote and file references are refused, patterns run on an engine without backtracking.
    pub fn new(schema: &Schema) -> Result<Self, InvalidSchema> {
        let patterns =
            PatternOptions::regex().size_limit(REGEX_BYTES_MAX).dfa_size_limit(REGEX_BYTES_MAX);
        let validator = jsonschema::options()
            .offline()
            .with_pattern_options(patterns)
            .should_validate_formats(true)
            .build(&schema.answer_schema())
            .map_err(|error| InvalidSchema { message: cut(&error.to_string()) })?;
        Ok(Self { validator, schema: schema.answer_schema() })
    }

    /// Takes out nulls that stand for fields which are not there: some providers make the model
    /// name every field.
    pub fn tidy(&self, answer: &mut Value) {
        dialect::drop_nulls(answer, &self.schema);
    }

    /// The first mismatch, if any.
    pub fn check(&self, answer: &Value) -> Result<(), Mismatch> {
        self.validator.validate(answer).map_err(|error| Mismatch {
            path: error.instance_path().to_string(),
            message: cut(&error.to_string()),
        })
    }
}

fn cut(message: &str) -> String {
    match message.char_indices().nth(MESSAGE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}
