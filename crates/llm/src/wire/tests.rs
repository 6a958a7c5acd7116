//! Every wire format: the same request written, the same answers and errors read.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Draft, Wire};
use crate::anthropic::Anthropic;
use crate::events::Events;
use crate::google::Google;
use crate::openai::{Chat, Responses};
use crate::request::{CacheTtl, Prefix, Request};

fn request() -> Request {
    Request {
        model: "m-1".to_owned(),
        prefix: Arc::new(Prefix {
            system: "Be brief.".to_owned(),
            schema: json!({"type": "object"}),
            strict: true,
            id: "0123456789abcdef0123456789abcdef0123".to_owned(),
        }),
        user_text: "{\"blocks\":[]}".to_owned(),
        max_tokens: 900,
        temperature: Some(0.5),
        marker: Some(CacheTtl::OneHour),
        markable: true,
    }
}

/// Where a request goes and what it says.
fn written(wire: &dyn Wire) -> String {
    let body = wire.body(&request()).expect("JSON");
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    format!("{}\n{}", wire.url("https://host", "m-1"), pretty(&body, 0))
}

/// Two levels of a value, a line for each.
fn pretty(value: &Value, depth: usize) -> String {
    match value {
        Value::Object(fields) if depth < 2 => {
            let indent = "  ".repeat(depth);
            let line = |(name, value): (&String, &Value)| {
                let text = pretty(value, depth + 1);
                let gap = if text.starts_with('\n') { "" } else { " " };
                format!("{indent}{name}:{gap}{text}")
            };
            let lines: Vec<String> = fields.iter().map(line).collect();
            format!("{}{}", if depth == 0 { "" } else { "\n" }, lines.join("\n"))
        }
        other => other.to_string(),
    }
}

#[test]
fn a_request_as_each_provider_gets_it() {
    let wires: [&dyn Wire; 5] = [&Anthropic, &Responses, &Chat::OpenAi, &Chat::Custom, &Google];
    let pages: Vec<String> = wires.into_iter().map(written).collect();
    insta::assert_snapshot!(pages.join("\n\n"), @r#"
    https://host/v1/messages
    model: "m-1"
    max_tokens: 900
    temperature: 0.5
    tools: [{"name":"extract_fields","description":"Records the fields of every block: exactly one entry of `results` for each `_block`.","input_schema":{"type":"object"},"strict":true}]
    tool_choice:
      type: "tool"
      name: "extract_fields"
    system: [{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral","ttl":"1h"}}]
    messages: [{"role":"user","content":"{\"blocks\":[]}"}]
    stream: true

    https://host/v1/responses
    model: "m-1"
    input: [{"role":"developer","content":[{"type":"input_text","text":"Be brief.","prompt_cache_breakpoint":{"mode":"explicit","ttl":"12h"}}]},{"role":"user","content":[{"type":"input_text","text":"{\"blocks\":[]}"}]}]
    text:
      format: {"type":"json_schema","name":"extract_fields","schema":{"type":"object"},"strict":true}
    max_output_tokens: 900
    temperature: 0.5
    prompt_cache_key: "0123456789abcdef0123456789abcdef"
    prompt_cache_options:
      mode: "explicit"
    stream: true
    store: false

    https://host/v1/chat/completions
    model: "m-1"
    messages: [{"role":"developer","content":[{"type":"text","text":"Be brief.","prompt_cache_breakpoint":{"mode":"explicit","ttl":"12h"}}]},{"role":"user","content":"{\"blocks\":[]}"}]
    response_format:
      type: "json_schema"
      json_schema: {"name":"extract_fields","schema":{"type":"object"},"strict":true}
    max_completion_tokens: 900
    temperature: 0.5
    prompt_cache_key: "0123456789abcdef0123456789abcdef"
    prompt_cache_options:
      mode: "explicit"
    stream: true
    stream_options:
      include_usage: true

    https://host/v1/chat/completions
    model: "m-1"
    messages: [{"role":"system","content":"Be brief."},{"role":"user","content":"{\"blocks\":[]}"}]
    response_format:
      type: "json_schema"
      json_schema: {"name":"extract_fields","schema":{"type":"object"},"strict":true}
    max_tokens: 900
    temperature: 0.5
    stream: true
    stream_options:
      include_usage: true

    https://host/v1beta/models/m-1:streamGenerateContent?alt=sse
    systemInstruction:
      parts: [{"text":"Be brief."}]
    contents: [{"role":"user","parts":[{"text":"{\"blocks\":[]}"}]}]
    generationConfig:
      maxOutputTokens: 900
      temperature: 0.5
      responseMimeType: "application/json"
      responseJsonSchema: {"type":"object"}
    "#);
}

/// What comes of a stream of events.
#[track_caller]
fn streamed(wire: &dyn Wire, events: &[Value], expect: &str) {
    let mut draft = Draft::default();
    let mut stream = Events::default();
    for event in events {
        stream.feed(format!("data: {event}\n\n").as_bytes());
    }
    let outcome = stream.by_ref().try_for_each(|data| wire.event(&data, &mut draft));
    assert_eq!(told(outcome.and_then(|()| draft.finish(None))), expect);
}

#[track_caller]
fn whole(wire: &dyn Wire, body: &Value, expect: &str) {
    let mut draft = Draft::default();
    let outcome = wire.whole(body.to_string().as_bytes(), &mut draft);
    assert_eq!(told(outcome.and_then(|()| draft.finish(None))), expect);
}

fn told(outcome: Result<crate::Reply, crate::CallError>) -> String {
    match outcome {
        Ok(reply) => {
            let u = reply.usage;
            let (read, written) = (u.cache_read_tokens, u.cache_write_tokens);
            let usage = format!("{} in {} out", u.input_tokens, u.output_tokens);
            format!("{} {:?} {usage} {written} written {read} read", reply.stop, reply.text)
        }
        Err(error) => format!("{}: {error}", error.code()),
    }
}

#[test]
fn responses_read() {
    let response = |status: &str, reason: Value| {
        json!({"id": "r", "object": "response", "status": status, "model": "m",
            "incomplete_details": reason, "output": [{"type": "reasoning"}, {"type": "message",
            "id": "m", "role": "assistant", "content": [{"type": "output_text", "text": "{}"}]}],
            "usage": {"input_tokens": 100, "output_tokens": 7, "total_tokens": 107,
            "input_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30}}})
    };
    let delta = json!({"type": "response.output_text.delta", "item_id": "m", "output_index": 0,
        "content_index": 0, "delta": "{\"results\":"});
    let created =
        json!({"type": "response.created", "response": response("in_progress", json!(null))});
    let done =
        json!({"type": "response.completed", "response": response("completed", json!(null))});
    let cut = json!({"type": "response.incomplete",
        "response": response("incomplete", json!({"reason": "max_output_tokens"}))});
    let cost = "10 in 7 out 30 written 60 read";
    let events = [created.clone(), delta.clone(), json!({"type": "response.new"}), done];
    streamed(&Responses, &events, &format!("complete \"{{\\\"results\\\":\" {cost}"));
    streamed(
        &Responses,
        &[created.clone(), delta.clone(), cut],
        &format!("truncated \"{{\\\"results\\\":\" {cost}"),
    );
    let broken = "connection: cannot reach the provider: the answer broke off";
    streamed(&Responses, &[created.clone(), delta], broken);
    let error = json!({"type": "error", "code": "rate_limit_exceeded", "message": "slow"});
    streamed(&Responses, &[created, error], "rate_limited: the provider limits the rate: slow");
    whole(&Responses, &response("completed", json!(null)), &format!("complete \"{{}}\" {cost}"));
    whole(
        &Responses,
        &json!({"error": {"message": "down", "type": "server_error"}}),
        "unavailable: the provider failed with status 500: down",
    );
}

#[test]
fn chat_completions_read() {
    let chunk = |delta: Value, finish: Value| json!({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]});
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 50, "completion_tokens": 4,
        "total_tokens": 54, "prompt_tokens_details": {"cached_tokens": 20}}});
    let text = chunk(json!({"role": "assistant", "content": "{}"}), json!(null));
    streamed(
        &Chat::OpenAi,
        &[text.clone(), chunk(json!({}), json!("stop")), usage.clone()],
        "complete \"{}\" 30 in 4 out 0 written 20 read",
    );
    streamed(
        &Chat::Custom,
        &[text, chunk(json!({}), json!("length"))],
        "truncated \"{}\" 0 in 0 out 0 written 0 read",
    );
    streamed(
        &Chat::OpenAi,
        &[chunk(json!({"refusal": "no"}), json!(null)), chunk(json!({}), json!("stop")), usage],
        "refused \"\" 30 in 4 out 0 written 20 read",
    );
    whole(
        &Chat::Custom,
        &json!({"id": "c", "object": "chat.completion", "model": "m", "choices": [
            {"message": {"role": "assistant", "content": "{}"}, "finish_reason": "stop"}]}),
        "complete \"{}\" 0 in 0 out 0 written 0 read",
    );
}

#[test]
fn google_read() {
    let piece = |text: &str, finish: Value| {
        json!({"candidates": [{"content": {"role": "model", "parts": [
            {"text": "hm", "thought": true}, {"text": text}]}, "finishReason": finish}],
            "usageMetadata": {"promptTokenCount": 40, "cachedContentTokenCount": 30,
            "candidatesTokenCount": 5, "thoughtsTokenCount": 2, "totalTokenCount": 47}})
    };
    streamed(
        &Google,
        &[piece("{", json!(null)), piece("}", json!("STOP"))],
        "complete \"{}\" 10 in 7 out 0 written 30 read",
    );
    whole(
        &Google,
        &piece("{", json!("MAX_TOKENS")),
        "truncated \"{\" 10 in 7 out 0 written 30 read",
    );
    whole(
        &Google,
        &json!({"promptFeedback": {"blockReason": "SAFETY"}}),
        "refused \"\" 0 in 0 out 0 written 0 read",
    );
    whole(
        &Google,
        &json!({"error": {"code": 503, "message": "busy", "status": "UNAVAILABLE"}}),
        "unavailable: the provider failed with status 503: busy",
    );
}

#[track_caller]
fn refused(wire: &dyn Wire, status: u16, body: &Value, expect: &str) {
    let error = wire.refusal(status, &body.to_string(), None);
    let wait = error.retry_after_ms().map_or(String::new(), |ms| format!(" after {ms} ms"));
    assert_eq!(format!("{}{wait}", error.code()), expect, "{status} {body}");
}

#[test]
fn errors_of_openai() {
    let body = |code: &str, message: &str| json!({"error": {"message": message, "code": code}});
    refused(&Responses, 401, &body("invalid_api_key", "Incorrect API key"), "invalid_key");
    refused(&Responses, 429, &body("insufficient_quota", "You exceeded…"), "no_credit");
    refused(&Responses, 429, &body("rate_limit_exceeded", "Slow down"), "rate_limited");
    refused(&Responses, 400, &body("context_length_exceeded", "Too much"), "prompt_too_long");
    refused(&Responses, 404, &body("model_not_found", "No such model"), "rejected");
    refused(&Chat::Custom, 503, &json!("Loading model"), "unavailable");
}

#[test]
fn errors_of_google() {
    let error = |status: &str, message: &str, details: Value| json!({"error": {"code": 0, "message": message, "status": status, "details": details}});
    let retry = json!([{"@type": "RetryInfo", "retryDelay": "1.5s"}]);
    let body = |status: &str, message: &str| error(status, message, retry.clone());
    let key = "API key not valid. Please pass a valid API key.";
    refused(&Google, 400, &body("INVALID_ARGUMENT", key), "invalid_key");
    refused(&Google, 429, &body("RESOURCE_EXHAUSTED", "Slow"), "rate_limited after 1500 ms");
    refused(
        &Google,
        429,
        &error("RESOURCE_EXHAUSTED", "You exceeded your current quota", json!([])),
        "no_credit",
    );
    let long = "The input token count (9) exceeds the maximum";
    refused(&Google, 400, &body("INVALID_ARGUMENT", long), "prompt_too_long");
    refused(&Google, 503, &body("UNAVAILABLE", "Busy"), "unavailable after 1500 ms");
}
