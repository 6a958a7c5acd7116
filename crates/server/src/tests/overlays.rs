//! What people decide about staged blocks.

use insta::assert_snapshot;

use super::Gloss;

const BLOCK: [&str; 4] = ["items/0/block_index", "items/0/status", "items/0/revision", "next"];

#[tokio::test]
async fn blocks_are_listed() {
    let gloss = Gloss::new().await;
    let run = gloss.staged().await;
    let list = format!("GET /v1/runs/{run}/overlays");
    assert_snapshot!(gloss.show(&format!("{list}?limit=1")).await, @r##"
    200 OK
    content-type: application/json
    {
      "items": [
        {
          "block_uid": "7640f438c9aecf8c41d00e8eab7b83def653624552592a596d0cc3d5e604b6d3:0",
          "block_index": 0,
          "block_type": "heading",
          "block_locator": {
            "type": "text_offset_range",
            "start_offset": 0,
            "end_offset": 9
          },
          "block_content": "# Harbour",
          "status": "ai_complete",
          "staging": {
            "topic": "9ce2948e # Harbour",
            "urgent": true
          },
          "confirmed": null,
          "revision": 1,
          "attempts": 0,
          "deferrals": 0,
          "last_error": null,
          "call_id": "<1>",
          "reused_from": null,
          "edited_by": null,
          "confirmed_by": null,
          "confirmed_at": null
        }
      ],
      "next": "1"
    }
    "##);
    assert_snapshot!(gloss.line(&format!("{list}?limit=1&after=1"), &BLOCK).await, @"200 1 | ai_complete | 1 | 2");
    assert_snapshot!(gloss.line(&format!("{list}?status=staged&limit=3"), &BLOCK).await, @"200 0 | ai_complete | 1 | 3");
    assert_snapshot!(gloss.line(&format!("{list}?status=failed"), &["items"]).await, @"200 []");
}

#[tokio::test]
async fn confirm_reject_and_reopen() {
    let gloss = Gloss::new().await;
    let run = gloss.staged().await;
    let mut lines = Vec::new();
    for (action, body) in [
        ("confirm", r#"{"blocks": [0]}"#),
        ("confirm", r#"{"blocks": [0]}"#),
        ("reject", r#"{"blocks": [1], "reason": "off the point"}"#),
        ("confirm", "{}"),
        ("reopen", r#"{"blocks": [0]}"#),
        ("confirm", r#"{"blocks": [9]}"#),
        ("confirm", r#"{"block": [0]}"#),
        ("confirm", r#"{"blocks": [-1]}"#),
        ("confirm", ""),
    ] {
        let request = format!("POST /v1/runs/{run}/overlays/{action}\n\n{body}");
        let fields = ["changed", "unchanged", "run_status", "code", "detail"];
        lines.push(format!("{action} {body}: {}", gloss.line(&request, &fields).await));
    }
    assert_snapshot!(lines.join("\n"), @r#"
    confirm {"blocks": [0]}: 200 [0] | [] | complete
    confirm {"blocks": [0]}: 200 [] | [0] | complete
    reject {"blocks": [1], "reason": "off the point"}: 200 [1] | [] | running
    confirm {}: 200 [2] | [] | running
    reopen {"blocks": [0]}: 200 [0] | [] | running
    confirm {"blocks": [9]}: 404 block_not_found | run <1> has blocks 0 to 2, not 9
    confirm {"block": [0]}: 400 invalid_body | the body cannot be read: unknown field `block`, expected `blocks` at line 1 column 8
    confirm {"blocks": [-1]}: 400 invalid_body | the body cannot be read: invalid value: integer `-1`, expected u32 at line 1 column 14
    confirm : 400 invalid_json | the body cannot be read: EOF while parsing a value at line 1 column 0
    "#);
}

#[tokio::test]
async fn a_decision_may_name_the_revision_it_saw() {
    let gloss = Gloss::new().await;
    let run = gloss.staged().await;
    let seen = gloss.send(&format!("GET /v1/runs/{run}/overlays?limit=1")).await.json();
    let seen = seen["items"][0]["revision"].as_u64().unwrap();
    let mut lines = Vec::new();
    for (revision, blocks) in [
        (format!("\"{}\"", seen + 1), "[0]"),
        (format!("\"{seen}\""), "[0, 1]"),
        (format!("W/\"{seen}\""), "[0]"),
        (seen.to_string(), "[0]"),
        (format!("\"{seen}\""), "[0]"),
    ] {
        let request = format!(
            "POST /v1/runs/{run}/overlays/confirm\nif-match: {revision}\n\n{{\"blocks\": {blocks}}}"
        );
        let fields = ["changed", "code", "detail"];
        lines.push(format!("{revision} {blocks}: {}", gloss.line(&request, &fields).await));
    }
    assert_snapshot!(lines.join("\n"), @r#"
    "2" [0]: 412 stale_revision | someone changed this block since you read it; nothing was written
    "1" [0, 1]: 400 invalid_revision | a revision goes with one block
    W/"1" [0]: 400 invalid_if_match | If-Match is W/"1", not one revision
    1 [0]: 400 invalid_if_match | If-Match is 1, not one revision
    "1" [0]: 200 [0]
    "#);
}

#[tokio::test]
async fn an_edit_must_name_the_revision_it_saw() {
    let gloss = Gloss::new().await;
    let run = gloss.staged().await;
    let edit = |revision: &str, value: &str| {
        format!("PUT /v1/runs/{run}/overlays/0/staging\nif-match: {revision}\n\n{value}")
    };
    let value = r#"{"topic": "pier", "urgent": true}"#;
    assert_snapshot!(gloss.show(&edit("", value)).await, @r#"
    428 Precondition Required
    content-type: application/problem+json
    {
      "type": "about:blank",
      "title": "Precondition Required",
      "status": 428,
      "detail": "this change needs an If-Match header with the revision it is based on",
      "code": "precondition_required",
      "hint": "send If-Match: \"REVISION\", with the `revision` of the block as you read it"
    }
    "#);
    let reply = gloss.send(&edit("*", value)).await;
    let tag = reply.headers["etag"].to_str().unwrap();
    assert_snapshot!(tag, @r#""2""#);
    let again = gloss.send(&edit(tag, r#"{"topic": "crane", "urgent": false}"#)).await;
    assert_snapshot!(format!("{} {}", again.headers["etag"].to_str().unwrap(), again.json()["staging"]), @r#""3" {"topic":"crane","urgent":false}"#);
    let mut lines = Vec::new();
    for request in [
        edit(tag, value),
        edit("*", r#"{"topic": 3}"#),
        edit("*", "pier"),
        edit("*", value).replace("/0/", "/9/"),
        edit("*", value).replace("/0/", "/first/"),
    ] {
        lines.push(gloss.problem(&request).await);
    }
    assert_snapshot!(lines.join("\n"), @r#"
    412 stale_revision | someone changed this block since you read it; nothing was written
    400 answer_not_valid | the value does not fit: "urgent" is a required property
    400 invalid_json | the body cannot be read: expected value at line 1 column 1
    404 block_not_found | run <1> has no block 9
    400 invalid_path | the path cannot be read: Cannot parse value at index 1 with value `first` to a `u32`
    "#);
}
