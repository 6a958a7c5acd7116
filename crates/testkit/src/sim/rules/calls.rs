//! The rules about calls and money.

use super::{Admission, Answer, CallState, Command, RunStatus, Step};

pub(super) fn once(step: &Step<'_>) -> Result<(), String> {
    for (id, old) in &step.before.calls.all {
        let Some(new) = step.after.calls.all.get(id) else {
            return Err(format!("call {id} was forgotten"));
        };
        let ended = matches!(old.state, CallState::Ended { .. });
        if (ended && old.state != new.state) || old.reserved != new.reserved {
            return Err(format!("call {id} was {old:?} and became {new:?}"));
        }
    }
    Ok(())
}

pub(super) fn sums(step: &Step<'_>) -> Result<(), String> {
    let calls = &step.after.calls;
    let spent: u64 = calls
        .all
        .values()
        .map(|call| match call.state {
            CallState::Started => 0,
            CallState::Lost => call.reserved,
            CallState::Ended { cost } => cost,
        })
        .sum();
    let open = calls.all.values().filter(|call| call.state == CallState::Started);
    let reserved: u64 = open.map(|call| call.reserved).sum();
    if (calls.spent, calls.reserved) == (spent, reserved) {
        return Ok(());
    }
    let (kept, held) = (calls.spent, calls.reserved);
    Err(format!("{kept} spent and {held} reserved, a recount says {spent} and {reserved}"))
}

pub(super) fn within_budget(step: &Step<'_>) -> Result<(), String> {
    let calls = &step.after.calls;
    let committed = calls.spent + calls.reserved;
    match calls.budget {
        Some(budget) if committed > budget => Err(format!("{committed} of {budget}")),
        _ => Ok(()),
    }
}

pub(super) fn admitted(step: &Step<'_>) -> Result<(), String> {
    let (Command::Start { calls, now }, Answer::Started(admissions)) = (step.command, step.answer)
    else {
        return Ok(());
    };
    let mut granted = calls.iter().zip(admissions).filter(|(_, a)| **a == Admission::Granted);
    if let Some((start, _)) = granted.find(|(start, _)| {
        step.before.status != RunStatus::Running
            || step.before.leases.get(&start.lease).is_none_or(|end| end < now)
            || !step.before.overlays.iter().any(|o| o.lease == Some(start.lease))
    }) {
        return Err(format!("call {} started, the run is {}", start.call, step.before.status));
    }
    let live = step.after.calls.all.values().filter(|call| {
        call.state == CallState::Started
            && step.after.leases.get(&call.lease).is_some_and(|end| end >= now)
    });
    let before = step.before.calls.limit as usize;
    let n = live.count();
    let any = admissions.contains(&Admission::Granted);
    if any && n > before { Err(format!("{n} calls under way, {before} allowed")) } else { Ok(()) }
}
