//! The rules, checked from outside: they look at what changed, not at how the book decided.

use std::collections::BTreeMap;

use gloss_core_model::{OverlayStatus, RunStatus};
use gloss_queue::admission::Admission;
use gloss_queue::protocol::{Answer, Book, CallState, Command, Overlay, Write};

use super::ATTEMPTS_MAX;

mod calls;

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
    pub(super) after: &'a Book,
}

impl Step<'_> {
    /// Every block, before and after.
    fn blocks(&self) -> impl Iterator<Item = (usize, &Overlay, &Overlay)> {
        let pairs = self.before.overlays.iter().zip(&self.after.overlays);
        pairs.enumerate().map(|(index, (old, new))| (index, old, new))
    }

    fn is_machine(&self) -> bool {
        matches!(
            self.command,
            Command::Claim { .. }
                | Command::Start { .. }
                | Command::Settle { .. }
                | Command::Renew { .. }
                | Command::Sweep { .. }
        )
    }
}

/// What must be remembered over steps: accepted machine answers per block and generation.
pub(super) type Accepted = BTreeMap<(usize, u32), u32>;

type Check = fn(&Step<'_>) -> Result<(), String>;

/// I-8, liveness, is checked when the faults have stopped; I-5 needs a memory and is below.
/// I-10, that every ending has one class, is `queue::settle`'s exhaustive match.
const RULES: &[(&str, Check)] = &[
    ("I-1 a block is claimed exactly when one live lease holds it", one_lease),
    ("I-2 lease numbers only grow", leases_grow),
    ("I-3 a machine writes only what it holds", entitled),
    ("I-4 a renewal never shortens, a sweep takes only what has expired", leases_kept),
    ("I-6 a settled block is not changed by a machine", settled_rests),
    ("I-7 what a person has touched is not changed by a machine", people_win),
    ("I-9 attempts are counted one by one, and none is claimed before its time", attempts),
    ("I-11 a call is written down before it is made, and ends once", calls::once),
    ("I-12 what is spent and reserved equals the sum over the calls", calls::sums),
    ("I-13 spent and reserved together stay within the budget", calls::within_budget),
    ("I-14 no call starts without leave: a place, a lease, a running run", calls::admitted),
    ("I-15 the counts equal a recount", counts),
    ("I-16 a run is complete exactly when nothing is open", completion),
    ("I-17 a machine never takes progress back", progress),
    ("I-18 a cancelled run is not claimed from and holds nothing", cancelled),
    ("claims take the first due blocks in document order", claim_order),
];

pub(super) fn check(step: &Step<'_>, accepted: &mut Accepted) -> Result<(), Violation> {
    for (rule, check) in RULES {
        check(step).map_err(|what| Violation::new(rule, what))?;
    }
    for (index, old, new) in step.blocks() {
        let staged = matches!(step.command, Command::Settle { .. })
            && new.status == OverlayStatus::AiComplete
            && old != new;
        if staged {
            let times = accepted.entry((index, new.generation)).or_insert(0);
            *times += 1;
            if *times > 1 {
                let what = format!("block {index} was answered twice");
                return Err(Violation::new("I-5 one accepted answer per generation", what));
            }
        }
    }
    Ok(())
}

fn one_lease(step: &Step<'_>) -> Result<(), String> {
    for (index, overlay) in step.after.overlays.iter().enumerate() {
        let claimed = overlay.status == OverlayStatus::Claimed;
        if claimed != overlay.lease.is_some() {
            return Err(format!(
                "block {index} is {} with lease {:?}",
                overlay.status, overlay.lease
            ));
        }
        if overlay.lease.is_some_and(|lease| !step.after.leases.contains_key(&lease)) {
            return Err(format!("block {index}: its lease is gone"));
        }
    }
    Ok(())
}

fn leases_grow(step: &Step<'_>) -> Result<(), String> {
    match step.answer {
        Answer::Claimed { lease, .. } if *lease <= step.before.last_lease => {
            Err(format!("lease {lease} was used before"))
        }
        _ => Ok(()),
    }
}

fn entitled(step: &Step<'_>) -> Result<(), String> {
    let Command::Settle { writes, .. } = step.command else { return Ok(()) };
    for (index, old, new) in step.blocks().filter(|(_, old, new)| old != new) {
        let entitles = |write: &Write| {
            write.index == index
                && old.status == OverlayStatus::Claimed
                && old.lease == Some(write.lease)
                && old.generation == write.generation
                && step.before.status == RunStatus::Running
        };
        if !writes.iter().any(entitles) {
            return Err(format!("block {index} was {} and became {}", old.status, new.status));
        }
    }
    Ok(())
}

fn leases_kept(step: &Step<'_>) -> Result<(), String> {
    for (lease, end) in &step.before.leases {
        match (step.command, step.after.leases.get(lease)) {
            (_, Some(later)) if later < end => return Err(format!("lease {lease} was shortened")),
            (Command::Sweep { now }, None) if end >= now => {
                return Err(format!("lease {lease} was swept in its time"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn settled_rests(step: &Step<'_>) -> Result<(), String> {
    let settled = [OverlayStatus::AiComplete, OverlayStatus::Failed, OverlayStatus::Skipped];
    unchanged(step, |old| settled.contains(&old.status))
}

fn people_win(step: &Step<'_>) -> Result<(), String> {
    unchanged(step, |old| old.status == OverlayStatus::Confirmed)
}

fn unchanged(step: &Step<'_>, rests: impl Fn(&Overlay) -> bool) -> Result<(), String> {
    if !step.is_machine() {
        return Ok(());
    }
    let mut blocks = step.blocks();
    match blocks.find(|(_, old, new)| rests(old) && old != new) {
        Some((index, old, _)) => Err(format!("block {index} was {}", old.status)),
        None => Ok(()),
    }
}

fn attempts(step: &Step<'_>) -> Result<(), String> {
    for (index, old, new) in step.blocks() {
        let anew = new.generation > old.generation;
        if new.generation < old.generation || new.revision < old.revision {
            return Err(format!("block {index} went back in time"));
        }
        if !anew && (new.attempts < old.attempts || new.attempts > old.attempts + 1) {
            return Err(format!("block {index}: {} attempts after {}", new.attempts, old.attempts));
        }
        if new.attempts > ATTEMPTS_MAX {
            return Err(format!("block {index}: {} attempts", new.attempts));
        }
        if let Command::Claim { now, .. } = step.command
            && old.lease != new.lease
            && old.not_before > *now
        {
            return Err(format!("block {index} was claimed before its time"));
        }
    }
    Ok(())
}

fn counts(step: &Step<'_>) -> Result<(), String> {
    let count = |statuses: &[OverlayStatus]| {
        let n = step.after.overlays.iter().filter(|o| statuses.contains(&o.status)).count();
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    let completed = count(&[OverlayStatus::AiComplete, OverlayStatus::Confirmed]);
    let failed = count(&[OverlayStatus::Failed]);
    let counts = step.after.counts;
    if (counts.completed, counts.failed) == (completed, failed) {
        return Ok(());
    }
    Err(format!("{counts:?}, a recount says {completed} completed, {failed} failed"))
}

fn completion(step: &Step<'_>) -> Result<(), String> {
    let done = step.after.counts.remaining() == 0;
    let wrong = match step.after.status {
        RunStatus::Running => done,
        RunStatus::Complete => !done,
        _ => false,
    };
    if wrong { Err(format!("{} with {:?}", step.after.status, step.after.counts)) } else { Ok(()) }
}

fn progress(step: &Step<'_>) -> Result<(), String> {
    let (before, after) = (step.before.counts.remaining(), step.after.counts.remaining());
    if step.is_machine() && after > before {
        return Err(format!("{before} were open, then {after}"));
    }
    Ok(())
}

fn cancelled(step: &Step<'_>) -> Result<(), String> {
    if step.after.status == RunStatus::Running {
        return Ok(());
    }
    if matches!(step.answer, Answer::Claimed { .. }) {
        return Err(format!("claimed from a run that is {}", step.before.status));
    }
    let mut overlays = step.after.overlays.iter();
    match overlays.position(|overlay| overlay.status == OverlayStatus::Claimed) {
        Some(index) => Err(format!("block {index} is held, the run is {}", step.after.status)),
        None => Ok(()),
    }
}

fn claim_order(step: &Step<'_>) -> Result<(), String> {
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
    if *blocks == first { Ok(()) } else { Err(format!("claimed {blocks:?}, due were {first:?}")) }
}
