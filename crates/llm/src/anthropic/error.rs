//! What an error status means. Total: every status and body is exactly one [`CallError`].

use super::wire::{ErrorBody, ErrorEnvelope};
use crate::http;
use crate::provider::CallError;

const CREDIT_WORDS: &[&str] = &["credit balance", "insufficient credit", "billing"];
const LENGTH_WORDS: &[&str] = &[
    "prompt is too long",
    "too many tokens",
    "context length",
    "context window",
    "input length",
    "maximum context",
];

pub(super) fn classify(status: u16, body: &str, retry_after_ms: Option<u64>) -> CallError {
    let (kind, message) = match serde_json::from_str::<ErrorEnvelope>(body) {
        Ok(envelope) => (envelope.error.kind, http::cut(&envelope.error.message)),
        Err(_) => (String::new(), http::cut(body)),
    };
    of_parts(status, &kind, message, retry_after_ms)
}

/// An error event inside a stream has a kind but no status of its own.
pub(super) fn in_stream(error: &ErrorBody) -> CallError {
    let status = match error.kind.as_str() {
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" => 404,
        "request_too_large" => 413,
        "rate_limit_error" => 429,
        "overloaded_error" => 529,
        _ => 500,
    };
    of_parts(status, &error.kind, http::cut(&error.message), None)
}

fn of_parts(status: u16, kind: &str, message: String, retry_after_ms: Option<u64>) -> CallError {
    let lower = message.to_lowercase();
    let speaks_of = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    match status {
        402 => CallError::NoCredit { message },
        400 | 403 if kind == "billing_error" || speaks_of(CREDIT_WORDS) => {
            CallError::NoCredit { message }
        }
        401 | 403 => CallError::InvalidKey { message },
        413 => CallError::PromptTooLong { message },
        400 if speaks_of(LENGTH_WORDS) => CallError::PromptTooLong { message },
        429 => CallError::RateLimited { message, retry_after_ms },
        408 | 409 | 500.. => CallError::Unavailable { status, message, retry_after_ms },
        _ => CallError::Rejected { status, message },
    }
}

#[cfg(test)]
mod tests {
    use super::classify;

    #[track_caller]
    fn check(status: u16, kind: &str, message: &str, expect: &str) {
        let body = serde_json::json!({
            "type": "error", "error": { "type": kind, "message": message },
        });
        assert_eq!(classify(status, &body.to_string(), None).code(), expect, "{status} {message}");
    }

    #[test]
    fn every_status_has_one_class() {
        check(400, "invalid_request_error", "temperature: not supported", "rejected");
        check(400, "invalid_request_error", "Your credit balance is too low", "no_credit");
        check(400, "invalid_request_error", "prompt is too long: 210000 tokens", "prompt_too_long");
        check(401, "authentication_error", "invalid x-api-key", "invalid_key");
        check(402, "billing_error", "", "no_credit");
        check(403, "permission_error", "not allowed", "invalid_key");
        check(403, "billing_error", "spend limit", "no_credit");
        check(404, "not_found_error", "model: claude-nope", "rejected");
        check(408, "", "", "unavailable");
        check(413, "request_too_large", "", "prompt_too_long");
        check(429, "rate_limit_error", "", "rate_limited");
        check(500, "api_error", "", "unavailable");
        check(529, "overloaded_error", "", "unavailable");
        check(302, "", "", "rejected");
        assert_eq!(classify(502, "<html>bad gateway</html>", Some(1)).code(), "unavailable");
    }
}
