//! What a worker owes to its leases: renewing them, giving back what it will not do, going home
//! in good order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use gloss_core_model::RunId;
use gloss_queue::{Dice, Ending, ReleaseCause};
use gloss_store::SettleBatch;
use tokio::time::{Instant, timeout};

use super::super::call::Job;
use super::super::recover::Why;
use super::super::settlement;
use super::Desk;
use crate::error::Result;

/// Expired leases are swept every so many looks after one's own.
const LOOKS_PER_SWEEP: u32 = 4;
/// While draining, leases are looked after this often.
const LEASE_CARE: Duration = Duration::from_millis(500);

impl Desk {
    pub(super) fn release_waiting(&mut self, run_id: RunId, batch: &mut SettleBatch) {
        let (leaving, staying): (VecDeque<Job>, VecDeque<Job>) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|job| job.brief.run_id == run_id);
        self.waiting = staying;
        for job in &leaving {
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
        let now = self.app.now();
        let due: Vec<i64> =
            self.leases.iter().filter(|(_, l)| l.renew_at <= now.0).map(|(id, _)| *id).collect();
        for lease_id in due {
            let Some(lease) = self.leases.get_mut(&lease_id) else { continue };
            let term = lease.brief.lease_term();
            match self.app.store.lease_renew(vec![lease_id], now.plus_ms(term.ms)).await {
                Ok(kept) if kept.is_empty() => self.lose(lease_id),
                Ok(_) => lease.renew_at = now.0 + term.renew_every_ms(),
                Err(error) => tracing::warn!(%error, "a lease could not be renewed yet"),
            }
        }
        self.looks += 1;
        if self.looks % LOOKS_PER_SWEEP == 1
            && let Err(error) = self.app.store.sweep(now).await
        {
            tracing::warn!(%error, "expired leases could not be swept yet");
        }
    }

    /// Ends the work in good order: what waits goes back untouched; what is in flight is paid for
    /// and so gets as long as any call may take.
    pub(in super::super) async fn drain(&mut self) -> Result<()> {
        let mut returned = self.return_waiting().await;
        let longest = self.benches.values().map(|bench| bench.brief.call_timeout()).max();
        let until = Instant::now() + longest.unwrap_or_default();
        while !self.in_flight.is_empty() {
            let wait = LEASE_CARE.min(until.saturating_duration_since(Instant::now()));
            match timeout(wait, self.landed()).await {
                Ok(landed) => returned = returned.and(self.settle(landed).await.map(|_| ())),
                Err(_) if Instant::now() >= until => break,
                Err(_) => self.look_after_leases().await,
            }
            returned = returned.and(self.return_waiting().await);
        }
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
        let ending = Ending::Released(cause);
        settlement::end(job, held, ending, Why::default(), None, batch, Dice(0.0));
    }
}
