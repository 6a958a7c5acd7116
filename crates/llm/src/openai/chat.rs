//! Chat Completions: OpenAI's older API, and what local servers speak.

use reqwest::RequestBuilder;

use super::wire::ErrorEnvelope;
use super::wire::chat::{
    ChatRequest, Chunk, Completion, Content, Message, PATH, Part, ResponseFormat, StreamOptions,
    Usage,
};
use super::{REQUEST_ID_HEADER, apart, breakpoint, cache_key, cache_options, failure};
use crate::provider::{ApiKey, CallError};
use crate::request::{Request, StopReason};
use crate::wire::{Draft, Wire, unreadable};

/// Whose Chat Completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chat {
    OpenAi,
    /// A server of one's own: the plain spelling that all of them know.
    Custom,
}

impl Wire for Chat {
    fn url(&self, base_url: &str, _model: &str) -> String {
        super::url(base_url, PATH)
    }

    fn authorize(&self, post: RequestBuilder, key: &ApiKey) -> RequestBuilder {
        super::authorize(post, key)
    }

    fn body(&self, request: &Request) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&self.render(request))
    }

    fn request_id_header(&self) -> &'static str {
        REQUEST_ID_HEADER
    }

    fn event(&self, data: &str, draft: &mut Draft) -> Result<(), CallError> {
        let chunk: Chunk = serde_json::from_str(data).map_err(|error| unreadable(&error))?;
        if let Some(error) = chunk.error {
            return Err(failure(&error));
        }
        draft.begun = true;
        draft.answering = true;
        count(chunk.usage, draft);
        for choice in chunk.choices {
            draft.text.push_str(&choice.delta.content.unwrap_or_default());
            if choice.delta.refusal.is_some() {
                draft.stop = Some(StopReason::Refused);
            }
            let refused = draft.stop.filter(|stop| *stop == StopReason::Refused);
            draft.stop = refused.or(choice.finish_reason.as_deref().map(stop)).or(draft.stop);
        }
        Ok(())
    }

    fn whole(&self, body: &[u8], draft: &mut Draft) -> Result<(), CallError> {
        if let Ok(ErrorEnvelope { error }) = serde_json::from_slice(body) {
            return Err(failure(&error));
        }
        let completion: Completion =
            serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
        draft.begun = true;
        count(completion.usage, draft);
        for choice in completion.choices {
            draft.text.push_str(&choice.message.content.unwrap_or_default());
            let refused = choice.message.refusal.map(|_| StopReason::Refused);
            draft.stop = refused.or(choice.finish_reason.as_deref().map(stop));
        }
        Ok(())
    }

    fn refusal(&self, status: u16, body: &str, retry_after_ms: Option<u64>) -> CallError {
        super::refusal(status, body, retry_after_ms)
    }
}

impl Chat {
    fn render(self, request: &Request) -> ChatRequest {
        let openai = self == Self::OpenAi;
        let system = match breakpoint(request).filter(|_| openai) {
            Some(mark) => Content::Parts(vec![Part {
                kind: "text".to_owned(),
                text: request.prefix.system.clone(),
                prompt_cache_breakpoint: Some(mark),
            }]),
            None => Content::Text(request.prefix.system.clone()),
        };
        let role = if openai { "developer" } else { "system" };
        ChatRequest {
            model: request.model.clone(),
            messages: vec![
                Message { role: role.to_owned(), content: system },
                Message {
                    role: "user".to_owned(),
                    content: Content::Text(request.user_text.clone()),
                },
            ],
            response_format: Some(ResponseFormat {
                kind: "json_schema".to_owned(),
                json_schema: super::format(request),
            }),
            max_completion_tokens: openai.then_some(request.max_tokens),
            max_tokens: (!openai).then_some(request.max_tokens),
            temperature: request.temperature,
            prompt_cache_key: cache_key(request).filter(|_| openai),
            prompt_cache_options: cache_options(request).filter(|_| openai),
            stream: true,
            stream_options: Some(StreamOptions { include_usage: true }),
        }
    }
}

fn count(usage: Option<Usage>, draft: &mut Draft) {
    if let Some(usage) = usage {
        let details = usage.prompt_tokens_details.unwrap_or_default();
        let (written, cached) = (details.cache_write_tokens, details.cached_tokens);
        let counted = apart(usage.prompt_tokens, written, cached, usage.completion_tokens);
        let thoughts = usage.completion_tokens_details.unwrap_or_default().reasoning_tokens;
        draft.count_anew(counted, thoughts);
    }
}

fn stop(reason: &str) -> StopReason {
    match reason {
        "stop" | "tool_calls" => StopReason::Complete,
        "length" => StopReason::Truncated,
        "content_filter" => StopReason::Refused,
        _ => StopReason::Other,
    }
}
