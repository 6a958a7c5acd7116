//! `POST /v1/messages` as Anthropic has it.

use std::time::Duration;

use axum::http::request::Parts;
use gloss_llm::anthropic::wire::{
    ErrorBody, ErrorEnvelope, MessagesRequest, StreamEvent, Tool, ToolChoice,
};
use serde_json::{Value, json};

use super::{Account, Asked, Dialect, Envelope, Frames, REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE};
use crate::ask::{Ask, Form};
use crate::calendar;
use crate::faults::RetryAfter;
use crate::gate::{self, PROMPT_TOKENS_MAX, Why, bearer, header, judge};
use crate::prompt::{Keeping, Prompt, Whose};
use crate::reply::Reply;
use crate::stream;

mod answer;

const FIVE_MINUTES: Duration = Duration::from_secs(5 * 60);
const ONE_HOUR: Duration = Duration::from_secs(60 * 60);

#[derive(Debug)]
pub(crate) struct Anthropic;

impl Dialect for Anthropic {
    fn api_key(&self, head: &Parts) -> Result<String, Why> {
        let key = header(&head.headers, "x-api-key").or_else(|| bearer(head)).unwrap_or_default();
        match key {
            "" => Err(Why::NoKey),
            "invalid" => Err(Why::BadKey),
            _ if header(&head.headers, "anthropic-version").is_none() => {
                Err(Why::Invalid("anthropic-version: header is required".to_owned()))
            }
            key => judge(key),
        }
    }

    fn read(&self, _head: &Parts, body: &[u8], api_key: &str) -> Result<Asked, Why> {
        let request: MessagesRequest = gate::request(body, spell_out)?;
        if !request.model.starts_with("claude") || request.model.contains("nope") {
            return Err(Why::NoModel(request.model));
        }
        let text = request.messages.iter().rfind(|message| message.role == "user");
        let Some(text) = text.map(|message| message.content.as_str()) else {
            let message = "messages: at least one user message is required";
            return Err(Why::Invalid(message.to_owned()));
        };
        Ok(Asked {
            ask: Ask::read(chosen_tool(&request).map(form), text),
            prompt: prompt(&request, api_key),
            max_tokens: request.max_tokens,
            stream: request.stream,
            usage_in_stream: true,
            model: request.model,
        })
    }

    fn error(&self, why: &Why, _retry_after: Option<RetryAfter>, request_id: &str) -> (u16, Value) {
        let (status, kind, message) = words(why);
        let envelope = ErrorEnvelope {
            kind: "error".to_owned(),
            error: ErrorBody { kind: kind.to_owned(), message },
            request_id: Some(request_id.to_owned()),
        };
        (status, json!(envelope))
    }

    fn whole(&self, envelope: Envelope, reply: Reply) -> String {
        stream::json(&answer::message(&envelope, reply))
    }

    fn frames(&self, envelope: Envelope, reply: Reply) -> Frames {
        let frame = |event: StreamEvent| stream::named(event.name(), &event);
        Box::new(answer::events(&envelope, reply).map(frame))
    }

    fn beginning(&self) -> &'static str {
        "event: message_start\ndata: {\"ty"
    }

    fn request_id_header(&self) -> &'static str {
        "request-id"
    }

    fn account_headers(&self, account: Account) -> Vec<(String, String)> {
        let reset = calendar::rfc3339(account.now_secs + u64::from(account.limited));
        let tokens_left = account.tokens_left();
        let limits = [
            ("requests", REQUESTS_PER_MINUTE, account.requests_left()),
            ("tokens", TOKENS_PER_MINUTE, tokens_left),
            ("input-tokens", TOKENS_PER_MINUTE, tokens_left),
            ("output-tokens", TOKENS_PER_MINUTE, tokens_left),
        ];
        let each = limits.into_iter().flat_map(|(what, limit, left)| {
            let name = |end| format!("anthropic-ratelimit-{what}-{end}");
            [
                (name("limit"), limit.to_string()),
                (name("remaining"), left.to_string()),
                (name("reset"), reset.clone()),
            ]
        });
        each.collect()
    }
}

fn words(why: &Why) -> (u16, &'static str, String) {
    let (status, kind, message) = match why {
        Why::NoKey => (401, "authentication_error", "x-api-key header is required"),
        Why::BadKey => (401, "authentication_error", "invalid x-api-key"),
        Why::NoCredit => (
            400,
            "invalid_request_error",
            "Your credit balance is too low to access the Anthropic API. \
             Please go to Plans & Billing to upgrade or purchase credits.",
        ),
        Why::Billing => {
            (402, "billing_error", "There's an issue with your billing or payment information.")
        }
        Why::Invalid(message) => (400, "invalid_request_error", message.as_str()),
        Why::NoModel(model) => return (404, "not_found_error", format!("model: {model}")),
        Why::NoPath(path) => return (404, "not_found_error", format!("Not found: {path}")),
        Why::TooLong(tokens) => {
            let max = PROMPT_TOKENS_MAX;
            let message = format!("prompt is too long: {tokens} tokens > {max} maximum");
            return (400, "invalid_request_error", message);
        }
        Why::TooLarge => (413, "request_too_large", "Request exceeds the maximum size"),
        Why::RateLimited => (
            429,
            "rate_limit_error",
            "This request would exceed the rate limit for your organization",
        ),
        Why::Failed => (500, "api_error", "Internal server error"),
        Why::Overloaded => (529, "overloaded_error", "Overloaded"),
    };
    (status, kind, message.to_owned())
}

fn chosen_tool(request: &MessagesRequest) -> Option<&Tool> {
    let named = request.tools.iter().find(
        |tool| matches!(&request.tool_choice, ToolChoice::Tool { name } if *name == tool.name),
    );
    named.or_else(|| request.tools.first())
}

fn form(tool: &Tool) -> Form {
    Form { name: tool.name.clone(), schema: tool.input_schema.clone() }
}

pub(crate) fn prompt(request: &MessagesRequest, api_key: &str) -> Prompt {
    let marked = request.system.iter().rposition(|part| part.cache_control.is_some());
    // Without a marker the prefix ends with the system text, so that the total of a prompt is
    // the same with caching and without.
    let n_prefix_parts = marked.map_or(request.system.len(), |at| at + 1);
    let (before, after) = request.system.split_at(n_prefix_parts);

    let mut prefix = stream::json(&request.tools);
    before.iter().for_each(|part| prefix.push_str(&part.text));
    let rest = after.iter().map(|part| part.text.as_str());
    let rest = rest.chain(request.messages.iter().map(|message| message.content.as_str()));

    let control = before.last().and_then(|part| part.cache_control.as_ref());
    let keeping = control.map(|control| Keeping {
        ttl: if control.ttl.as_deref() == Some("1h") { ONE_HOUR } else { FIVE_MINUTES },
        bills_writes: true,
    });
    let whose = Whose { api_key, model: &request.model, cache_key: "" };
    Prompt::new(whose, &prefix, rest, keeping)
}

/// Fills in absent tools and turns texts into parts, and parts into texts, where the types of
/// the wire module want the other.
fn spell_out(request: &mut Value) {
    let Some(fields) = request.as_object_mut() else { return };
    fields.entry("tools").or_insert(json!([]));
    fields.entry("tool_choice").or_insert(json!({ "type": "auto" }));
    let system = fields.entry("system").or_insert(json!([]));
    if let Some(text) = system.as_str() {
        *system = json!([{ "type": "text", "text": text }]);
    }
    for tool in fields.get_mut("tools").and_then(Value::as_array_mut).into_iter().flatten() {
        tool.as_object_mut().map(|tool| tool.entry("description").or_insert(json!("")));
    }
    for message in fields.get_mut("messages").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(content) = message.get_mut("content") else { continue };
        if let Some(parts) = content.as_array() {
            let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
            *content = Value::String(texts.collect::<Vec<_>>().join("\n"));
        }
    }
}
