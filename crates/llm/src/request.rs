//! One neutral request and reply; every provider renders from the first and fills the second.

use std::sync::Arc;

use gloss_core_model::named_enum;
use serde_json::Value;

use crate::cost::Usage;
use crate::limits::RateLimits;

/// What is byte-identical in every call of a run, and therefore what is cached.
#[derive(Debug, Clone, PartialEq)]
pub struct Prefix {
    pub system: String,
    /// JSON Schema of an answer, `{results: [{_block, …fields}]}`, as the provider is told it.
    pub schema: Value,
    /// The provider enforces the schema.
    pub strict: bool,
    /// The same for the same text and schema.
    pub id: String,
}

impl Prefix {
    pub const TOOL_NAME: &'static str = "extract_fields";
    pub const TOOL_DESCRIPTION: &'static str =
        "Records the fields of every block: exactly one entry of `results` for each `_block`.";
}

named_enum! {
    CacheTtl, "cache ttl" {
        FiveMinutes = "5m",
        OneHour = "1h",
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub model: String,
    pub prefix: Arc<Prefix>,
    /// What varies: the per-block prompt, the fixed instructions, the blocks as one JSON object.
    pub user_text: String,
    pub max_tokens: u32,
    /// None where the model refuses sampling parameters.
    pub temperature: Option<f64>,
    /// Where the prefix is to be marked for the provider's cache, for how long.
    pub marker: Option<CacheTtl>,
    /// The model caches where a marker stands, and nowhere else if it is told so.
    pub markable: bool,
}

named_enum! {
    /// Why a model stopped writing.
    StopReason, "stop reason" {
        /// It finished its turn or its tool call.
        Complete = "complete",
        /// It ran into `max_tokens`: whole results may still be read.
        Truncated = "truncated",
        Refused = "refused",
        Other = "other",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The tool input's JSON text as received, whole or cut; empty when the tool was not used.
    pub text: String,
    pub stop: StopReason,
    pub usage: Usage,
    /// Of the output: thought, and not said.
    pub thinking_tokens: u64,
    pub provider_request_id: Option<String>,
    pub limits: RateLimits,
}
