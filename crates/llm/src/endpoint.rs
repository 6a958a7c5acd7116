//! One address that answers for a provider: sends a request, reads the reply as it arrives.

use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use crate::anthropic::Anthropic;
use crate::events::Events;
use crate::google::Google;
use crate::http::{self, BODY_BYTES_MAX};
use crate::limits;
use crate::models::ProviderName;
use crate::openai::{Chat, Responses};
use crate::provider::{ApiKey, Begun, CallError, Provider};
use crate::request::{Reply, Request};
use crate::wire::{Draft, Wire};

#[derive(Debug)]
pub struct Endpoint {
    provider: ProviderName,
    wire: Box<dyn Wire>,
    client: reqwest::Client,
    base_url: String,
    key: ApiKey,
    timeout: Duration,
}

impl Endpoint {
    /// `base_url` is what the provider's own clients take under that name. `timeout` bounds a
    /// whole call, reading included.
    pub fn new(provider: ProviderName, base_url: &str, key: ApiKey, timeout: Duration) -> Self {
        Self {
            provider,
            wire: wire(provider),
            client: http::client(timeout),
            base_url: base_url.trim_end_matches('/').to_owned(),
            key,
            timeout,
        }
    }

    async fn send(&self, request: Request, mut begun: Begun) -> Result<Reply, CallError> {
        let body = self.wire.body(&request).map_err(|error| CallError::Rejected {
            status: 0,
            message: format!("the request cannot be written: {error}"),
        })?;
        let post = self.client.post(self.wire.url(&self.base_url, &request.model));
        let post = self.wire.authorize(post, &self.key);
        let post = post.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let sent = post.body(body).send().await;
        let response = sent.map_err(|error| self.transport(&error))?;
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        self.read(response, &mut begun).await
    }

    async fn read(&self, response: Response, begun: &mut Begun) -> Result<Reply, CallError> {
        let request_id = header(&response, self.wire.request_id_header());
        let streamed = header(&response, CONTENT_TYPE.as_str())
            .is_some_and(|kind| kind.starts_with("text/event-stream"));
        let limits = limits::read(response.headers());
        let mut draft = Draft { limits, ..Draft::default() };
        let mut events = Events::default();
        let mut bytes = response.bytes_stream();
        let mut received = 0;
        while let Some(chunk) = bytes.next().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(error) => return draft.broken(self.transport(&error), request_id),
            };
            received += chunk.len();
            if received > BODY_BYTES_MAX {
                let message = format!("longer than {BODY_BYTES_MAX} bytes");
                return Err(CallError::Unreadable { message });
            }
            events.feed(&chunk);
            if streamed && let Err(error) = self.events(&mut events, &mut draft) {
                return draft.broken(error, request_id);
            }
            if draft.answering {
                begun.tell();
            }
        }
        if !streamed {
            self.wire.whole(events.rest(), &mut draft)?;
            return draft.finish(request_id);
        }
        // The last line may have no end.
        events.feed(b"\n");
        match self.events(&mut events, &mut draft) {
            Ok(()) if draft.stop.is_some() || !draft.begun => draft.finish(request_id),
            Ok(()) => {
                let message = "the answer broke off".to_owned();
                draft.broken(CallError::Connection { message }, request_id)
            }
            Err(error) => draft.broken(error, request_id),
        }
    }

    fn events(&self, events: &mut Events, draft: &mut Draft) -> Result<(), CallError> {
        events.try_for_each(|data| self.wire.event(&data, draft))
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
        self.wire.refusal(status, &String::from_utf8_lossy(&body), retry_after_ms)
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

fn wire(provider: ProviderName) -> Box<dyn Wire> {
    match provider {
        ProviderName::Anthropic => Box::new(Anthropic),
        ProviderName::OpenAi => Box::new(Responses),
        ProviderName::OpenAiChat => Box::new(Chat::OpenAi),
        ProviderName::Google => Box::new(Google),
        ProviderName::Custom => Box::new(Chat::Custom),
    }
}

impl Provider for Endpoint {
    fn name(&self) -> &'static str {
        self.provider.as_str()
    }

    fn account(&self) -> String {
        format!("{} {}", self.base_url, self.key.fingerprint())
    }

    fn key_id(&self) -> String {
        if self.key.is_empty() { String::new() } else { self.key.fingerprint() }
    }

    fn ask(&self, request: Request, begun: Begun) -> BoxFuture<'_, Result<Reply, CallError>> {
        Box::pin(self.send(request, begun))
    }
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}
