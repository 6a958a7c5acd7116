//! The Anthropic Messages API, and every endpoint that speaks the same.

use reqwest::RequestBuilder;

use crate::cost::Usage;
use crate::http;
use crate::provider::{ApiKey, CallError};
use crate::request::{Prefix, Request, StopReason};
use crate::wire::{Complaint, Draft, Wire, classify, unreadable};

#[cfg(test)]
mod tests;
pub mod wire;

use wire::{ContentPart, Delta, MessagesResponse, StreamEvent};

pub const DEFAULT_BASE_URL: &str = "https://api.anthropic.com";

#[derive(Debug)]
pub(crate) struct Anthropic;

impl Wire for Anthropic {
    fn url(&self, base_url: &str, _model: &str) -> String {
        // Other providers' bases end in `/v1`; so may this one.
        format!("{}{}", base_url.strip_suffix("/v1").unwrap_or(base_url), wire::PATH)
    }

    fn authorize(&self, post: RequestBuilder, key: &ApiKey) -> RequestBuilder {
        post.header("x-api-key", key.expose()).header("anthropic-version", wire::VERSION)
    }

    fn body(&self, request: &Request) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&render(request))
    }

    fn request_id_header(&self) -> &'static str {
        "request-id"
    }

    fn event(&self, data: &str, draft: &mut Draft) -> Result<(), CallError> {
        match serde_json::from_str(data).map_err(|error| unreadable(&error))? {
            StreamEvent::MessageStart { message } => read(message, draft),
            StreamEvent::ContentBlockDelta {
                delta: Delta::InputJsonDelta { partial_json },
                ..
            } => draft.text.push_str(&partial_json),
            StreamEvent::MessageDelta { delta, usage } => {
                draft.stop = delta.stop_reason.as_deref().map(stop).or(draft.stop);
                draft.count(neutral(usage));
            }
            // An error inside a stream has a kind but no status of its own.
            StreamEvent::Error { error } => {
                let message = http::cut(&error.message);
                let status = wire::status_of(&error.kind);
                let complaint = Complaint { kind: error.kind, message, retry_after_ms: None };
                return Err(classify(status, complaint));
            }
            _ => {}
        }
        Ok(())
    }

    fn whole(&self, body: &[u8], draft: &mut Draft) -> Result<(), CallError> {
        if let Ok(envelope) = serde_json::from_slice::<wire::ErrorEnvelope>(body) {
            let status = wire::status_of(&envelope.error.kind);
            return Err(self.refusal(status, &String::from_utf8_lossy(body), None));
        }
        read(serde_json::from_slice(body).map_err(|error| unreadable(&error))?, draft);
        Ok(())
    }

    fn refusal(&self, status: u16, body: &str, retry_after_ms: Option<u64>) -> CallError {
        let (kind, message) = match serde_json::from_str::<wire::ErrorEnvelope>(body) {
            Ok(envelope) => (envelope.error.kind, http::cut(&envelope.error.message)),
            Err(_) => (String::new(), http::cut(body)),
        };
        classify(status, Complaint { kind, message, retry_after_ms })
    }
}

fn read(message: MessagesResponse, draft: &mut Draft) {
    draft.begun = true;
    draft.answering = true;
    draft.count(neutral(message.usage));
    draft.stop = message.stop_reason.as_deref().map(stop);
    for part in message.content {
        if let ContentPart::ToolUse { input, .. } = part {
            draft.text.push_str(&input.to_string());
        }
    }
}

fn neutral(usage: wire::Usage) -> Usage {
    Usage {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cache_write_tokens: usage.cache_creation_input_tokens,
        cache_read_tokens: usage.cache_read_input_tokens,
    }
}

fn stop(reason: &str) -> StopReason {
    match reason {
        "end_turn" | "tool_use" | "stop_sequence" => StopReason::Complete,
        "max_tokens" | "model_context_window_exceeded" => StopReason::Truncated,
        "refusal" => StopReason::Refused,
        _ => StopReason::Other,
    }
}

fn render(request: &Request) -> wire::MessagesRequest {
    let cache_control = request.marker.map(|ttl| wire::CacheControl {
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
            input_schema: request.prefix.schema.clone(),
            strict: request.prefix.strict,
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
