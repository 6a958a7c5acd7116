//! What the engine itself takes: blocks in packs of 25 through a model that answers at once, on
//! SQLite. Processor time and memory of the worker's process alone.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::figures::table;
use crate::process::{Simulator, measure};
use crate::run::artifact;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const COLUMNS: &[&str] = &["blocks", "calls", "s", "cpu s", "cpu us/block", "peak MB"];

pub(crate) async fn bench() {
    let mut rows = Vec::new();
    for blocks in SIZES {
        // Another simulator each time: what one remembers is none of ours.
        let simulator = Simulator::start(0).await;
        rows.push(row(blocks, &simulator.base_url).await);
    }
    let title = "engine: no latency, packs of 25, 64 in flight, SQLite (claim: at most 120 us and \
                 150 MB)";
    let rows = table(title, COLUMNS, rows);
    println!("{}", json!({ "bench": "engine", "rows": rows }));
}

async fn row(blocks: usize, base_url: &str) -> Value {
    let dir = TempDir::with_prefix("gloss-bench-engine-").expect("a temporary folder");
    let path = |name: &str| dir.path().join(name).to_str().expect("UTF-8").to_owned();
    let text: Vec<String> = (0..blocks).map(paragraph).collect();
    std::fs::write(path("document.md"), text.join("\n\n")).expect("writes");
    std::fs::write(path("schema.json"), artifact().to_string()).expect("writes");
    let (document, schema) = (path("document.md"), path("schema.json"));
    let settings = ["worker.batching.pack_size=25", "worker.concurrency=64"];
    let mut args = vec!["run", document.as_str(), "--schema", schema.as_str(), "--detach"];
    args.extend(settings.iter().flat_map(|setting| ["--set", *setting]));
    let run = measure(dir.path(), base_url, &args).await;
    let worker = measure(dir.path(), base_url, &["worker", "--until-idle"]).await;
    let run_id = run.json["run_id"].as_str().expect("an id");
    let done = measure(dir.path(), base_url, &["runs", "show", run_id]).await.json;
    assert_eq!(done["completed_blocks"], json!(blocks), "{done}");
    let round = |value: f64| (value * 10.0).round() / 10.0;
    json!({
        "blocks": blocks,
        "calls": done["calls"],
        "s": round(worker.wall.as_secs_f64()),
        "cpu s": round(worker.cpu.as_secs_f64()),
        "cpu us/block": round(worker.cpu.as_secs_f64() * 1e6 / blocks as f64),
        "peak MB": round(worker.peak_kib as f64 / 1024.0),
    })
}

fn paragraph(n: usize) -> String {
    format!(
        "Clause {n}: the parties meet once in each calendar month to review deliveries and \
         forecasts, and send the notes of meeting {n} to both within five Business Days."
    )
}
