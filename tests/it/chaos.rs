//! A little of `cargo xtask chaos`: workers and a server killed, drained and frozen while a client
//! keeps them busy, and the database held against what the client was told.

use std::process::Command;

use gloss_testkit::chaos::{Plan, Program, run};
use gloss_testkit::{Backend, Database};

const PLAN: Plan = Plan { seed: 5, kills: 8, drains: 1, stops: 2, workers: 3 };

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_or_doubled_on_sqlite() {
    chaos(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_or_doubled_on_postgres() {
    chaos(Backend::Postgres).await;
}

async fn chaos(backend: Backend) {
    let Some(database) = Database::fresh(backend).await else { return };
    let report = run(PLAN, &database, this_binary()).await;
    println!("{report}");
    assert_eq!(report.findings, [], "seed {}", PLAN.seed);
    let counts = report.counts;
    assert_eq!(counts.kills_of_workers + counts.kills_of_server, PLAN.kills);
    assert!(counts.runs > 0 && counts.reviews > 0, "there was something to lose: {counts:?}");
}

/// This very binary as `gloss`: `kills::child_worker` runs the command line it is given.
fn this_binary() -> Program {
    let me = std::env::current_exe().expect("this binary");
    Box::new(move |line| {
        let mut command = Command::new(&me);
        command.args(["--exact", "kills::child_worker", "--nocapture"]);
        command.env("GLOSS_TEST_CHILD", line);
        command
    })
}
