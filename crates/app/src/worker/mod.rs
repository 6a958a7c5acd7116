//! The worker: claim → pack → ask → unpack → settle, until there is nothing left or it is told to
//! stop. Any number of workers, in any number of processes, may help the same run.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use gloss_core_model::{Attention, OwnerId, RunId, RunStatus, Timestamp};
use gloss_queue::Rounds;
use gloss_store::{AttentionChange, RunWork};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::App;
use crate::error::{Error, Result};

mod bench;
mod call;
mod check;
mod desk;
mod lessons;
mod memo;
mod recover;
mod settlement;
mod turns;

use desk::Desk;
use turns::Work;

/// How often leases are looked after, and expired ones swept.
const TICK: Duration = Duration::from_millis(500);
/// An idle worker looks for work this often.
const POLL: Duration = Duration::from_millis(500);
/// So many failed looks in a row, about ten seconds, and a worker that was asked to come home when
/// all is done comes home without. One that stays tries on, with growing pauses.
const FAILURES_MAX: u32 = 6;
const ENDURE_MAX: Duration = Duration::from_secs(30);
/// Even when something is due already, for another worker may have taken it.
const PATIENCE_MIN: Duration = Duration::from_millis(20);
/// After a refused key or missing credit, a run is left alone this long.
const PAUSE_MS: i64 = 60_000;
/// So many calls in a row that never reached a provider mean that there is none at that URL.
const UNREACHED_MAX: u32 = 5;

/// Told to many, told once: finish and go.
#[derive(Debug, Clone)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stop {
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    pub async fn stopped(&self) {
        let mut receiver = self.0.subscribe();
        // The sender lives in self, so waiting cannot fail.
        let _ = receiver.wait_for(|stopped| *stopped).await;
    }
}

#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// Unique per process: `host-pid-random`.
    pub name: String,
    /// Only this run; otherwise every run that has work.
    pub run: Option<(OwnerId, RunId)>,
    /// Calls in flight over all runs. Each run's policy bounds its own share.
    pub calls_max: u32,
    /// Return when nothing is left to do, instead of waiting for more.
    pub until_idle: bool,
}

impl WorkerOptions {
    pub const CALLS_MAX: u32 = 256;

    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), run: None, calls_max: Self::CALLS_MAX, until_idle: false }
    }
}

/// What one worker did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkerReport {
    pub calls: u64,
    pub staged: u64,
    pub failed: u64,
    /// Results that came after their lease had passed on: paid for and dropped.
    pub stale: u64,
    /// Why work stopped although some was left.
    pub attention: Option<Attention>,
}

impl App {
    /// Works until told to stop, or, with `until_idle`, until nothing is left to do.
    ///
    /// # Errors
    /// Only a database that is away or inconsistent. Leases that are held then expire.
    pub fn worker_run<'a>(
        &'a self,
        options: WorkerOptions,
        stop: &'a Stop,
    ) -> BoxFuture<'a, Result<WorkerReport>> {
        // Boxed, so that the worker is compiled once, here, and not in each crate that awaits it.
        Box::pin(self.work(options, stop))
    }

    async fn work(&self, options: WorkerOptions, stop: &Stop) -> Result<WorkerReport> {
        let mut worker = Worker {
            app: self,
            desk: Desk::new(self.clone(), options.name.clone(), options.calls_max),
            options,
            paused: HashMap::new(),
            broke: HashSet::new(),
            trusted: HashSet::new(),
            unreached: 0,
            rounds: Rounds::default(),
            work: HashMap::new(),
            crowded: false,
            listed: None,
            failures: 0,
        };
        // Calls in flight are paid for: they are waited for even when the work ended in an error.
        let worked = worker.work(stop).await;
        let drained = worker.desk.drain().await;
        worked.and(drained)?;
        Ok(worker.desk.report)
    }
}

/// What a look at the database leads to.
enum Next {
    Wait(Duration),
    Home,
}

struct Worker<'a> {
    app: &'a App,
    options: WorkerOptions,
    desk: Desk,
    /// Runs that wait for a person, and since when.
    paused: HashMap<RunId, Timestamp>,
    /// Those of them that wait for money.
    broke: HashSet<RunId>,
    /// Runs whose key has worked in this process.
    trusted: HashSet<RunId>,
    /// Calls in a row that never reached the provider, before any did.
    unreached: u32,
    rounds: Rounds<OwnerId, RunId>,
    work: HashMap<RunId, Work>,
    /// Something is due, and all places are taken: looking sooner finds nothing.
    crowded: bool,
    /// When the runs with work were listed.
    listed: Option<Instant>,
    /// Looks in a row that ended in a database error.
    failures: u32,
}

impl Worker<'_> {
    async fn work(&mut self, stop: &Stop) -> Result<()> {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut wakes = self.app.store.wakes();
        let warmed = Arc::clone(&self.desk.warmed);
        let mut look_again = Instant::now();
        loop {
            if stop.is_stopped() {
                return Ok(());
            }
            if Instant::now() >= look_again {
                let wait = match self.look().await {
                    Ok(Next::Home) => return Ok(()),
                    Ok(Next::Wait(wait)) => wait,
                    Err(error) => self.endure(error)?,
                };
                look_again = Instant::now() + wait;
            }
            tokio::select! {
                () = stop.stopped() => return Ok(()),
                landed = self.desk.landed() => {
                    let notes = self.desk.settle(landed).await?;
                    if let Err(error) = self.note(notes).await {
                        tracing::warn!(%error, "why a run waits could not be written down");
                    }
                    look_again = Instant::now();
                }
                () = wakes.next() => {
                    self.listed = None;
                    look_again = Instant::now();
                }
                () = warmed.notified() => look_again = Instant::now(),
                _ = tick.tick() => self.desk.look_after_leases().await,
                () = tokio::time::sleep_until(look_again) => {}
            }
        }
    }

    /// Claims and sends what may be sent, and says what to do after that.
    async fn look(&mut self) -> Result<Next> {
        // What waits goes first: it is claimed already.
        self.desk.dispatch().await?;
        // There is no provider: what waits goes back when the worker leaves; one that stays tries
        // on.
        let leaving = self.is_unreachable() && self.options.until_idle;
        if leaving && self.desk.is_grounded() {
            return Ok(Next::Home);
        }
        let claimed = !leaving && self.claim().await?;
        self.desk.dispatch().await?;
        self.heed_stops();
        self.failures = 0;
        if claimed {
            return Ok(Next::Wait(Duration::ZERO));
        }
        if self.desk.is_idle() && self.finished().await? {
            return Ok(Next::Home);
        }
        Ok(Next::Wait(self.patience().await?))
    }

    /// A database that is away for a while comes back.
    fn endure(&mut self, error: Error) -> Result<Duration> {
        self.failures += 1;
        if self.options.until_idle && self.failures >= FAILURES_MAX {
            return Err(error);
        }
        tracing::warn!(%error, failures = self.failures, "the database did not answer");
        Ok(ENDURE_MAX.min(POLL * self.failures))
    }

    fn only(&self) -> Option<RunId> {
        self.options.run.map(|(_, run_id)| run_id)
    }

    /// Runs that could not pay for another call wait for a person.
    fn heed_stops(&mut self) {
        for (run_id, attention) in self.desk.stopped.drain(..) {
            self.paused.insert(run_id, self.app.now());
            self.broke.insert(run_id);
            self.desk.report.attention = Some(attention);
        }
    }

    fn is_paused(&self, run_id: RunId) -> bool {
        let now = self.app.now();
        self.paused.get(&run_id).is_some_and(|refused| refused.plus_ms(PAUSE_MS) > now)
    }

    fn any_paused(&self) -> bool {
        self.paused.keys().any(|run_id| self.is_paused(*run_id))
    }

    async fn pause(&mut self, run: RunWork, attention: Attention) -> Result<()> {
        let now = self.app.now();
        self.paused.insert(run.run_id, now);
        self.desk.report.attention = Some(attention);
        let raise = AttentionChange::Raise(attention);
        self.app.store.run_attention(run.owner, run.run_id, raise, now).await?;
        Ok(())
    }

    async fn note(&mut self, settled: Vec<settlement::Note>) -> Result<()> {
        for note in settled {
            if note.staged > 0 {
                self.unreached = 0;
            } else if !self.trusted.contains(&note.run_id) {
                self.unreached += note.unreached;
            }
            if let Some(attention) = note.attention.filter(|a| a.stops_dispatch()) {
                self.paused.insert(note.run_id, self.app.now());
                self.trusted.remove(&note.run_id);
                self.desk.report.attention = Some(attention);
            } else if note.staged > 0 && self.speaks_for_the_key(&note) {
                self.paused.remove(&note.run_id);
                self.trusted.insert(note.run_id);
                self.desk.trust(note.run_id);
            }
            if note.unreached > 0 && self.is_unreachable() {
                let attention = Attention::ProviderUnavailable;
                self.desk.report.attention = Some(attention);
                let (raise, now) = (AttentionChange::Raise(attention), self.app.now());
                self.app.store.run_attention(note.owner, note.run_id, raise, now).await?;
            }
        }
        Ok(())
    }

    /// An answer that was under way when the key was refused does not.
    fn speaks_for_the_key(&self, note: &settlement::Note) -> bool {
        let refused = self.paused.get(&note.run_id);
        refused.is_none_or(|refused| note.answered.is_some_and(|started| started > *refused))
    }

    fn is_unreachable(&self) -> bool {
        self.unreached >= UNREACHED_MAX
    }

    /// Whether to go home: the one run is over or waits for a person, or nothing is open at all.
    async fn finished(&self) -> Result<bool> {
        if let Some((owner, run_id)) = self.options.run {
            let run = self.app.store.run_get(owner, run_id).await?;
            let over = run.is_none_or(|run| run.status != RunStatus::Running);
            let waits = self.paused.contains_key(&run_id) || self.is_unreachable();
            return Ok(over || (waits && self.options.until_idle));
        }
        if !self.options.until_idle {
            return Ok(false);
        }
        let now = self.app.now();
        let open = self.app.store.next_due(None, now).await?.is_some();
        Ok(!open || self.any_paused())
    }

    /// How long to wait before looking again: until the next block is due, but not for long. With
    /// calls in flight, or a run that waits for a person, looking sooner finds nothing.
    async fn patience(&self) -> Result<Duration> {
        let now = self.app.now();
        if self.crowded || !self.desk.is_idle() || self.any_paused() {
            return Ok(POLL);
        }
        let due = self.app.store.next_due(self.only(), now).await?;
        let wait = due
            .map_or(POLL, |due| Duration::from_millis(u64::try_from(due.0 - now.0).unwrap_or(0)));
        Ok(wait.clamp(PATIENCE_MIN, POLL))
    }
}
