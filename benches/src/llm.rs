//! What a document costs in each mode: calls, tokens, money, and whether the answers are the same.
//!
//! The simulator speaks the real wire format and counts as the provider does; answers depend on the
//! block alone, so that two modes can be compared block by block.

use std::time::Instant;

use gloss_app::ops::{DocumentIngest, OverlayList, PageRequest, RunCreate};
use gloss_app::views::RunView;
use gloss_app::{App, Config, Ctx, ProviderConfig, Stop, WorkerOptions};
use gloss_llm::{ApiKey, Catalog};
use serde_json::{Value, json};
use tempfile::TempDir;

mod case;

use crate::figures::table;
use crate::process::Simulator;
use case::Case;

const MODES: [(&str, u32); 4] =
    [("per_request", 1), ("serial_bundle", 10), ("serial_bundle", 25), ("serial_bundle", 50)];
const COLUMNS: &[&str] = &[
    "case", "pack", "caching", "calls", "splits", "input", "write", "read", "output", "cost ¢",
    "saved %", "x floor", "output x", "differ", "ms",
];

pub(crate) async fn bench() {
    let simulator = Simulator::start(0).await;
    let mut rows = Vec::new();
    for case in case::all() {
        rows.extend(measure(&case, &simulator.base_url).await);
        println!("{}: published {}", case.name, case.published);
    }
    let title =
        "\nllm: each mode beside one block per call without caching; floor is every token once";
    let rows = table(title, COLUMNS, rows);
    println!("{}", json!({ "bench": "llm", "rows": rows }));
}

/// One way to run a case.
#[derive(Debug, Clone, Copy)]
struct Mode {
    name: &'static str,
    pack: u32,
    caching: bool,
}

/// What a run took, and what it answered, block by block.
struct Outcome {
    run: RunView,
    splits: u64,
    answers: Vec<Value>,
    ms: f64,
}

async fn measure(case: &Case, base_url: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut first: Option<Outcome> = None;
    for caching in [false, true] {
        for (name, pack) in MODES {
            let mode = Mode { name, pack, caching };
            let outcome = run(case, mode, base_url).await;
            let base = first.as_ref().unwrap_or(&outcome);
            rows.push(row(case, mode, &outcome, base));
            first.get_or_insert(outcome);
        }
    }
    rows
}

/// In a house of its own, so that nothing is known from before.
async fn run(case: &Case, mode: Mode, base_url: &str) -> Outcome {
    let dir = TempDir::with_prefix("gloss-bench-llm-").expect("a temporary folder");
    // Another key is another cache, as at the provider.
    let key = format!("bench-{}-{}-{}-{}", case.name, mode.name, mode.pack, mode.caching);
    let config = Config {
        database_url: format!("sqlite:{}", dir.path().join("gloss.db").display()),
        data_dir: dir.path().to_owned(),
        objects: None,
        provider: ProviderConfig::at(base_url, Some(ApiKey::new(key))),
        models: Default::default(),
        converters: Default::default(),
        environment: None,
    };
    let app = App::open(config).await.expect("opens");
    let ctx = Ctx::local();
    let run_id = create(&app, &ctx, case, mode).await;
    let started = Instant::now();
    let options = WorkerOptions { until_idle: true, ..WorkerOptions::named("bench") };
    app.worker_run(options, &Stop::default()).await.expect("works");
    let ms = started.elapsed().as_secs_f64() * 1000.0;
    let run = app.run_get(&ctx, &run_id).await.expect("the run");
    assert_eq!(run.completed_blocks as usize, case.blocks.len(), "{run:?}");
    let splits = app.run_report(&ctx, &run_id).await.expect("a report").splits;
    let answers = answers(&app, &ctx, &run_id).await;
    app.close().await;
    Outcome { run, splits, answers, ms }
}

async fn create(app: &App, ctx: &Ctx, case: &Case, mode: Mode) -> String {
    let bytes = case.document().into_bytes();
    let ingest =
        DocumentIngest { file_name: "case.md".to_owned(), bytes, title: None, project: None };
    let document = app.document_ingest(ctx, ingest).await.expect("ingests").document;
    let schema = app.schema_ensure(ctx, case.schema.to_string()).await.expect("saves").schema;
    let settings = [
        ("worker.batching.mode", json!(mode.name)),
        ("worker.batching.pack_size", json!(mode.pack)),
        ("worker.batching.pack_size_max", json!(mode.pack.max(25))),
        // An answer for packs as large.
        ("worker.batching.max_output_tokens", json!(16_384)),
        ("worker.prompt_caching.enabled", json!(mode.caching)),
        ("worker.memo", json!("off")),
        ("worker.concurrency", json!(64)),
    ];
    let request = RunCreate {
        document_id: document.document_id,
        schema_ref: schema.schema_ref,
        settings: settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        idempotency_key: None,
    };
    app.run_create(ctx, request).await.expect("creates").run.run_id
}

async fn answers(app: &App, ctx: &Ctx, run_id: &str) -> Vec<Value> {
    let (mut answers, mut after) = (Vec::new(), None);
    loop {
        let page = PageRequest { after, limit: PageRequest::LIMIT_MAX };
        let query = OverlayList { run_id: run_id.to_owned(), status: None, page };
        let page = app.overlay_list(ctx, query).await.expect("lists");
        answers.extend(page.items.into_iter().map(|overlay| overlay.staging.unwrap_or_default()));
        after = page.next;
        if after.is_none() {
            return answers;
        }
    }
}

fn row(case: &Case, mode: Mode, outcome: &Outcome, base: &Outcome) -> Value {
    let (run, usage) = (&outcome.run, &outcome.run.usage);
    let model = Catalog::default().facts(run.model.as_deref().expect("a model"));
    let prices = model.prices.expect("prices");
    let floor = case.floor_micro_usd(&prices, &outcome.answers);
    let differ = outcome.answers.iter().zip(&base.answers).filter(|(ours, one)| ours != one);
    let round = |value: f64, digits: i32| {
        let scale = 10f64.powi(digits);
        (value * scale).round() / scale
    };
    let saved = 100.0 * (1.0 - run.cost_usd / base.run.cost_usd);
    let output = usage.output_tokens as f64 / base.run.usage.output_tokens as f64;
    json!({
        "case": case.name,
        "pack": mode.pack,
        "caching": if mode.caching { "on" } else { "off" },
        "calls": run.calls,
        "splits": outcome.splits,
        "input": usage.input_tokens,
        "write": usage.cache_write_tokens,
        "read": usage.cache_read_tokens,
        "output": usage.output_tokens,
        "cost ¢": round(run.cost_usd * 100.0, 2),
        "saved %": round(saved, 1),
        "x floor": round(run.cost_usd * 1e6 / floor, 3),
        "output x": round(output, 3),
        "differ": differ.count(),
        "ms": round(outcome.ms, 0),
    })
}
