//! A large run does not starve small ones, however many there are.

use gloss_app::{App, Ctx, Stop, WorkerOptions};
use gloss_simulator::{Options, Simulator};
use gloss_testkit::{Backend, open_app};

use crate::demo;

const SMALL_RUNS: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn forty_small_runs_are_done_while_a_large_one_goes_on() {
    Backend::each(|database| async move {
        let simulator = Simulator::start(Options { latency_ms: 20, ..Options::default() })
            .expect("a simulator");
        let app = open_app(&database, &simulator.base_url()).await;
        let large = create(&app, 2000).await;
        let mut small = Vec::new();
        for _ in 0..SMALL_RUNS {
            small.push(create(&app, 2).await);
        }
        let (stop, worker) = (Stop::default(), app.clone());
        let told = stop.clone();
        let options = WorkerOptions { calls_max: 8, ..WorkerOptions::named("fair") };
        let worker = tokio::spawn(async move { worker.worker_run(options, &told).await });
        let ctx = Ctx::local();
        for run_id in &small {
            while app.run_get(&ctx, run_id).await.expect("the run").status == "running" {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        }
        let large = app.run_get(&ctx, &large).await.expect("the run");
        assert!(large.completed_blocks > 0, "the large run was served too");
        assert!(large.remaining_blocks > 1000, "{} blocks left", large.remaining_blocks);
        stop.stop();
        worker.await.expect("no panic").expect("the worker ends");
        app.close().await;
    })
    .await;
}

async fn create(app: &App, n_blocks: usize) -> String {
    let paragraphs: Vec<String> = (0..n_blocks).map(|n| format!("Paragraph {n}.")).collect();
    let schema = r#"{"title":"T","type":"object","properties":{"task":{"type":"string"}}}"#;
    let settings = [("worker.batching.mode", "per_request".into())];
    demo::create_over(app, &paragraphs.join("\n\n"), schema, &settings).await
}
