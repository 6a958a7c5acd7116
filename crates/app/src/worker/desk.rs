//! A worker's desk: the leases it holds, the jobs that wait, the calls in flight.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use gloss_core_model::{Attention, CallId, OwnerId, RunId, RunStatus};
use gloss_llm::{CallError, Experience, Pace};
use gloss_policy::SnapshotError;
use gloss_queue::Dice;
use gloss_store::{AttentionChange, RunChange, RunWork, Settle, SettleBatch, SettleTo, Settled};
use tokio::sync::Notify;
use tokio::task::{Id, JoinError, JoinSet};

mod care;
mod dispatch;
mod intake;
mod lead;

use super::WorkerReport;
use super::bench::{self, Bench};
use super::call::{Done, Job};
use super::settlement::{self, Note};
use crate::error::Result;
use crate::{App, Brief, BriefError};

/// A batch of paid answers is offered to the database so often, with growing pauses in between.
const WRITE_TRIES_MAX: u32 = 40;
const WRITE_PAUSE: Duration = Duration::from_millis(250);

/// A lease and how much of it is still open.
struct Lease {
    open: usize,
    renew_at: i64,
    brief: Arc<Brief>,
}

pub(super) struct Desk {
    app: App,
    name: String,
    calls_max: u32,
    benches: HashMap<RunId, Bench>,
    /// How fast each account may be asked for each model.
    paces: HashMap<String, Pace>,
    leases: HashMap<i64, Lease>,
    waiting: VecDeque<Job>,
    in_flight: JoinSet<Done>,
    /// What is in flight, should its task be lost.
    flying: HashMap<Id, (CallId, Job)>,
    looks: u32,
    /// Told when a lead has begun to be answered: what waited for it may go.
    pub(super) warmed: Arc<Notify>,
    /// Calls whose start was asked for and not answered.
    unsure: HashMap<RunId, Vec<CallId>>,
    /// Runs that have just run out of money, for the worker to leave alone.
    pub(super) stopped: Vec<(RunId, Attention)>,
    pub(super) report: WorkerReport,
}

/// Whether this worker can do anything for a run.
pub(super) enum Briefing {
    Ready(Arc<Brief>),
    NoKey,
    /// Not now and not soon.
    NotOurs,
}

pub(super) type Landed = std::result::Result<(Id, Done), JoinError>;

impl Desk {
    pub(super) fn new(app: App, name: String, calls_max: u32) -> Self {
        Self {
            app,
            name,
            calls_max,
            benches: HashMap::new(),
            paces: HashMap::new(),
            leases: HashMap::new(),
            waiting: VecDeque::new(),
            in_flight: JoinSet::new(),
            flying: HashMap::new(),
            looks: 0,
            warmed: Arc::default(),
            unsure: HashMap::new(),
            stopped: Vec::new(),
            report: WorkerReport::default(),
        }
    }

    pub(super) fn calls(&self) -> u32 {
        self.flying().saturating_add(u32::try_from(self.waiting.len()).unwrap_or(u32::MAX))
    }

    pub(super) fn calls_of(&self, run_id: RunId) -> u32 {
        let waiting = self.waiting.iter().filter(|job| job.brief.run_id == run_id).count();
        self.flying_of(run_id).saturating_add(u32::try_from(waiting).unwrap_or(u32::MAX))
    }

    pub(super) fn calls_of_owner(&self, owner: OwnerId) -> u32 {
        let waiting = self.waiting.iter().filter(|job| job.brief.owner == owner).count();
        self.flying_of_owner(owner).saturating_add(u32::try_from(waiting).unwrap_or(u32::MAX))
    }

    fn flying(&self) -> u32 {
        u32::try_from(self.in_flight.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn flying_of(&self, run_id: RunId) -> u32 {
        self.benches.get(&run_id).map_or(0, |bench| bench.in_flight)
    }

    pub(super) fn flying_of_owner(&self, owner: OwnerId) -> u32 {
        let benches = self.benches.values().filter(|bench| bench.brief.owner == owner);
        benches.map(|bench| bench.in_flight).sum()
    }

    /// Blocks of a run that wait for the answer to the same content.
    pub(super) fn twins_of(&self, run_id: RunId) -> usize {
        self.benches.get(&run_id).map_or(0, |bench| bench.memo.waiting())
    }

    pub(super) fn is_idle(&self) -> bool {
        self.in_flight.is_empty() && self.waiting.is_empty()
    }

    /// Forgets the runs that neither have work nor hold any.
    pub(super) fn tidy(&mut self, with_work: &[(OwnerId, RunId)]) {
        let held: HashSet<RunId> = self.leases.values().map(|lease| lease.brief.run_id).collect();
        self.benches.retain(|run_id, bench| {
            bench.in_flight > 0
                || held.contains(run_id)
                || with_work.iter().any(|(_, listed)| listed == run_id)
        });
    }

    /// Nothing is in flight.
    pub(super) fn is_grounded(&self) -> bool {
        self.in_flight.is_empty()
    }

    pub(super) fn set_share(&mut self, run_id: RunId, share: u32) {
        if let Some(bench) = self.benches.get_mut(&run_id) {
            bench.share = share;
        }
    }

    /// Its key works: the run gets its whole share.
    pub(super) fn trust(&mut self, run_id: RunId) {
        if let Some(bench) = self.benches.get_mut(&run_id) {
            bench.share = bench.brief.policy.worker.concurrency;
        }
    }

    /// Reads a run's snapshot once. A run that cannot be read is failed: it never will be.
    pub(super) async fn brief(&mut self, run: RunWork) -> Result<Briefing> {
        if let Some(bench) = self.benches.get(&run.run_id) {
            return Ok(Briefing::Ready(Arc::clone(&bench.brief)));
        }
        let brief = match bench::read_brief(&self.app, run).await? {
            Ok(brief) => Arc::new(brief),
            Err(BriefError::Snapshot(SnapshotError::Newer { .. })) => {
                tracing::warn!(run.id = %run.run_id, "a newer Gloss made this run; left to it");
                return Ok(Briefing::NotOurs);
            }
            Err(error) => {
                tracing::error!(run.id = %run.run_id, %error, "a run cannot be worked on");
                let now = self.app.now();
                self.app.store.run_change(run.owner, run.run_id, RunChange::Fail, now).await?;
                return Ok(Briefing::NotOurs);
            }
        };
        let Some(provider) = bench::provider(&self.app, &brief) else {
            return Ok(Briefing::NoKey);
        };
        let share = brief.policy.worker.concurrency;
        let bench = Bench::new(Arc::clone(&brief), provider, share);
        self.benches.insert(run.run_id, bench);
        Ok(Briefing::Ready(brief))
    }

    fn account_of(&self, run_id: RunId) -> String {
        self.benches.get(&run_id).map(|bench| bench.account.clone()).unwrap_or_default()
    }

    /// So many calls of a run are not in flight any more.
    fn landed_of(&mut self, run_id: RunId, calls: usize) {
        if let Some(bench) = self.benches.get_mut(&run_id) {
            let calls = u32::try_from(calls).unwrap_or(u32::MAX);
            bench.in_flight = bench.in_flight.saturating_sub(calls);
        }
    }

    /// Its blocks have passed on to somebody else.
    fn lose(&mut self, lease_id: i64) {
        self.leases.remove(&lease_id);
        let waiting = std::mem::take(&mut self.waiting).into_iter();
        let (lost, staying): (VecDeque<Job>, _) = waiting.partition(|job| job.lease_id == lease_id);
        self.waiting = staying;
        lost.iter().for_each(|job| self.abandon(job));
    }

    /// A run that is over takes no more writes: nothing of it waits, nothing is renewed. Calls in
    /// flight still come home.
    fn forget(&mut self, run_id: RunId) {
        for job in self.take_waiting(run_id) {
            if let Some(lease) = self.leases.get_mut(&job.lease_id) {
                lease.open = lease.open.saturating_sub(job.blocks.len());
            }
        }
        let flying: HashSet<i64> = self.flying.values().map(|(_, job)| job.lease_id).collect();
        self.leases.retain(|id, lease| lease.brief.run_id != run_id || flying.contains(id));
        // Who waited for whom is over as well: should the run be resumed, it begins anew.
        match self.benches.get_mut(&run_id) {
            Some(bench) if bench.in_flight > 0 => bench.memo.clear(),
            _ => drop(self.benches.remove(&run_id)),
        }
    }

    /// The next call to come back; waits for ever when none is in flight.
    pub(super) async fn landed(&mut self) -> Landed {
        match self.in_flight.join_next_with_id().await {
            Some(landed) => landed,
            None => std::future::pending().await,
        }
    }

    /// Settles a finished call, and whatever else has finished meanwhile, in one write per run.
    pub(super) async fn settle(&mut self, first: Landed) -> Result<Vec<Note>> {
        let mut batches: BTreeMap<RunId, SettleBatch> = BTreeMap::new();
        let mut next = Some(first);
        while let Some(landed) = next {
            let done = self.take(landed);
            let now = self.app.now();
            self.pace(&done);
            let brief = Arc::clone(&done.job.brief);
            let batch =
                batches.entry(brief.run_id).or_insert_with(|| settlement::batch(&brief, now));
            self.report.calls += 1;
            let learned = self.benches.get_mut(&brief.run_id).map(|bench| &mut bench.learned);
            let mut nothing = Experience::default();
            let learned = learned.unwrap_or(&mut nothing);
            let again = settlement::add(done, batch, learned, &mut || Dice(rand::random()));
            // What is asked again goes first: its lease is the oldest.
            again.into_iter().rev().for_each(|job| self.waiting.push_front(job));
            next = self.in_flight.try_join_next_with_id();
        }
        let mut notes = Vec::new();
        for (run_id, mut batch) in batches {
            let (attention, answered) = match batch.attention {
                AttentionChange::Keep => (None, None),
                AttentionChange::Raise(attention) => (Some(attention), None),
                AttentionChange::Clear { before } => (None, Some(before)),
            };
            if attention.is_some_and(Attention::stops_dispatch) {
                self.release_waiting(run_id, &mut batch);
            }
            let unreached = batch.calls.iter().filter(|call| call.outcome == "connection").count();
            let unreached = u32::try_from(unreached).unwrap_or(u32::MAX);
            let owner = batch.owner;
            let settled = self.write(batch).await?;
            let staged = settled.staged;
            // None where it has been deleted.
            if settled.run_status.is_none_or(|status| status != RunStatus::Running) {
                self.forget(run_id);
            }
            notes.push(Note { owner, run_id, staged, unreached, attention, answered });
        }
        Ok(notes)
    }

    /// What a call learned of its account is meant for everybody who uses it.
    fn pace(&mut self, done: &Done) {
        if let Some(pace) = self.paces.get_mut(&done.account) {
            pace.landed(done.result.as_ref(), done.started_at, self.app.now(), rand::random());
        }
    }

    /// A call whose task was lost is a lost connection: nothing is known of its answer.
    fn take(&mut self, landed: Landed) -> Done {
        let (id, done) = match landed {
            Ok((id, done)) => (id, Some(done)),
            Err(error) => (error.id(), None),
        };
        let (call_id, job) = self.flying.remove(&id).expect("every task is noted when it starts");
        self.landed_of(job.brief.run_id, 1);
        done.unwrap_or_else(|| {
            let message = "the call was abandoned".to_owned();
            let started_at = self.app.now();
            let account = self.account_of(job.brief.run_id);
            Done {
                account,
                job,
                call_id,
                started_at,
                latency_ms: 0,
                result: Err(CallError::Connection { message }),
            }
        })
    }

    /// Writes a batch, again and again while the database is away: its answers are paid for. A
    /// write whose reply was lost may be repeated; what it did is stale the second time.
    async fn write(&mut self, mut batch: SettleBatch) -> Result<Settled> {
        if let Some(bench) = self.benches.get_mut(&batch.run_id) {
            bench.memo.settle(&mut batch);
            let again =
                |block: &&Settle| matches!(block.to, SettleTo::Attempt { failed: false, .. });
            let again = batch.blocks.iter().filter(again).count();
            bench.going_alone += u32::try_from(again).unwrap_or(0);
        }
        for block in &batch.blocks {
            if let Some(lease) = self.leases.get_mut(&block.lease_id) {
                lease.open = lease.open.saturating_sub(1);
                if lease.open == 0 {
                    batch.leases_done.push(block.lease_id);
                }
            }
        }
        for lease_id in &batch.leases_done {
            self.leases.remove(lease_id);
        }
        let mut tries = 0;
        let settled = loop {
            let error = match self.app.store.settle(batch.clone()).await {
                Ok(settled) => break settled,
                Err(error) => error,
            };
            tries += 1;
            if tries == WRITE_TRIES_MAX {
                return Err(error.into());
            }
            tracing::warn!(run.id = %batch.run_id, %error, tries, "results are not written yet");
            tokio::time::sleep(WRITE_PAUSE * tries.min(20)).await;
        };
        if settled.sent_back > 0
            && let Some(bench) = self.benches.get_mut(&batch.run_id)
        {
            for block in &batch.blocks {
                if let SettleTo::Reused { from, .. } = &block.to {
                    bench.memo.forget_from(*from);
                }
            }
        }
        self.report.staged += u64::from(settled.staged);
        self.report.failed += u64::from(settled.failed);
        self.report.stale += u64::from(settled.stale);
        if settled.stale > 0 {
            tracing::warn!(run.id = %batch.run_id, blocks = settled.stale, "results came too late");
        }
        Ok(settled)
    }
}
