//! Says whether an artifact can be run, and saves nothing.

use gloss_core_model::Schema;
use gloss_llm::AnswerValidator;
use serde_json::Value;

use crate::App;
use crate::error::{Error, Result};
use crate::views::SchemaCheckView;

/// Artifacts larger than this are not read. Bytes.
const SCHEMA_BYTES_MAX: usize = 1 << 20;

impl App {
    /// The text of a schema file. Anything that parses is answered; only broken JSON is an error.
    pub fn schema_check(&self, text: &str) -> Result<SchemaCheckView> {
        let schema = parse(text)?;
        let mut view = SchemaCheckView::from(&schema);
        if view.compatible
            && let Err(error) = AnswerValidator::new(&schema)
        {
            view.compatible = false;
            view.problems.push(error.to_string());
        }
        Ok(view)
    }
}

pub(crate) fn parse(text: &str) -> Result<Schema> {
    if text.len() > SCHEMA_BYTES_MAX {
        let message = format!("the schema has {} bytes; at most {SCHEMA_BYTES_MAX}", text.len());
        return Err(Error::new(crate::ErrorKind::TooLarge, "schema_too_large", message));
    }
    let artifact: Value = serde_json::from_str(text).map_err(|error| {
        Error::invalid("invalid_json", format!("the schema is not valid JSON: {error}"))
            .hint("line and column count from 1")
    })?;
    Schema::new(artifact).map_err(|error| {
        Error::invalid("invalid_schema", error.to_string())
            .hint("a schema looks like {\"type\":\"object\",\"properties\":{…}}")
    })
}
