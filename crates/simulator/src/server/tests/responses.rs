//! `POST /v1/responses` over the socket.

use serde_json::{Value, json};

use super::{TEXT, brief, changed, in_words, schema, send, start};
use crate::Simulator;

const LINE: &str = "POST /v1/responses";
const KEY: &str = "authorization: Bearer k";

fn part(text: &str) -> Value {
    json!([{"type": "input_text", "text": text}])
}

fn tiny() -> Value {
    json!({
        "model": "gpt-6-luna", "max_output_tokens": 100, "stream": false,
        "text": {"format": {
            "type": "json_schema", "name": "extract_fields", "schema": schema(), "strict": true,
        }},
        "input": [
            {"role": "developer", "content": part("Be brief.")},
            {"role": "user", "content": part(TEXT)},
        ],
    })
}

async fn ask(simulator: &Simulator, changes: Value) -> String {
    send(simulator, LINE, KEY, &changed(tiny(), &changes).to_string()).await
}

#[tokio::test]
async fn streamed() {
    let answer = ask(&start(&[]), json!({"stream": true})).await;
    insta::assert_snapshot!(answer.split_once("\n\n").unwrap().0, @"
    HTTP/1.0 200 OK
    content-type: text/event-stream; charset=utf-8
    x-request-id: req_000000000001
    x-ratelimit-limit-requests: 50000
    x-ratelimit-remaining-requests: 49999
    x-ratelimit-reset-requests: 1s
    x-ratelimit-limit-tokens: 50000000
    x-ratelimit-remaining-tokens: 50000000
    x-ratelimit-reset-tokens: 1s
    ");
    insta::assert_snapshot!(brief(&answer), @r#"
    HTTP/1.0 200 OK
    event: response.created
    data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_000000000001","object":"response","created_at":0,"status":"in_progress","model":"gpt-6-luna","output":[],"incomplete_details":null,"error":null,"usage":null,"parallel_tool_calls":true,"tool_choice":"auto","tools":[]}}

    event: response.in_progress
    data: {"type":"response.in_progress","sequence_number":1,"response":{"id":"resp_000000000001","object":"response","created_at":0,"status":"in_progress","model":"gpt-6-luna","output":[],"incomplete_details":null,"error":null,"usage":null,"parallel_tool_calls":true,"tool_choice":"auto","tools":[]}}

    event: response.output_item.added
    data: {"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"message","id":"msg_000000000001","role":"assistant","status":"in_progress","content":[]}}

    event: response.content_part.added
    data: {"type":"response.content_part.added","sequence_number":3,"item_id":"msg_000000000001","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}

    event: response.output_text.delta
    data: {"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_000000000001","output_index":0,"content_index":0,"delta":"{\"results\":[{\"","logprobs":[]}

    event: response.output_text.delta
    data: {"type":"response.output_text.delta","sequence_number":5,"item_id":"msg_000000000001","output_index":0,"content_index":0,"delta":"_block\":7,\"not","logprobs":[]}

    event: response.output_text.delta
    data: {"type":"response.output_text.delta","sequence_number":6,"item_id":"msg_000000000001","output_index":0,"content_index":0,"delta":"e\":\"c14956af H","logprobs":[]}

    event: response.output_text.delta
    data: {"type":"response.output_text.delta","sequence_number":7,"item_id":"msg_000000000001","output_index":0,"content_index":0,"delta":"i “you”\"}]}","logprobs":[]}

    event: response.output_text.done
    data: {"type":"response.output_text.done","sequence_number":8,"item_id":"msg_000000000001","output_index":0,"content_index":0,"text":"{\"results\":[{\"_block\":7,\"note\":\"c14956af Hi “you”\"}]}","logprobs":[]}

    event: response.content_part.done
    data: {"type":"response.content_part.done","sequence_number":9,"item_id":"msg_000000000001","output_index":0,"content_index":0,"part":{"type":"output_text","text":"{\"results\":[{\"_block\":7,\"note\":\"c14956af Hi “you”\"}]}","annotations":[]}}

    event: response.output_item.done
    data: {"type":"response.output_item.done","sequence_number":10,"output_index":0,"item":{"type":"message","id":"msg_000000000001","role":"assistant","status":"completed","content":[{"type":"output_text","text":"{\"results\":[{\"_block\":7,\"note\":\"c14956af Hi “you”\"}]}","annotations":[]}]}}

    event: response.completed
    data: {"type":"response.completed","sequence_number":11,"response":{"id":"resp_000000000001","object":"response","created_at":0,"status":"completed","model":"gpt-6-luna","output":[{"type":"message","id":"msg_000000000001","role":"assistant","status":"completed","content":[{"type":"output_text","text":"{\"results\":[{\"_block\":7,\"note\":\"c14956af Hi “you”\"}]}","annotations":[]}]}],"incomplete_details":null,"error":null,"usage":{"input_tokens":72,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":14,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":86},"parallel_tool_calls":true,"tool_choice":"auto","tools":[]}}
    "#);
}

#[tokio::test]
async fn at_once() {
    insta::assert_snapshot!(brief(&ask(&start(&[]), json!({})).await), @r#"
    HTTP/1.0 200 OK
    {"id":"resp_000000000001","object":"response","created_at":0,"status":"completed","model":"gpt-6-luna","output":[{"type":"message","id":"msg_000000000001","role":"assistant","status":"completed","content":[{"type":"output_text","text":"{\"results\":[{\"_block\":7,\"note\":\"c14956af Hi “you”\"}]}","annotations":[]}]}],"incomplete_details":null,"error":null,"usage":{"input_tokens":72,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":14,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":86},"parallel_tool_calls":true,"tool_choice":"auto","tools":[]}
    "#);
}

#[tokio::test]
async fn truncated() {
    let simulator = start(&[]);
    let limit = json!({"max_output_tokens": 8});
    insta::assert_snapshot!(brief(&ask(&simulator, limit).await), @r#"
    HTTP/1.0 200 OK
    {"id":"resp_000000000001","object":"response","created_at":0,"status":"incomplete","model":"gpt-6-luna","output":[{"type":"message","id":"msg_000000000001","role":"assistant","status":"incomplete","content":[{"type":"output_text","text":"{\"results\":[{\"_block\":7,\"note\":\"","annotations":[]}]}],"incomplete_details":{"reason":"max_output_tokens"},"error":null,"usage":{"input_tokens":72,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":8,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":80},"parallel_tool_calls":true,"tool_choice":"auto","tools":[]}
    "#);
    let streamed = ask(&simulator, json!({"max_output_tokens": 8, "stream": true})).await;
    let last = streamed.trim_end().lines().rev().nth(1).unwrap();
    insta::assert_snapshot!(last, @"event: response.incomplete");
}

#[tokio::test]
async fn refusal() {
    let simulator = start(&["refusal"]);
    insta::assert_snapshot!(brief(&ask(&simulator, json!({})).await), @r#"
    HTTP/1.0 200 OK
    {"id":"resp_000000000001","object":"response","created_at":0,"status":"completed","model":"gpt-6-luna","output":[{"type":"message","id":"msg_000000000001","role":"assistant","status":"completed","content":[{"type":"refusal","refusal":"I can't help with that."}]}],"incomplete_details":null,"error":null,"usage":{"input_tokens":72,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":6,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":78},"parallel_tool_calls":true,"tool_choice":"auto","tools":[]}
    "#);
    let streamed = ask(&simulator, json!({"stream": true})).await;
    let events = streamed.lines().filter(|line| line.contains("refusal."));
    insta::assert_snapshot!(events.collect::<Vec<_>>().join("\n"), @r#"
    event: response.refusal.delta
    data: {"type":"response.refusal.delta","sequence_number":4,"item_id":"msg_000000000002","output_index":0,"content_index":0,"delta":"I can'"}
    event: response.refusal.delta
    data: {"type":"response.refusal.delta","sequence_number":5,"item_id":"msg_000000000002","output_index":0,"content_index":0,"delta":"t help"}
    event: response.refusal.delta
    data: {"type":"response.refusal.delta","sequence_number":6,"item_id":"msg_000000000002","output_index":0,"content_index":0,"delta":" with "}
    event: response.refusal.delta
    data: {"type":"response.refusal.delta","sequence_number":7,"item_id":"msg_000000000002","output_index":0,"content_index":0,"delta":"that."}
    event: response.refusal.done
    data: {"type":"response.refusal.done","sequence_number":8,"item_id":"msg_000000000002","output_index":0,"content_index":0,"refusal":"I can't help with that."}
    "#);
}

#[tokio::test]
async fn plain_texts() {
    let simulator = start(&[]);
    let request = json!({"model": "gpt-x", "instructions": "Be brief.", "input": "Hello"});
    let answer = send(&simulator, LINE, KEY, &request.to_string()).await;
    insta::assert_snapshot!(brief(&answer), @r#"
    HTTP/1.0 200 OK
    {"id":"resp_000000000001","object":"response","created_at":0,"status":"completed","model":"gpt-x","output":[{"type":"message","id":"msg_000000000001","role":"assistant","status":"completed","content":[{"type":"output_text","text":"647e9fc5 was asked without a tool.","annotations":[]}]}],"incomplete_details":null,"error":null,"usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":14},"parallel_tool_calls":true,"tool_choice":"auto","tools":[]}
    "#);
}

#[tokio::test]
async fn rejections() {
    let simulator = start(&[]);
    let long = "x".repeat(4_000_000);
    let cases = [
        ("no key", "accept: */*", json!({})),
        ("invalid key", "authorization: Bearer invalid", json!({})),
        ("no credit", "authorization: Bearer no-credit", json!({})),
        ("another's model", KEY, json!({"model": "claude-haiku-4-5"})),
        ("unknown model", KEY, json!({"model": "gpt-nope"})),
        ("too long", KEY, json!({"input": long})),
        ("nothing said", KEY, json!({"input": []})),
    ];
    let mut lines = Vec::new();
    for (case, headers, changes) in cases {
        let request = changed(tiny(), &changes).to_string();
        let answer = send(&simulator, LINE, headers, &request).await;
        lines.push(format!("{case}: {}", brief(&answer)));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    no key: HTTP/1.0 401 Unauthorized
    {"error":{"message":"You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).","type":"invalid_request_error","param":null,"code":null}}
    invalid key: HTTP/1.0 401 Unauthorized
    {"error":{"message":"Incorrect API key provided: invalid. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}
    no credit: HTTP/1.0 429 Too Many Requests
    {"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}
    another's model: HTTP/1.0 404 Not Found
    {"error":{"message":"The model `claude-haiku-4-5` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}
    unknown model: HTTP/1.0 404 Not Found
    {"error":{"message":"The model `gpt-nope` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}
    too long: HTTP/1.0 400 Bad Request
    {"error":{"message":"This model's maximum context length is 1000000 tokens. However, your messages resulted in 1000052 tokens. Please reduce their length.","type":"invalid_request_error","param":null,"code":"context_length_exceeded"}}
    nothing said: HTTP/1.0 400 Bad Request
    {"error":{"message":"input: at least one user message is required","type":"invalid_request_error","param":null,"code":null}}
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
    let limited = ask(&start(&["429,retry-after=2"]), json!({})).await;
    insta::assert_snapshot!(limited.split_once("\n\n").unwrap().0, @"
    HTTP/1.0 429 Too Many Requests
    content-type: application/json
    retry-after: 2
    x-request-id: req_000000000001
    x-ratelimit-limit-requests: 50000
    x-ratelimit-remaining-requests: 0
    x-ratelimit-reset-requests: 1s
    x-ratelimit-limit-tokens: 50000000
    x-ratelimit-remaining-tokens: 0
    x-ratelimit-reset-tokens: 1s
    ");
}

/// What two equal prefixes with differing ends are billed.
async fn counters(model: &str, breakpoint: Value, cache_keys: [&str; 2]) -> String {
    let simulator = start(&[]);
    let mut lines = Vec::new();
    for (text, key) in
        ["one", "two", "two"].into_iter().zip([cache_keys[0], cache_keys[1], cache_keys[1]])
    {
        let mut instructions = part(&"x".repeat(8_000));
        if !breakpoint.is_null() {
            instructions[0]["prompt_cache_breakpoint"] = breakpoint.clone();
        }
        let input = json!([
            {"role": "developer", "content": instructions},
            {"role": "user", "content": part(text)},
        ]);
        let mode = if breakpoint.is_null() { "implicit" } else { "explicit" };
        let changes = json!({"model": model, "input": input, "prompt_cache_key": key,
            "prompt_cache_options": {"mode": mode}});
        let answer = ask(&simulator, changes).await;
        let (_, usage) = answer.split_once("\"usage\":").unwrap();
        lines.push(usage.split_once(",\"output").unwrap().0.to_owned());
    }
    lines.join("\n")
}

#[tokio::test]
async fn caching() {
    let mark = json!({"mode": "explicit"});
    insta::assert_snapshot!(counters("gpt-6-luna", mark.clone(), ["k", "k"]).await, @r#"
    {"input_tokens":2053,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":2052}
    {"input_tokens":2053,"input_tokens_details":{"cached_tokens":2052,"cache_write_tokens":0}
    {"input_tokens":2053,"input_tokens_details":{"cached_tokens":2052,"cache_write_tokens":0}
    "#);
    insta::assert_snapshot!(counters("gpt-6-luna", json!(null), ["k", "k"]).await, @r#"
    {"input_tokens":2052,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":2052}
    {"input_tokens":2052,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":2052}
    {"input_tokens":2052,"input_tokens_details":{"cached_tokens":2052,"cache_write_tokens":0}
    "#);
    insta::assert_snapshot!(counters("gpt-5-mini", json!(null), ["k", "k"]).await, @r#"
    {"input_tokens":2053,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0}
    {"input_tokens":2053,"input_tokens_details":{"cached_tokens":2052,"cache_write_tokens":0}
    {"input_tokens":2053,"input_tokens_details":{"cached_tokens":2052,"cache_write_tokens":0}
    "#);
    insta::assert_snapshot!(counters("gpt-6-luna", mark, ["a", "b"]).await, @r#"
    {"input_tokens":2053,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":2052}
    {"input_tokens":2053,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":2052}
    {"input_tokens":2053,"input_tokens_details":{"cached_tokens":2052,"cache_write_tokens":0}
    "#);
}
