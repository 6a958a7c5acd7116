//! What a run may spend: never passed, and raised when more is wanted.

use std::time::Duration;

use gloss_app::ops::RunBudget;
use gloss_app::views::RunView;
use gloss_app::{App, Ctx, Stop, WorkerOptions};
use gloss_simulator::{Options, Simulator};
use gloss_testkit::{Backend, open_app};
use tokio::time::{sleep, timeout};

use crate::demo;

const PATIENCE: Duration = Duration::from_secs(60);
/// Enough for some of the calls.
const BUDGET_USD: f64 = 0.5;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_stops_at_its_budget_and_goes_on_when_it_is_raised() {
    Backend::each(|database| async move {
        let simulator =
            Simulator::start(Options { latency_ms: 20, ..Options::default() }).expect("starts");
        let app = open_app(&database, &simulator.base_url()).await;
        let settings = [
            ("run.default_budget_usd", BUDGET_USD.into()),
            ("worker.batching.mode", "per_request".into()),
            ("worker.concurrency", 64.into()),
        ];
        let run_id = demo::create(&app, &settings).await;
        let stop = Stop::default();
        let workers = async {
            tokio::join!(work(&app, "one", &stop), work(&app, "other", &stop));
        };
        let people = async {
            let run = until(&app, &run_id, |run| run.attention.is_some()).await;
            assert_eq!(run.attention.as_deref(), Some("budget_exhausted"));
            assert!(run.completed_blocks > 0 && run.remaining_blocks > 0, "{run:?}");
            let run = until(&app, &run_id, |run| run.reserved_usd <= 0.0).await;
            assert!(run.cost_usd <= BUDGET_USD, "{} spent", run.cost_usd);
            assert_eq!(run.budget_usd, Some(BUDGET_USD));
            let refused = set(&app, &run_id, Some(run.cost_usd / 2.0)).await;
            assert_eq!(refused.expect_err("less than is spent").code, "budget_too_small");
            let raised = set(&app, &run_id, Some(100.0)).await.expect("raises");
            assert_eq!((raised.attention, raised.budget_usd), (None, Some(100.0)));
            let run = until(&app, &run_id, |run| run.status == "complete").await;
            assert_eq!((run.completed_blocks, run.failed_blocks), (306, 0));
            stop.stop();
        };
        tokio::join!(workers, people);
        assert_eq!(app.store().check().await.expect("checks"), []);
        app.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_that_is_none_is_refused() {
    Backend::each(|database| async move {
        let app = open_app(&database, "http://127.0.0.1:9").await;
        let run_id = demo::create(&app, &[]).await;
        for usd in [-1.0, 0.0, f64::NAN, f64::INFINITY, 1_000_001.0] {
            let refused = set(&app, &run_id, Some(usd)).await;
            assert_eq!(refused.expect_err("no budget").code, "invalid_budget", "{usd}");
        }
        let unpriced = [("models.platform_default_model", "somebody-elses-model".into())];
        let run_id = demo::create(&app, &unpriced).await;
        let refused = set(&app, &run_id, Some(1.0)).await;
        assert_eq!(refused.expect_err("no prices").code, "budget_without_prices");
        app.close().await;
    })
    .await;
}

async fn set(app: &App, run_id: &str, budget_usd: Option<f64>) -> gloss_app::Result<RunView> {
    app.run_budget(&Ctx::local(), RunBudget { run_id: run_id.to_owned(), budget_usd }).await
}

async fn work(app: &App, name: &str, stop: &Stop) {
    app.worker_run(WorkerOptions::named(name), stop).await.expect("works");
}

async fn until(app: &App, run_id: &str, done: impl Fn(&RunView) -> bool) -> RunView {
    let looking = async {
        loop {
            let run = app.run_get(&Ctx::local(), run_id).await.expect("the run");
            if done(&run) {
                return run;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, looking).await.expect("it comes to that")
}
