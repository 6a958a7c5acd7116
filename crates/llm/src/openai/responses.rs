//! The Responses API.

use reqwest::RequestBuilder;

use super::wire::ErrorEnvelope;
use super::wire::responses::{
    Event, InputPart, Item, OutputItem, OutputPart, PATH, Response, ResponsesRequest, Text,
    TextFormat,
};
use super::{REQUEST_ID_HEADER, apart, breakpoint, cache_key, cache_options, failure};
use crate::provider::{ApiKey, CallError};
use crate::request::{Request, StopReason};
use crate::wire::{Draft, Wire, unreadable};

#[derive(Debug)]
pub(crate) struct Responses;

impl Wire for Responses {
    fn url(&self, base_url: &str, _model: &str) -> String {
        super::url(base_url, PATH)
    }

    fn authorize(&self, post: RequestBuilder, key: &ApiKey) -> RequestBuilder {
        super::authorize(post, key)
    }

    fn body(&self, request: &Request) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&render(request))
    }

    fn request_id_header(&self) -> &'static str {
        REQUEST_ID_HEADER
    }

    fn event(&self, data: &str, draft: &mut Draft) -> Result<(), CallError> {
        match serde_json::from_str(data).map_err(|error| unreadable(&error))? {
            Event::Created { .. } => draft.begun = true,
            Event::TextDelta { delta, .. } => {
                // That the response is made says only that the request was taken.
                draft.answering = true;
                draft.text.push_str(&delta);
            }
            Event::RefusalDelta { .. } => draft.stop = Some(StopReason::Refused),
            Event::Completed { response }
            | Event::Incomplete { response }
            | Event::Failed { response } => {
                // The text has come in pieces, as a rule.
                let pieces = std::mem::take(&mut draft.text);
                read(response, draft)?;
                if !pieces.is_empty() {
                    draft.text = pieces;
                }
            }
            Event::Error(error) => return Err(failure(&error)),
            Event::Unknown => {}
        }
        Ok(())
    }

    fn whole(&self, body: &[u8], draft: &mut Draft) -> Result<(), CallError> {
        if let Ok(ErrorEnvelope { error }) = serde_json::from_slice(body) {
            return Err(failure(&error));
        }
        read(serde_json::from_slice(body).map_err(|error| unreadable(&error))?, draft)
    }

    fn refusal(&self, status: u16, body: &str, retry_after_ms: Option<u64>) -> CallError {
        super::refusal(status, body, retry_after_ms)
    }
}

fn read(response: Response, draft: &mut Draft) -> Result<(), CallError> {
    if let Some(error) = response.error {
        return Err(failure(&error));
    }
    draft.begun = true;
    if let Some(usage) = response.usage {
        let details = usage.input_tokens_details;
        let (written, cached) = (details.cache_write_tokens, details.cached_tokens);
        let counted = apart(usage.input_tokens, written, cached, usage.output_tokens);
        draft.count_anew(counted, usage.output_tokens_details.reasoning_tokens);
    }
    let reason = response.incomplete_details.map(|details| details.reason);
    let mut stop = match (response.status.as_str(), reason.as_deref()) {
        ("completed", _) => StopReason::Complete,
        ("incomplete", Some("max_output_tokens") | None) => StopReason::Truncated,
        ("incomplete", Some("content_filter")) => StopReason::Refused,
        _ => StopReason::Other,
    };
    for item in response.output {
        let OutputItem::Message { content, .. } = item else { continue };
        for part in content {
            match part {
                OutputPart::OutputText { text, .. } => draft.text.push_str(&text),
                OutputPart::Refusal { .. } => stop = StopReason::Refused,
                OutputPart::Unknown => {}
            }
        }
    }
    draft.stop = Some(draft.stop.filter(|stop| *stop == StopReason::Refused).unwrap_or(stop));
    Ok(())
}

fn render(request: &Request) -> ResponsesRequest {
    let item = |role: &str, text: &str, prompt_cache_breakpoint| Item {
        role: role.to_owned(),
        content: vec![InputPart {
            kind: "input_text".to_owned(),
            text: text.to_owned(),
            prompt_cache_breakpoint,
        }],
    };
    ResponsesRequest {
        model: request.model.clone(),
        input: vec![
            item("developer", &request.prefix.system, breakpoint(request)),
            item("user", &request.user_text, None),
        ],
        text: Some(Text {
            format: TextFormat { kind: "json_schema".to_owned(), format: super::format(request) },
        }),
        max_output_tokens: Some(request.max_tokens),
        temperature: request.temperature,
        prompt_cache_key: cache_key(request),
        prompt_cache_options: cache_options(request),
        stream: true,
        store: false,
    }
}
