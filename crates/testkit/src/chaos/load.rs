//! The client that gives work: documents and runs, so that there is always something in flight.

use std::time::Duration;

use gloss_app::Stop;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::sleep;

use super::document::{SCHEMA, SCHEMA_REF, text};
use super::journal::Effect;
use super::{CALLS_PER_WORKER, Kind, LEASE, Scene};

/// Runs that are kept open.
const OPEN_RUNS: usize = 8;
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Every so many runs have a document of their own.
const RUNS_PER_DOCUMENT: u32 = 5;
/// Small packs make many calls, claims and commits: many moments to be killed in.
const PACK_SIZE: u32 = 4;

pub(super) async fn create(scene: &Scene, reviewers: &[UnboundedSender<String>], stop: &Stop) {
    if let Err(what) = create_runs(scene, reviewers, stop).await {
        scene.findings.add(Kind::Broken, what);
    }
}

async fn create_runs(
    scene: &Scene,
    reviewers: &[UnboundedSender<String>],
    stop: &Stop,
) -> Result<(), String> {
    let mut rng = SmallRng::seed_from_u64(scene.plan.seed ^ 1);
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let schema = json!({ "schema_ref": SCHEMA_REF, "schema_json": schema });
    expect_made(&scene.api.post("/v1/schemas", None, &schema).await?)?;
    let mut documents = Vec::new();
    let mut n_runs = 0;
    while !stop.is_stopped() {
        let running = scene.api.get("/v1/runs?status=running&limit=100").await?;
        if running.body["items"].as_array().is_some_and(|items| items.len() >= OPEN_RUNS) {
            sleep(LOOK_AGAIN).await;
            continue;
        }
        if n_runs % RUNS_PER_DOCUMENT == 0 {
            documents.push(ingest(scene, n_runs / RUNS_PER_DOCUMENT).await?);
        }
        let (number, document_id) = &documents[rng.random_range(0..documents.len())];
        let again = rng.random_range(0..4) == 0;
        let run_id = create_run(scene, n_runs, *number, document_id, again).await?;
        // A reviewer that has given up has said so.
        let _ = reviewers[n_runs as usize % reviewers.len()].send(run_id);
        n_runs += 1;
    }
    Ok(())
}

async fn ingest(scene: &Scene, number: u32) -> Result<(u32, String), String> {
    scene.journal.write(&Effect::DocumentAsked { number });
    let text = text(scene.plan.seed, number);
    let heard = scene.api.upload(&format!("chaos-{number}.md"), text).await?;
    expect_made(&heard)?;
    let document_id = string(&heard.body, "document_id")?;
    scene.journal.write(&Effect::DocumentStored { number, document_id: document_id.clone() });
    Ok((number, document_id))
}

/// Asks for one run, and now and then for the same one again.
async fn create_run(
    scene: &Scene,
    n: u32,
    number: u32,
    document_id: &str,
    again: bool,
) -> Result<String, String> {
    let key = format!("chaos-{n}");
    let body = json!({
        "document_id": document_id,
        "schema_ref": SCHEMA_REF,
        "settings": {
            "worker.lease_seconds": LEASE.as_secs(),
            "worker.concurrency": CALLS_PER_WORKER,
            "worker.batching.pack_size": PACK_SIZE,
        },
    });
    let header = Some(("idempotency-key", key.clone()));
    scene.journal.write(&Effect::RunAsked { key: key.clone(), document: number });
    let heard = scene.api.post("/v1/runs", header.clone(), &body).await?;
    expect_made(&heard)?;
    let run_id = string(&heard.body, "run_id")?;
    scene.journal.write(&Effect::RunCreated { key: key.clone(), run_id: run_id.clone() });
    if heard.status == 200 && heard.unheard == 0 {
        let what = format!("a fresh key, {key}, was answered with an older run, {run_id}");
        scene.findings.add(Kind::Doubled, what);
    }
    if again {
        let replay = scene.api.post("/v1/runs", header, &body).await?;
        if (replay.status, replay.body["run_id"].as_str()) != (200, Some(&run_id)) {
            let (status, body) = (replay.status, replay.body);
            let what = format!("key {key} made run {run_id}; used again: {status} {body}");
            scene.findings.add(Kind::Doubled, what);
        }
    }
    Ok(run_id)
}

fn expect_made(heard: &super::api::Heard) -> Result<(), String> {
    match heard.status {
        200 | 201 => Ok(()),
        status => Err(format!("nothing was made: {status} {}", heard.body)),
    }
}

fn string(body: &Value, key: &str) -> Result<String, String> {
    body[key].as_str().map(str::to_owned).ok_or_else(|| format!("no {key} in {body}"))
}
