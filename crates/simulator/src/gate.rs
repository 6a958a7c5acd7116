//! What is checked before a model is asked, and the errors of the wire: status, type, message.

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use gloss_llm::anthropic::wire::{ErrorBody, ErrorEnvelope, MessagesRequest};
use serde_json::{Value, json};

use crate::calendar;
use crate::faults::{FaultKind, RetryAfter};

/// Larger requests are refused unread.
pub(crate) const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// An error as the client gets it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rejection {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    pub(crate) retry_after: Option<RetryAfter>,
}

impl Rejection {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), retry_after: None }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Request exceeds the maximum size")
    }

    /// The error a fault stands for, when it is one.
    pub(crate) fn of_fault(kind: FaultKind, retry_after: Option<RetryAfter>) -> Option<Self> {
        let status = StatusCode::from_u16(kind.status()?).ok()?;
        let message = match kind {
            FaultKind::BadRequest => "messages: the request was refused on purpose",
            FaultKind::Unauthorized => "invalid x-api-key",
            FaultKind::Billing => "There's an issue with your billing or payment information.",
            FaultKind::NotFound => "model: not found on purpose",
            FaultKind::RateLimited => {
                "This request would exceed the rate limit for your organization"
            }
            FaultKind::Overloaded => "Overloaded",
            _ => "Internal server error",
        };
        Some(Self { retry_after, ..Self::new(status, message) })
    }

    fn kind(&self) -> &'static str {
        match self.status.as_u16() {
            401 => "authentication_error",
            402 => "billing_error",
            404 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            500 => "api_error",
            529 => "overloaded_error",
            _ => "invalid_request_error",
        }
    }

    pub(crate) fn into_response(self, request_id: &str) -> Response {
        let envelope = ErrorEnvelope {
            kind: "error".to_owned(),
            error: ErrorBody { kind: self.kind().to_owned(), message: self.message },
            request_id: Some(request_id.to_owned()),
        };
        let mut response = (self.status, Json(envelope)).into_response();
        if let Some((name, value)) = self.retry_after.and_then(retry_header) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

fn retry_header(when: RetryAfter) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = match when {
        RetryAfter::Seconds(n) => ("retry-after", n.to_string()),
        RetryAfter::Millis(n) => ("retry-after-ms", n.to_string()),
        RetryAfter::Date(n) => ("retry-after", calendar::http_date(calendar::now_secs() + n)),
    };
    Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?))
}

/// The caller's key, when the headers are in order.
pub(crate) fn api_key(headers: &HeaderMap) -> Result<String, Rejection> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = || header("authorization")?.strip_prefix("Bearer ");
    let key = header("x-api-key").or_else(bearer).map_or("", str::trim);
    let unauthorized = |message| Err(Rejection::new(StatusCode::UNAUTHORIZED, message));
    match key {
        "" => return unauthorized("x-api-key header is required"),
        "invalid" => return unauthorized("invalid x-api-key"),
        _ => {}
    }
    if header("anthropic-version").is_none() {
        return Err(Rejection::bad_request("anthropic-version: header is required"));
    }
    if key == "no-credit" {
        return Err(Rejection::bad_request(
            "Your credit balance is too low to access the Anthropic API. \
             Please go to Plans & Billing to upgrade or purchase credits.",
        ));
    }
    Ok(key.to_owned())
}

/// The request, also where it uses the shorter spellings that the wire allows.
pub(crate) fn request(body: &[u8]) -> Result<MessagesRequest, Rejection> {
    let invalid = |error: serde_json::Error| Rejection::bad_request(error.to_string());
    // Gloss spells everything out, so the first try is the usual case and the cheap one.
    let request = match serde_json::from_slice::<MessagesRequest>(body) {
        Ok(request) => request,
        Err(_) => {
            let written: Value = serde_json::from_slice(body).map_err(invalid)?;
            serde_json::from_value(spelled_out(written)).map_err(invalid)?
        }
    };
    if !request.model.starts_with("claude") {
        let message = format!("model: {}", request.model);
        return Err(Rejection::new(StatusCode::NOT_FOUND, message));
    }
    if !request.messages.iter().any(|message| message.role == "user") {
        return Err(Rejection::bad_request("messages: at least one user message is required"));
    }
    Ok(request)
}

/// Fills in absent tools and turns texts into parts, and parts into texts, where the types of
/// the wire module want the other.
fn spelled_out(mut request: Value) -> Value {
    let Some(fields) = request.as_object_mut() else { return request };
    fields.entry("tools").or_insert(json!([]));
    fields.entry("tool_choice").or_insert(json!({ "type": "auto" }));
    let system = fields.entry("system").or_insert(json!([]));
    if let Some(text) = system.as_str() {
        *system = json!([{ "type": "text", "text": text }]);
    }
    for tool in fields.get_mut("tools").and_then(Value::as_array_mut).into_iter().flatten() {
        tool.as_object_mut().map(|tool| tool.entry("description").or_insert(json!("")));
    }
    for message in fields.get_mut("messages").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(content) = message.get_mut("content") else { continue };
        if let Some(parts) = content.as_array() {
            let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
            *content = Value::String(texts.collect::<Vec<_>>().join("\n"));
        }
    }
    request
}
