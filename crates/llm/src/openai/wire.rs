//! The wire formats of `POST /v1/responses` and `POST /v1/chat/completions`, as far as Gloss uses
//! them. Both sides of the wire share them: the provider here, the simulator on the other end.
//!
//! Unknown fields are ignored on reading, so a newer server does not break us.

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub mod chat;
pub mod responses;

/// A JSON Schema that the answer has to follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Format {
    pub name: String,
    pub schema: Value,
    #[serde(default)]
    pub strict: bool,
}

/// Where the part of the prompt ends that is worth caching.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Breakpoint {
    /// Always `explicit`.
    pub mode: String,
    /// `30m` (the default) or `12h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<String>,
}

/// How breakpoints are set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CacheOptions {
    /// `explicit` for only those in the request; `implicit`, the default, for one more behind the
    /// newest message, which is paid as a write.
    pub mode: String,
}

/// Of the prompt's tokens; they are counted in its total too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InputDetails {
    #[serde(default, deserialize_with = "crate::wire::counter")]
    pub cached_tokens: u64,
    #[serde(default, deserialize_with = "crate::wire::counter")]
    pub cache_write_tokens: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OutputDetails {
    #[serde(default, deserialize_with = "crate::wire::counter")]
    pub reasoning_tokens: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorEnvelope {
    pub error: ErrorBody,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorBody {
    #[serde(default)]
    pub message: String,
    #[serde(rename = "type", default)]
    pub kind: Option<String>,
    #[serde(default)]
    pub param: Option<String>,
    /// `invalid_api_key`, `insufficient_quota`, `context_length_exceeded`, …
    #[serde(default)]
    pub code: Option<Value>,
}

impl ErrorBody {
    /// The narrowest word for it.
    pub fn word(&self) -> &str {
        self.code.as_ref().and_then(Value::as_str).or(self.kind.as_deref()).unwrap_or_default()
    }
}
