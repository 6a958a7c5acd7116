//! A worker's desk: the leases it holds, the jobs that wait, the calls in flight.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use gloss_core_model::{Attention, CallId, RunId};
use gloss_llm::pack::Oversize;
use gloss_llm::{CallError, Provider};
use gloss_queue::{Dice, Ending, ReleaseCause};
use gloss_store::{Claim, ClaimRequest, RunChange, RunWork, SettleBatch, Settled};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, timeout_at};

use super::WorkerReport;
use super::bench::{self, Bench};
use super::call::{Done, Held, Job};
use super::recover::Why;
use super::settlement::{self, Note};
use crate::error::Result;
use crate::{App, Brief};

/// Expired leases are swept every so many looks after one's own.
const LOOKS_PER_SWEEP: u32 = 4;

/// A lease and how much of it is still open.
struct Lease {
    open: usize,
    renew_at: i64,
    brief: Arc<Brief>,
}

pub(super) struct Desk {
    app: App,
    name: String,
    benches: HashMap<RunId, Bench>,
    leases: HashMap<i64, Lease>,
    waiting: VecDeque<Job>,
    in_flight: JoinSet<Done>,
    /// What is in flight, should its task be lost.
    flying: HashMap<Id, (CallId, Job)>,
    looks: u32,
    pub(super) report: WorkerReport,
}

pub(super) type Landed = std::result::Result<(Id, Done), JoinError>;

impl Desk {
    pub(super) fn new(app: App, name: String) -> Self {
        Self {
            app,
            name,
            benches: HashMap::new(),
            leases: HashMap::new(),
            waiting: VecDeque::new(),
            in_flight: JoinSet::new(),
            flying: HashMap::new(),
            looks: 0,
            report: WorkerReport::default(),
        }
    }

    pub(super) fn calls(&self) -> u32 {
        u32::try_from(self.in_flight.len() + self.waiting.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn calls_of(&self, run_id: RunId) -> u32 {
        let waiting = self.waiting.iter().filter(|job| job.brief.run_id == run_id).count();
        let in_flight = self.benches.get(&run_id).map_or(0, |bench| bench.in_flight);
        in_flight.saturating_add(u32::try_from(waiting).unwrap_or(u32::MAX))
    }

    pub(super) fn is_idle(&self) -> bool {
        self.in_flight.is_empty() && self.waiting.is_empty()
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
    pub(super) async fn brief(&mut self, run: RunWork) -> Result<Option<Arc<Brief>>> {
        if let Some(bench) = self.benches.get(&run.run_id) {
            return Ok(Some(Arc::clone(&bench.brief)));
        }
        let brief = match bench::read_brief(&self.app, run).await? {
            Ok(brief) => Arc::new(brief),
            Err(error) => {
                tracing::error!(run.id = %run.run_id, %error, "a run cannot be worked on");
                let now = self.app.now();
                self.app.store.run_change(run.owner, run.run_id, RunChange::Fail, now).await?;
                return Ok(None);
            }
        };
        let Some(provider) = bench::provider(&self.app, &brief) else { return Ok(None) };
        let share = brief.policy.worker.concurrency;
        let bench = Bench { brief: Arc::clone(&brief), provider, share, in_flight: 0 };
        self.benches.insert(run.run_id, bench);
        Ok(Some(brief))
    }

    /// Claims enough for `slots` calls and packs it; false if there was nothing to claim.
    pub(super) async fn claim(
        &mut self,
        run: RunWork,
        brief: &Arc<Brief>,
        slots: u32,
    ) -> Result<bool> {
        let size = brief.policy.worker.claim_batch_size;
        let wanted = slots.saturating_mul(brief.pack_limits().blocks_max).max(size.default);
        let now = self.app.now();
        let claim = self
            .app
            .store
            .claim(ClaimRequest {
                owner: run.owner,
                run_id: run.run_id,
                worker: self.name.clone(),
                blocks_max: wanted.clamp(size.min, size.max),
                lease_ms: brief.lease_term().ms,
                now,
            })
            .await?;
        let Some(claim) = claim else { return Ok(false) };
        let lease = Lease {
            open: claim.blocks.len(),
            renew_at: now.0 + brief.lease_term().renew_every_ms(),
            brief: Arc::clone(brief),
        };
        self.leases.insert(claim.lease_id, lease);
        self.pack(brief, claim).await?;
        Ok(true)
    }

    async fn pack(&mut self, brief: &Arc<Brief>, claim: Claim) -> Result<()> {
        let packing = brief
            .pack(claim.blocks.iter().map(|b| (b.index, b.content.as_str(), b.feedback.is_some())));
        let mut held: BTreeMap<u32, Held> = claim
            .blocks
            .into_iter()
            .map(|block| {
                let feedback = block.feedback.clone();
                (block.index, Held { block: Arc::new(block), feedback })
            })
            .collect();
        let mut job = |indexes: &[u32]| Job {
            brief: Arc::clone(brief),
            lease_id: claim.lease_id,
            blocks: indexes.iter().filter_map(|index| held.remove(index)).collect(),
            depth: 0,
        };
        for pack in &packing.packs {
            self.waiting.push_back(job(&pack.indexes));
        }
        let oversize: Vec<(Job, Oversize)> =
            packing.oversize.iter().map(|over| (job(&[over.index]), *over)).collect();
        if oversize.is_empty() {
            return Ok(());
        }
        let mut batch = settlement::batch(brief, self.app.now());
        for (job, over) in oversize {
            let why = Why {
                kind: "oversize".to_owned(),
                message: format!(
                    "about {} tokens, and a call holds {}",
                    over.input_tokens, over.input_tokens_max
                ),
            };
            settlement::end(
                &job,
                &job.blocks[0],
                Ending::Impossible,
                why,
                None,
                &mut batch,
                Dice(0.0),
            );
        }
        self.write(batch).await?;
        Ok(())
    }

    /// Starts what may start. The call rows are written before the bytes leave.
    pub(super) async fn dispatch(&mut self) -> Result<()> {
        let mut starting: Vec<(CallId, Job, Arc<dyn Provider>)> = Vec::new();
        let mut staying = VecDeque::new();
        while let Some(job) = self.waiting.pop_front() {
            match self.benches.get_mut(&job.brief.run_id) {
                Some(bench) if bench.in_flight < bench.share => {
                    bench.in_flight += 1;
                    let provider = Arc::clone(&bench.provider);
                    starting.push((CallId(self.app.new_id()), job, provider));
                }
                _ => staying.push_back(job),
            }
        }
        self.waiting = staying;
        let mut rows = BTreeMap::new();
        for (call_id, job, provider) in &starting {
            let row = job.start(*call_id, provider.name(), self.app.now());
            rows.entry((job.brief.owner, job.brief.run_id)).or_insert_with(Vec::new).push(row);
        }
        for ((owner, run_id), rows) in rows {
            self.app.store.calls_start(owner, run_id, rows).await?;
        }
        for (call_id, job, provider) in starting {
            let handle = self.in_flight.spawn(job.clone().ask(call_id, provider));
            self.flying.insert(handle.id(), (call_id, job));
        }
        Ok(())
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
            let brief = Arc::clone(&done.job.brief);
            let batch =
                batches.entry(brief.run_id).or_insert_with(|| settlement::batch(&brief, now));
            self.report.calls += 1;
            let again = settlement::add(done, batch, Dice(rand::random()));
            // What is asked again goes first: its lease is the oldest.
            again.into_iter().rev().for_each(|job| self.waiting.push_front(job));
            next = self.in_flight.try_join_next_with_id();
        }
        let mut notes = Vec::new();
        for (run_id, mut batch) in batches {
            let attention = batch.attention.flatten();
            if attention.is_some_and(Attention::stops_dispatch) {
                self.release_waiting(run_id, &mut batch);
            }
            let unreached = batch.calls.iter().filter(|call| call.outcome == "connection").count();
            let unreached = u32::try_from(unreached).unwrap_or(u32::MAX);
            let owner = batch.owner;
            let staged = self.write(batch).await?.staged;
            notes.push(Note { owner, run_id, staged, unreached, attention });
        }
        Ok(notes)
    }

    /// A call whose task was lost is a lost connection: nothing is known of its answer.
    fn take(&mut self, landed: Landed) -> Done {
        let (id, done) = match landed {
            Ok((id, done)) => (id, Some(done)),
            Err(error) => (error.id(), None),
        };
        let (call_id, job) = self.flying.remove(&id).expect("every task is noted when it starts");
        if let Some(bench) = self.benches.get_mut(&job.brief.run_id) {
            bench.in_flight -= 1;
        }
        done.unwrap_or_else(|| {
            let message = "the call was abandoned".to_owned();
            Done { job, call_id, latency_ms: 0, result: Err(CallError::Connection { message }) }
        })
    }

    async fn write(&mut self, mut batch: SettleBatch) -> Result<Settled> {
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
        let run_id = batch.run_id;
        let settled = self.app.store.settle(batch).await?;
        self.report.staged += u64::from(settled.staged);
        self.report.failed += u64::from(settled.failed);
        self.report.stale += u64::from(settled.stale);
        if settled.stale > 0 {
            tracing::warn!(run.id = %run_id, blocks = settled.stale, "results came too late");
        }
        Ok(settled)
    }

    fn release_waiting(&mut self, run_id: RunId, batch: &mut SettleBatch) {
        let (leaving, staying): (VecDeque<Job>, VecDeque<Job>) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|job| job.brief.run_id == run_id);
        self.waiting = staying;
        for job in &leaving {
            release(job, batch);
        }
    }

    /// Gives back everything that has not been sent.
    async fn return_waiting(&mut self) -> Result<()> {
        while let Some(job) = self.waiting.front() {
            let brief = Arc::clone(&job.brief);
            let mut batch = settlement::batch(&brief, self.app.now());
            self.release_waiting(brief.run_id, &mut batch);
            self.write(batch).await?;
        }
        Ok(())
    }

    /// Renews what is held, gives up what was lost, and returns what others have lost.
    pub(super) async fn look_after_leases(&mut self) -> Result<()> {
        let now = self.app.now();
        let due: Vec<i64> =
            self.leases.iter().filter(|(_, l)| l.renew_at <= now.0).map(|(id, _)| *id).collect();
        for lease_id in due {
            let Some(lease) = self.leases.get_mut(&lease_id) else { continue };
            let term = lease.brief.lease_term();
            lease.renew_at = now.0 + term.renew_every_ms();
            let kept = self.app.store.lease_renew(vec![lease_id], now.plus_ms(term.ms)).await?;
            if kept.is_empty() {
                self.leases.remove(&lease_id);
                self.waiting.retain(|job| job.lease_id != lease_id);
            }
        }
        self.looks += 1;
        if self.looks % LOOKS_PER_SWEEP == 1 {
            self.app.store.sweep(now).await?;
        }
        Ok(())
    }

    /// Ends the work in good order: what waits goes back untouched, what is in flight is paid for
    /// and so gets a while to come in.
    pub(super) async fn drain(&mut self, patience: Duration) -> Result<()> {
        self.return_waiting().await?;
        let until = Instant::now() + patience;
        while !self.in_flight.is_empty() {
            let Ok(landed) = timeout_at(until, self.landed()).await else { break };
            self.settle(landed).await?;
            self.return_waiting().await?;
        }
        self.in_flight.abort_all();
        let abandoned: Vec<Job> = self.flying.drain().map(|(_, (_, job))| job).collect();
        for job in abandoned {
            let mut batch = settlement::batch(&job.brief, self.app.now());
            release(&job, &mut batch);
            self.write(batch).await?;
        }
        Ok(())
    }
}

fn release(job: &Job, batch: &mut SettleBatch) {
    for held in &job.blocks {
        let ending = Ending::Released(ReleaseCause::Shutdown);
        settlement::end(job, held, ending, Why::default(), None, batch, Dice(0.0));
    }
}
