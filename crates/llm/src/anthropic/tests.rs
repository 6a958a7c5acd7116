//! Every status and kind of error, and what it means.

use super::Anthropic;
use crate::wire::Wire;

#[track_caller]
fn check(status: u16, kind: &str, message: &str, expect: &str) {
    let body = serde_json::json!({
        "type": "error", "error": { "type": kind, "message": message },
    });
    assert_eq!(
        Anthropic.refusal(status, &body.to_string(), None).code(),
        expect,
        "{status} {message}"
    );
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
    assert_eq!(Anthropic.refusal(502, "<html>bad gateway</html>", Some(1)).code(), "unavailable");
}
