//! Exports: whole, in pieces, broken off.

use axum::body::Body;
use axum::http::Response;
use http_body_util::BodyExt;
use insta::assert_snapshot;
use serde_json::Value;
use tower::ServiceExt;

use super::{Gloss, Reply, SCHEMA, request};

/// What every record says that a person or model has said.
fn data(export: &Reply) -> String {
    let records = export.text.lines().map(|line| serde_json::from_str(line).unwrap());
    let data = records.map(|record: Value| record["user_defined"]["data"].to_string());
    data.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn confirmed_blocks_leave_and_staged_ones_only_when_asked_for() {
    let gloss = Gloss::new().await;
    let run = gloss.staged().await;
    gloss.send(&format!("POST /v1/runs/{run}/overlays/confirm\n\n{{\"blocks\": [0]}}")).await;
    let export = format!("GET /v1/runs/{run}/export");
    assert_snapshot!(gloss.show(&format!("{export}?format=csv&include_staged")).await, @r#"
    200 OK
    content-disposition: attachment; filename="<1>.csv"
    content-type: text/csv; charset=utf-8; header=present
    block_uid,block_index,block_type,block_content,topic,urgent,draft
    7640f438c9aecf8c41d00e8eab7b83def653624552592a596d0cc3d5e604b6d3:0,0,heading,# Harbour,9ce2948e # Harbour,true,false
    7640f438c9aecf8c41d00e8eab7b83def653624552592a596d0cc3d5e604b6d3:1,1,paragraph,The pier is closed.,146e38e9 The pier is,true,true
    7640f438c9aecf8c41d00e8eab7b83def653624552592a596d0cc3d5e604b6d3:2,2,paragraph,The crane is open.,fd88a3f7 The crane is,false,true
    "#);
    let plain = gloss.send(&format!("{export}?with_provenance=false")).await;
    assert_eq!(plain.headers["content-type"], "application/x-ndjson");
    assert_snapshot!(data(&plain), @r#"
    {"topic":"9ce2948e # Harbour","urgent":true}
    null
    null
    "#);
    let drafts = gloss.send(&format!("{export}?format=jsonl&include_staged=true")).await;
    assert_snapshot!(data(&drafts), @r#"
    {"topic":"9ce2948e # Harbour","urgent":true}
    {"topic":"146e38e9 The pier is","urgent":true}
    {"topic":"fd88a3f7 The crane is","urgent":false}
    "#);
    let mut lines = Vec::new();
    for request in [
        format!("{export}?format=xlsx"),
        format!("{export}?include_staged=maybe"),
        format!("{export}?drafts=true"),
        "GET /v1/runs/0199d0c6-6a5e-7cc0-9a52-0d5f6f1f7a11/export".to_owned(),
        "GET /v1/runs/%22/export".to_owned(),
    ] {
        lines.push(gloss.problem(&request).await);
    }
    assert_snapshot!(lines.join("\n"), @r#"
    400 invalid_format | `xlsx` is no export format; there is jsonl, csv
    400 invalid_query | the query cannot be read: include_staged: `maybe` is neither true nor false
    400 invalid_query | the query cannot be read: drafts: unknown field `drafts`, expected one of `format`, `include_staged`, `with_provenance`
    404 run_not_found | there is no run <2>
    400 invalid_run_id | `"` is not a run id (a UUID such as <2>)
    "#);
}

const N_BLOCKS: usize = 2_000;

/// The answer to an export far larger than what is held of it, with nothing read yet.
async fn large(gloss: &Gloss) -> Response<Body> {
    let line = "The tide comes in and the tide goes out. ".repeat(24);
    let text: String = (0..N_BLOCKS).map(|n| format!("{n}: {line}\n\n")).collect();
    let reply = gloss.send(&format!("POST /v1/documents?file_name=tide.md\n\n{text}")).await;
    let document = reply.text_of("document_id");
    gloss.send(&format!("POST /v1/schemas\n\n{SCHEMA}")).await;
    let body = format!(r#"{{"document_id": "{document}", "schema_ref": "notes"}}"#);
    let run = gloss.send(&format!("POST /v1/runs\n\n{body}")).await.text_of("run_id");
    let export = request(&format!("GET /v1/runs/{run}/export"));
    gloss.router.clone().oneshot(export).await.unwrap()
}

#[tokio::test]
async fn a_large_export_comes_in_pieces() {
    let gloss = Gloss::new().await;
    let mut body = large(&gloss).await.into_body();
    let (mut n_pieces, mut text) = (0, Vec::new());
    while let Some(frame) = body.frame().await {
        text.extend_from_slice(&frame.unwrap().into_data().unwrap());
        n_pieces += 1;
    }
    assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), N_BLOCKS);
    assert!(n_pieces > 10, "{n_pieces} pieces");
}

#[tokio::test]
async fn a_database_that_goes_away_breaks_the_stream() {
    let gloss = Gloss::new().await;
    let mut body = large(&gloss).await.into_body();
    body.frame().await.unwrap().unwrap();
    gloss.app.close().await;
    let error = loop {
        if let Err(error) = body.frame().await.expect("an end without an error") {
            break error;
        }
    };
    assert_snapshot!(error, @"something went wrong inside Gloss: a database statement failed");
}

#[tokio::test]
async fn a_reader_that_leaves_ends_the_export() {
    let gloss = Gloss::new().await;
    let exports = gloss.face.exports.clone();
    let all = u32::try_from(exports.available_permits()).unwrap();
    let response = large(&gloss).await;
    assert_eq!(exports.available_permits(), all as usize - 1);
    drop(response);
    // Only when every export has ended are all of them free again.
    let held = exports.acquire_many(all).await.unwrap();
    let run = gloss.run().await;
    assert_snapshot!(gloss.problem(&format!("GET /v1/runs/{run}/export")).await, @"503 exports_busy | as many exports are running as may run at once");
    drop(held);
}
