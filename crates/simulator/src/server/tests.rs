//! The simulator over a real socket, with a client of ten lines: what goes out, what comes back.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Faults, Options, Simulator};

mod admin;
mod chat;
mod client;
mod google;
mod responses;

const KEY: &str = "x-api-key: k\r\nanthropic-version: 2023-06-01";

/// Sends one HTTP/1.0 request, so that the answer comes unchunked and ends with the connection.
async fn send(simulator: &Simulator, line: &str, headers: &str, body: &str) -> String {
    let address = simulator.base_url().replace("http://", "");
    let mut socket = TcpStream::connect(address).await.unwrap();
    let n_bytes = body.len();
    let head = format!("{line} HTTP/1.0\r\n{headers}\r\ncontent-length: {n_bytes}\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(body.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = socket.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or(("(no response)", ""));
    let shown = head.lines().filter(|line| {
        let reset = line.contains("-reset: ") || line.contains("tokens-");
        !(reset || line.starts_with("date") || line.starts_with("content-length"))
    });
    let broken = if read.is_err() { "\n(connection reset)" } else { "" };
    format!("{}\n\n{body}{broken}", shown.collect::<Vec<_>>().join("\n"))
}

async fn ask(simulator: &Simulator, request: &Value) -> String {
    send(simulator, "POST /v1/messages", KEY, &request.to_string()).await
}

fn schema() -> Value {
    let item = json!({
        "type": "object", "required": ["_block", "note"],
        "properties": {"_block": {"type": "integer"}, "note": {"type": "string"}},
    });
    json!({
        "type": "object", "required": ["results"],
        "properties": {"results": {"type": "array", "items": item}},
    })
}

const TEXT: &str =
    "Take notes.\n{\"blocks\":[{\"_block\":7,\"type\":\"list\",\"content\":\"Hi “you”\"}]}";

/// A pack of one short block.
fn tiny() -> Value {
    json!({
        "model": "claude-haiku-4-5", "max_tokens": 100, "stream": true,
        "tools": [{"name": "extract_fields", "description": "", "input_schema": schema()}],
        "tool_choice": {"type": "tool", "name": "extract_fields"},
        "system": [{"type": "text", "text": "Be brief."}],
        "messages": [{"role": "user", "content": TEXT}],
    })
}

fn with(changes: &Value) -> Value {
    changed(tiny(), changes)
}

fn changed(mut request: Value, changes: &Value) -> Value {
    let fields = request.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    request
}

fn start(rules: &[&str]) -> Simulator {
    let faults = Faults::parse(0, rules.iter().copied()).unwrap();
    Simulator::start(Options { faults, ..Options::default() }).unwrap()
}

#[tokio::test]
async fn streamed() {
    insta::assert_snapshot!(ask(&start(&[]), &tiny()).await, @r#"
    HTTP/1.0 200 OK
    content-type: text/event-stream; charset=utf-8
    request-id: req_000000000001
    anthropic-ratelimit-requests-limit: 50000
    anthropic-ratelimit-requests-remaining: 49999

    event: message_start
    data: {"type":"message_start","message":{"id":"msg_000000000001","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[],"stop_reason":null,"usage":{"input_tokens":87,"output_tokens":1,"cache_creation_input_tokens":0,"cache_read_input_tokens":0}}}

    event: content_block_start
    data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_000000000001","name":"extract_fields","input":{}}}

    event: ping
    data: {"type":"ping"}

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"results\":[{\""}}

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"_block\":7,\"not"}}

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"e\":\"c14956af H"}}

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"i “you”\"}]}"}}

    event: content_block_stop
    data: {"type":"content_block_stop","index":0}

    event: message_delta
    data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"input_tokens":87,"output_tokens":14,"cache_creation_input_tokens":0,"cache_read_input_tokens":0}}

    event: message_stop
    data: {"type":"message_stop"}
    "#);
}

#[tokio::test]
async fn at_once() {
    let answer = ask(&start(&[]), &with(&json!({"stream": false}))).await;
    insta::assert_snapshot!(answer, @r#"
    HTTP/1.0 200 OK
    content-type: application/json
    request-id: req_000000000001
    anthropic-ratelimit-requests-limit: 50000
    anthropic-ratelimit-requests-remaining: 49999

    {"id":"msg_000000000001","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[{"type":"tool_use","id":"toolu_000000000001","name":"extract_fields","input":{"results":[{"_block":7,"note":"c14956af Hi “you”"}]}}],"stop_reason":"tool_use","usage":{"input_tokens":87,"output_tokens":14,"cache_creation_input_tokens":0,"cache_read_input_tokens":0}}
    "#);
}

#[tokio::test]
async fn refusal_streamed() {
    let answer = ask(&start(&["refusal"]), &tiny()).await;
    let events = answer.lines().filter(|line| line.contains("text") || line.contains("stop_"));
    insta::assert_snapshot!(events.collect::<Vec<_>>().join("\n"), @r#"
    content-type: text/event-stream; charset=utf-8
    data: {"type":"message_start","message":{"id":"msg_000000000001","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[],"stop_reason":null,"usage":{"input_tokens":87,"output_tokens":1,"cache_creation_input_tokens":0,"cache_read_input_tokens":0}}}
    data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"I can'"}}
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"t help"}}
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" with "}}
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"that."}}
    data: {"type":"message_delta","delta":{"stop_reason":"refusal"},"usage":{"input_tokens":87,"output_tokens":6,"cache_creation_input_tokens":0,"cache_read_input_tokens":0}}
    "#);
}

#[tokio::test]
async fn short_spellings() {
    let request = json!({
        "model": "claude-x", "max_tokens": 50, "system": "Be brief.",
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}],
    });
    insta::assert_snapshot!(body(&ask(&start(&[]), &request).await), @r#"{"id":"msg_000000000001","type":"message","role":"assistant","model":"claude-x","content":[{"type":"text","text":"647e9fc5 was asked without a tool."}],"stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":9,"cache_creation_input_tokens":0,"cache_read_input_tokens":0}}"#);
}

fn body(answer: &str) -> &str {
    answer.split_once("\n\n").unwrap().1
}

/// Status line and body, with the moment left out.
fn brief(answer: &str) -> String {
    let moment = |line: &str| {
        let (before, after) = line.split_once("\"created").unwrap();
        let digits = after.find(|c: char| c.is_ascii_digit()).unwrap();
        let rest = after[digits..].trim_start_matches(|c: char| c.is_ascii_digit());
        format!("{before}\"created{}0{rest}", &after[..digits])
    };
    let lines = body(answer).lines();
    let body: Vec<_> = lines
        .map(|line| if line.contains("\"created") { moment(line) } else { line.to_owned() })
        .collect();
    format!("{}\n{}", answer.lines().next().unwrap(), body.join("\n"))
}

/// Each fault as a provider words it.
async fn in_words(line: &str, headers: &str, request: &Value) -> String {
    let mut lines = Vec::new();
    for rule in ["400", "401", "402", "404", "429,retry-after=2", "500", "529", "error-body"] {
        let answer = send(&start(&[rule]), line, headers, &request.to_string()).await;
        lines.push(format!("{rule}: {}", brief(&answer)));
    }
    lines.join("\n")
}

/// Status and body of each of several wrong requests.
#[tokio::test]
async fn rejections() {
    let simulator = start(&[]);
    let version = "anthropic-version: 2023-06-01";
    let tiny = tiny().to_string();
    let unknown = with(&json!({"model": "gpt-9"})).to_string();
    let cases = [
        ("no key", version.to_owned(), tiny.as_str()),
        ("invalid key", format!("x-api-key: invalid\r\n{version}"), &tiny),
        ("no version", "authorization: Bearer k".to_owned(), &tiny),
        ("no credit", format!("authorization: Bearer no-credit\r\n{version}"), &tiny),
        ("unknown model", KEY.to_owned(), &unknown),
        ("no JSON", KEY.to_owned(), "{"),
        ("no limit", KEY.to_owned(), r#"{"model": "claude"}"#),
    ];
    let mut lines = Vec::new();
    for (case, headers, request) in cases {
        let answer = send(&simulator, "POST /v1/messages", &headers, request).await;
        lines.push(format!("{case}: {}\n  {}", answer.lines().next().unwrap(), body(&answer)));
    }
    lines.push(too_large(&simulator).await);
    lines.push(send(&simulator, "GET /v1/models", KEY, "").await);
    insta::assert_snapshot!(lines.join("\n"), @r#"
    no key: HTTP/1.0 401 Unauthorized
      {"type":"error","error":{"type":"authentication_error","message":"x-api-key header is required"},"request_id":"req_000000000001"}
    invalid key: HTTP/1.0 401 Unauthorized
      {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"},"request_id":"req_000000000002"}
    no version: HTTP/1.0 400 Bad Request
      {"type":"error","error":{"type":"invalid_request_error","message":"anthropic-version: header is required"},"request_id":"req_000000000003"}
    no credit: HTTP/1.0 400 Bad Request
      {"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."},"request_id":"req_000000000004"}
    unknown model: HTTP/1.0 404 Not Found
      {"type":"error","error":{"type":"not_found_error","message":"model: gpt-9"},"request_id":"req_000000000005"}
    no JSON: HTTP/1.0 400 Bad Request
      {"type":"error","error":{"type":"invalid_request_error","message":"EOF while parsing an object at line 1 column 1"},"request_id":"req_000000000006"}
    no limit: HTTP/1.0 400 Bad Request
      {"type":"error","error":{"type":"invalid_request_error","message":"missing field `max_tokens`"},"request_id":"req_000000000007"}
    too large: HTTP/1.0 413 Payload Too Large
      {"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"},"request_id":"req_000000000008"}
    HTTP/1.0 404 Not Found
    content-type: application/json

    {"type":"error","error":{"type":"not_found_error","message":"Not found: /v1/models"},"request_id":"req_none"}
    "#);
    insta::assert_snapshot!(format!("{:?}", simulator.stats()), @"Stats { calls: 8, answered: 0, refused: 8, usage: Usage { input_tokens: 0, output_tokens: 0, cache_write_tokens: 0, cache_read_tokens: 0 }, faults: {}, in_flight: 0, peak_in_flight: 1 }");
}

/// Announces a body above the limit and sends none of it.
async fn too_large(simulator: &Simulator) -> String {
    let address = simulator.base_url().replace("http://", "");
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!("POST /v1/messages HTTP/1.0\r\n{KEY}\r\ncontent-length: 33554433\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    format!("too large: {}\n  {body}", head.lines().next().unwrap())
}

#[tokio::test]
async fn faults_as_statuses() {
    let rules = ["400", "401", "402", "404", "429", "500", "529"];
    let mut lines = Vec::new();
    for rule in rules {
        let answer = ask(&start(&[rule]), &tiny()).await;
        lines.push(format!("{}\n  {}", answer.lines().next().unwrap(), body(&answer)));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    HTTP/1.0 400 Bad Request
      {"type":"error","error":{"type":"invalid_request_error","message":"messages: the request was refused on purpose"},"request_id":"req_000000000001"}
    HTTP/1.0 401 Unauthorized
      {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"},"request_id":"req_000000000001"}
    HTTP/1.0 402 Payment Required
      {"type":"error","error":{"type":"billing_error","message":"There's an issue with your billing or payment information."},"request_id":"req_000000000001"}
    HTTP/1.0 404 Not Found
      {"type":"error","error":{"type":"not_found_error","message":"model: not found on purpose"},"request_id":"req_000000000001"}
    HTTP/1.0 429 Too Many Requests
      {"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed the rate limit for your organization"},"request_id":"req_000000000001"}
    HTTP/1.0 500 Internal Server Error
      {"type":"error","error":{"type":"api_error","message":"Internal server error"},"request_id":"req_000000000001"}
    HTTP/1.0 529 <none>
      {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_000000000001"}
    "#);
}

#[tokio::test]
async fn rate_limited() {
    let simulator = start(&["429,times=1,retry-after=2"]);
    insta::assert_snapshot!(ask(&simulator, &tiny()).await, @r#"
    HTTP/1.0 429 Too Many Requests
    content-type: application/json
    retry-after: 2
    request-id: req_000000000001
    anthropic-ratelimit-requests-limit: 50000
    anthropic-ratelimit-requests-remaining: 0

    {"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed the rate limit for your organization"},"request_id":"req_000000000001"}
    "#);
    let again = ask(&simulator, &tiny()).await;
    insta::assert_snapshot!(again.lines().next().unwrap(), @"HTTP/1.0 200 OK");
    simulator.set_faults(Faults::parse(0, ["529,retry-after=500ms"]).unwrap());
    let later = ask(&simulator, &tiny()).await;
    assert!(later.contains("\nretry-after-ms: 500\n"), "{later}");
}

/// Seeds differ in whether the connection drops before the answer or within it.
#[tokio::test]
async fn resets() {
    let simulator = start(&[]);
    let mut answers = std::collections::BTreeSet::new();
    for seed in 0..8 {
        simulator.set_faults(Faults::parse(seed, ["reset"]).unwrap());
        let answer = ask(&simulator, &tiny()).await;
        answers.insert(answer.replace(|c: char| c.is_ascii_digit(), "9"));
    }
    insta::assert_snapshot!(Vec::from_iter(answers).join("\n---\n"), @r#"
    (no response)


    ---
    HTTP/9.9 999 OK
    content-type: text/event-stream; charset=utf-9
    request-id: req_999999999999
    anthropic-ratelimit-requests-limit: 99999
    anthropic-ratelimit-requests-remaining: 99999

    event: message_start
    data: {"ty
    "#);
    insta::assert_snapshot!(format!("{:?}", simulator.stats()), @"Stats { calls: 8, answered: 0, refused: 0, usage: Usage { input_tokens: 0, output_tokens: 0, cache_write_tokens: 0, cache_read_tokens: 0 }, faults: {Reset: 8}, in_flight: 0, peak_in_flight: 1 }");
}

#[tokio::test]
async fn slow_is_late_and_hang_is_never() {
    let simulator = start(&["slow,delay-ms=80"]);
    let started = tokio::time::Instant::now();
    ask(&simulator, &tiny()).await;
    assert!(started.elapsed().as_millis() >= 80);
    simulator.set_faults(Faults::parse(0, ["hang"]).unwrap());
    let patience = std::time::Duration::from_millis(80);
    assert!(tokio::time::timeout(patience, ask(&simulator, &tiny())).await.is_err());
}

/// Cold calls at the same time each pay a write; the next reads.
#[tokio::test]
async fn concurrent_cold_calls() {
    let options = Options { latency_ms: 200, ..Options::default() };
    let simulator = Simulator::start(options).unwrap();
    let part = json!({
        "type": "text", "text": "x".repeat(20_000), "cache_control": {"type": "ephemeral"},
    });
    let request = with(&json!({"system": [part]}));
    let (a, b, c) =
        (ask(&simulator, &request), ask(&simulator, &request), ask(&simulator, &request));
    futures::join!(a, b, c);
    ask(&simulator, &request).await;
    let stats = serde_json::to_string_pretty(&simulator.stats()).unwrap();
    insta::assert_snapshot!(stats, @r#"
    {
      "calls": 4,
      "answered": 4,
      "refused": 0,
      "usage": {
        "input_tokens": 72,
        "output_tokens": 56,
        "cache_write_tokens": 15201,
        "cache_read_tokens": 5067
      },
      "faults": {},
      "in_flight": 0,
      "peak_in_flight": 3
    }
    "#);
}

#[tokio::test]
async fn stops_when_dropped() {
    let simulator = start(&[]);
    let address = simulator.base_url().replace("http://", "");
    drop(simulator);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(TcpStream::connect(address).await.is_err());
}
