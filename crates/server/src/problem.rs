//! Everything that goes wrong, as `application/problem+json` (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gloss_app::ErrorKind;
use serde::Serialize;
use utoipa::ToSchema;

/// What failed, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`; `code` tells problems apart.
    #[serde(rename = "type")]
    type_uri: &'static str,
    /// The words of the HTTP status.
    title: &'static str,
    status: u16,
    /// For people.
    detail: String,
    /// Stable, for programs: `run_not_found`.
    code: &'static str,
    /// What to do about it.
    hint: Option<String>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            type_uri: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            code,
            hint: None,
        }
    }

    pub(crate) fn invalid(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<gloss_app::Error> for Problem {
    fn from(error: gloss_app::Error) -> Self {
        if error.kind == ErrorKind::Internal {
            let cause = error.source.as_deref().map(tracing::field::display);
            tracing::error!(code = error.code, cause, "{error}");
        }
        let status = StatusCode::from_u16(error.kind.http_status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { hint: error.hint, ..Self::new(status, error.code, error.message) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status);
        let media = HeaderValue::from_static("application/problem+json");
        let mut response = axum::Json(self).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, media);
        *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response
    }
}
