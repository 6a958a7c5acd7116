//! What a worker owes to its leases: renewing them, giving back what it will not do, going home
//! in good order.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use gloss_core_model::{RunId, Timestamp};
use gloss_queue::{Dice, Ending, ReleaseCause};
use gloss_store::{SettleBatch, SettleTo};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::super::call::Job;
use super::super::recover::Why;
use super::super::settlement;
use super::Desk;
use crate::error::Result;

/// Expired leases are swept every so many looks after one's own.
const LOOKS_PER_SWEEP: u32 = 2;
/// Clocks drift slowly.
const LOOKS_PER_CLOCK: u32 = 120;
/// While draining, leases are looked after this often.
const LEASE_CARE: Duration = Duration::from_millis(500);

impl Desk {
    /// Takes a run's jobs out of the line.
    pub(super) fn take_waiting(&mut self, run_id: RunId) -> VecDeque<Job> {
        let waiting = std::mem::take(&mut self.waiting).into_iter();
        let (leaving, staying) = waiting.partition(|job| job.brief.run_id == run_id);
        self.waiting = staying;
        leaving
    }

    pub(super) fn release_waiting(&mut self, run_id: RunId, batch: &mut SettleBatch) {
        for job in &self.take_waiting(run_id) {
            release(job, ReleaseCause::Shutdown, batch);
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

    /// Renews what is held, gives up what was lost, and returns what others have lost. A database
    /// that is away for a moment is no reason to stop: the next look is half a second off.
    pub(in super::super) async fn look_after_leases(&mut self) {
        self.renew_leases().await;
        self.return_orphans().await;
        self.looks += 1;
        if self.looks % LOOKS_PER_SWEEP == 1
            && let Err(error) = self.app.store.sweep(self.app.now()).await
        {
            tracing::warn!(%error, "expired leases could not be swept yet");
        }
        if self.looks.is_multiple_of(LOOKS_PER_CLOCK)
            && let Err(error) = self.app.follow_database().await
        {
            tracing::warn!(%error, "the database was not asked for the time yet");
        }
    }

    /// Renews what is due for it.
    pub(super) async fn renew_leases(&mut self) {
        let now = self.app.now();
        let mut due: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for (lease_id, lease) in self.leases.iter().filter(|(_, l)| l.renew_at <= now.0) {
            due.entry(lease.brief.lease_term().ms).or_default().push(*lease_id);
        }
        for (term_ms, leases) in due {
            match self.app.store.lease_renew(leases.clone(), now.plus_ms(term_ms)).await {
                Ok(kept) => self.note_renewed(&leases, &kept, now),
                Err(error) => tracing::warn!(%error, "leases could not be renewed yet"),
            }
        }
    }

    fn note_renewed(&mut self, asked: &[i64], kept: &[i64], now: Timestamp) {
        for lease_id in asked {
            match self.leases.get_mut(lease_id) {
                Some(lease) if kept.contains(lease_id) => {
                    lease.renew_at = now.0 + lease.brief.lease_term().renew_every_ms();
                }
                _ => self.lose(*lease_id),
            }
        }
    }

    /// Ends the work in good order: what waits goes back untouched; what is in flight is paid for
    /// and so gets as long as any call may take.
    pub(in super::super) async fn drain(&mut self) -> Result<()> {
        let mut returned = self.return_waiting().await;
        let longest = self.benches.values().map(|bench| bench.brief.call_timeout()).max();
        let end = sleep(longest.unwrap_or_default());
        tokio::pin!(end);
        let mut care = interval(LEASE_CARE);
        care.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.in_flight.is_empty() {
            tokio::select! {
                biased;
                () = &mut end => break,
                _ = care.tick() => self.look_after_leases().await,
                landed = self.landed() => {
                    returned = returned.and(self.settle(landed).await.map(|_| ()));
                }
            }
            returned = returned.and(self.return_waiting().await);
        }
        self.return_orphans().await;
        self.in_flight.abort_all();
        let abandoned: Vec<Job> = self.flying.drain().map(|(_, (_, job))| job).collect();
        for job in abandoned {
            let mut batch = settlement::batch(&job.brief, self.app.now());
            release(&job, ReleaseCause::Shutdown, &mut batch);
            returned = returned.and(self.write(batch).await.map(|_| ()));
        }
        returned
    }
}

pub(super) fn release(job: &Job, cause: ReleaseCause, batch: &mut SettleBatch) {
    for held in &job.blocks {
        if let Some(packed) = &job.packed {
            // It was only to be compared; what it was to be compared with is good, and paid for.
            let to = SettleTo::Staged(packed.to_string());
            batch.blocks.push(settlement::settled(job, held, to, None));
            continue;
        }
        let ending = Ending::Released(cause);
        settlement::end(job, held, ending, Why::default(), None, batch, Dice(0.0));
    }
}
