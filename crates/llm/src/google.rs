//! Google's Gemini API.

use reqwest::RequestBuilder;

use crate::cost::Usage;
use crate::http;
use crate::provider::{ApiKey, CallError};
use crate::request::{Request, StopReason};
use crate::wire::{Complaint, Draft, Wire, classify, unreadable};

pub mod wire;

use wire::{Content, ErrorEnvelope, GenerateRequest, GenerateResponse, GenerationConfig, Part};

pub const DEFAULT_BASE_URL: &str = "https://generativelanguage.googleapis.com";

#[derive(Debug)]
pub(crate) struct Google;

impl Wire for Google {
    fn url(&self, whole: &str, model: &str) -> String {
        let base_url = ["/v1beta", "/v1"].iter().find_map(|end| whole.strip_suffix(end));
        let host = base_url.unwrap_or(whole);
        format!("{host}{}{model}:{}?alt=sse", wire::PATH, wire::STREAM)
    }

    fn authorize(&self, post: RequestBuilder, key: &ApiKey) -> RequestBuilder {
        post.header("x-goog-api-key", key.expose())
    }

    fn body(&self, request: &Request) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&render(request))
    }

    fn request_id_header(&self) -> &'static str {
        "x-goog-request-id"
    }

    fn event(&self, data: &str, draft: &mut Draft) -> Result<(), CallError> {
        self.whole(data.as_bytes(), draft)
    }

    /// A piece of a stream has the shape of a whole answer.
    fn whole(&self, body: &[u8], draft: &mut Draft) -> Result<(), CallError> {
        if let Ok(ErrorEnvelope { error }) = serde_json::from_slice(body) {
            return Err(self.refusal(error.code, &String::from_utf8_lossy(body), None));
        }
        read(serde_json::from_slice(body).map_err(|error| unreadable(&error))?, draft);
        Ok(())
    }

    fn refusal(&self, status: u16, body: &str, retry_after_ms: Option<u64>) -> CallError {
        let complaint = match serde_json::from_str::<ErrorEnvelope>(body) {
            Ok(ErrorEnvelope { error }) => Complaint {
                retry_after_ms: retry_after_ms.or_else(|| error.retry_after_ms()),
                message: http::cut(&error.message),
                kind: error.status,
            },
            Err(_) => {
                Complaint { message: http::cut(body), retry_after_ms, ..Complaint::default() }
            }
        };
        classify(status, complaint)
    }
}

fn read(response: GenerateResponse, draft: &mut Draft) {
    draft.begun = true;
    draft.answering = true;
    if let Some(usage) = response.usage_metadata {
        let cached = usage.cached_content_token_count;
        let thoughts = usage.thoughts_token_count;
        let counted = Usage {
            input_tokens: usage.prompt_token_count.saturating_sub(cached),
            // Thoughts are billed like what is said, and counted apart.
            output_tokens: usage.candidates_token_count + thoughts,
            cache_write_tokens: 0,
            cache_read_tokens: cached,
        };
        draft.count_anew(counted, thoughts);
    }
    if response.prompt_feedback.is_some_and(|feedback| feedback.block_reason.is_some()) {
        draft.stop = Some(StopReason::Refused);
    }
    for candidate in response.candidates {
        for part in candidate.content.map(|content| content.parts).unwrap_or_default() {
            if !part.thought {
                draft.text.push_str(&part.text);
            }
        }
        draft.stop = candidate.finish_reason.as_deref().map(stop).or(draft.stop);
    }
}

fn stop(reason: &str) -> StopReason {
    match reason {
        "STOP" => StopReason::Complete,
        "MAX_TOKENS" => StopReason::Truncated,
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" => {
            StopReason::Refused
        }
        _ => StopReason::Other,
    }
}

fn render(request: &Request) -> GenerateRequest {
    let content = |role: Option<&str>, text: &str| Content {
        role: role.map(str::to_owned),
        parts: vec![Part { text: text.to_owned(), thought: false }],
    };
    GenerateRequest {
        system_instruction: Some(content(None, &request.prefix.system)),
        contents: vec![content(Some("user"), &request.user_text)],
        generation_config: Some(GenerationConfig {
            max_output_tokens: Some(request.max_tokens),
            temperature: request.temperature,
            response_mime_type: Some("application/json".to_owned()),
            response_json_schema: Some(request.prefix.schema.clone()),
        }),
    }
}
