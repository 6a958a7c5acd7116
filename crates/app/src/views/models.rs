//! What is known of models, and what was found out.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ModelView {
    pub name: String,
    pub provider: String,
    pub context_window_tokens: u32,
    pub output_tokens_max: u32,
    /// `marked`, `automatic` or `none`.
    pub caching: String,
    pub cacheable_tokens_min: u32,
    /// The provider holds the model to a schema.
    pub strict: bool,
    pub prices: Option<ModelPricesView>,
    /// Its provider has a key.
    pub callable: bool,
}

/// US dollars per million tokens.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ModelPricesView {
    pub input: f64,
    pub output: f64,
    pub cache_read: f64,
    pub cache_write: f64,
    /// A longer prompt costs more.
    pub cliff_prompt_tokens: Option<u64>,
}

/// What a model did with a few tiny questions.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ModelProbeView {
    pub provider: String,
    pub schema_honoured: bool,
    /// An answer that was cut says so.
    pub length_signalled: bool,
    pub usage_reported: bool,
    /// Of four calls.
    pub answered_at_once: u32,
    /// How many of four it seems to work on side by side.
    pub side_by_side: u32,
    /// For a models file.
    pub entry: Value,
}
