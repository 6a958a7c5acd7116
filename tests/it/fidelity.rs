//! The promise of the whole: every exported answer is the one that belongs to its block.

use gloss_app::ops::{ExportRequest, OverlayReview, ReviewAction};
use gloss_app::{App, Ctx, Stop, WorkerOptions};
use gloss_core_model::{RunId, Schema};
use gloss_export::Format;
use gloss_simulator::{Faults, Options, Simulator};
use gloss_testkit::{Backend, Database, open_app};
use serde_json::Value;

use crate::demo;

/// What a model may do to a pack, and still no answer lands on the wrong block.
const WEATHER: &[(&str, &[&str])] = &[
    ("calm", &[]),
    ("reversed", &["reversed"]),
    ("1 in 10 missing", &["missing=0.1"]),
    ("1 in 10 truncated", &["truncated=0.1"]),
    ("duplicates", &["duplicate=0.1", "differing-duplicate=0.05"]),
    ("unknown ids", &["unknown-id=0.5"]),
    ("invalid fields", &["invalid=0.1"]),
    ("malformed", &["malformed=0.1"]),
    ("refusals", &["refusal=0.1"]),
    (
        "all at once",
        &["missing=0.05", "reversed=0.3", "truncated=0.1", "invalid=0.05", "unknown-id=0.2"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_exported_answer_belongs_to_its_block() {
    Backend::each(|database| async move {
        let simulator = Simulator::start(Options::default()).expect("a simulator");
        let app = open_app(&database, &simulator.base_url()).await;
        for mode in ["per_request", "serial_bundle"] {
            for (name, rules) in WEATHER {
                simulator.set_faults(Faults::parse(7, rules.iter().copied()).expect("rules"));
                let answers = exported(&app, mode).await;
                let wrong: Vec<usize> = (0..answers.len()).filter(|i| !answers[*i]).collect();
                let what = format!("{} {mode} {name}", database.backend.name());
                assert_eq!(answers.len(), 306, "{what}");
                assert!(wrong.is_empty(), "{what}: blocks {wrong:?}");
                assert_eq!(app.store().check().await.expect("checks"), [], "{what}");
            }
        }
        app.close().await;
    })
    .await;
}

/// The weather that costs nothing but time: every block is answered in the end.
#[tokio::test(flavor = "multi_thread")]
async fn the_provider_s_bad_days_charge_no_attempts() {
    let rules = [
        "429=0.2,times=6,retry-after=50ms",
        "500=0.2,times=3",
        "529=0.2,times=3",
        "reset=0.2,times=4",
    ];
    Backend::each(|database: Database| async move {
        let simulator = Simulator::start(Options::default()).expect("a simulator");
        simulator.set_faults(Faults::parse(3, rules).expect("rules"));
        let app = open_app(&database, &simulator.base_url()).await;
        let run_id = run(&app, "serial_bundle").await;
        let view = app.run_get(&Ctx::local(), &run_id).await.expect("the run");
        assert_eq!((view.status.as_str(), view.completed_blocks), ("complete", 306));
        let id: RunId = run_id.parse().expect("an id");
        let rows = app.store().overlay_page(Ctx::local().owner, id, None, 0, 1000).await;
        let rows = rows.expect("overlays");
        assert!(rows.iter().all(|row| row.attempts == 0));
        assert!(rows.iter().any(|row| row.deferrals > 0), "the faults were injected");
        app.close().await;
    })
    .await;
}

/// Runs, confirms and exports; one flag per block: is its answer the one for its content?
async fn exported(app: &App, mode: &str) -> Vec<bool> {
    let run_id = run(app, mode).await;
    let ctx = Ctx::local();
    let confirm = OverlayReview {
        run_id: run_id.clone(),
        blocks: None,
        revision: None,
        action: ReviewAction::Confirm,
    };
    app.overlay_review(&ctx, confirm).await.expect("confirms");
    let request = ExportRequest {
        run_id,
        format: Format::Jsonl,
        include_staged: false,
        with_provenance: false,
    };
    let (bytes, _) = app.export_write(&ctx, &request, Vec::new()).await.expect("exports");
    let text = String::from_utf8(bytes).expect("UTF-8");
    text.lines().map(|line| belongs(&serde_json::from_str(line).expect("a record"))).collect()
}

fn belongs(record: &Value) -> bool {
    let artifact: Value = serde_json::from_str(demo::SCHEMA).expect("the schema is JSON");
    let properties = Schema::new(artifact).expect("an object").properties();
    let block = &record["immutable"]["block"];
    let text = |key: &str| block[key].as_str().expect("text");
    let expected =
        gloss_simulator::expected(&properties, text("block_type"), text("block_content"));
    record["user_defined"]["data"] == expected
}

/// One run over the demo document, to its end.
async fn run(app: &App, mode: &str) -> String {
    let settings = [("worker.batching.mode", mode.into()), ("worker.max_retries", 10.into())];
    let run_id = demo::create(app, &settings).await;
    let options = WorkerOptions {
        run: Some((Ctx::local().owner, run_id.parse().expect("an id"))),
        until_idle: true,
        ..WorkerOptions::named("test")
    };
    app.worker_run(options, &Stop::default()).await.expect("works");
    run_id
}
