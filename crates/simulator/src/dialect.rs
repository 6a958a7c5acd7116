//! A wire format, seen from the provider's side: everything in which providers differ.

use std::fmt::Debug;

use axum::http::request::Parts;
use gloss_llm::Usage;
use serde_json::Value;

use crate::ask::Ask;
use crate::faults::RetryAfter;
use crate::gate::Why;
use crate::prompt::Prompt;
use crate::reply::Reply;

pub(crate) mod anthropic;
mod google;
mod openai;

pub(crate) use anthropic::Anthropic;
pub(crate) use google::Google;
pub(crate) use openai::{Chat, Responses};

/// Longest answer where the request sets no limit.
const OUTPUT_TOKENS_MAX: u32 = 65_536;
/// Limits in the headers: high enough that no client slows down because of them.
const REQUESTS_PER_MINUTE: u64 = 50_000;
const TOKENS_PER_MINUTE: u64 = 50_000_000;

/// What of a request is needed while it waits: the fields and blocks, not the prompt.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) model: String,
    pub(crate) max_tokens: u32,
    pub(crate) stream: bool,
    /// A stream ends with the counters; one dialect has to be asked for them.
    pub(crate) usage_in_stream: bool,
    pub(crate) ask: Ask,
    pub(crate) prompt: Prompt,
}

/// What the wire says about a call besides the reply.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub(crate) number: u64,
    pub(crate) created_secs: u64,
    pub(crate) model: String,
    pub(crate) usage: Usage,
    pub(crate) usage_in_stream: bool,
}

impl Envelope {
    fn id(&self, prefix: &str) -> String {
        format!("{prefix}_{:012}", self.number)
    }
}

/// How far the caller's limits are used up. As if every bucket were full again as soon as a call
/// is over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) n_in_flight: u64,
    pub(crate) limited: bool,
    pub(crate) now_secs: u64,
}

impl Account {
    fn requests_left(&self) -> u64 {
        if self.limited { 0 } else { REQUESTS_PER_MINUTE.saturating_sub(self.n_in_flight) }
    }

    fn tokens_left(&self) -> u64 {
        if self.limited { 0 } else { TOKENS_PER_MINUTE }
    }
}

/// The frames of a stream, made one by one while they are sent.
pub(crate) type Frames = Box<dyn Iterator<Item = String> + Send>;

/// A wire format. Pure.
pub(crate) trait Dialect: Debug + Send + Sync {
    /// The caller's key, when the headers are in order.
    fn api_key(&self, head: &Parts) -> Result<String, Why>;

    fn read(&self, head: &Parts, body: &[u8], api_key: &str) -> Result<Asked, Why>;

    /// Status and body of an error.
    fn error(&self, why: &Why, retry_after: Option<RetryAfter>, request_id: &str) -> (u16, Value);

    /// The answer at once, as JSON.
    fn whole(&self, envelope: Envelope, reply: Reply) -> String;

    /// The answer as server-sent events.
    fn frames(&self, envelope: Envelope, reply: Reply) -> Frames;

    /// How a stream begins, for one that breaks there.
    fn beginning(&self) -> &'static str;

    /// The response header that names the call.
    fn request_id_header(&self) -> &'static str;

    /// Where the account stands, in headers.
    fn account_headers(&self, account: Account) -> Vec<(String, String)>;

    /// Whether `retry-after` goes into a header; it may have its place in the body.
    fn retries_by_header(&self) -> bool {
        true
    }
}
