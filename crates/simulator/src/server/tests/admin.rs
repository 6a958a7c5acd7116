//! What can be seen and changed while the simulator runs.

use super::{ask, body, send, start, tiny};

#[tokio::test]
async fn administration() {
    let simulator = start(&[]);
    let change = r#"{"seed":5,"latency_ms":1,"rules":[{"kind":"missing","rate":0.5},
        {"kind":"429","times":1,"retry_after":"date:2"}]}"#;
    let wrong = r#"{"rules":[{"kind":"missing","rate":2}]}"#;
    let misspelled = r#"{"rules":[{"kind":"429","retry-after":"2"}]}"#;
    let steps = [
        ("GET /health", ""),
        ("PUT /admin/faults", change),
        ("GET /admin/faults", ""),
        ("PUT /admin/faults", wrong),
        ("PUT /admin/faults", misspelled),
        ("GET /admin/stats", ""),
    ];
    let mut lines = Vec::new();
    for (line, request) in steps {
        let answer = send(&simulator, line, "accept: */*", request).await;
        lines.push(format!("{}\n  {}", format!("{line} {request}").trim(), body(&answer).trim()));
    }
    let limited = ask(&simulator, &tiny()).await;
    assert!(limited.contains(" GMT\n"), "{limited}");
    assert_eq!(simulator.stats().calls, 1);
    let answer = send(&simulator, "POST /admin/reset", "accept: */*", "").await;
    lines.push(format!("POST /admin/reset\n  {}", body(&answer)));
    assert_eq!(simulator.stats().calls, 0);
    insta::assert_snapshot!(lines.join("\n"), @r#"
    GET /health
      ok
    PUT /admin/faults {"seed":5,"latency_ms":1,"rules":[{"kind":"missing","rate":0.5},
            {"kind":"429","times":1,"retry_after":"date:2"}]}
      {"seed":5,"latency_ms":1,"rules":[{"kind":"missing","rate":0.5},{"kind":"429","rate":1.0,"times":1,"retry_after":"date:2"}]}
    GET /admin/faults
      {"seed":5,"latency_ms":1,"rules":[{"kind":"missing","rate":0.5},{"kind":"429","rate":1.0,"times":1,"retry_after":"date:2"}]}
    PUT /admin/faults {"rules":[{"kind":"missing","rate":2}]}
      {"type":"error","error":{"type":"invalid_request_error","message":"rate 2 of `missing` is not in 0..=1"},"request_id":"req_none"}
    PUT /admin/faults {"rules":[{"kind":"429","retry-after":"2"}]}
      {"type":"error","error":{"type":"invalid_request_error","message":"unknown field `retry-after`, expected one of `kind`, `rate`, `times`, `every`, `retry_after`, `delay_ms`, `cap_tokens` at line 1 column 37"},"request_id":"req_none"}
    GET /admin/stats
      {"calls":0,"answered":0,"refused":0,"usage":{"input_tokens":0,"output_tokens":0,"cache_write_tokens":0,"cache_read_tokens":0},"faults":{},"in_flight":0,"peak_in_flight":0}
    POST /admin/reset
      {"calls":0,"answered":0,"refused":0,"usage":{"input_tokens":0,"output_tokens":0,"cache_write_tokens":0,"cache_read_tokens":0},"faults":{},"in_flight":0,"peak_in_flight":0}
    "#);
}
