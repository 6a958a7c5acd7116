//! `POST /v1/chat/completions` over the socket.

use serde_json::{Value, json};

use super::{TEXT, brief, changed, in_words, schema, send, start};
use crate::Simulator;

const LINE: &str = "POST /v1/chat/completions";
const KEY: &str = "authorization: Bearer k";

fn tiny() -> Value {
    json!({
        "model": "gpt-4o-mini", "max_completion_tokens": 100, "stream": false,
        "response_format": {"type": "json_schema", "json_schema": {
            "name": "extract_fields", "schema": schema(), "strict": true,
        }},
        "messages": [
            {"role": "developer", "content": "Be brief."}, {"role": "user", "content": TEXT},
        ],
    })
}

async fn ask(simulator: &Simulator, changes: Value) -> String {
    send(simulator, LINE, KEY, &changed(tiny(), &changes).to_string()).await
}

#[tokio::test]
async fn streamed() {
    let counted = json!({"stream": true, "stream_options": {"include_usage": true}});
    insta::assert_snapshot!(brief(&ask(&start(&[]), counted).await), @r#"
    HTTP/1.0 200 OK
    data: {"id":"chatcmpl-000000000001","object":"chat.completion.chunk","created":0,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}

    data: {"id":"chatcmpl-000000000001","object":"chat.completion.chunk","created":0,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"{\"results\":[{\""},"finish_reason":null}],"usage":null}

    data: {"id":"chatcmpl-000000000001","object":"chat.completion.chunk","created":0,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"_block\":7,\"not"},"finish_reason":null}],"usage":null}

    data: {"id":"chatcmpl-000000000001","object":"chat.completion.chunk","created":0,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"e\":\"c14956af H"},"finish_reason":null}],"usage":null}

    data: {"id":"chatcmpl-000000000001","object":"chat.completion.chunk","created":0,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"i “you”\"}]}"},"finish_reason":null}],"usage":null}

    data: {"id":"chatcmpl-000000000001","object":"chat.completion.chunk","created":0,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":null},"finish_reason":"stop"}],"usage":null}

    data: {"id":"chatcmpl-000000000001","object":"chat.completion.chunk","created":0,"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":72,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"completion_tokens":14,"completion_tokens_details":{"reasoning_tokens":0},"total_tokens":86}}

    data: [DONE]
    "#);
    let uncounted = ask(&start(&[]), json!({"stream": true})).await;
    assert!(!uncounted.contains("prompt_tokens"), "{uncounted}");
}

#[tokio::test]
async fn at_once() {
    insta::assert_snapshot!(brief(&ask(&start(&[]), json!({})).await), @r#"
    HTTP/1.0 200 OK
    {"id":"chatcmpl-000000000001","object":"chat.completion","created":0,"model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"{\"results\":[{\"_block\":7,\"note\":\"c14956af Hi “you”\"}]}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":72,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"completion_tokens":14,"completion_tokens_details":{"reasoning_tokens":0},"total_tokens":86}}
    "#);
}

/// As a local server is asked: no key, the older names.
#[tokio::test]
async fn without_a_key() {
    let request = json!({
        "model": "qwen3", "max_tokens": 8,
        "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": schema()}},
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": TEXT}],
    });
    let answer = send(&start(&[]), LINE, "accept: */*", &request.to_string()).await;
    insta::assert_snapshot!(brief(&answer), @r#"
    HTTP/1.0 200 OK
    {"id":"chatcmpl-000000000001","object":"chat.completion","created":0,"model":"qwen3","choices":[{"index":0,"message":{"role":"assistant","content":"{\"results\":[{\"_block\":7,\"note\":\""},"finish_reason":"length"}],"usage":{"prompt_tokens":72,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"completion_tokens":8,"completion_tokens_details":{"reasoning_tokens":0},"total_tokens":80}}
    "#);
    let request = json!({
        "model": "qwen3", "response_format": {"type": "text"},
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}],
    });
    let answer = send(&start(&[]), LINE, "accept: */*", &request.to_string()).await;
    insta::assert_snapshot!(brief(&answer), @r#"
    HTTP/1.0 200 OK
    {"id":"chatcmpl-000000000001","object":"chat.completion","created":0,"model":"qwen3","choices":[{"index":0,"message":{"role":"assistant","content":"647e9fc5 was asked without a tool."},"finish_reason":"stop"}],"usage":{"prompt_tokens":2,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"completion_tokens":9,"completion_tokens_details":{"reasoning_tokens":0},"total_tokens":11}}
    "#);
}

#[tokio::test]
async fn truncated_and_refused() {
    let last = |answer: &str| brief(answer).lines().rev().nth(2).unwrap().to_owned();
    let answer = ask(&start(&[]), json!({"stream": true, "max_completion_tokens": 8})).await;
    insta::assert_snapshot!(last(&answer), @r#"data: {"id":"chatcmpl-000000000001","object":"chat.completion.chunk","created":0,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":null},"finish_reason":"length"}],"usage":null}"#);
    let refused = start(&["refusal"]);
    insta::assert_snapshot!(brief(&ask(&refused, json!({})).await), @r#"
    HTTP/1.0 200 OK
    {"id":"chatcmpl-000000000001","object":"chat.completion","created":0,"model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":"I can't help with that."},"finish_reason":"stop"}],"usage":{"prompt_tokens":72,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"completion_tokens":6,"completion_tokens_details":{"reasoning_tokens":0},"total_tokens":78}}
    "#);
    let answer = ask(&refused, json!({"stream": true})).await;
    let pieces = answer.lines().filter(|line| line.contains("refusal"));
    assert_eq!(pieces.count(), 5, "{answer}");
}

#[tokio::test]
async fn rejections() {
    let simulator = start(&[]);
    let cases = [
        ("invalid key", "authorization: Bearer invalid", json!({})),
        ("no credit", "authorization: Bearer no-credit", json!({})),
        ("another's model", KEY, json!({"model": "gemini-2.5-flash"})),
        ("nothing said", KEY, json!({"messages": []})),
        ("no JSON", KEY, json!({"messages": 7})),
    ];
    let mut lines = Vec::new();
    for (case, headers, changes) in cases {
        let request = changed(tiny(), &changes).to_string();
        let answer = send(&simulator, LINE, headers, &request).await;
        lines.push(format!("{case}: {}", brief(&answer)));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    invalid key: HTTP/1.0 401 Unauthorized
    {"error":{"message":"Incorrect API key provided: invalid. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}
    no credit: HTTP/1.0 429 Too Many Requests
    {"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}
    another's model: HTTP/1.0 404 Not Found
    {"error":{"message":"The model `gemini-2.5-flash` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}
    nothing said: HTTP/1.0 400 Bad Request
    {"error":{"message":"messages: at least one user message is required","type":"invalid_request_error","param":null,"code":null}}
    no JSON: HTTP/1.0 400 Bad Request
    {"error":{"message":"invalid type: integer `7`, expected a sequence","type":"invalid_request_error","param":null,"code":null}}
    "#);
}

#[tokio::test]
async fn faults() {
    insta::assert_snapshot!(in_words(LINE, KEY, &tiny()).await, @r#"
    400: HTTP/1.0 400 Bad Request
    {"error":{"message":"messages: the request was refused on purpose","type":"invalid_request_error","param":null,"code":null}}
    401: HTTP/1.0 401 Unauthorized
    {"error":{"message":"Incorrect API key provided: invalid. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}
    402: HTTP/1.0 429 Too Many Requests
    {"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}
    404: HTTP/1.0 404 Not Found
    {"error":{"message":"The model `not found on purpose` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}
    429,retry-after=2: HTTP/1.0 429 Too Many Requests
    {"error":{"message":"Rate limit reached for requests per minute. Please try again later.","type":"requests","param":null,"code":"rate_limit_exceeded"}}
    500: HTTP/1.0 500 Internal Server Error
    {"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}
    529: HTTP/1.0 503 Service Unavailable
    {"error":{"message":"The server is overloaded","type":"service_unavailable_error","param":null,"code":null}}
    error-body: HTTP/1.0 200 OK
    {"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}
    "#);
}

#[tokio::test]
async fn caching() {
    let simulator = start(&[]);
    let mut lines = Vec::new();
    for (model, marked) in [("gpt-4o-mini", false), ("gpt-5.6", true)] {
        for text in ["one", "two"] {
            let mut part = json!({"type": "text", "text": "x".repeat(8_000)});
            if marked {
                part["prompt_cache_breakpoint"] = json!({"mode": "explicit", "ttl": "12h"});
            }
            let messages = json!([
                {"role": "developer", "content": [part]}, {"role": "user", "content": text},
            ]);
            let answer = ask(&simulator, json!({"model": model, "messages": messages})).await;
            let (_, usage) = answer.split_once("\"usage\":").unwrap();
            lines.push(format!("{model}: {}", usage.split_once(",\"completion").unwrap().0));
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    gpt-4o-mini: {"prompt_tokens":2053,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0}
    gpt-4o-mini: {"prompt_tokens":2053,"prompt_tokens_details":{"cached_tokens":2052,"cache_write_tokens":0}
    gpt-5.6: {"prompt_tokens":2053,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":2053}
    gpt-5.6: {"prompt_tokens":2053,"prompt_tokens_details":{"cached_tokens":2052,"cache_write_tokens":1}
    "#);
}
