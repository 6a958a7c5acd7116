//! `POST /v1/messages`: from a request to an answer, an error or a dropped connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures::{StreamExt, stream};
use gloss_llm::anthropic::wire::{PATH, StreamEvent, Usage};
use tokio::time::Instant;

use crate::ask::Ask;
use crate::choice::Hit;
use crate::faults::FaultKind;
use crate::gate::{self, BODY_BYTES_MAX, Rejection};
use crate::prompt::Prompt;
use crate::reply::compose;
use crate::state::{Call, State};
use crate::stream::{Envelope, encode, events, message};
use crate::{admin, calendar};

/// A call that hangs is given up after this long.
const HANG_MAX: Duration = Duration::from_secs(10 * 60);
/// Lets the first bytes leave before the connection drops behind them.
const FLUSH_DELAY: Duration = Duration::from_millis(20);
/// Limits in the headers: high enough that no client slows down because of them.
const REQUESTS_PER_MINUTE: u64 = 50_000;
const TOKENS_PER_MINUTE: u64 = 50_000_000;

pub(crate) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route(PATH, post(messages))
        .route("/health", get(async || "ok\n"))
        .merge(admin::routes())
        .fallback(async |uri: Uri| {
            Rejection::new(StatusCode::NOT_FOUND, format!("Not found: {}", uri.path()))
                .into_response("req_none")
        })
        .with_state(state)
}

/// What of a request is needed while it waits: the fields and blocks, not the prompt.
struct Job {
    model: String,
    max_tokens: u32,
    stream: bool,
    ask: Ask,
    prompt: Prompt,
}

async fn messages(
    extract::State(state): extract::State<Arc<State>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let call = Call::arrive(state);
    let (state, request_id, n_in_flight) =
        (call.state.clone(), call.request_id(), call.n_in_flight);
    let mut response = match respond(call, &headers, body).await {
        Ok(response) => response,
        Err(rejection) => {
            state.refuse();
            if state.log {
                let status = rejection.status.as_u16();
                tracing::info!(request_id, status, "refused a call: {}", rejection.message);
            }
            rejection.into_response(&request_id)
        }
    };
    let limited = response.status() == StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().extend(account_headers(&request_id, n_in_flight, limited));
    response
}

async fn respond(call: Call, headers: &HeaderMap, body: Body) -> Result<Response, Rejection> {
    let api_key = gate::api_key(headers)?;
    let job = read(&api_key, headers, body).await?;
    let plan = call.state.plan(&job.ask, &job.prompt, Instant::now());
    tokio::time::sleep(plan.delay).await;
    if let Some(hit) = plan.choice.end() {
        return end(call, hit).await;
    }
    let reply = compose(&job.ask, &plan.choice, job.max_tokens);
    let usage = Usage { output_tokens: reply.output_tokens, ..plan.usage };
    call.state.answer(&job.prompt, usage, Instant::now());
    if call.state.log {
        tracing::info!(
            request_id = call.request_id(),
            llm.model = job.model,
            input_tokens = usage.input_tokens,
            output_tokens = usage.output_tokens,
            cache_write_tokens = usage.cache_creation_input_tokens,
            cache_read_tokens = usage.cache_read_input_tokens,
            "answered {} blocks, stop reason {}",
            job.ask.blocks.len(),
            reply.stop_reason
        );
    }
    let envelope = Envelope { number: call.number, model: job.model, usage: plan.usage };
    if job.stream {
        Ok(streamed(call, events(&envelope, reply)))
    } else {
        Ok(axum::Json(message(&envelope, reply)).into_response())
    }
}

async fn read(api_key: &str, headers: &HeaderMap, body: Body) -> Result<Job, Rejection> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse().ok());
    if announced.is_some_and(|n: usize| n > BODY_BYTES_MAX) {
        return Err(Rejection::too_large());
    }
    let bytes = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| Rejection::too_large())?;
    let request = gate::request(&bytes)?;
    Ok(Job {
        ask: Ask::read(&request),
        prompt: Prompt::read(&request, api_key),
        max_tokens: request.max_tokens,
        stream: request.stream,
        model: request.model,
    })
}

/// The call keeps counting as in flight until its last event has left.
fn streamed(call: Call, events: impl Iterator<Item = StreamEvent> + Send + 'static) -> Response {
    let chunks = events.map(move |event| {
        let _in_flight = &call;
        Ok::<_, io::Error>(Bytes::from(encode(&event)))
    });
    event_stream(Body::from_stream(stream::iter(chunks)))
}

fn event_stream(body: Body) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")];
    (headers, body).into_response()
}

/// A fault instead of an answer.
async fn end(call: Call, hit: &Hit) -> Result<Response, Rejection> {
    if let Some(rejection) = Rejection::of_fault(hit.rule.kind, hit.rule.retry_after) {
        return Err(rejection);
    }
    if call.state.log {
        tracing::info!(request_id = call.request_id(), "dropping a call: {}", hit.rule.kind);
    }
    if hit.rule.kind == FaultKind::Hang {
        tokio::time::sleep(HANG_MAX).await;
    } else if hit.hash & 1 == 1 {
        let first = stream::iter([Ok(Bytes::from_static(b"event: message_start\ndata: {\"ty"))]);
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

fn account_headers(
    request_id: &str,
    n_in_flight: u64,
    limited: bool,
) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    // As if every bucket were full again as soon as a call is over.
    let left = |limit: u64, used: u64| if limited { 0 } else { limit.saturating_sub(used) };
    let tokens_left = left(TOKENS_PER_MINUTE, 0);
    let reset = calendar::rfc3339(calendar::now_secs() + u64::from(limited));
    let limits = [
        ("requests", REQUESTS_PER_MINUTE, left(REQUESTS_PER_MINUTE, n_in_flight)),
        ("tokens", TOKENS_PER_MINUTE, tokens_left),
        ("input-tokens", TOKENS_PER_MINUTE, tokens_left),
        ("output-tokens", TOKENS_PER_MINUTE, tokens_left),
    ];
    let mut headers = vec![("request-id".to_owned(), request_id.to_owned())];
    for (what, limit, remaining) in limits {
        let name = |end| format!("anthropic-ratelimit-{what}-{end}");
        headers.push((name("limit"), limit.to_string()));
        headers.push((name("remaining"), remaining.to_string()));
        headers.push((name("reset"), reset.clone()));
    }
    let header = |(name, value)| {
        Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
    };
    headers.into_iter().filter_map(header)
}

#[cfg(test)]
mod tests;
