//! `POST /v1beta/models/…` over the socket.

use serde_json::{Value, json};

use super::{TEXT, brief, changed, in_words, schema, send, start};
use crate::Simulator;

const WHOLE: &str = "POST /v1beta/models/gemini-2.5-flash:generateContent";
const STREAM: &str = "POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse";
const KEY: &str = "x-goog-api-key: k";

fn tiny() -> Value {
    json!({
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [{"role": "user", "parts": [{"text": TEXT}]}],
        "generationConfig": {
            "maxOutputTokens": 100, "responseMimeType": "application/json",
            "responseJsonSchema": schema(),
        },
    })
}

async fn ask(simulator: &Simulator, line: &str) -> String {
    send(simulator, line, KEY, &tiny().to_string()).await
}

fn short() -> String {
    let config = json!({"maxOutputTokens": 8, "responseJsonSchema": schema()});
    changed(tiny(), &json!({"generationConfig": config})).to_string()
}

#[tokio::test]
async fn streamed() {
    insta::assert_snapshot!(ask(&start(&[]), STREAM).await, @r#"
    HTTP/1.0 200 OK
    content-type: text/event-stream; charset=utf-8
    x-goog-request-id: req_000000000001

    data: {"candidates":[{"content":{"role":"model","parts":[{"text":"{\"results\":[{\""}]},"index":0}],"usageMetadata":{"promptTokenCount":72,"cachedContentTokenCount":0,"candidatesTokenCount":4,"thoughtsTokenCount":0,"totalTokenCount":76},"modelVersion":"gemini-2.5-flash","responseId":"resp_000000000001"}

    data: {"candidates":[{"content":{"role":"model","parts":[{"text":"_block\":7,\"not"}]},"index":0}],"usageMetadata":{"promptTokenCount":72,"cachedContentTokenCount":0,"candidatesTokenCount":7,"thoughtsTokenCount":0,"totalTokenCount":79},"modelVersion":"gemini-2.5-flash","responseId":"resp_000000000001"}

    data: {"candidates":[{"content":{"role":"model","parts":[{"text":"e\":\"c14956af H"}]},"index":0}],"usageMetadata":{"promptTokenCount":72,"cachedContentTokenCount":0,"candidatesTokenCount":11,"thoughtsTokenCount":0,"totalTokenCount":83},"modelVersion":"gemini-2.5-flash","responseId":"resp_000000000001"}

    data: {"candidates":[{"content":{"role":"model","parts":[{"text":"i “you”\"}]}"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":72,"cachedContentTokenCount":0,"candidatesTokenCount":14,"thoughtsTokenCount":0,"totalTokenCount":86},"modelVersion":"gemini-2.5-flash","responseId":"resp_000000000001"}
    "#);
}

#[tokio::test]
async fn at_once() {
    insta::assert_snapshot!(ask(&start(&[]), WHOLE).await, @r#"
    HTTP/1.0 200 OK
    content-type: application/json
    x-goog-request-id: req_000000000001

    {"candidates":[{"content":{"role":"model","parts":[{"text":"{\"results\":[{\"_block\":7,\"note\":\"c14956af Hi “you”\"}]}"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":72,"cachedContentTokenCount":0,"candidatesTokenCount":14,"thoughtsTokenCount":0,"totalTokenCount":86},"modelVersion":"gemini-2.5-flash","responseId":"resp_000000000001"}
    "#);
}

#[tokio::test]
async fn truncated() {
    let simulator = start(&[]);
    insta::assert_snapshot!(brief(&send(&simulator, WHOLE, KEY, &short()).await), @r#"
    HTTP/1.0 200 OK
    {"candidates":[{"content":{"role":"model","parts":[{"text":"{\"results\":[{\"_block\":7,\"note\":\""}]},"finishReason":"MAX_TOKENS","index":0}],"usageMetadata":{"promptTokenCount":72,"cachedContentTokenCount":0,"candidatesTokenCount":8,"thoughtsTokenCount":0,"totalTokenCount":80},"modelVersion":"gemini-2.5-flash","responseId":"resp_000000000001"}
    "#);
    let streamed = send(&simulator, STREAM, KEY, &short()).await;
    insta::assert_snapshot!(streamed.trim_end().lines().last().unwrap(), @r#"data: {"candidates":[{"content":{"role":"model","parts":[{"text":"\"note\":\""}]},"finishReason":"MAX_TOKENS","index":0}],"usageMetadata":{"promptTokenCount":72,"cachedContentTokenCount":0,"candidatesTokenCount":8,"thoughtsTokenCount":0,"totalTokenCount":80},"modelVersion":"gemini-2.5-flash","responseId":"resp_000000000002"}"#);
}

#[tokio::test]
async fn refusal() {
    let simulator = start(&["refusal"]);
    insta::assert_snapshot!(brief(&ask(&simulator, WHOLE).await), @r#"
    HTTP/1.0 200 OK
    {"candidates":[{"finishReason":"SAFETY","index":0}],"usageMetadata":{"promptTokenCount":72,"cachedContentTokenCount":0,"candidatesTokenCount":6,"thoughtsTokenCount":0,"totalTokenCount":78},"modelVersion":"gemini-2.5-flash","responseId":"resp_000000000001"}
    "#);
    insta::assert_snapshot!(brief(&ask(&simulator, STREAM).await), @r#"
    HTTP/1.0 200 OK
    data: {"candidates":[{"finishReason":"SAFETY","index":0}],"usageMetadata":{"promptTokenCount":72,"cachedContentTokenCount":0,"candidatesTokenCount":6,"thoughtsTokenCount":0,"totalTokenCount":78},"modelVersion":"gemini-2.5-flash","responseId":"resp_000000000002"}
    "#);
}

#[tokio::test]
async fn without_a_schema() {
    let request = json!({"contents": [{"parts": [{"text": "Hello"}]}]});
    let line = format!("{WHOLE}?key=k");
    let answer = send(&start(&[]), &line, "accept: */*", &request.to_string()).await;
    insta::assert_snapshot!(brief(&answer), @r#"
    HTTP/1.0 200 OK
    {"candidates":[{"content":{"role":"model","parts":[{"text":"647e9fc5 was asked without a tool."}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":2,"cachedContentTokenCount":0,"candidatesTokenCount":9,"thoughtsTokenCount":0,"totalTokenCount":11},"modelVersion":"gemini-2.5-flash","responseId":"resp_000000000001"}
    "#);
}

#[tokio::test]
async fn rejections() {
    let simulator = start(&[]);
    let model = |name: &str| format!("POST /v1beta/models/{name}");
    let long = json!({"contents": [{"parts": [{"text": "x".repeat(4_000_004)}]}]}).to_string();
    let tiny = tiny().to_string();
    let cases = [
        ("no key", WHOLE.to_owned(), "accept: */*", tiny.as_str()),
        ("invalid key", WHOLE.to_owned(), "x-goog-api-key: invalid", &tiny),
        ("no credit", format!("{WHOLE}?key=no-credit"), "accept: */*", &tiny),
        ("another's model", model("gpt-6-luna:generateContent"), KEY, &tiny),
        ("no method", model("gemini-2.5-flash"), KEY, &tiny),
        ("nothing said", WHOLE.to_owned(), KEY, r#"{"contents": []}"#),
        ("too long", WHOLE.to_owned(), KEY, &long),
    ];
    let mut lines = Vec::new();
    for (case, line, headers, request) in cases {
        let answer = send(&simulator, &line, headers, request).await;
        lines.push(format!("{case}: {}", brief(&answer)));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    no key: HTTP/1.0 403 Forbidden
    {"error":{"code":403,"message":"Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.","status":"PERMISSION_DENIED","details":[]}}
    invalid key: HTTP/1.0 400 Bad Request
    {"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[]}}
    no credit: HTTP/1.0 429 Too Many Requests
    {"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[]}}
    another's model: HTTP/1.0 404 Not Found
    {"error":{"code":404,"message":"models/gpt-6-luna is not found for API version v1beta, or is not supported for generateContent.","status":"NOT_FOUND","details":[]}}
    no method: HTTP/1.0 404 Not Found
    {"error":{"code":404,"message":"/v1beta/models/gemini-2.5-flash was not found.","status":"NOT_FOUND","details":[]}}
    nothing said: HTTP/1.0 400 Bad Request
    {"error":{"code":400,"message":"* GenerateContentRequest.contents: not specified","status":"INVALID_ARGUMENT","details":[]}}
    too long: HTTP/1.0 400 Bad Request
    {"error":{"code":400,"message":"The input token count (1000001) exceeds the maximum number of tokens allowed (1000000).","status":"INVALID_ARGUMENT","details":[]}}
    "#);
}

#[tokio::test]
async fn faults() {
    insta::assert_snapshot!(in_words(WHOLE, KEY, &tiny()).await, @r#"
    400: HTTP/1.0 400 Bad Request
    {"error":{"code":400,"message":"messages: the request was refused on purpose","status":"INVALID_ARGUMENT","details":[]}}
    401: HTTP/1.0 400 Bad Request
    {"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[]}}
    402: HTTP/1.0 429 Too Many Requests
    {"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[]}}
    404: HTTP/1.0 404 Not Found
    {"error":{"code":404,"message":"models/not found on purpose is not found for API version v1beta, or is not supported for generateContent.","status":"NOT_FOUND","details":[]}}
    429,retry-after=2: HTTP/1.0 429 Too Many Requests
    {"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"2s"}]}}
    500: HTTP/1.0 500 Internal Server Error
    {"error":{"code":500,"message":"An internal error has occurred. Please retry.","status":"INTERNAL","details":[]}}
    529: HTTP/1.0 503 Service Unavailable
    {"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE","details":[]}}
    error-body: HTTP/1.0 200 OK
    {"error":{"code":500,"message":"An internal error has occurred. Please retry.","status":"INTERNAL","details":[]}}
    "#);
    let limited = send(&start(&["429,retry-after=500ms"]), WHOLE, KEY, &tiny().to_string()).await;
    insta::assert_snapshot!(limited, @r#"
    HTTP/1.0 429 Too Many Requests
    content-type: application/json
    x-goog-request-id: req_000000000001

    {"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0.5s"}]}}
    "#);
}

#[tokio::test]
async fn caching() {
    let simulator = start(&[]);
    let mut lines = Vec::new();
    for (n_chars, text) in [(8_000, "one"), (8_000, "two"), (3_000, "one"), (3_000, "two")] {
        let system = json!({"parts": [{"text": "x".repeat(n_chars)}]});
        let contents = json!([{"role": "user", "parts": [{"text": text}]}]);
        let changes = json!({"systemInstruction": system, "contents": contents});
        let request = changed(tiny(), &changes).to_string();
        let answer = send(&simulator, WHOLE, KEY, &request).await;
        let (_, usage) = answer.split_once("\"usageMetadata\":").unwrap();
        lines.push(usage.split_once(",\"candidates").unwrap().0.to_owned());
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"promptTokenCount":2053,"cachedContentTokenCount":0
    {"promptTokenCount":2053,"cachedContentTokenCount":2052
    {"promptTokenCount":803,"cachedContentTokenCount":0
    {"promptTokenCount":803,"cachedContentTokenCount":0
    "#);
}
