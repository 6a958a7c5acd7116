//! The protocol's calls: leave to spend, and what it came to.

use std::collections::BTreeMap;

use gloss_core_model::RunStatus;

use super::{Answer, Book};
use crate::admission::{Admission, Ask, CallLimits, Load, Purse, Warmth, admit};

/// One model call, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    pub lease: u64,
    /// What it may cost at most.
    pub reserved: u64,
    pub state: CallState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallState {
    Started,
    /// Given up with its lease, and counted at its reservation.
    Lost,
    Ended {
        cost: u64,
    },
}

/// A call that asks to be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    pub call: u64,
    pub lease: u64,
    pub reserve: u64,
}

/// A call that is over, and what it cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    pub call: u64,
    pub cost: u64,
}

/// All calls of a run, and the money.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls {
    pub all: BTreeMap<u64, Call>,
    pub budget: Option<u64>,
    /// Kept as sums, as the store keeps them; the rules recount.
    pub spent: u64,
    pub reserved: u64,
    pub limit: u32,
}

impl Book {
    pub(super) fn start(&mut self, starts: &[Start], now: gloss_core_model::Timestamp) -> Answer {
        if self.guards.run && self.status != RunStatus::Running {
            return Answer::Started(vec![Admission::RunOver; starts.len()]);
        }
        let live = |call: &&Call| {
            let end = self.leases.get(&call.lease);
            call.state == CallState::Started && end.is_some_and(|end| *end >= now)
        };
        let calls = &self.calls;
        let open = u32::try_from(calls.all.values().filter(live).count()).unwrap_or(u32::MAX);
        let purse = Purse {
            spent_micro_usd: calls.spent,
            reserved_micro_usd: calls.reserved,
            budget_micro_usd: calls.budget.filter(|_| self.guards.budget),
        };
        let load = Load {
            run_calls: open,
            owner_calls: open,
            purses: [purse, Purse::default(), Purse::default()],
            prefix: Warmth::Open,
        };
        let limits = CallLimits { per_run: calls.limit, per_owner: calls.limit };
        let asks: Vec<Ask> = starts
            .iter()
            .map(|start| Ask {
                lease_held: self.holds(start.lease, now),
                reserve_micro_usd: start.reserve,
            })
            .collect();
        let admissions = admit(load, limits, &asks);
        for (start, admission) in starts.iter().zip(&admissions) {
            if *admission == Admission::Granted {
                self.calls.reserved += start.reserve;
                let call =
                    Call { lease: start.lease, reserved: start.reserve, state: CallState::Started };
                self.calls.all.insert(start.call, call);
            }
        }
        Answer::Started(admissions)
    }

    /// A lease outlives its blocks where they were taken back and its calls are still out.
    fn holds(&self, lease: u64, now: gloss_core_model::Timestamp) -> bool {
        self.leases.get(&lease).is_some_and(|end| *end >= now)
            && self.overlays.iter().any(|overlay| overlay.lease == Some(lease))
    }

    /// Each call ends once, however often that is said; one given up too early is set right.
    pub(super) fn end_calls(&mut self, ends: &[End]) {
        let calls = &mut self.calls;
        for end in ends {
            let Some(call) = calls.all.get_mut(&end.call) else { continue };
            match call.state {
                CallState::Started => calls.reserved -= call.reserved,
                CallState::Lost => calls.spent -= call.reserved,
                CallState::Ended { .. } => continue,
            }
            calls.spent += end.cost;
            call.state = CallState::Ended { cost: end.cost };
        }
    }

    pub(super) fn has_calls_out(&self, lease: u64) -> bool {
        let mut calls = self.calls.all.values();
        calls.any(|call| call.lease == lease && call.state == CallState::Started)
    }

    /// What it cost nobody knows, so it counts as all it could.
    pub(super) fn lose_calls(&mut self, expired: &[u64]) {
        let calls = &mut self.calls;
        for call in calls.all.values_mut() {
            if call.state == CallState::Started && expired.contains(&call.lease) {
                call.state = CallState::Lost;
                calls.reserved -= call.reserved;
                calls.spent += call.reserved;
            }
        }
    }
}
