//! The same content is asked about once: in a run, and in the next one where policy says so.

use gloss_app::ops::{OverlayReview, ReviewAction};
use gloss_app::views::{RunReportView, RunView};
use gloss_app::{App, Ctx, Stop, WorkerOptions};
use gloss_core_model::RunId;
use gloss_simulator::{Options, Simulator};
use gloss_store::OverlayRow;
use gloss_testkit::{Backend, open_app};
use serde_json::{Value, json};

use crate::demo;

const BOILERPLATE: &str = "All notices have to be given in writing.";

#[tokio::test(flavor = "multi_thread")]
async fn a_paragraph_that_comes_back_is_asked_about_once() {
    Backend::each(|database| async move {
        let simulator = Simulator::start(Options::default()).expect("a simulator");
        let app = open_app(&database, &simulator.base_url()).await;
        let text = document(&[BOILERPLATE, "One.", BOILERPLATE, "Two.", BOILERPLATE]);
        let alone = [("worker.batching.mode", "per_request".into())];
        let (run, report) = run(&app, &text, &alone).await;
        assert_eq!((run.calls, run.completed_blocks, report.reused_blocks), (3, 5, 2));
        let rows = overlays(&app, &run).await;
        let from = Some(format!("{}/0", run.run_id));
        let reused: Vec<_> = rows.iter().map(|row| row.reused_from.clone()).collect();
        assert_eq!(reused, [None, None, from.clone(), None, from]);
        assert_eq!(rows[2].staging, rows[0].staging);
        assert_eq!(app.store().check().await.expect("checks"), []);
        app.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_document_pays_for_what_changed() {
    Backend::each(|database| async move {
        let simulator = Simulator::start(Options::default()).expect("a simulator");
        let app = open_app(&database, &simulator.base_url()).await;
        let settings =
            [("worker.memo", json!("owner")), ("worker.batching.mode", json!("per_request"))];
        let first = document(&["One.", "Two.", "Three."]);
        let (old, _) = run(&app, &first, &settings).await;
        // A person sends one answer back: it is not to be found any more.
        let reject = OverlayReview {
            run_id: old.run_id.clone(),
            blocks: Some(vec![2]),
            revision: None,
            action: ReviewAction::Reject { reason: None },
        };
        app.overlay_review(&Ctx::local(), reject).await.expect("rejects");
        let second = document(&["One.", "Two and a half.", "Two.", "Three."]);
        let (new, report) = run(&app, &second, &settings).await;
        assert_eq!((new.calls, new.completed_blocks, report.reused_blocks), (2, 4, 2));
        let rows = overlays(&app, &new).await;
        let reused: Vec<_> = rows.iter().map(|row| row.reused_from.clone()).collect();
        let of = |index: u32| Some(format!("{}/{index}", old.run_id));
        assert_eq!(reused, [of(0), None, of(1), None]);
        app.close().await;
    })
    .await;
}

/// The simulator answers a block the same way however it is asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_sample_of_packed_answers_is_held_against_single_ones() {
    Backend::each(|database| async move {
        let simulator = Simulator::start(Options::default()).expect("a simulator");
        let app = open_app(&database, &simulator.base_url()).await;
        let paragraphs: Vec<String> = (0..20).map(|n| format!("Paragraph {n}.")).collect();
        let text = document(&paragraphs.iter().map(String::as_str).collect::<Vec<_>>());
        let (run, report) = run(&app, &text, &[("worker.batching.quality_sample", 1.into())]).await;
        assert_eq!((run.completed_blocks, run.calls, report.checks), (20, 22, 20));
        let agreement: Vec<_> = report.agreement.iter().map(|f| (f.asked, f.agreed)).collect();
        assert_eq!(agreement, [(20, 20); 2], "{:?}", report.agreement);
        assert_eq!(app.store().check().await.expect("checks"), []);
        app.close().await;
    })
    .await;
}

fn document(paragraphs: &[&str]) -> String {
    paragraphs.join("\n\n")
}

async fn run(app: &App, text: &str, settings: &[(&str, Value)]) -> (RunView, RunReportView) {
    let schema = json!({
        "title": "memo", "type": "object", "required": ["kind", "score"],
        "properties": {
            "kind": { "type": "string", "enum": ["duty", "right"] },
            "score": { "type": "integer" },
        },
    });
    let run_id = demo::create_over(app, text, &schema.to_string(), settings).await;
    let ctx = Ctx::local();
    let options = WorkerOptions {
        run: Some((ctx.owner, run_id.parse().expect("an id"))),
        until_idle: true,
        ..WorkerOptions::named("test")
    };
    app.worker_run(options, &Stop::default()).await.expect("works");
    let run = app.run_get(&ctx, &run_id).await.expect("the run");
    (run, app.run_report(&ctx, &run_id).await.expect("a report"))
}

async fn overlays(app: &App, run: &RunView) -> Vec<OverlayRow> {
    let id: RunId = run.run_id.parse().expect("an id");
    let rows = app.store().overlay_page(Ctx::local().owner, id, None, 0, 1000).await;
    rows.expect("overlays")
}
