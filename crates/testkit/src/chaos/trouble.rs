//! The bad luck: who is killed, drained or frozen, and when.

use std::time::Duration;

use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use tokio::time::{Instant, sleep};

use super::population::LastWords;
use super::process::{Process, Role};
use super::{Kind, LEASE, Plan, Scene};

/// Between two kills or drains. Milliseconds.
const PAUSE_MS: std::ops::Range<u64> = 50..950;
/// Between two stops.
const STOP_PAUSE_MS: std::ops::Range<u64> = 50..400;
/// A process that is stopped inside a transaction holds up everybody on SQLite, and its run on
/// PostgreSQL. It is woken before they give up, which they do after five seconds.
const STOP_MAX: Duration = LEASE.saturating_add(Duration::from_millis(1800));
const CYCLES_PER_CHECK: usize = 25;
const POLL: Duration = Duration::from_millis(25);

/// What was done.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) kills_of_workers: u32,
    pub(super) kills_of_server: u32,
    pub(super) drains: u32,
    pub(super) stops: u32,
    /// Stops of workers that had lost all their blocks to others when they woke up.
    pub(super) stops_swept: u32,
    /// Stops inside a transaction.
    pub(super) stops_jammed: u32,
    pub(super) checks: u32,
    pub(super) words: LastWords,
}

impl Tally {
    pub(super) const fn worker_kills(&self) -> u32 {
        self.kills_of_workers
    }

    fn and(self, other: Self) -> Self {
        Self {
            kills_of_workers: self.kills_of_workers + other.kills_of_workers,
            kills_of_server: self.kills_of_server + other.kills_of_server,
            drains: self.drains + other.drains,
            stops: self.stops + other.stops,
            stops_swept: self.stops_swept + other.stops_swept,
            stops_jammed: self.stops_jammed + other.stops_jammed,
            checks: self.checks + other.checks,
            words: LastWords { stale: self.words.stale + other.words.stale },
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Signal {
    Kill,
    Drain,
}

/// All of the plan. Stops take seconds, so that kills go on beside them.
pub(super) async fn make(scene: &Scene) -> Tally {
    let (ended, stopped) = tokio::join!(kill_and_drain(scene), stop(scene));
    ended.and(stopped)
}

async fn kill_and_drain(scene: &Scene) -> Tally {
    let Plan { seed, kills, drains, .. } = scene.plan;
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut signals = vec![Signal::Kill; kills as usize];
    signals.extend(vec![Signal::Drain; drains as usize]);
    signals.shuffle(&mut rng);
    let mut tally = Tally::default();
    for (n, signal) in signals.into_iter().enumerate() {
        sleep(Duration::from_millis(rng.random_range(PAUSE_MS))).await;
        let (place, mut process) =
            scene.population.take(rng.random_range(0..scene.population.len()));
        if is_alive(scene, &mut process) {
            match signal {
                Signal::Kill => kill(scene, &mut process, &mut tally).await,
                Signal::Drain => drain(scene, &mut process, &mut tally).await,
            }
        }
        scene.population.restart(place, &mut process);
        drop(process);
        if (n + 1) % CYCLES_PER_CHECK == 0 {
            scene.check(&format!("after {} cycles", n + 1)).await;
            tally.checks += 1;
        }
    }
    tally
}

fn is_alive(scene: &Scene, process: &mut Process) -> bool {
    let Some(status) = process.ended() else { return true };
    let what = format!("{:?} {} ended by itself: {status}", process.role, process.pid);
    scene.findings.add(Kind::Broken, what);
    false
}

async fn kill(scene: &Scene, process: &mut Process, tally: &mut Tally) {
    let died = Instant::now();
    process.kill().await;
    match process.role {
        Role::Worker => {
            scene.orphans.died(process.pid, died);
            tally.kills_of_workers += 1;
        }
        Role::Server => tally.kills_of_server += 1,
    }
}

async fn drain(scene: &Scene, process: &mut Process, tally: &mut Tally) {
    match process.drain().await {
        Ok(report) => tally.words.add(&report),
        Err(what) => scene.findings.add(Kind::Broken, what),
    }
    if process.role == Role::Worker && scene.orphans.holds(process.pid).await {
        let what = format!("worker {} went home with blocks in its hands", process.pid);
        scene.findings.add(Kind::Broken, what);
    }
    tally.drains += 1;
}

async fn stop(scene: &Scene) -> Tally {
    let mut rng = SmallRng::seed_from_u64(scene.plan.seed ^ 7);
    let mut tally = Tally::default();
    for _ in 0..scene.plan.stops {
        sleep(Duration::from_millis(rng.random_range(STOP_PAUSE_MS))).await;
        // The server is the last one: it is as likely as half a worker.
        let chosen = rng.random_range(0..2 * scene.population.len() - 1) / 2;
        let (place, mut process) = scene.population.take(chosen);
        if !is_alive(scene, &mut process) {
            scene.population.restart(place, &mut process);
            continue;
        }
        let began = Instant::now();
        process.signal("STOP").await;
        let slept = sleep_through_the_lease(scene, &process).await;
        sleep(Duration::from_millis(rng.random_range(0..200))).await;
        process.signal("CONT").await;
        tally.stops += 1;
        match slept {
            Slept::Nothing => {}
            Slept::Swept => tally.stops_swept += 1,
            Slept::Jammed => {
                tally.stops_jammed += 1;
                scene.orphans.jammed(began);
            }
        }
        // Half of the late ones tell how much of what they brought was stale; the others go on.
        let late_for = Duration::from_millis(rng.random_range(50..400));
        if process.role == Role::Worker && rng.random_range(0..2) == 0 {
            sleep(late_for).await;
            drain(scene, &mut process, &mut tally).await;
            tally.drains -= 1;
            scene.population.restart(place, &mut process);
        }
    }
    tally
}

/// What a stopped process slept through.
enum Slept {
    /// It had nothing to lose.
    Nothing,
    /// Its blocks passed on to others.
    Swept,
    /// It was stopped inside a transaction, and nobody could take its blocks.
    Jammed,
}

async fn sleep_through_the_lease(scene: &Scene, process: &Process) -> Slept {
    let (began, worker) = (Instant::now(), process.role == Role::Worker);
    let held = worker && scene.orphans.holds(process.pid).await;
    loop {
        sleep(POLL).await;
        let still = worker && scene.orphans.holds(process.pid).await;
        if began.elapsed() > if still { STOP_MAX } else { LEASE } {
            return match (scene.jam.is_there().await, held && !still) {
                (true, _) => Slept::Jammed,
                (false, true) => Slept::Swept,
                (false, false) => Slept::Nothing,
            };
        }
    }
}
