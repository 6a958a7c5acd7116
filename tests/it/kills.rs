//! Workers that are killed mid-run, for real: another finishes, nothing is lost or doubled.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use gloss_app::{App, Ctx};
use gloss_core_model::{OverlayStatus, RunId, Schema};
use gloss_simulator::{Options, Simulator};
use gloss_testkit::{Backend, Database, open_app};
use serde_json::Value;

use crate::demo;

const KILLS: u32 = 20;
const CONCURRENCY: u32 = 4;

/// Not a test of its own: this is what a killed process runs, as `gloss worker` does.
#[test]
fn child_worker() {
    let Ok(args) = std::env::var("GLOSS_TEST_CHILD") else { return };
    let code = gloss_cli::run_process(args.split(' '));
    assert_eq!(code, std::process::ExitCode::SUCCESS);
}

/// Two workers share a run; one is asked to stop, and gives back what it has not sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_asked_to_stop_charges_nothing_and_another_finishes() {
    Backend::each(|database| async move {
        let simulator = Simulator::start(Options { latency_ms: 40, ..Options::default() })
            .expect("a simulator");
        let app = open_app(&database, &simulator.base_url()).await;
        let run_id = create(&app).await;
        let mut stopped = spawn(&database, &simulator, &run_id);
        let mut other = spawn(&database, &simulator, &run_id);
        while simulator.stats().calls < 6 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let told = Command::new("kill").arg(stopped.id().to_string()).status();
        assert!(told.expect("kill runs").success());
        assert!(stopped.wait().expect("it ends").success());
        assert!(other.wait().expect("it ends").success());
        let view = app.run_get(&Ctx::local(), &run_id).await.expect("the run");
        assert_eq!((view.status.as_str(), view.completed_blocks), ("complete", 306));
        // No call was given up: all that were sent are written down.
        assert_eq!(view.calls, simulator.stats().calls);
        let id: RunId = run_id.parse().expect("an id");
        let rows = app.store().overlay_page(Ctx::local().owner, id, None, 0, 1000).await;
        assert!(rows.expect("overlays").iter().all(|row| (row.attempts, row.deferrals) == (0, 0)));
        assert_eq!(app.store().check().await.expect("checks"), []);
        app.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_worker_costs_only_what_it_had_in_flight_on_sqlite() {
    kill_many(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_worker_costs_only_what_it_had_in_flight_on_postgres() {
    kill_many(Backend::Postgres).await;
}

async fn kill_many(backend: Backend) {
    let Some(database) = Database::fresh(backend).await else { return };
    let simulator =
        Simulator::start(Options { latency_ms: 40, ..Options::default() }).expect("a simulator");
    let app = open_app(&database, &simulator.base_url()).await;
    for seed in 0..KILLS {
        kill_once(&database, &app, &simulator, seed).await;
    }
    assert_eq!(app.store().check().await.expect("checks"), []);
    app.close().await;
}

async fn kill_once(database: &Database, app: &App, simulator: &Simulator, seed: u32) {
    let what = format!("{} seed {seed}", database.backend.name());
    let run_id = create(app).await;
    simulator.reset();
    let mut first = spawn(database, simulator, &run_id);
    // Waits for the worker to be in the middle, then for a moment that the seed picks.
    while simulator.stats().calls == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let moment = u64::from(seed.wrapping_mul(2_654_435_761) % 300);
    tokio::time::sleep(Duration::from_millis(moment)).await;
    // `Child::kill` is SIGKILL: nothing of the process runs after it.
    first.kill().expect("the worker is killed");
    first.wait().expect("and gone");
    let second = spawn(database, simulator, &run_id).wait().expect("the second worker ends");
    assert!(second.success(), "{what}");

    let view = app.run_get(&Ctx::local(), &run_id).await.expect("the run");
    assert_eq!((view.status.as_str(), view.failed_blocks), ("complete", 0), "{what}");
    let id: RunId = run_id.parse().expect("an id");
    let rows = app.store().overlay_page(Ctx::local().owner, id, None, 0, 1000).await;
    let rows = rows.expect("overlays");
    let properties = Schema::new(serde_json::from_str(demo::SCHEMA).expect("JSON"))
        .expect("an object")
        .properties();
    for row in &rows {
        let answer: Value =
            serde_json::from_str(row.staging.as_deref().expect("staged")).expect("JSON");
        let kind = row.block_type.as_str();
        assert_eq!(answer, gloss_simulator::expected(&properties, kind, &row.content), "{what}");
        // One accepted machine write: the revision rises with each.
        assert_eq!((row.status, row.revision), (OverlayStatus::AiComplete, 1), "{what}");
    }
    // Calls that were sent and never settled are the ones that were in flight.
    let lost = simulator.stats().calls.saturating_sub(view.calls);
    assert!(lost <= u64::from(CONCURRENCY), "{what}: {lost} calls were paid for twice");
}

async fn create(app: &App) -> String {
    let settings = [("worker.lease_seconds", 2.into()), ("worker.concurrency", CONCURRENCY.into())];
    demo::create(app, &settings).await
}

fn spawn(database: &Database, simulator: &Simulator, run_id: &str) -> Child {
    Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "kills::child_worker", "--nocapture"])
        .env("GLOSS_TEST_CHILD", format!("gloss worker --run {run_id} --until-idle"))
        .env("GLOSS_DATABASE_URL", database.url())
        .env("GLOSS_DATA_DIR", database.dir())
        .env("ANTHROPIC_API_KEY", "test")
        .env("ANTHROPIC_BASE_URL", simulator.base_url())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a worker process starts")
}
