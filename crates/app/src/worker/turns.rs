//! Claiming, turn by turn: owners take turns, and then their runs.

use std::time::Duration;

use gloss_core_model::Attention;
use gloss_store::RunWork;
use tokio::time::Instant;

use super::Worker;
use super::desk::Briefing;
use crate::Brief;
use crate::error::Result;

/// How long a list of the runs with work is good for.
const LIST_FRESH: Duration = Duration::from_millis(250);

/// More blocks than this are not held only because somebody asks the same.
const TWINS_MAX: usize = 1000;

/// A run with work, and what other workers have in flight of it and of its owner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work {
    pub(super) run: RunWork,
    others_of_run: u32,
    others_of_owner: u32,
}

impl Worker<'_> {
    /// Fills the free slots, turn by turn. True if anything was claimed.
    pub(super) async fn claim(&mut self) -> Result<bool> {
        self.list().await?;
        let mut claimed = false;
        self.crowded = false;
        let mut in_vain = 0;
        while self.desk.calls() < self.options.calls_max && in_vain < self.rounds.len() {
            let Some(work) = self.rounds.turn().and_then(|(_, run)| self.work.get(&run)) else {
                break;
            };
            let work = *work;
            if !self.is_paused(work.run.run_id) && self.claim_from(work).await? {
                claimed = true;
                in_vain = 0;
            } else {
                in_vain += 1;
            }
        }
        Ok(claimed)
    }

    /// Who has work, unless that was asked a moment ago.
    async fn list(&mut self) -> Result<()> {
        let fresh = self.listed.is_some_and(|listed| listed.elapsed() < LIST_FRESH);
        if fresh && !self.rounds.is_empty() {
            return Ok(());
        }
        let runs = self.app.store.runs_with_work(self.only(), self.app.now()).await?;
        self.listed = Some(Instant::now());
        // Its budget was raised. What else a run waits for, a key or credit, is asked for anew only
        // after a while: that another worker has it does not mean that this one does.
        for run in runs.iter().filter(|run| run.attention.is_none()) {
            if self.broke.remove(&run.run_id) {
                self.paused.remove(&run.run_id);
            }
        }
        let pairs: Vec<_> = runs.iter().map(|run| (run.owner, run.run_id)).collect();
        self.rounds.refresh(&pairs);
        self.desk.tidy(&pairs);
        let work = runs.into_iter().map(|run| {
            let others_of_run = run.run_calls.saturating_sub(self.desk.flying_of(run.run_id));
            let mine = self.desk.flying_of_owner(run.owner);
            let others_of_owner = run.owner_calls.saturating_sub(mine);
            (run.run_id, Work { run, others_of_run, others_of_owner })
        });
        self.work = work.collect();
        Ok(())
    }

    async fn claim_from(&mut self, work: Work) -> Result<bool> {
        let run = work.run;
        let brief = match self.desk.brief(run).await? {
            Briefing::Ready(brief) => brief,
            Briefing::NoKey => {
                self.pause(run, Attention::NoApiKey).await?;
                return Ok(false);
            }
            Briefing::NotOurs => {
                self.paused.insert(run.run_id, self.app.now());
                return Ok(false);
            }
        };
        let share = self.share(run, &brief);
        self.desk.set_share(run.run_id, share);
        let of_run = self.desk.calls_of(run.run_id) + work.others_of_run;
        let of_owner = self.desk.calls_of_owner(run.owner) + work.others_of_owner;
        let slots = share
            .saturating_sub(of_run)
            .min(brief.policy.worker.owner_concurrency.saturating_sub(of_owner))
            .min(self.options.calls_max.saturating_sub(self.desk.calls()));
        // Blocks that wait for another's answer take no place, but there is an end to it.
        if slots == 0 || self.desk.twins_of(run.run_id) >= TWINS_MAX {
            self.crowded = true;
            return Ok(false);
        }
        let claimed = self.desk.claim(run, &brief, slots).await?;
        if !claimed {
            self.rounds.skip(run.run_id);
        }
        Ok(claimed)
    }

    /// A run that stopped for a bad key is tried with one call before the rest follow.
    fn share(&self, run: RunWork, brief: &Brief) -> u32 {
        let doubtful = run.attention.is_some_and(Attention::stops_dispatch);
        if doubtful && !self.trusted.contains(&run.run_id) {
            1
        } else {
            brief.policy.worker.concurrency
        }
    }
}
