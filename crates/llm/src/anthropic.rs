//! The Anthropic Messages API, and every endpoint that speaks the same.

use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;

use crate::http::{self, BODY_BYTES_MAX};
use crate::provider::{ApiKey, Begun, CallError, Provider};
use crate::request::{Prefix, Reply, Request};

mod answer;
mod error;
pub mod wire;

use answer::Answer;

pub const DEFAULT_BASE_URL: &str = "https://api.anthropic.com";

#[derive(Debug)]
pub struct Anthropic {
    client: reqwest::Client,
    url: String,
    key: ApiKey,
    timeout: Duration,
}

impl Anthropic {
    /// `base_url` has no path, or a path that `/v1/messages` is appended to.
    pub fn new(base_url: &str, key: ApiKey, timeout: Duration) -> Self {
        Self {
            client: http::client(timeout),
            url: format!("{}{}", base_url.trim_end_matches('/'), wire::PATH),
            key,
            timeout,
        }
    }

    async fn send(&self, request: Request, mut begun: Begun) -> Result<Reply, CallError> {
        let response = self
            .client
            .post(&self.url)
            .header("x-api-key", self.key.expose())
            .header("anthropic-version", wire::VERSION)
            .json(&render(&request))
            .send()
            .await
            .map_err(|error| self.transport(&error))?;
        let request_id = header(&response, "request-id");
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        let streamed = header(&response, CONTENT_TYPE.as_str())
            .is_some_and(|kind| kind.starts_with("text/event-stream"));
        let mut answer = Answer::new(streamed);
        let mut bytes = response.bytes_stream();
        let mut received = 0;
        while let Some(chunk) = bytes.next().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(error) => return answer.broken(self.transport(&error), request_id),
            };
            received += chunk.len();
            if received > BODY_BYTES_MAX {
                let message = format!("longer than {BODY_BYTES_MAX} bytes");
                return Err(CallError::Unreadable { message });
            }
            answer.feed(&chunk)?;
            if answer.has_begun() {
                begun.tell();
            }
        }
        answer.finish(request_id)
    }

    async fn refusal(&self, response: Response) -> CallError {
        let status = response.status().as_u16();
        let retry_after_ms = http::retry_after_ms(response.headers());
        let mut body = Vec::new();
        let mut bytes = response.bytes_stream();
        while let Some(Ok(chunk)) = bytes.next().await {
            body.extend_from_slice(&chunk);
            if body.len() > BODY_BYTES_MAX {
                break;
            }
        }
        error::classify(status, &String::from_utf8_lossy(&body), retry_after_ms)
    }

    fn transport(&self, error: &reqwest::Error) -> CallError {
        if error.is_timeout() {
            return CallError::Timeout { seconds: self.timeout.as_secs() };
        }
        // The innermost cause says what happened; the outer ones repeat the URL.
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        CallError::Connection { message: http::cut(&cause.to_string()) }
    }
}

impl Provider for Anthropic {
    fn name(&self) -> &'static str {
        "anthropic"
    }

    fn account(&self) -> String {
        format!("{} {}", self.url, self.key.fingerprint())
    }

    fn ask(&self, request: Request, begun: Begun) -> BoxFuture<'_, Result<Reply, CallError>> {
        Box::pin(self.send(request, begun))
    }
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// Streaming, because a cut tool input arrives as text that can be salvaged.
fn render(request: &Request) -> wire::MessagesRequest {
    let cache_control = request.cache.map(|ttl| wire::CacheControl {
        kind: "ephemeral".to_owned(),
        ttl: Some(ttl.as_str().to_owned()),
    });
    wire::MessagesRequest {
        model: request.model.clone(),
        max_tokens: request.max_tokens,
        temperature: request.temperature,
        tools: vec![wire::Tool {
            name: Prefix::TOOL_NAME.to_owned(),
            description: Prefix::TOOL_DESCRIPTION.to_owned(),
            input_schema: request.prefix.tool_schema.clone(),
        }],
        tool_choice: wire::ToolChoice::Tool { name: Prefix::TOOL_NAME.to_owned() },
        system: vec![wire::TextPart {
            kind: "text".to_owned(),
            text: request.prefix.system.clone(),
            cache_control,
        }],
        messages: vec![wire::Message {
            role: "user".to_owned(),
            content: request.user_text.clone(),
        }],
        stream: true,
    }
}
