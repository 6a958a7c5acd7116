//! What providers differ in: how a request is written, how an answer and a refusal are read.
//! Everything else about a call is [`crate::endpoint`]'s.

use std::fmt;

use reqwest::RequestBuilder;

use crate::cost::Usage;
use crate::estimate;
use crate::http;
use crate::limits::RateLimits;
use crate::provider::{ApiKey, CallError};
use crate::request::{Reply, Request, StopReason};

/// A wire format. Pure but for the request it writes.
pub(crate) trait Wire: fmt::Debug + Send + Sync {
    fn url(&self, base_url: &str, model: &str) -> String;

    fn authorize(&self, post: RequestBuilder, key: &ApiKey) -> RequestBuilder;

    /// The request's JSON. Streamed wherever that is possible: an answer that is cut can then be
    /// kept as far as it came.
    fn body(&self, request: &Request) -> serde_json::Result<Vec<u8>>;

    /// The response header that names the call to the provider.
    fn request_id_header(&self) -> &'static str;

    /// Reads the data of one server-sent event.
    fn event(&self, data: &str, draft: &mut Draft) -> Result<(), CallError>;

    /// Reads an answer that was not streamed.
    fn whole(&self, body: &[u8], draft: &mut Draft) -> Result<(), CallError>;

    /// What an error status means. Total: every status and body is exactly one [`CallError`].
    fn refusal(&self, status: u16, body: &str, retry_after_ms: Option<u64>) -> CallError;
}

/// A reply in the making.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) text: String,
    pub(crate) stop: Option<StopReason>,
    pub(crate) usage: Usage,
    /// Of the output.
    pub(crate) thinking_tokens: u64,
    /// The answer, and no error, has begun to arrive.
    pub(crate) begun: bool,
    /// The prompt has been read: from now on others can read what it caches.
    pub(crate) answering: bool,
    pub(crate) limits: RateLimits,
}

impl Draft {
    /// The newest count is the whole of it.
    pub(crate) fn count_anew(&mut self, usage: Usage, thinking_tokens: u64) {
        (self.usage, self.thinking_tokens) = (usage, thinking_tokens);
    }

    /// Counters are cumulative, and a gateway may send some at the start and some at the end.
    pub(crate) fn count(&mut self, usage: Usage) {
        let counted = &mut self.usage;
        counted.input_tokens = counted.input_tokens.max(usage.input_tokens);
        counted.output_tokens = counted.output_tokens.max(usage.output_tokens);
        counted.cache_write_tokens = counted.cache_write_tokens.max(usage.cache_write_tokens);
        counted.cache_read_tokens = counted.cache_read_tokens.max(usage.cache_read_tokens);
    }

    /// A stream that ends without a stop reason was cut: that is a lost connection, not an answer.
    pub(crate) fn finish(self, provider_request_id: Option<String>) -> Result<Reply, CallError> {
        if !self.begun {
            return Err(CallError::Unreadable { message: "the answer is empty".to_owned() });
        }
        let Some(stop) = self.stop else {
            return Err(CallError::Connection { message: "the answer broke off".to_owned() });
        };
        let Self { text, usage, thinking_tokens, limits, .. } = self;
        Ok(Reply { text, stop, usage, thinking_tokens, provider_request_id, limits })
    }

    /// The stream broke. Whole results that had arrived are worth keeping: they are paid for.
    pub(crate) fn broken(
        mut self,
        error: CallError,
        provider_request_id: Option<String>,
    ) -> Result<Reply, CallError> {
        if !self.text.contains('}') {
            return Err(error);
        }
        self.stop = Some(StopReason::Truncated);
        let written = u64::from(estimate::tokens(&self.text));
        self.usage.output_tokens = self.usage.output_tokens.max(written);
        self.finish(provider_request_id)
    }
}

pub(crate) fn unreadable(error: &serde_json::Error) -> CallError {
    CallError::Unreadable { message: http::cut(&error.to_string()) }
}

/// A token count that a gateway may leave null; one beyond any window is not believed.
pub(crate) fn counter<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    const TOKENS_MAX: u64 = 1 << 40;
    let count = <Option<u64> as serde::Deserialize>::deserialize(from)?;
    Ok(count.unwrap_or(0).min(TOKENS_MAX))
}

/// What an error says, once its wire format is read.
#[derive(Debug, Default)]
pub(crate) struct Complaint {
    /// The provider's word for it.
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) retry_after_ms: Option<u64>,
}

/// Phrases, because providers repeat names of the user's fields.
const CREDIT_WORDS: &[&str] = &[
    "credit balance",
    "insufficient credit",
    "insufficient_quota",
    "exceeded your current quota",
    "billing or payment",
    "plan and billing",
    "plans & billing",
];
const CREDIT_KINDS: &[&str] = &[
    "billing_error",
    "insufficient_quota",
    "credit_balance_exhausted",
    "enforced_spend_limit_reached",
];
const LENGTH_WORDS: &[&str] = &[
    "prompt is too long",
    "too many tokens",
    "context length",
    "context window",
    "context_length_exceeded",
    "context size",
    "input length",
    "input token count",
    "maximum context",
    "payload size exceeds",
];
const KEY_WORDS: &[&str] = &["api key not valid", "invalid api key", "incorrect api key"];

/// The one table of what a status and its words mean, for every provider.
pub(crate) fn classify(status: u16, complaint: Complaint) -> CallError {
    let Complaint { kind, message, retry_after_ms } = complaint;
    let lower = message.to_lowercase();
    let speaks_of = |words: &[&str]| words.iter().any(|word| lower.contains(word) || kind == *word);
    match status {
        429 if lower.contains("request too large") => CallError::PromptTooLong { message },
        // Whoever says when to come back does not mean that the money is gone.
        429 if retry_after_ms.is_some() && kind == "RESOURCE_EXHAUSTED" => {
            CallError::RateLimited { message, retry_after_ms }
        }
        402 => CallError::NoCredit { message },
        400 | 403 | 429 if CREDIT_KINDS.contains(&kind.as_str()) || speaks_of(CREDIT_WORDS) => {
            CallError::NoCredit { message }
        }
        400 if speaks_of(KEY_WORDS) => CallError::InvalidKey { message },
        401 | 403 => CallError::InvalidKey { message },
        413 => CallError::PromptTooLong { message },
        400 if speaks_of(LENGTH_WORDS) => CallError::PromptTooLong { message },
        429 => CallError::RateLimited { message, retry_after_ms },
        408 | 409 | 500.. => CallError::Unavailable { status, message, retry_after_ms },
        _ => CallError::Rejected { status, message },
    }
}

#[cfg(test)]
mod tests;
