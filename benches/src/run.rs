//! 1,000 blocks at 200 ms latency in packs of 25, 64 in flight: against a raw client that sends
//! the same 40 calls at once.

use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{Simulator, measure};
use crate::raw;

const BLOCKS: usize = 1000;
const PACK_SIZE: usize = 25;
const LATENCY_MS: u64 = 200;
const ROUNDS: usize = 5;

pub(crate) async fn bench() {
    let simulator = Simulator::start(LATENCY_MS).await;
    let dir = TempDir::with_prefix("gloss-bench-").expect("a temporary folder");
    let blocks: Vec<String> = (0..BLOCKS).map(paragraph).collect();
    let document = dir.path().join("document.md");
    let schema = dir.path().join("schema.json");
    std::fs::write(&document, blocks.join("\n\n")).expect("writes");
    std::fs::write(&schema, artifact().to_string()).expect("writes");

    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        let raw = raw::send_at_once(&simulator.base_url, &artifact(), &blocks, PACK_SIZE).await;
        let data_dir = dir.path().join(format!("round-{round}"));
        let args = [
            "run",
            document.to_str().expect("UTF-8"),
            "--schema",
            schema.to_str().expect("UTF-8"),
            "--set",
            "worker.batching.pack_size=25",
            "--set",
            "worker.concurrency=64",
        ];
        let ours = measure(&data_dir, &simulator.base_url, &args).await;
        assert_eq!(ours.json["completed_blocks"], json!(BLOCKS));
        rounds.push(json!({
            "raw_ms": millis(raw),
            "run_ms": ours.json["elapsed_ms"],
            "process_ms": millis(ours.wall),
            "calls": ours.json["calls"],
            "peak_kib": ours.peak_kib,
        }));
    }
    report(&rounds);
}

fn report(rounds: &[Value]) {
    println!(
        "{BLOCKS} blocks, packs of {PACK_SIZE}, {LATENCY_MS} ms latency, 64 in flight, SQLite\n"
    );
    println!("round  raw client  gloss run  ratio  whole process  calls  peak memory");
    for (n, round) in rounds.iter().enumerate() {
        let ms = |key: &str| round[key].as_f64().unwrap_or(0.0);
        println!(
            "{:>5}  {:>7.0} ms  {:>6.0} ms  {:>5.2}  {:>10.0} ms  {:>5}  {:>7.1} MB",
            n + 1,
            ms("raw_ms"),
            ms("run_ms"),
            ms("run_ms") / ms("raw_ms"),
            ms("process_ms"),
            round["calls"],
            ms("peak_kib") / 1024.0
        );
    }
    let ratio = |round: &Value| {
        round["run_ms"].as_f64().unwrap_or(0.0) / round["raw_ms"].as_f64().unwrap_or(1.0)
    };
    let mut ratios: Vec<f64> = rounds.iter().map(ratio).collect();
    ratios.sort_by(f64::total_cmp);
    let median = ratios[ratios.len() / 2];
    println!("\nmedian ratio {median:.2} (claim: at most 1.5); memory claim: below 100 MB");
    println!("{}", json!({ "bench": "run", "median_ratio": median, "rounds": rounds }));
}

fn paragraph(n: usize) -> String {
    format!(
        "Paragraph {n} says that the parties shall meet once in each calendar month, at a place \
         and time that they agree in writing, to review deliveries, complaints and forecasts, \
         and that notes of meeting {n} are sent to both within five Business Days. The notes bind \
         nobody until both have signed them; disagreement about item {n} goes to the managers \
         named in the schedule, who decide within ten Business Days or refer it to mediation."
    )
}

/// Three short fields: what the benches ask where the answers do not matter.
pub(crate) fn artifact() -> Value {
    json!({
        "title": "Bench",
        "type": "object",
        "properties": {
            "code": { "type": "string", "maxLength": 40 },
            "category": { "type": "string", "enum": ["duty", "right", "process"] },
            "score": { "type": "integer", "minimum": 0, "maximum": 100 },
        },
        "required": ["code", "category", "score"],
    })
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
