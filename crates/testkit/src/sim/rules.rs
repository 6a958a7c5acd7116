//! The rules, checked from outside: they look at what changed, not at how the book decided.

use std::collections::BTreeMap;

use gloss_core_model::{OverlayStatus, RunStatus};
use gloss_queue::protocol::{Answer, Book, Command, Overlay, Write};

/// A rule that broke, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub rule: &'static str,
    pub what: String,
}

impl Violation {
    pub(super) fn new(rule: &'static str, what: impl Into<String>) -> Self {
        Self { rule, what: what.into() }
    }
}

pub(super) struct Step<'a> {
    pub(super) before: &'a Book,
    pub(super) command: &'a Command,
    pub(super) answer: &'a Answer,
}

pub(super) fn check(
    step: &Step<'_>,
    after: &Book,
    accepted: &mut BTreeMap<(usize, u32), u32>,
) -> Result<(), Violation> {
    leases(step, after)?;
    counts(after)?;
    for index in 0..after.overlays.len() {
        let (old, new) = (&step.before.overlays[index], &after.overlays[index]);
        if old != new {
            changed(step, index, old, new)?;
        }
        if old.status == OverlayStatus::Claimed && new.status == OverlayStatus::AiComplete {
            let times = accepted.entry((index, old.generation)).or_insert(0);
            *times += 1;
            if *times > 1 {
                return Err(Violation::new("I-5", format!("block {index} was answered twice")));
            }
        }
    }
    claim_order(step)
}

/// I-1, I-2, I-18: a claimed block has one live lease of a running run; numbers only grow.
fn leases(step: &Step<'_>, after: &Book) -> Result<(), Violation> {
    for (index, overlay) in after.overlays.iter().enumerate() {
        let claimed = overlay.status == OverlayStatus::Claimed;
        if claimed != overlay.lease.is_some() {
            return Err(Violation::new("I-1", format!("block {index}: claimed without a lease")));
        }
        if overlay.lease.is_some_and(|lease| !after.leases.contains_key(&lease)) {
            return Err(Violation::new("I-1", format!("block {index}: its lease is gone")));
        }
        if claimed && after.status != RunStatus::Running {
            return Err(Violation::new("I-18", format!("block {index} claimed, {}", after.status)));
        }
    }
    if let Answer::Claimed { lease, .. } = step.answer
        && *lease <= step.before.last_lease
    {
        return Err(Violation::new("I-2", format!("lease {lease} was used before")));
    }
    Ok(())
}

/// I-15, I-16: counts equal a recount, and complete means that nothing is open.
fn counts(after: &Book) -> Result<(), Violation> {
    let count = |statuses: &[OverlayStatus]| {
        let n = after.overlays.iter().filter(|o| statuses.contains(&o.status)).count();
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    let completed = count(&[OverlayStatus::AiComplete, OverlayStatus::Confirmed]);
    let failed = count(&[OverlayStatus::Failed]);
    if (after.counts.completed, after.counts.failed) != (completed, failed) {
        return Err(Violation::new(
            "I-15",
            format!("{:?}, a recount says {completed}", after.counts),
        ));
    }
    let done = after.counts.remaining() == 0;
    let wrong = match after.status {
        RunStatus::Running => done,
        RunStatus::Complete => !done,
        _ => false,
    };
    if wrong {
        return Err(Violation::new("I-16", format!("{} with {:?}", after.status, after.counts)));
    }
    Ok(())
}

/// I-3, I-7, I-9: who may change a block, and how.
fn changed(step: &Step<'_>, index: usize, old: &Overlay, new: &Overlay) -> Result<(), Violation> {
    if new.revision < old.revision || new.generation < old.generation {
        return Err(Violation::new("I-25", format!("block {index} went back in time")));
    }
    let Command::Settle { writes, .. } = step.command else { return Ok(()) };
    if matches!(old.status, OverlayStatus::AiComplete | OverlayStatus::Confirmed) {
        return Err(Violation::new("I-7", format!("a machine changed block {index} after all")));
    }
    let entitled = |write: &&Write| {
        write.index == index
            && old.status == OverlayStatus::Claimed
            && old.lease == Some(write.lease)
            && old.generation == write.generation
            && step.before.status == RunStatus::Running
    };
    if !writes.iter().any(|write| entitled(&write)) {
        return Err(Violation::new("I-3", format!("block {index} was written without a claim")));
    }
    if new.attempts > old.attempts + 1 || (new.attempts > super::ATTEMPTS_MAX) {
        return Err(Violation::new("I-9", format!("block {index}: {} attempts", new.attempts)));
    }
    Ok(())
}

/// Claims take the first due blocks, in order, and none before its time.
fn claim_order(step: &Step<'_>) -> Result<(), Violation> {
    let (Command::Claim { max, now, .. }, Answer::Claimed { blocks, .. }) =
        (step.command, step.answer)
    else {
        return Ok(());
    };
    let due =
        |overlay: &Overlay| overlay.status == OverlayStatus::Pending && overlay.not_before <= *now;
    let first: Vec<usize> = (0..step.before.overlays.len())
        .filter(|i| due(&step.before.overlays[*i]))
        .take(*max)
        .collect();
    if *blocks == first {
        return Ok(());
    }
    Err(Violation::new("order", format!("claimed {blocks:?}, due were {first:?}")))
}
