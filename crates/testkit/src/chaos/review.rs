//! The client that decides: confirms and rejects staged blocks, one by one and many at once.

use std::collections::BTreeMap;
use std::time::Duration;

use gloss_app::Stop;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;

use super::journal::{Action, Effect, HeardBy, Reviewed};
use super::{Kind, Scene};

/// Runs beyond this are left as the model staged them.
const RUNS_IN_HAND: usize = 6;
const DECISIONS_PER_RUN: u32 = 40;
const REJECTS_PER_BLOCK: u32 = 3;
const BLOCKS_AT_ONCE: usize = 15;
const THINKING: Duration = Duration::from_millis(5);

/// A staged block as it was read.
#[derive(Debug, Clone, Copy)]
struct Seen {
    index: u32,
    revision: u32,
}

/// One run on a reviewer's table. No run is on two tables: nobody else changes its staged blocks.
struct Table {
    run_id: String,
    decisions: u32,
    rejects: BTreeMap<u32, u32>,
}

pub(super) async fn decide(
    scene: &Scene,
    (runs, number): (UnboundedReceiver<String>, u64),
    stop: &Stop,
) {
    if let Err(what) = decide_runs(scene, runs, number, stop).await {
        scene.findings.add(Kind::Broken, what);
    }
}

async fn decide_runs(
    scene: &Scene,
    mut runs: UnboundedReceiver<String>,
    number: u64,
    stop: &Stop,
) -> Result<(), String> {
    let mut rng = SmallRng::seed_from_u64(scene.plan.seed ^ (2 + number) << 8);
    let mut tables: Vec<Table> = Vec::new();
    while !stop.is_stopped() {
        sleep(THINKING).await;
        while let Ok(run_id) = runs.try_recv() {
            tables.push(Table { run_id, decisions: 0, rejects: BTreeMap::new() });
        }
        let spare = tables.len().saturating_sub(RUNS_IN_HAND);
        tables.drain(..spare);
        if tables.is_empty() {
            continue;
        }
        let at = rng.random_range(0..tables.len());
        decide_one(scene, &mut tables[at], &mut rng).await?;
        tables.retain(|table| table.decisions < DECISIONS_PER_RUN);
    }
    Ok(())
}

async fn decide_one(scene: &Scene, table: &mut Table, rng: &mut SmallRng) -> Result<(), String> {
    let after = rng.random_range(0..150);
    let path = format!(
        "/v1/runs/{}/overlays?status=staged&after={after}&limit={BLOCKS_AT_ONCE}",
        table.run_id
    );
    let page = scene.api.get(&path).await?;
    let items = page.body["items"].as_array().cloned().unwrap_or_default();
    let staged: Vec<Seen> = items.iter().filter_map(seen).collect();
    let Some(first) = staged.first() else { return Ok(()) };
    table.decisions += 1;
    let rejects = table.rejects.entry(first.index).or_default();
    match rng.random_range(0..10) {
        0..5 => review(scene, &table.run_id, *first, Action::Confirm).await,
        5..9 if *rejects < REJECTS_PER_BLOCK => {
            *rejects += 1;
            review(scene, &table.run_id, *first, Action::Reject).await
        }
        _ => confirm_many(scene, &table.run_id, &staged).await,
    }
}

fn seen(item: &Value) -> Option<Seen> {
    let number = |key: &str| u32::try_from(item[key].as_u64()?).ok();
    Some(Seen { index: number("block_index")?, revision: number("revision")? })
}

/// One block with the revision it was read with: of all attempts, heard or not, one is taken.
async fn review(scene: &Scene, run_id: &str, block: Seen, action: Action) -> Result<(), String> {
    let path = format!("/v1/runs/{run_id}/overlays/{}", action.as_str());
    let body = json!({ "blocks": [block.index] });
    let header = Some(("if-match", format!("\"{}\"", block.revision)));
    let heard = scene.api.post(&path, header, &body).await?;
    let what = format!("{} of {block:?} of run {run_id}", action.as_str());
    let refused = || format!("{what}: {} {}", heard.status, heard.body);
    if heard.status == 200 && heard.body["changed"] == json!([block.index]) {
        note(scene, run_id, block, action, HeardBy::Answer);
    } else if heard.status != 200 && heard.status != 412 {
        return Err(refused());
    } else if heard.unheard == 0 {
        let what = format!("a staged block changed although nobody decided: {}", refused());
        scene.findings.add(Kind::Doubled, what);
    } else {
        let now = scene.api.overlay(run_id, block.index).await?;
        if now["revision"].as_u64() > Some(u64::from(block.revision)) {
            note(scene, run_id, block, action, HeardBy::Reading);
        } else {
            scene.findings.add(Kind::Broken, format!("refused for no reason: {}", refused()));
        }
    }
    Ok(())
}

/// Several blocks without their revisions. Confirmed blocks stay so, which is why an attempt that
/// arrives late cannot do harm; a late reject without a revision could.
async fn confirm_many(scene: &Scene, run_id: &str, blocks: &[Seen]) -> Result<(), String> {
    let path = format!("/v1/runs/{run_id}/overlays/confirm");
    let indexes: Vec<u32> = blocks.iter().map(|block| block.index).collect();
    let heard = scene.api.post(&path, None, &json!({ "blocks": indexes })).await?;
    let Some(changed) = heard.body["changed"].as_array().filter(|_| heard.status == 200) else {
        return Err(format!("confirm of {indexes:?}: {} {}", heard.status, heard.body));
    };
    for block in blocks {
        if changed.contains(&json!(block.index)) {
            note(scene, run_id, *block, Action::Confirm, HeardBy::Answer);
            continue;
        }
        let now = scene.api.overlay(run_id, block.index).await?;
        if heard.unheard > 0 && now["status"] == "confirmed" {
            note(scene, run_id, *block, Action::Confirm, HeardBy::Reading);
        } else {
            let what = format!("{block:?} of run {run_id} was staged, was not confirmed: {now}");
            scene.findings.add(Kind::Doubled, what);
        }
    }
    Ok(())
}

fn note(scene: &Scene, run_id: &str, block: Seen, action: Action, heard: HeardBy) {
    scene.journal.write(&Effect::Reviewed(Reviewed {
        run_id: run_id.to_owned(),
        block: block.index,
        action,
        revision: block.revision + 1,
        heard,
    }));
}
