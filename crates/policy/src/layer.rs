//! Where values come from: the layers in order of precedence, and how each is made.

use gloss_core_model::{PromptConfig, named_enum};
use serde_json::{Value, json};

use crate::key::Key;
use crate::registry::{Definition, REGISTRY};
use crate::resolve::PolicyError;

#[cfg(test)]
mod tests;

named_enum! {
    /// Who set a value, highest precedence first.
    Source, "source" {
        Request = "request",
        Schema = "schema",
        Run = "run",
        User = "user",
        Admin = "admin",
        Environment = "environment",
        BuiltIn = "built-in",
    }
}

impl Source {
    /// The name people see beside a value.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Request => "request override",
            Self::Schema => "schema prompt_config",
            Self::Run => "run override",
            Self::User => "user default",
            Self::Admin => "admin policy",
            Self::Environment => "environment",
            Self::BuiltIn => "built-in",
        }
    }
}

/// What one source sets. A null is not set; the last of several values for one key counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    pub source: Source,
    pub values: Vec<(String, Value)>,
    /// A ceiling on the pack size, whoever sets that.
    // Invariant: only a schema's layer has one.
    pub(crate) max_batch_size: Option<u32>,
}

impl Layer {
    /// Values by key, unchecked: [`crate::resolve()`] checks them.
    pub fn new<K: Into<String>>(
        source: Source,
        values: impl IntoIterator<Item = (K, Value)>,
    ) -> Self {
        let values = values.into_iter().map(|(key, value)| (key.into(), value)).collect();
        Self { source, values, max_batch_size: None }
    }
}

/// The schema's own wishes. A blank text is a field left empty, so it is not set.
pub fn prompt_config_layer(config: &PromptConfig) -> Layer {
    let text = |text: &Option<String>| {
        text.as_deref().filter(|text| !text.trim().is_empty()).map(|text| json!(text))
    };
    let skipped = config.skip_block_types.as_ref();
    let values = [
        (Key::ModelsPlatformDefaultModel, text(&config.model)),
        (Key::ModelsPlatformDefaultTemperature, config.temperature.map(|n| json!(n))),
        (Key::ModelsPlatformDefaultMaxTokens, config.max_tokens_per_block.map(|n| json!(n))),
        (Key::WorkerDefaultSystemPrompt, text(&config.system_instructions)),
        (Key::WorkerDefaultBlockPrompt, text(&config.per_block_prompt)),
        (
            Key::WorkerSkipBlockTypes,
            skipped.map(|types| types.iter().map(|known| known.as_str()).collect()),
        ),
    ];
    let set =
        values.into_iter().filter_map(|(key, value)| value.map(|value| (key.as_str(), value)));
    Layer { max_batch_size: config.max_batch_size, ..Layer::new(Source::Schema, set) }
}

/// The variables that set a key; others are somebody else's, and an empty one is not set.
pub fn environment_layer<N: AsRef<str>, T: AsRef<str>>(
    variables: impl IntoIterator<Item = (N, T)>,
) -> Layer {
    let values = variables.into_iter().filter_map(|(name, text)| {
        let definition = REGISTRY.iter().find(|known| known.env == Some(name.as_ref()))?;
        let text = text.as_ref();
        let set = !text.trim().is_empty();
        set.then(|| (definition.key.as_str(), definition.parse(text)))
    });
    Layer::new(Source::Environment, values)
}

/// One `key=value` of a command line. Lists are written `a,b` or as JSON.
pub fn parse_setting(text: &str) -> Result<(String, Value), PolicyError> {
    let Some((key, value)) = text.split_once('=') else {
        return Err(PolicyError::NotASetting { text: text.to_owned() });
    };
    let definition = Definition::find(key.trim())?;
    let setting = definition.check(&definition.parse(value))?;
    Ok((definition.key.to_string(), setting.to_json()))
}
