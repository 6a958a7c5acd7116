//! The request headers that make changes safe to repeat: `If-Match` and `Idempotency-Key`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};

use crate::problem::Problem;

/// Characters of an idempotency key.
const KEY_CHARS_MAX: usize = 255;
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Which revision of a block the client has seen: `If-Match: "3"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfMatch {
    Absent,
    /// `*`: whatever is there.
    Any,
    Revision(u32),
}

impl IfMatch {
    pub(crate) const fn revision(self) -> Option<u32> {
        match self {
            Self::Revision(revision) => Some(revision),
            Self::Absent | Self::Any => None,
        }
    }

    /// For changes that write over what somebody else may have written.
    pub(crate) fn required(self) -> Result<Option<u32>, Problem> {
        if self != Self::Absent {
            return Ok(self.revision());
        }
        let detail = "this change needs an If-Match header with the revision it is based on";
        Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "precondition_required", detail)
            .hint("send If-Match: \"REVISION\", with the `revision` of the block as you read it"))
    }
}

/// The value for the `ETag` of a block: strong, because every change raises the revision.
pub(crate) fn etag(revision: u32) -> String {
    format!("\"{revision}\"")
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(text) = single(&parts.headers, &header::IF_MATCH)? else {
            return Ok(Self::Absent);
        };
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        let quoted = text.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        quoted.and_then(|number| number.parse().ok()).map(Self::Revision).ok_or_else(|| {
            Problem::invalid("invalid_if_match", format!("If-Match is {text}, not one revision"))
                .hint("send one revision in quotes, such as If-Match: \"3\"")
        })
    }
}

/// A key with which a request can be sent again safely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdempotencyKey(pub(crate) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(key) = single(&parts.headers, &IDEMPOTENCY_KEY)? else { return Ok(Self(None)) };
        let fits = (1..=KEY_CHARS_MAX).contains(&key.len());
        if !fits || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let detail = format!("Idempotency-Key is not 1 to {KEY_CHARS_MAX} visible characters");
            return Err(Problem::invalid("invalid_idempotency_key", detail)
                .hint("a random UUID is a good key"));
        }
        Ok(Self(Some(key.to_owned())))
    }
}

/// A header that may be there once. Of two values, taking one would be a guess.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) if value.to_str().is_ok() => Ok(value.to_str().ok()),
        _ => {
            let detail = format!("the header {name} is given twice or is not plain ASCII");
            Err(Problem::invalid("invalid_header", detail))
        }
    }
}
