//! Real processes under real signals: nothing that was acknowledged is lost, nothing is doubled.
//!
//! Workers and a server share one database while a client keeps them busy. Seeded signals kill,
//! drain and freeze them. What the client was told is written to a journal outside the database,
//! and the database is held against it at the end. The seed picks victims and moments; moments are
//! wall clock, so the same seed is the same kind of bad luck and not the same bytes.

use std::time::Duration;

use gloss_app::{App, Stop};
use gloss_core_model::{OwnerId, RunStatus};
use gloss_simulator::{Options, Simulator};
use gloss_store::RunRow;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

mod api;
mod book;
mod command;
mod document;
mod findings;
mod http;
mod jam;
mod journal;
mod launch;
mod load;
mod orphans;
mod population;
mod process;
mod report;
mod review;
mod trouble;
mod verify;

pub use command::main;
pub use findings::{Finding, Kind};
pub use launch::Program;
pub use report::{Counts, Report};

use api::Api;
use findings::Findings;
use jam::Jam;
use journal::Journal;
use launch::Launcher;
use orphans::Orphans;
use population::Population;

use crate::{Database, open_app};

/// The shortest that policy allows.
const LEASE: Duration = Duration::from_secs(2);
/// A dead worker's blocks are free again this long after its lease at the latest.
const RECLAIM_MAX: Duration = LEASE.saturating_add(Duration::from_secs(5));
/// What a worker is told, for all runs and for each.
const CALLS_PER_WORKER: u32 = 4;
const LATENCY_MS: u64 = 30;
const REVIEWERS: usize = 2;
/// Once the trouble ends, all work has to end within this time.
const FINISH_MAX: Duration = Duration::from_secs(90);

/// How much bad luck, and whose.
#[derive(Debug, Clone)]
pub struct Plan {
    pub seed: u64,
    /// SIGKILL, of workers and of the server.
    pub kills: u32,
    /// SIGTERM, likewise.
    pub drains: u32,
    /// SIGSTOP for longer than a lease, then SIGCONT.
    pub stops: u32,
    pub workers: usize,
}

/// Everything that the actors share.
struct Scene {
    plan: Plan,
    app: App,
    population: Population,
    api: Api,
    journal: Journal,
    orphans: Orphans,
    jam: Jam,
    findings: Findings,
}

/// Plays the whole plan on a fresh database. The caller keeps the folder if anything was found.
pub async fn run(plan: Plan, database: &Database, program: Program) -> Report {
    let began = Instant::now();
    let options = Options { latency_ms: LATENCY_MS, ..Options::default() };
    let simulator = Simulator::start(options).expect("a port for the simulator");
    let app = open_app(database, &simulator.base_url()).await;
    let launcher = Launcher::new(program, database, simulator.base_url());
    let population = Population::start(launcher, plan.workers);
    let scene = Scene {
        api: Api::new(population.address(), database.dir()),
        journal: Journal::create(&database.dir().join("journal.jsonl")),
        orphans: Orphans::open(database).await,
        jam: Jam::of(database),
        findings: Findings::default(),
        plan,
        app,
        population,
    };
    let tally = play(&scene).await;
    let (ended, doctor) = (scene.population.end(&scene).await, scene.population.doctor().await);
    if let Err(what) = doctor {
        scene.findings.add(Kind::Broken, format!("gloss doctor: {what}"));
    }
    scene.check("at the end").await;
    let verified = verify::verify(&scene, &simulator.stats(), tally.worker_kills()).await;
    let report = report::of(&scene, database, tally, ended, verified, began.elapsed());
    scene.orphans.close().await;
    scene.app.close().await;
    report
}

/// Trouble and load side by side; when the trouble is over, the work comes to its end.
async fn play(scene: &Scene) -> trouble::Tally {
    let (load_stop, watch_stop) = (Stop::default(), Stop::default());
    let (senders, receivers): (Vec<_>, Vec<_>) =
        (0..REVIEWERS).map(|_| mpsc::unbounded_channel()).unzip();
    let trouble = async {
        let tally = trouble::make(scene).await;
        load_stop.stop();
        tally
    };
    let reviewing = async {
        let mut reviewers = receivers.into_iter().zip(0..);
        let (first, second) = (reviewers.next(), reviewers.next());
        tokio::join!(
            review::decide(scene, first.expect("two reviewers"), &load_stop),
            review::decide(scene, second.expect("two reviewers"), &load_stop),
        );
    };
    let work = async {
        let (tally, (), ()) =
            tokio::join!(trouble, load::create(scene, &senders, &load_stop), reviewing);
        finish(scene).await;
        watch_stop.stop();
        tally
    };
    let (tally, ()) = tokio::join!(work, scene.orphans.watch(&watch_stop));
    tally
}

/// Workers are alive and nobody disturbs them: every run ends, and every call is accounted for.
async fn finish(scene: &Scene) {
    let until = Instant::now() + FINISH_MAX;
    while let Some(run) = unfinished(scene).await {
        if Instant::now() > until {
            let (id, left, held) = (run.run_id, run.rollup.remaining(), run.reserved_micro_usd);
            let what = format!("run {id} still has {left} open blocks, {held} micro-USD reserved");
            return scene.findings.add(Kind::Broken, what);
        }
        sleep(Duration::from_millis(50)).await;
    }
}

async fn unfinished(scene: &Scene) -> Option<RunRow> {
    let running = Some(RunStatus::Running);
    let open = scene.app.store().run_list(OwnerId::LOCAL, running, None, 1).await;
    if let Some(run) = open.expect("the database answers").pop() {
        return Some(run);
    }
    verify::all_runs(scene.app.store()).await.into_iter().find(|run| run.reserved_micro_usd > 0)
}

impl Scene {
    /// The store's own rules, on the live database.
    async fn check(&self, when: &str) {
        match self.app.store().check().await {
            Ok(violations) => {
                for found in violations {
                    let what = format!("{when}: {}: {}", found.rule, found.detail);
                    self.findings.add(Kind::Broken, what);
                }
            }
            Err(error) => {
                self.findings.add(Kind::Broken, format!("{when}: no check: {error:?}"));
            }
        }
    }
}
