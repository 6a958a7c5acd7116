//! Reading requests: axum's extractors, with problems as their refusals and limits on bodies.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{self, FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use gloss_app::ops::PageRequest;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;

use crate::documents::FILE_BYTES_MAX;
use crate::problem::Problem;

/// Bodies of JSON are not read beyond this; a schema of the largest size fits, wrapped or escaped.
pub(crate) const JSON_BYTES_MAX: usize = 2 << 20;
/// A body that has not arrived by then is given up.
pub(crate) const BODY_READ_MAX: Duration = Duration::from_secs(60);

/// A body as it came.
pub(crate) struct Raw(pub(crate) Bytes);

/// A body of JSON, whatever its content type says.
pub(crate) struct Json<T>(pub(crate) T);

/// The part of the URL after `?`.
pub(crate) struct Query<T>(pub(crate) T);

/// The names in the URL's path.
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = tokio::time::timeout(BODY_READ_MAX, Bytes::from_request(request, state));
        let body = body.await.map_err(|_| {
            let detail = format!("the body did not arrive within {} s", BODY_READ_MAX.as_secs());
            Problem::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", detail)
        })?;
        body.map(Self).map_err(|rejection| unreadable(&rejection))
    }
}

fn unreadable(rejection: &BytesRejection) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "the body is larger than this route takes",
        )
        .hint(format!(
            "a file may have {} MiB, JSON {} MiB",
            FILE_BYTES_MAX >> 20,
            JSON_BYTES_MAX >> 20
        )),
        _ => Problem::invalid("unreadable_body", rejection.body_text()),
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Raw(bytes) = Raw::from_request(request, state).await?;
        parse(&bytes).map(Self)
    }
}

/// The parser's own message ends with line and column.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let code = if error.is_data() { "invalid_body" } else { "invalid_json" };
        Problem::invalid(code, format!("the body cannot be read: {error}"))
            .hint("GET /v1/openapi.json says what this route takes")
    })
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = extract::Query::from_request_parts(parts, state).await;
        read.map(|extract::Query(query)| Self(query)).map_err(|rejection| {
            Problem::invalid("invalid_query", without_prefix("query", &rejection.body_text()))
                .hint("GET /v1/openapi.json says what this route takes")
        })
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = extract::Path::from_request_parts(parts, state).await;
        read.map(|extract::Path(path)| Self(path)).map_err(|rejection| {
            Problem::invalid("invalid_path", without_prefix("path", &rejection.body_text()))
        })
    }
}

/// axum begins with what it did; people want to know what is wrong.
fn without_prefix(what: &str, text: &str) -> String {
    let prefixes = ["Failed to deserialize query string: ", "Invalid URL: "];
    let reason = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    format!("the {what} cannot be read: {reason}")
}

/// Which part of a listing to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Items at most.
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// The same with a filter.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatusPageQuery {
    /// Only items in this state.
    pub(crate) status: Option<String>,
    /// Items at most.
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// The same of one project.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProjectPageQuery {
    /// Only items of this project, by id or name.
    pub(crate) project: Option<String>,
    /// Items at most.
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// How far a delete goes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CascadeQuery {
    /// Delete what is under it too: documents, runs, answers, confirmed ones as well.
    #[serde(default, deserialize_with = "flag")]
    pub(crate) cascade: bool,
}

impl ProjectPageQuery {
    pub(crate) fn page(self) -> PageRequest {
        page(self.limit, self.after)
    }
}

impl PageQuery {
    pub(crate) fn page(self) -> PageRequest {
        page(self.limit, self.after)
    }
}

impl StatusPageQuery {
    pub(crate) fn page(self) -> PageRequest {
        page(self.limit, self.after)
    }
}

fn page(limit: Option<u32>, after: Option<String>) -> PageRequest {
    PageRequest { limit: limit.unwrap_or(PageRequest::LIMIT_DEFAULT), after }
}

/// `?flag`, `?flag=true` or `?flag=false`.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "" | "true" => Ok(true),
        "false" => Ok(false),
        other => Err(serde::de::Error::custom(format!("`{other}` is neither true nor false"))),
    }
}
