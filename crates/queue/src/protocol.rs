//! The claim protocol as one pure state machine: what every statement of the store must do, for
//! one run. The simulation drives it, and the same trace on a real database must agree.
//!
//! It is written for reading and checking, not for speed.

use std::collections::BTreeMap;

use gloss_core_model::{OverlayEvent, OverlayStatus, Rollup, RunEvent, RunStatus, Timestamp};

mod calls;

pub use calls::{Call, CallState, Calls, End, Start};

use crate::admission::Admission;

/// Which guards of a machine's commands are checked. All of them, but for a simulation that proves
/// it would notice one missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guards {
    /// A write names the lease that holds the block.
    pub token: bool,
    /// Only a pending block is claimed, only a claimed one is written.
    pub status: bool,
    /// Only a running run is claimed from, written to or spent on.
    pub run: bool,
    /// A write names the generation that was claimed.
    pub generation: bool,
    /// A call is paid for before it is made.
    pub budget: bool,
}

impl Guards {
    pub const ALL: Self =
        Self { token: true, status: true, run: true, generation: true, budget: true };
}

/// An overlay as the protocol sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    pub status: OverlayStatus,
    pub attempts: u32,
    pub deferrals: u32,
    pub not_before: Timestamp,
    pub lease: Option<u64>,
    pub generation: u32,
    pub revision: u32,
    /// What the machine wrote, or a person in its place.
    pub staging: Option<String>,
    pub confirmed: Option<String>,
}

/// One run with its overlays and leases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    pub status: RunStatus,
    pub counts: Rollup,
    pub overlays: Vec<Overlay>,
    /// Lease number → its end. Numbers only grow. A lease outlives its blocks while calls are out.
    pub leases: BTreeMap<u64, Timestamp>,
    pub last_lease: u64,
    pub calls: Calls,
    guards: Guards,
}

/// One machine write of one block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    pub index: usize,
    pub lease: u64,
    pub generation: u32,
    pub to: WriteTo,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteTo {
    Stage(String),
    Attempt { failed: bool },
    Defer { not_before: Timestamp },
    Release,
}

/// What somebody asks of the book. Each is one transaction of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Claim { max: usize, now: Timestamp, lease_ms: i64 },
    Start { calls: Vec<Start>, now: Timestamp },
    Settle { writes: Vec<Write>, calls: Vec<End>, leases_done: Vec<u64> },
    Renew { lease: u64, until: Timestamp },
    Sweep { now: Timestamp },
    Cancel,
    Resume,
    RetryFailed,
    Confirm { index: usize },
    Reject { index: usize },
    Edit { index: usize, value: String },
    Reopen { index: usize },
}

/// What the one who asked hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Claimed {
        lease: u64,
        blocks: Vec<usize>,
    },
    Nothing,
    Started(Vec<Admission>),
    Settled {
        staged: u32,
        failed: u32,
        returned: u32,
        stale: u32,
    },
    Renewed(bool),
    /// How many blocks went back to pending.
    Returned(u32),
    Refused,
    Done(u32),
}

impl Book {
    /// `limit` is how many calls may be under way, `budget` what they may cost together.
    pub fn new(n_blocks: usize, limit: u32, budget: Option<u64>, guards: Guards) -> Self {
        let overlay = Overlay {
            status: OverlayStatus::Pending,
            attempts: 0,
            deferrals: 0,
            not_before: Timestamp(0),
            lease: None,
            generation: 0,
            revision: 0,
            staging: None,
            confirmed: None,
        };
        let total = u32::try_from(n_blocks).unwrap_or(u32::MAX);
        Self {
            status: RunStatus::Running,
            counts: Rollup { total, ..Rollup::default() },
            overlays: vec![overlay; n_blocks],
            leases: BTreeMap::new(),
            last_lease: 0,
            calls: Calls { budget, limit, ..Calls::default() },
            guards,
        }
    }

    pub fn apply(&mut self, command: &Command) -> Answer {
        match command {
            Command::Claim { max, now, lease_ms } => self.claim(*max, *now, *lease_ms),
            Command::Start { calls, now } => self.start(calls, *now),
            Command::Settle { writes, calls, leases_done } => {
                self.end_calls(calls);
                self.settle(writes, leases_done)
            }
            Command::Renew { lease, until } => self.renew(*lease, *until),
            Command::Sweep { now } => self.sweep(*now),
            Command::Cancel => self.cancel(),
            Command::Resume => self.resume(),
            Command::RetryFailed => self.retry_failed(),
            Command::Confirm { index } => self.review(*index, OverlayEvent::Confirm, None),
            Command::Reject { index } => self.review(*index, OverlayEvent::Reject, None),
            Command::Edit { index, value } => {
                self.review(*index, OverlayEvent::Edit, Some(value.clone()))
            }
            Command::Reopen { index } => self.review(*index, OverlayEvent::Reopen, None),
        }
    }

    fn claim(&mut self, max: usize, now: Timestamp, lease_ms: i64) -> Answer {
        let guards = self.guards;
        if guards.run && self.status != RunStatus::Running {
            return Answer::Nothing;
        }
        let due = |overlay: &Overlay| {
            let free = overlay.status.on(OverlayEvent::Claim).is_ok();
            (!guards.status || free) && overlay.not_before <= now
        };
        let blocks: Vec<usize> =
            (0..self.overlays.len()).filter(|i| due(&self.overlays[*i])).take(max).collect();
        if blocks.is_empty() {
            return Answer::Nothing;
        }
        self.last_lease += 1;
        let lease = self.last_lease;
        self.leases.insert(lease, now.plus_ms(lease_ms));
        for index in &blocks {
            self.overlays[*index].status = OverlayStatus::Claimed;
            self.overlays[*index].lease = Some(lease);
        }
        Answer::Claimed { lease, blocks }
    }

    fn settle(&mut self, writes: &[Write], leases_done: &[u64]) -> Answer {
        let (mut staged, mut failed, mut returned, mut stale) = (0, 0, 0, 0);
        for write in writes {
            if !self.may_write(write) {
                stale += 1;
                continue;
            }
            match self.write(write) {
                OverlayStatus::AiComplete => staged += 1,
                OverlayStatus::Failed => failed += 1,
                _ => returned += 1,
            }
        }
        self.counts.completed += staged;
        self.counts.failed += failed;
        for lease in leases_done {
            let held = self.overlays.iter().any(|overlay| overlay.lease == Some(*lease));
            if !held && !self.has_calls_out(*lease) {
                self.leases.remove(lease);
            }
        }
        self.finish_if_done();
        Answer::Settled { staged, failed, returned, stale }
    }

    /// The guard: still claimed, under this very lease, in this generation, of a running run.
    fn may_write(&self, write: &Write) -> bool {
        let overlay = &self.overlays[write.index];
        let guards = self.guards;
        (!guards.status || overlay.status == OverlayStatus::Claimed)
            && (!guards.token || overlay.lease == Some(write.lease))
            && (!guards.generation || overlay.generation == write.generation)
            && (!guards.run || self.status == RunStatus::Running)
    }

    fn write(&mut self, write: &Write) -> OverlayStatus {
        let overlay = &mut self.overlays[write.index];
        overlay.lease = None;
        overlay.status = OverlayStatus::Pending;
        match &write.to {
            WriteTo::Stage(answer) => {
                overlay.status = OverlayStatus::AiComplete;
                overlay.staging = Some(answer.clone());
                overlay.revision += 1;
            }
            WriteTo::Attempt { failed } => {
                overlay.attempts += 1;
                if *failed {
                    overlay.status = OverlayStatus::Failed;
                }
            }
            WriteTo::Defer { not_before } => {
                overlay.deferrals += 1;
                overlay.not_before = *not_before;
            }
            WriteTo::Release => {}
        }
        overlay.status
    }

    fn renew(&mut self, lease: u64, until: Timestamp) -> Answer {
        match self.leases.get_mut(&lease) {
            // A renewal never shortens.
            Some(end) if *end <= until => {
                *end = until;
                Answer::Renewed(true)
            }
            _ => Answer::Renewed(false),
        }
    }

    fn sweep(&mut self, now: Timestamp) -> Answer {
        let expired: Vec<u64> =
            self.leases.iter().filter(|(_, end)| **end < now).map(|(lease, _)| *lease).collect();
        let mut returned = 0;
        for overlay in &mut self.overlays {
            if overlay.lease.is_some_and(|lease| expired.contains(&lease)) {
                overlay.status = OverlayStatus::Pending;
                overlay.lease = None;
                returned += 1;
            }
        }
        self.leases.retain(|lease, _| !expired.contains(lease));
        self.lose_calls(&expired);
        Answer::Returned(returned)
    }

    fn cancel(&mut self) -> Answer {
        let Ok(next) = self.status.on(RunEvent::Cancel) else { return Answer::Refused };
        self.status = next;
        // Leases stay: calls under way are still to come home, or to be given up.
        let mut returned = 0;
        for overlay in &mut self.overlays {
            if overlay.status == OverlayStatus::Claimed {
                overlay.status = OverlayStatus::Pending;
                overlay.lease = None;
                returned += 1;
            }
        }
        Answer::Done(returned)
    }

    fn resume(&mut self) -> Answer {
        let Ok(next) = self.status.on(RunEvent::Resume) else { return Answer::Refused };
        self.status = next;
        self.finish_if_done();
        Answer::Done(self.counts.remaining())
    }

    fn retry_failed(&mut self) -> Answer {
        let Ok(next) = self.status.on(RunEvent::Reopen) else { return Answer::Refused };
        let mut retried = 0;
        for overlay in &mut self.overlays {
            if overlay.status.on(OverlayEvent::RetryFailed).is_ok() {
                begin_anew(overlay);
                retried += 1;
            }
        }
        self.counts.failed -= retried;
        if retried > 0 {
            self.status = next;
        }
        Answer::Done(retried)
    }

    fn review(&mut self, index: usize, event: OverlayEvent, value: Option<String>) -> Answer {
        let overlay = &mut self.overlays[index];
        let Ok(next) = overlay.status.on(event) else { return Answer::Done(0) };
        overlay.revision += 1;
        match event {
            OverlayEvent::Confirm => overlay.confirmed.clone_from(&overlay.staging),
            OverlayEvent::Reopen => overlay.confirmed = None,
            OverlayEvent::Edit => overlay.staging = value,
            OverlayEvent::Reject => {
                overlay.staging = None;
                begin_anew(overlay);
                self.counts.completed -= 1;
                self.status = self.status.on(RunEvent::Reopen).unwrap_or(self.status);
            }
            _ => {}
        }
        self.overlays[index].status = next;
        Answer::Done(1)
    }

    fn finish_if_done(&mut self) {
        if self.counts.remaining() == 0 {
            self.status = self.status.on(RunEvent::Finish).unwrap_or(self.status);
        }
    }
}

/// A person has sent the block back: what was tried before does not count, and what is still
/// under way belongs to the past.
fn begin_anew(overlay: &mut Overlay) {
    overlay.status = OverlayStatus::Pending;
    overlay.generation += 1;
    overlay.attempts = 0;
    overlay.deferrals = 0;
    overlay.not_before = Timestamp(0);
}
