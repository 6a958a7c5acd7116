//! The prompt cache: one call pays for writing a prefix, all others read it.

use gloss_app::{App, Stop, WorkerOptions};
use gloss_simulator::{Faults, Options, Simulator};
use gloss_testkit::{Backend, open_app};

use crate::demo;

const IN_FLIGHT: u64 = 64;

#[tokio::test(flavor = "multi_thread")]
async fn a_prefix_is_written_once_whoever_asks() {
    written_once("claude-sonnet-4-5").await;
}

/// Another way of marking it, another way of counting it.
#[tokio::test(flavor = "multi_thread")]
async fn a_prefix_is_written_once_at_openai_too() {
    written_once("gpt-6-luna").await;
}

/// Two processes, two runs with the same instructions, 64 calls in flight in each run.
async fn written_once(model: &'static str) {
    Backend::each(|database| async move {
        let simulator = simulator();
        let (one, other) = (open_app(&database, &simulator.base_url()).await, async {
            open_app(&database, &simulator.base_url()).await
        });
        let other = other.await;
        for _ in 0..2 {
            create(&one, model).await;
        }
        tokio::join!(work(&one, "one"), work(&other, "other"));
        check(&simulator, 612);
        one.close().await;
        other.close().await;
    })
    .await;
}

/// A lead that fails has cached nothing: the next call leads.
#[tokio::test(flavor = "multi_thread")]
async fn a_lead_that_fails_is_followed_by_another() {
    Backend::each(|database| async move {
        let simulator = simulator();
        let rule = Faults::parse(1, ["500,times=3"]).expect("a rule");
        simulator.set_faults(rule);
        let app = open_app(&database, &simulator.base_url()).await;
        create(&app, "claude-sonnet-4-5").await;
        work(&app, "one").await;
        check(&simulator, 306);
        app.close().await;
    })
    .await;
}

fn simulator() -> Simulator {
    Simulator::start(Options { latency_ms: 40, ..Options::default() }).expect("a simulator")
}

async fn create(app: &App, model: &str) {
    let settings = [
        ("models.platform_default_model", model.into()),
        ("worker.batching.mode", "per_request".into()),
        ("worker.memo", "off".into()),
        ("worker.concurrency", IN_FLIGHT.into()),
        ("worker.owner_concurrency", (2 * IN_FLIGHT).into()),
    ];
    demo::create(app, &settings).await;
}

async fn work(app: &App, name: &str) {
    let options = WorkerOptions { until_idle: true, ..WorkerOptions::named(name) };
    app.worker_run(options, &Stop::default()).await.expect("works");
}

/// One write, and a read by every other call that was answered.
#[track_caller]
fn check(simulator: &Simulator, answered: u64) {
    let stats = simulator.stats();
    let (written, read) = (stats.usage.cache_write_tokens, stats.usage.cache_read_tokens);
    assert!(written > 0, "the prefix is long enough to be cached");
    assert_eq!(stats.answered, answered);
    assert_eq!(read, written * (answered - 1), "{stats:?}");
}
