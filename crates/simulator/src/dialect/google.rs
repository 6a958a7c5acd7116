//! `POST /v1beta/models/MODEL:generateContent` and `:streamGenerateContent`, as Google has them,
//! and the same under `/v1`.

use axum::http::request::Parts;
use gloss_llm::google::wire::{
    Candidate, Content, ErrorBody, ErrorEnvelope, GenerateRequest, GenerateResponse, Part, STREAM,
    UsageMetadata, WHOLE,
};
use serde_json::{Value, json};

use super::{Account, Asked, Dialect, Envelope, Frames, OUTPUT_TOKENS_MAX};
use crate::ask::{Ask, Form};
use crate::faults::RetryAfter;
use crate::gate::{self, BODY_BYTES_MAX, PROMPT_TOKENS_MAX, Why, header, judge};
use crate::prompt::{Keeping, Prompt, Whose};
use crate::reply::{Reply, Stop};
use crate::stream::{self, Pieces};

#[derive(Debug)]
pub(crate) struct Google;

impl Dialect for Google {
    fn api_key(&self, head: &Parts) -> Result<String, Why> {
        let query = head.uri.query().unwrap_or_default();
        let in_query = || query.split('&').find_map(|pair| pair.strip_prefix("key="));
        let key = header(&head.headers, "x-goog-api-key").or_else(in_query);
        key.filter(|key| !key.is_empty()).ok_or(Why::NoKey).and_then(judge)
    }

    fn read(&self, head: &Parts, body: &[u8], api_key: &str) -> Result<Asked, Why> {
        let path = head.uri.path();
        let named = path.rsplit_once('/').and_then(|(_, call)| call.split_once(':'));
        let Some((model, method)) = named.filter(|(_, method)| [STREAM, WHOLE].contains(method))
        else {
            return Err(Why::NoPath(path.to_owned()));
        };
        if !model.starts_with("gemini") || model.contains("nope") {
            return Err(Why::NoModel(model.to_owned()));
        }
        let request: GenerateRequest = gate::request(body, |_| {})?;
        let config = request.generation_config.unwrap_or_default();
        let texts = |content: &Content| -> Vec<String> {
            content.parts.iter().map(|part| part.text.clone()).collect()
        };
        // A content without a role is the user's.
        let says = |content: &&Content| content.role.as_deref() != Some("model");
        let Some(user) = request.contents.iter().rfind(says) else {
            return Err(Why::Invalid(
                "* GenerateContentRequest.contents: not specified".to_owned(),
            ));
        };
        let schema = config.response_json_schema;
        let mut prefix = schema.as_ref().map(stream::json).unwrap_or_default();
        prefix.extend(request.system_instruction.iter().flat_map(texts));
        let rest: Vec<String> = request.contents.iter().flat_map(texts).collect();
        let rest = rest.iter().map(String::as_str);
        let whose = Whose { api_key, model, cache_key: "" };
        Ok(Asked {
            prompt: Prompt::new(whose, &prefix, rest, Some(Keeping::AUTOMATIC)),
            ask: Ask::read(schema.map(form), &texts(user).join("\n")),
            max_tokens: config.max_output_tokens.unwrap_or(OUTPUT_TOKENS_MAX),
            stream: method == STREAM,
            usage_in_stream: true,
            model: model.to_owned(),
        })
    }

    fn error(&self, why: &Why, retry_after: Option<RetryAfter>, _request_id: &str) -> (u16, Value) {
        let (code, status, message) = words(why);
        let details = retry_after.map(retry_info).into_iter().collect();
        let error = ErrorBody { code, message, status: status.to_owned(), details };
        (code, json!(ErrorEnvelope { error }))
    }

    fn whole(&self, envelope: Envelope, reply: Reply) -> String {
        let text = said(&reply);
        stream::json(&piece(&envelope, text, Some(reply.stop), envelope.usage.output_tokens))
    }

    /// Every piece has the shape of a whole answer; counters grow until the last.
    fn frames(&self, envelope: Envelope, reply: Reply) -> Frames {
        let mut pieces = Pieces::of(said(&reply).unwrap_or_default()).peekable();
        let mut is_over = false;
        let mut n_chars = 0;
        Box::new(std::iter::from_fn(move || {
            if is_over {
                return None;
            }
            let text = pieces.next();
            is_over = pieces.peek().is_none();
            n_chars += text.as_ref().map_or(0, |text| text.chars().count() as u64);
            let stop = is_over.then_some(reply.stop);
            let total = envelope.usage.output_tokens;
            let output_tokens = if is_over { total } else { total.min(n_chars.div_ceil(4)) };
            Some(stream::unnamed(&piece(&envelope, text, stop, output_tokens)))
        }))
    }

    fn beginning(&self) -> &'static str {
        "data: {\"cand"
    }

    fn request_id_header(&self) -> &'static str {
        "x-goog-request-id"
    }

    fn account_headers(&self, _account: Account) -> Vec<(String, String)> {
        Vec::new()
    }

    fn retries_by_header(&self) -> bool {
        false
    }
}

fn form(schema: Value) -> Form {
    Form { name: "response".to_owned(), schema }
}

/// Nothing, where the model declines.
fn said(reply: &Reply) -> Option<String> {
    (reply.stop != Stop::Refusal).then(|| reply.part.text().to_owned())
}

fn piece(
    envelope: &Envelope,
    text: Option<String>,
    stop: Option<Stop>,
    output_tokens: u64,
) -> GenerateResponse {
    let content = text.map(|text| Content {
        role: Some("model".to_owned()),
        parts: vec![Part { text, thought: false }],
    });
    let finish_reason = stop.map(|stop| finish_reason(stop).to_owned());
    let usage = envelope.usage;
    let prompt_token_count =
        usage.input_tokens + usage.cache_write_tokens + usage.cache_read_tokens;
    GenerateResponse {
        candidates: vec![Candidate { content, finish_reason, index: 0 }],
        prompt_feedback: None,
        usage_metadata: Some(UsageMetadata {
            prompt_token_count,
            cached_content_token_count: usage.cache_read_tokens,
            candidates_token_count: output_tokens,
            thoughts_token_count: 0,
            total_token_count: prompt_token_count + output_tokens,
        }),
        model_version: envelope.model.clone(),
        response_id: envelope.id("resp"),
    }
}

const fn finish_reason(stop: Stop) -> &'static str {
    match stop {
        Stop::Done => "STOP",
        Stop::Limit => "MAX_TOKENS",
        Stop::Refusal => "SAFETY",
    }
}

/// When to come back stands in the error itself.
fn retry_info(when: RetryAfter) -> Value {
    let seconds = match when {
        RetryAfter::Seconds(n) | RetryAfter::Date(n) => n.to_string(),
        RetryAfter::Millis(n) => format!("{}", n as f64 / 1_000.0),
    };
    json!({
        "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": format!("{seconds}s"),
    })
}

fn words(why: &Why) -> (u16, &'static str, String) {
    const ARGUMENT: &str = "INVALID_ARGUMENT";
    let (code, status, message) = match why {
        Why::NoKey => (
            403,
            "PERMISSION_DENIED",
            "Method doesn't allow unregistered callers (callers without established identity). \
             Please use API Key or other form of API consumer identity to call this API.",
        ),
        Why::BadKey => (400, ARGUMENT, "API key not valid. Please pass a valid API key."),
        Why::NoCredit | Why::Billing => (
            429,
            "RESOURCE_EXHAUSTED",
            "You exceeded your current quota, please check your plan and billing details.",
        ),
        Why::Invalid(message) => (400, ARGUMENT, message.as_str()),
        Why::NoModel(model) => {
            let message = format!(
                "models/{model} is not found for API version v1beta, or is not supported for \
                 generateContent."
            );
            return (404, "NOT_FOUND", message);
        }
        Why::NoPath(path) => return (404, "NOT_FOUND", format!("{path} was not found.")),
        Why::TooLong(tokens) => {
            let message = format!(
                "The input token count ({tokens}) exceeds the maximum number of tokens allowed \
                 ({PROMPT_TOKENS_MAX})."
            );
            return (400, ARGUMENT, message);
        }
        Why::TooLarge => {
            let message =
                format!("Request payload size exceeds the limit: {BODY_BYTES_MAX} bytes.");
            return (400, ARGUMENT, message);
        }
        Why::RateLimited => {
            (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).")
        }
        Why::Failed => (500, "INTERNAL", "An internal error has occurred. Please retry."),
        Why::Overloaded => (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    };
    (code, status, message.to_owned())
}
