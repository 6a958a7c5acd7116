//! OpenAI: the Responses API, and Chat Completions, which many servers speak.

use reqwest::RequestBuilder;

use crate::cost::Usage;
use crate::http;
use crate::provider::{ApiKey, CallError};
use crate::request::{CacheTtl, Request};
use crate::wire::{Complaint, classify};

mod chat;
mod responses;
pub mod wire;

pub(crate) use chat::Chat;
pub(crate) use responses::Responses;
use wire::{Breakpoint, CacheOptions, ErrorEnvelope, Format};

pub const DEFAULT_BASE_URL: &str = "https://api.openai.com/v1";
/// llama.cpp, vLLM and Ollama each have a port of their own; none is the standard.
pub const CUSTOM_BASE_URL: &str = "http://127.0.0.1:8080/v1";
const REQUEST_ID_HEADER: &str = "x-request-id";

/// The API's own clients take a base that ends in `/v1`; a bare host gets it.
fn url(base_url: &str, path: &str) -> String {
    let host = base_url.split_once("://").map_or(base_url, |(_, host)| host);
    let version = if host.contains('/') { "" } else { "/v1" };
    format!("{base_url}{version}{path}")
}

fn authorize(post: RequestBuilder, key: &ApiKey) -> RequestBuilder {
    if key.is_empty() { post } else { post.bearer_auth(key.expose()) }
}

fn format(request: &Request) -> Format {
    Format {
        name: crate::Prefix::TOOL_NAME.to_owned(),
        schema: request.prefix.schema.clone(),
        strict: request.prefix.strict,
    }
}

/// Without a breakpoint at the prefix's end the newest models look for the whole prompt, and never
/// find it.
fn breakpoint(request: &Request) -> Option<Breakpoint> {
    let ttl = match request.marker? {
        CacheTtl::FiveMinutes => "30m",
        CacheTtl::OneHour => "12h",
    };
    Some(Breakpoint { mode: "explicit".to_owned(), ttl: Some(ttl.to_owned()) })
}

/// What varies from call to call is never worth a write.
fn cache_options(request: &Request) -> Option<CacheOptions> {
    request.markable.then(|| CacheOptions { mode: "explicit".to_owned() })
}

fn cache_key(request: &Request) -> Option<String> {
    request.marker.map(|_| request.prefix.id[..32].to_owned())
}

/// Cached tokens are counted within the input; ours are apart.
fn apart(input: u64, written: u64, cached: u64, output: u64) -> Usage {
    Usage {
        input_tokens: input.saturating_sub(written).saturating_sub(cached),
        output_tokens: output,
        cache_write_tokens: written,
        cache_read_tokens: cached,
    }
}

fn refusal(status: u16, body: &str, retry_after_ms: Option<u64>) -> CallError {
    let complaint = match serde_json::from_str::<ErrorEnvelope>(body) {
        Ok(ErrorEnvelope { error }) => Complaint {
            kind: error.word().to_owned(),
            message: http::cut(&error.message),
            retry_after_ms,
        },
        Err(_) => Complaint { message: http::cut(body), retry_after_ms, ..Complaint::default() },
    };
    classify(status, complaint)
}

/// An error without a status of its own: in a stream, or under a 200.
fn failure(error: &wire::ErrorBody) -> CallError {
    let status = match error.word() {
        "rate_limit_exceeded" | "insufficient_quota" | "requests" | "tokens" => 429,
        "invalid_api_key" | "authentication_error" => 401,
        "context_length_exceeded" | "invalid_request_error" => 400,
        "model_not_found" => 404,
        _ => 500,
    };
    let (kind, message) = (error.word().to_owned(), http::cut(&error.message));
    classify(status, Complaint { kind, message, retry_after_ms: None })
}
