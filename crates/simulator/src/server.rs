//! From a request to an answer, an error or a dropped connection, in whichever dialect it came.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::extract::State as Shared;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use futures::{StreamExt, stream};
use gloss_llm::{Usage, anthropic, openai};
use tokio::time::Instant;

use crate::choice::Hit;
use crate::dialect::{
    Account, Anthropic, Asked, Chat, Dialect, Envelope, Frames, Google, Responses,
};
use crate::faults::{FaultKind, RetryAfter};
use crate::gate::{BODY_BYTES_MAX, PROMPT_TOKENS_MAX, Rejection, Why};
use crate::reply::{Reply, compose};
use crate::state::{Call, State};
use crate::{admin, calendar};

/// A call that hangs is given up after this long.
const HANG_MAX: Duration = Duration::from_secs(10 * 60);
/// Lets the first bytes leave before the connection drops behind them.
const FLUSH_DELAY: Duration = Duration::from_millis(20);

pub(crate) fn router(state: Arc<State>) -> Router {
    let v1 = |path: &str| format!("/v1{path}");
    Router::new()
        .route(anthropic::wire::PATH, calls(&Anthropic))
        .route(&v1(openai::wire::responses::PATH), calls(&Responses))
        .route(&v1(openai::wire::chat::PATH), calls(&Chat))
        .route("/v1beta/models/{call}", calls(&Google))
        .route(&v1("/models/{call}"), calls(&Google))
        .route("/health", get(async || "ok\n"))
        .merge(admin::routes())
        .fallback(async |uri: Uri| {
            let why = Why::NoPath(uri.path().to_owned());
            refusal(&Anthropic, &why.into(), "req_none")
        })
        .with_state(state)
}

fn calls(dialect: &'static dyn Dialect) -> MethodRouter<Arc<State>> {
    post(move |Shared(state): Shared<Arc<State>>, request: Request| call(dialect, state, request))
}

async fn call(dialect: &'static dyn Dialect, state: Arc<State>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let call = Call::arrive(state);
    let (state, request_id, n_in_flight) =
        (call.state.clone(), call.request_id(), call.n_in_flight);
    let mut response = match respond(dialect, call, &head, body).await {
        Ok(response) => response,
        Err(rejection) => {
            state.refuse();
            let response = refusal(dialect, &rejection, &request_id);
            if state.log {
                let status = response.status().as_u16();
                tracing::info!(request_id, status, "refused a call: {:?}", rejection.why);
            }
            response
        }
    };
    let limited = response.status() == StatusCode::TOO_MANY_REQUESTS;
    let account = Account { n_in_flight, limited, now_secs: calendar::now_secs() };
    let headers = response.headers_mut();
    add_header(headers, dialect.request_id_header(), &request_id);
    for (name, value) in dialect.account_headers(account) {
        add_header(headers, &name, &value);
    }
    response
}

async fn respond(
    dialect: &'static dyn Dialect,
    call: Call,
    head: &Parts,
    body: Body,
) -> Result<Response, Rejection> {
    let api_key = dialect.api_key(head)?;
    let asked = dialect.read(head, &read(&head.headers, body).await?, &api_key)?;
    let prompt_tokens = asked.prompt.total_tokens();
    if prompt_tokens > PROMPT_TOKENS_MAX {
        return Err(Why::TooLong(prompt_tokens).into());
    }
    let plan = call.state.plan(&asked.ask, &asked.prompt, Instant::now());
    tokio::time::sleep(plan.delay).await;
    if let Some(hit) = plan.choice.end() {
        return end(dialect, call, hit).await;
    }
    let reply = compose(&asked.ask, &plan.choice, asked.max_tokens);
    let usage = Usage { output_tokens: reply.output_tokens, ..plan.usage };
    call.state.answer(&asked.prompt, usage, Instant::now());
    log(&call, &asked, &reply, usage);
    let envelope = Envelope {
        number: call.number,
        created_secs: calendar::now_secs(),
        model: asked.model,
        usage,
        usage_in_stream: asked.usage_in_stream,
    };
    if asked.stream {
        Ok(streamed(call, dialect.frames(envelope, reply)))
    } else {
        let headers = [(header::CONTENT_TYPE, "application/json")];
        Ok((headers, dialect.whole(envelope, reply)).into_response())
    }
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Why> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse().ok());
    if announced.is_some_and(|n: usize| n > BODY_BYTES_MAX) {
        return Err(Why::TooLarge);
    }
    to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| Why::TooLarge)
}

fn log(call: &Call, asked: &Asked, reply: &Reply, usage: Usage) {
    if call.state.log {
        tracing::info!(
            request_id = call.request_id(),
            llm.model = asked.model,
            input_tokens = usage.input_tokens,
            output_tokens = usage.output_tokens,
            cache_write_tokens = usage.cache_write_tokens,
            cache_read_tokens = usage.cache_read_tokens,
            "answered {} blocks, {:?}",
            asked.ask.blocks.len(),
            reply.stop
        );
    }
}

/// The call keeps counting as in flight until its last frame has left.
fn streamed(call: Call, frames: Frames) -> Response {
    let chunks = frames.map(move |frame| {
        let _in_flight = &call;
        Ok::<_, io::Error>(Bytes::from(frame))
    });
    event_stream(Body::from_stream(stream::iter(chunks)))
}

fn event_stream(body: Body) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")];
    (headers, body).into_response()
}

/// A fault instead of an answer.
async fn end(dialect: &'static dyn Dialect, call: Call, hit: &Hit) -> Result<Response, Rejection> {
    if let Some(rejection) = Rejection::of_fault(hit.rule.kind, hit.rule.retry_after) {
        return Err(rejection);
    }
    if call.state.log {
        tracing::info!(request_id = call.request_id(), "dropping a call: {}", hit.rule.kind);
    }
    if hit.rule.kind == FaultKind::Hang {
        tokio::time::sleep(HANG_MAX).await;
    } else if hit.hash & 1 == 1 {
        let first = stream::iter([Ok(Bytes::from_static(dialect.beginning().as_bytes()))]);
        let then = stream::once(async {
            tokio::time::sleep(FLUSH_DELAY).await;
            drop(call);
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        });
        return Ok(event_stream(Body::from_stream(first.chain(then))));
    }
    // Unwinding ends the connection's task, which closes the socket without a byte of response;
    // a handler has no other way to. No panic message is printed.
    drop(call);
    std::panic::resume_unwind(Box::new("connection dropped on purpose"))
}

pub(crate) fn refusal(dialect: &dyn Dialect, rejection: &Rejection, request_id: &str) -> Response {
    let (status, error) = dialect.error(&rejection.why, rejection.retry_after, request_id);
    let status = if rejection.disguised { 200 } else { status };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(error)).into_response();
    if let Some(when) = rejection.retry_after.filter(|_| dialect.retries_by_header()) {
        let (name, value) = match when {
            RetryAfter::Seconds(n) => ("retry-after", n.to_string()),
            RetryAfter::Millis(n) => ("retry-after-ms", n.to_string()),
            RetryAfter::Date(n) => ("retry-after", calendar::http_date(calendar::now_secs() + n)),
        };
        add_header(response.headers_mut(), name, &value);
    }
    response
}

/// Names and values are our own; one that is no header is left out.
fn add_header(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests;
