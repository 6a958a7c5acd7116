//! Calls that are not made: after a cancel, and while the provider asks for quiet.

use std::time::Duration;

use gloss_app::{App, Ctx, Stop, WorkerOptions};
use gloss_simulator::{Faults, Options, Simulator};
use gloss_testkit::{Backend, open_app};

use crate::demo;

const CONCURRENCY: u64 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_ends_the_spending() {
    Backend::each(|database| async move {
        let simulator = Simulator::start(Options { latency_ms: 60, ..Options::default() })
            .expect("a simulator");
        let app = open_app(&database, &simulator.base_url()).await;
        let run_id = create(&app).await;
        let (stop, worker) = work(&app);
        until(&simulator, 3 * CONCURRENCY).await;
        app.run_cancel(&Ctx::local(), &run_id).await.expect("cancels");
        let at_cancel = simulator.stats().calls;
        tokio::time::sleep(Duration::from_millis(600)).await;
        let after = simulator.stats().calls - at_cancel;
        assert!(after <= CONCURRENCY, "{after} calls after the cancel");
        stop.stop();
        worker.await.expect("the worker ends");
        // What was in flight is paid for, and written down although its answers were dropped.
        let run = app.run_get(&Ctx::local(), &run_id).await.expect("the run");
        assert_eq!(run.calls, simulator.stats().calls);
        assert_eq!(app.store().check().await.expect("checks"), []);
        app.close().await;
    })
    .await;
}

/// Resumed while calls of before are still out: the same worker goes on with all of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_resumed_at_once_is_finished() {
    Backend::each(|database| async move {
        let simulator = Simulator::start(Options { latency_ms: 60, ..Options::default() })
            .expect("a simulator");
        let app = open_app(&database, &simulator.base_url()).await;
        let run_id = create(&app).await;
        let (stop, worker) = work(&app);
        for round in 1..=5 {
            until(&simulator, round * 3 * CONCURRENCY).await;
            app.run_cancel(&Ctx::local(), &run_id).await.expect("cancels");
            // Long enough for one call to hear of it, and not for all.
            tokio::time::sleep(Duration::from_millis(20 * round)).await;
            app.run_resume(&Ctx::local(), &run_id).await.expect("resumes");
        }
        let run = loop {
            let run = app.run_get(&Ctx::local(), &run_id).await.expect("the run");
            if run.status == "complete" {
                break run;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert_eq!((run.completed_blocks, run.failed_blocks), (run.total_blocks, 0));
        stop.stop();
        worker.await.expect("the worker ends");
        assert_eq!(app.store().check().await.expect("checks"), []);
        app.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_asks_for_quiet_gets_it() {
    Backend::each(|database| async move {
        let simulator = Simulator::start(Options::default()).expect("a simulator");
        simulator.set_faults(Faults::parse(1, ["429,retry-after=30"]).expect("a rule"));
        let app = open_app(&database, &simulator.base_url()).await;
        create(&app).await;
        let (stop, worker) = work(&app);
        until(&simulator, 1).await;
        tokio::time::sleep(Duration::from_millis(800)).await;
        stop.stop();
        worker.await.expect("the worker ends");
        let calls = simulator.stats().calls;
        assert!(calls <= CONCURRENCY, "{calls} calls into the silence");
        app.close().await;
    })
    .await;
}

async fn create(app: &App) -> String {
    let settings = [
        ("worker.batching.mode", "per_request".into()),
        ("worker.concurrency", CONCURRENCY.into()),
    ];
    demo::create(app, &settings).await
}

fn work(app: &App) -> (Stop, tokio::task::JoinHandle<()>) {
    let (stop, app) = (Stop::default(), app.clone());
    let told = stop.clone();
    let worker = tokio::spawn(async move {
        app.worker_run(WorkerOptions::named("test"), &told).await.expect("works");
    });
    (stop, worker)
}

async fn until(simulator: &Simulator, calls: u64) {
    while simulator.stats().calls < calls {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
