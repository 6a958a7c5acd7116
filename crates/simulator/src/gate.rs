//! What is checked before a model is asked, and why a call may get no answer.

use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::faults::{FaultKind, RetryAfter};

/// Larger requests are refused unread.
pub(crate) const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Longer prompts are refused, whatever the model.
pub(crate) const PROMPT_TOKENS_MAX: u64 = 1_000_000;

/// Why a call gets no answer, before a provider puts it in words of its own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Why {
    NoKey,
    BadKey,
    NoCredit,
    /// Something about the payment, other than an empty account.
    Billing,
    /// The request cannot be read, or asks for what cannot be.
    Invalid(String),
    NoModel(String),
    NoPath(String),
    /// The prompt has this many tokens.
    TooLong(u64),
    TooLarge,
    RateLimited,
    Failed,
    Overloaded,
}

impl Why {
    /// What a fault stands for, when it is an error.
    fn of_fault(kind: FaultKind) -> Option<Self> {
        Some(match kind {
            FaultKind::BadRequest => {
                Self::Invalid("messages: the request was refused on purpose".to_owned())
            }
            FaultKind::Unauthorized => Self::BadKey,
            FaultKind::Billing => Self::Billing,
            FaultKind::NotFound => Self::NoModel("not found on purpose".to_owned()),
            FaultKind::RateLimited => Self::RateLimited,
            FaultKind::ServerError | FaultKind::ErrorBody => Self::Failed,
            FaultKind::Overloaded => Self::Overloaded,
            _ => return None,
        })
    }
}

/// An error on its way to the client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rejection {
    pub(crate) why: Why,
    pub(crate) retry_after: Option<RetryAfter>,
    /// Sent as if all were well, with status 200.
    pub(crate) disguised: bool,
}

impl From<Why> for Rejection {
    fn from(why: Why) -> Self {
        Self { why, retry_after: None, disguised: false }
    }
}

impl Rejection {
    /// The error a fault stands for, when it is one.
    pub(crate) fn of_fault(kind: FaultKind, retry_after: Option<RetryAfter>) -> Option<Self> {
        let disguised = kind == FaultKind::ErrorBody;
        Why::of_fault(kind).map(|why| Self { why, retry_after, disguised })
    }
}

pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

pub(crate) fn bearer(head: &Parts) -> Option<&str> {
    header(&head.headers, "authorization")?.strip_prefix("Bearer ").map(str::trim)
}

/// Any key is good but these two.
pub(crate) fn judge(key: &str) -> Result<String, Why> {
    match key {
        "invalid" => Err(Why::BadKey),
        "no-credit" => Err(Why::NoCredit),
        _ => Ok(key.to_owned()),
    }
}

/// The request, also where it uses the shorter spellings that a wire allows: `spelled_out` turns
/// these into the ones that the wire module's types want.
pub(crate) fn request<T: DeserializeOwned>(
    body: &[u8],
    spelled_out: impl FnOnce(&mut Value),
) -> Result<T, Why> {
    let invalid = |error: serde_json::Error| Why::Invalid(error.to_string());
    // Gloss spells everything out, so the first try is the usual case and the cheap one.
    serde_json::from_slice(body).or_else(|_| {
        let mut written: Value = serde_json::from_slice(body).map_err(invalid)?;
        spelled_out(&mut written);
        serde_json::from_value(written).map_err(invalid)
    })
}
