//! Runs: planned, started once, stopped.

use insta::assert_snapshot;

use super::{Gloss, SCHEMA};

/// The body of a run, with room for settings.
async fn body(gloss: &Gloss, settings: &str) -> String {
    let document = gloss.document().await;
    gloss.send(&format!("POST /v1/schemas\n\n{SCHEMA}")).await;
    format!(r#"{{"document_id": "{document}", "schema_ref": "notes", "settings": {{{settings}}}}}"#)
}

#[tokio::test]
async fn a_plan_stores_nothing() {
    let gloss = Gloss::new().await;
    let body = body(&gloss, "").await;
    let fields = ["document_id", "model", "total_blocks", "modes/0/calls"];
    assert_snapshot!(gloss.line(&format!("POST /v1/runs/plan\n\n{body}"), &fields).await, @"200 <1> | claude-sonnet-4-5-20250929 | 3 | 3");
    assert_snapshot!(gloss.line("GET /v1/runs", &["items", "next"]).await, @"200 [] | null");
}

#[tokio::test]
async fn the_same_key_makes_one_run() {
    let gloss = Gloss::new().await;
    let settings = r#""worker.max_retries": 2, "worker.concurrency": 1"#;
    let first = body(&gloss, settings).await;
    let create = |body: &str| format!("POST /v1/runs\nidempotency-key: k-1\n\n{body}");
    assert_snapshot!(gloss.show(&create(&first)).await, @r#"
    201 Created
    content-type: application/json
    {
      "run_id": "<1>",
      "document_id": "<2>",
      "conv_uid": "7640f438c9aecf8c41d00e8eab7b83def653624552592a596d0cc3d5e604b6d3",
      "schema_ref": "notes",
      "status": "running",
      "attention": null,
      "advice": null,
      "batching_mode": "serial_bundle",
      "model": "claude-sonnet-4-5-20250929",
      "snapshot_hash": "8f5fe4f440f5c94a6b82cdbf08109c163c7b1de12b3afdccc05e16b22e8d3cc9",
      "total_blocks": 3,
      "completed_blocks": 0,
      "failed_blocks": 0,
      "skipped_blocks": 0,
      "remaining_blocks": 3,
      "calls": 0,
      "usage": {
        "input_tokens": 0,
        "output_tokens": 0,
        "cache_write_tokens": 0,
        "cache_read_tokens": 0
      },
      "cost_usd": 0.0,
      "cost_known": true,
      "reserved_usd": 0.0,
      "budget_usd": null,
      "created_at": "2027-01-15T08:00:00.000Z",
      "started_at": null,
      "completed_at": null
    }
    "#);
    assert_snapshot!(gloss.line(&create(&first), &["run_id"]).await, @"200 <1>");
    let turned = body(&gloss, r#""worker.concurrency": 1, "worker.max_retries": 2"#).await;
    assert_snapshot!(gloss.line(&create(&turned), &["run_id"]).await, @"200 <1>");
    let other = body(&gloss, r#""worker.max_retries": 3"#).await;
    assert_snapshot!(gloss.show(&create(&other)).await, @r#"
    409 Conflict
    content-type: application/problem+json
    {
      "type": "about:blank",
      "title": "Conflict",
      "status": 409,
      "detail": "this idempotency key made run <1> from another request",
      "code": "idempotency_key_reused",
      "hint": "use a new key for a new request"
    }
    "#);
    let keyless = format!("POST /v1/runs\n\n{first}");
    assert_snapshot!(gloss.line(&keyless, &["run_id"]).await, @"201 <3>");
    let fields = ["items/0/run_id", "items/1/run_id", "items/2", "next"];
    assert_snapshot!(gloss.line("GET /v1/runs?status=running", &fields).await, @"200 <3> | <1> | null");
    assert_snapshot!(gloss.line("GET /v1/runs?status=cancelled", &["items"]).await, @"200 []");
}

#[tokio::test]
async fn a_run_is_cancelled_once_and_resumed() {
    let gloss = Gloss::new().await;
    let run = gloss.run().await;
    let fields = ["run_id", "status", "code", "detail", "hint"];
    let mut lines = Vec::new();
    for action in ["cancel", "cancel", "resume", "resume", "retry-failed"] {
        let line = gloss.line(&format!("POST /v1/runs/{run}/{action}"), &fields).await;
        lines.push(format!("{action}: {line}"));
    }
    assert_snapshot!(lines.join("\n"), @r"
    cancel: 200 <1> | cancelled
    cancel: 409 409 | run_state | run <1> is cancelled and cannot be cancelled | `gloss runs resume` re-opens it
    resume: 200 <1> | running
    resume: 409 409 | run_state | run <1> is running and cannot be resumed | it is running: `gloss runs cancel` stops it
    retry-failed: 200 <1> | running
    ");
    let fields = ["run_id", "status", "remaining_blocks"];
    assert_snapshot!(gloss.line(&format!("GET /v1/runs/{run}"), &fields).await, @"200 <1> | running | 3");
}

#[tokio::test]
async fn what_is_refused() {
    let gloss = Gloss::new().await;
    let body = body(&gloss, "").await;
    let long = "k".repeat(256);
    let nobody = "0199d0c6-6a5e-7cc0-9a52-0d5f6f1f7a11";
    let mut lines = Vec::new();
    for request in [
        format!("POST /v1/runs\nidempotency-key: {long}\n\n{body}"),
        format!("POST /v1/runs\nidempotency-key: two words\n\n{body}"),
        "POST /v1/runs\n\n{\"document_id\": \"a\",\n  \"schema_ref\": b}".to_owned(),
        "POST /v1/runs\n\n{\"document_id\": \"a\"}".to_owned(),
        "POST /v1/runs\n\n".to_owned(),
        format!("POST /v1/runs\n\n{}", body.replace("settings", "setings")),
        format!("POST /v1/runs\n\n{}", body.replace("notes", "nothing")),
        format!("POST /v1/runs\n\n{}", body.replace("{}", r#"{"worker.colour": "blue"}"#)),
        "GET /v1/runs?status=odd".to_owned(),
        "GET /v1/runs/7".to_owned(),
        format!("GET /v1/runs/{nobody}"),
        format!("POST /v1/runs/{nobody}/cancel"),
    ] {
        lines.push(gloss.problem(&request).await);
    }
    assert_snapshot!(lines.join("\n"), @r"
    400 invalid_idempotency_key | Idempotency-Key is not 1 to 255 visible characters
    400 invalid_idempotency_key | Idempotency-Key is not 1 to 255 visible characters
    400 invalid_json | the body cannot be read: expected value at line 2 column 17
    400 invalid_body | the body cannot be read: missing field `schema_ref` at line 1 column 20
    400 invalid_json | the body cannot be read: EOF while parsing a value at line 1 column 0
    400 invalid_body | the body cannot be read: unknown field `setings`, expected one of `document_id`, `schema_ref`, `settings` at line 1 column 88
    404 schema_not_found | there is no schema `nothing`
    400 invalid_setting | request override: `worker.colour` is not a policy key; look it up in the list of policy keys
    400 invalid_status | `odd` is no run status; there is running, complete, failed, cancelled
    400 invalid_run_id | `7` is not a run id (a UUID such as <1>)
    404 run_not_found | there is no run <1>
    404 run_not_found | there is no run <1>
    ");
}
