//! Callers that go away, connections that are cut, work that is announced.

use std::sync::Arc;
use std::time::Duration;

use gloss_app::{Ctx, Stop, WorkerOptions};
use gloss_core_model::{OwnerId, RunId, RunStatus};
use gloss_simulator::{Options, Simulator};
use gloss_store::{RunChange, Store};
use gloss_testkit::{Backend, Database, Pooler, open_app, open_app_at};
use tokio::time::timeout;

use crate::demo;

const HANG_UPS: u64 = 300;
const CUTS: u32 = 12;
const PATIENCE: Duration = Duration::from_secs(20);

/// A web framework drops the handler of a client that hangs up. With one connection, whatever such
/// a handler leaves behind is what the next one gets.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_hangs_up_leaves_no_open_transaction_behind() {
    Backend::each(|database| async move {
        let simulator = Simulator::start(Options::default()).expect("a simulator");
        let app = open_app(&database, &simulator.base_url()).await;
        let run_id: RunId = demo::create(&app, &[]).await.parse().expect("an id");
        let store =
            Arc::new(Store::open(&database.url_with("connections=1")).await.expect("opens"));
        for n in 0..HANG_UPS {
            let change = if n % 2 == 0 { RunChange::Cancel } else { RunChange::Resume };
            let now = app.now();
            let asked = store.run_change(OwnerId::LOCAL, run_id, change, now);
            // From before the first message is sent until after the answer is there.
            let heard = timeout(Duration::from_micros(n * 17 % 3000), asked).await;
            drop(heard);
            let row = timeout(PATIENCE, store.run_get(OwnerId::LOCAL, run_id)).await;
            assert!(row.expect("the connection is free").expect("reads").is_some());
        }
        let now = app.now();
        for change in [RunChange::Cancel, RunChange::Resume] {
            store.run_change(OwnerId::LOCAL, run_id, change, now).await.expect("changes");
        }
        // What was answered is seen by others, so it was committed.
        let seen = app.store().run_get(OwnerId::LOCAL, run_id).await.expect("reads");
        assert_eq!(seen.map(|run| run.status), Some(RunStatus::Running));
        assert_eq!(database.sessions_in_transaction().await, 0);
        assert_eq!(app.store().check().await.expect("checks"), []);
        store.close().await;
        app.close().await;
    })
    .await;
}

/// Many blocks and nobody at the address: the worker says so and comes home, and nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_comes_home_from_a_provider_that_is_not_there() {
    Backend::each(|database| async move {
        let app = open_app(&database, "http://127.0.0.1:9").await;
        let run_id = demo::create(&app, &[("worker.batching.mode", "per_request".into())]).await;
        let options = WorkerOptions {
            run: Some((Ctx::local().owner, run_id.parse().expect("an id"))),
            until_idle: true,
            ..WorkerOptions::named("test")
        };
        app.worker_run(options, &Stop::default()).await.expect("comes home");
        let run = app.run_get(&Ctx::local(), &run_id).await.expect("the run");
        assert_eq!(run.attention.as_deref(), Some("provider_unavailable"));
        assert_eq!((run.remaining_blocks, run.failed_blocks), (run.total_blocks, 0));
        assert_eq!(app.store().check().await.expect("checks"), []);
        app.close().await;
    })
    .await;
}

/// PostgreSQL ends every session of ours, over and over: work goes on and comes out right.
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_are_made_again() {
    let Some(database) = Database::fresh(Backend::Postgres).await else { return };
    let simulator =
        Simulator::start(Options { latency_ms: 20, ..Options::default() }).expect("a simulator");
    let app = open_app(&database, &simulator.base_url()).await;
    let settings = [("worker.concurrency", 4.into()), ("worker.batching.pack_size", 2.into())];
    let run_id = demo::create(&app, &settings).await;
    let (stop, worker) = (Stop::default(), app.clone());
    let stopping = stop.clone();
    let working =
        tokio::spawn(
            async move { worker.worker_run(WorkerOptions::named("cut"), &stopping).await },
        );
    for _ in 0..CUTS {
        tokio::time::sleep(Duration::from_millis(40)).await;
        database.cut_sessions().await;
    }
    let done = timeout(Duration::from_secs(120), async {
        loop {
            let run = app.run_get(&Ctx::local(), &run_id).await;
            if run.is_ok_and(|run| run.status == "complete") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    done.await.expect("the run comes to its end");
    stop.stop();
    working.await.expect("no panic").expect("the worker ends in order");
    let run = app.run_get(&Ctx::local(), &run_id).await.expect("the run");
    assert_eq!((run.completed_blocks, run.failed_blocks), (306, 0));
    // A start whose answer was cut off is written down, and was never made.
    assert!(run.calls >= simulator.stats().calls);
    assert_eq!(app.store().check().await.expect("checks"), []);
    app.close().await;
}

/// With PostgreSQL the work of another process is heard of; here it is another pool.
#[tokio::test(flavor = "multi_thread")]
async fn new_work_wakes_who_waits() {
    Backend::each(|database| async move {
        let simulator = Simulator::start(Options::default()).expect("a simulator");
        let app = open_app(&database, &simulator.base_url()).await;
        let listener = match database.backend {
            Backend::Sqlite => app.store().clone(),
            Backend::Postgres => Store::open(database.url()).await.expect("opens"),
        };
        let mut wakes = listener.wakes();
        // Listening begins with a ring of its own on PostgreSQL; work is announced until heard.
        let heard = timeout(PATIENCE, wakes.next());
        let announcing = async {
            loop {
                demo::create(&app, &[]).await;
                tokio::time::sleep(Duration::from_millis(120)).await;
            }
        };
        tokio::select! {
            heard = heard => heard.expect("somebody is woken"),
            () = announcing => {}
        }
        listener.close().await;
        app.close().await;
    })
    .await;
}

/// A pooler that hands out another server connection for each transaction: nothing prepared, no
/// subscription, no lock of a session.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_works_behind_a_transaction_pooler() {
    let Some(database) = Database::fresh(Backend::Postgres).await else { return };
    let Some(pooler) = Pooler::start(&database).await else { return };
    let pooled = Store::open(pooler.url()).await.expect("opens");
    let refused = pooled.migrate().await.expect_err("no tables yet");
    assert_eq!(refused.to_string(), "tables cannot be set up through a pooler");
    let simulator = Simulator::start(Options::default()).expect("a simulator");
    let app = open_app(&database, &simulator.base_url()).await;
    pooled.migrate().await.expect("nothing is left to set up");
    let behind = open_app_at(pooler.url(), database.dir(), &simulator.base_url()).await;
    let mut workers = Vec::new();
    let settings = [("worker.concurrency", 8.into()), ("worker.batching.pack_size", 3.into())];
    let run_id = demo::create(&behind, &settings).await;
    for name in ["one", "two", "three"] {
        let (app, options) = (behind.clone(), WorkerOptions::named(name));
        workers.push(tokio::spawn(async move {
            let options = WorkerOptions { until_idle: true, ..options };
            app.worker_run(options, &Stop::default()).await
        }));
    }
    for worker in workers {
        worker.await.expect("no panic").expect("the worker ends in order");
    }
    let run = app.run_get(&Ctx::local(), &run_id).await.expect("the run");
    assert_eq!((run.status.as_str(), run.completed_blocks), ("complete", 306));
    assert_eq!(app.store().check().await.expect("checks"), []);
    pooled.close().await;
    behind.close().await;
    app.close().await;
}
