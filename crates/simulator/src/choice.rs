//! Throws the dice: which faults strike this call and which of its blocks.
//!
//! Invariant: the dice see the seed, the fault, the blocks and how often these were asked before,
//! never the order in which calls arrive. So a run is repeatable at any concurrency, and a retry
//! gets new dice. Only a rule's `times` and `every` count over all calls.

use std::collections::HashMap;
use std::time::Duration;

use crate::ask::{Ask, AskedBlock};
use crate::digest::{Dice, hash, unit};
use crate::faults::{FaultKind, FaultRule, Faults};

const SLOW_DELAY_MS: u64 = 2_000;

/// What the dice remember between calls.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    calls: u64,
    /// How often a block, or a set of blocks, was asked.
    asked: HashMap<u64, u32>,
    /// Injections of each rule, in the order of the rules.
    injected: Vec<u32>,
}

/// A fault that strikes the whole call, and dice for its details.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hit {
    pub(crate) rule: FaultRule,
    pub(crate) hash: u64,
}

/// The faults of one call.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Choice {
    pub(crate) call: Vec<Hit>,
    /// By place in the pack.
    pub(crate) blocks: Vec<(usize, FaultKind)>,
}

impl Choice {
    pub(crate) fn hit(&self, kind: FaultKind) -> Option<&Hit> {
        self.call.iter().find(|hit| hit.rule.kind == kind)
    }

    /// Dice for a fault's details, when it strikes the call.
    pub(crate) fn dice(&self, kind: FaultKind) -> Option<Dice> {
        self.hit(kind).map(|hit| Dice(hit.hash))
    }

    pub(crate) fn strikes_block(&self, place: usize, kind: FaultKind) -> bool {
        self.blocks.contains(&(place, kind))
    }

    /// The block at this place gets no result.
    pub(crate) fn loses(&self, place: usize) -> bool {
        self.blocks.iter().any(|(at, kind)| *at == place && kind.loses_result())
    }

    /// The fault that ends the call instead of an answer.
    pub(crate) fn end(&self) -> Option<&Hit> {
        self.call.iter().find(|hit| hit.rule.kind.ends_call())
    }

    pub(crate) fn delay(&self) -> Duration {
        let slow = self.call.iter().filter(|hit| hit.rule.kind == FaultKind::Slow);
        slow.map(|hit| Duration::from_millis(hit.rule.delay_ms.unwrap_or(SLOW_DELAY_MS))).sum()
    }

    /// Every injection, for the statistics.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = FaultKind> {
        let call = self.call.iter().map(|hit| hit.rule.kind);
        call.chain(self.blocks.iter().map(|(_, kind)| *kind))
    }
}

/// Decides one call and remembers that it was asked.
pub(crate) fn choose(faults: &Faults, memory: &mut Memory, ask: &Ask) -> Choice {
    let mut choice = Choice::default();
    if faults.rules.is_empty() {
        return choice;
    }
    let blocks: Vec<u64> = ask.blocks.iter().map(AskedBlock::hash).collect();
    let nth_of_block: Vec<u32> = blocks.iter().map(|block| memory.ask(*block)).collect();
    let set = set_hash(blocks.clone());
    let nth_of_set = memory.ask(set);
    memory.calls += 1;
    let calls = memory.calls;
    let is_due = |rule: &FaultRule| rule.every.is_none_or(|n| calls.is_multiple_of(u64::from(n)));
    let strike = |memory: &mut Memory, at: usize, rule: &FaultRule| {
        let hash = throw(faults.seed, rule.kind, rule.rate, set, nth_of_set)?;
        memory.inject(at, rule).then(|| Hit { rule: rule.clone(), hash })
    };

    // Only what somebody can see is injected: the first fault that takes the whole answer away,
    // else missing results, else what is wrong with the results there are.
    let due = || faults.rules.iter().enumerate().filter(|(_, rule)| is_due(rule));
    let rules = |pass| due().filter(move |(_, rule)| pass == turn(rule));
    choice.call.extend(rules(0).find_map(|(at, rule)| strike(memory, at, rule)));
    let taken = !choice.call.is_empty();
    for (at, rule) in (1..=3).flat_map(rules) {
        if !rule.kind.is_per_block() {
            if !taken || rule.kind == FaultKind::Slow {
                choice.call.extend(strike(memory, at, rule));
            }
            continue;
        }
        for (place, (block, nth)) in blocks.iter().zip(&nth_of_block).enumerate() {
            let thrown = suits(rule.kind, place, &ask.blocks[place])
                && throw(faults.seed, rule.kind, rule.rate, *block, *nth).is_some();
            let seen = !taken && !choice.loses(place);
            if thrown && seen && memory.inject(at, rule) {
                choice.blocks.push((place, rule.kind));
            }
        }
    }
    choice
}

/// When a rule's dice are thrown.
const fn turn(rule: &FaultRule) -> u8 {
    match rule.kind {
        FaultKind::Refusal => 0,
        kind if kind.ends_call() => 0,
        kind if kind.loses_result() => 1,
        kind if kind.is_per_block() => 2,
        _ => 3,
    }
}

/// Whether a block can meet the fault at all.
fn suits(kind: FaultKind, place: usize, block: &AskedBlock) -> bool {
    match kind {
        FaultKind::MissingThird => place % 3 == 2,
        FaultKind::Poison => block.content.contains("POISON"),
        _ => true,
    }
}

/// Identity of a set of blocks, whatever their order.
fn set_hash(mut blocks: Vec<u64>) -> u64 {
    blocks.sort_unstable();
    let bytes: Vec<u8> = blocks.iter().flat_map(|block| block.to_be_bytes()).collect();
    hash(&[b"set", &bytes])
}

fn throw(seed: u64, kind: FaultKind, rate: f64, asked: u64, nth: u32) -> Option<u64> {
    let kind = kind.as_str().as_bytes();
    let thrown = hash(&[&seed.to_be_bytes(), kind, &asked.to_be_bytes(), &nth.to_be_bytes()]);
    (unit(thrown) < rate).then_some(thrown)
}

impl Memory {
    /// How often this was asked before.
    fn ask(&mut self, what: u64) -> u32 {
        let count = self.asked.entry(what).or_default();
        *count += 1;
        *count - 1
    }

    /// Uses up one injection of a rule, if it has any left.
    fn inject(&mut self, at: usize, rule: &FaultRule) -> bool {
        if self.injected.len() <= at {
            self.injected.resize(at + 1, 0);
        }
        let left = rule.times.is_none_or(|times| self.injected[at] < times);
        self.injected[at] += u32::from(left);
        left
    }
}

#[cfg(test)]
mod tests;
