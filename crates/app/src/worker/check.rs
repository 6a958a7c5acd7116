//! Whether packs cost quality: a sample of blocks is asked once more, each on its own.

use std::collections::BTreeSet;

use gloss_queue::Dice;
use gloss_store::FieldCheck;
use serde_json::Value;

use super::call::Job;
use super::recover::Aftermath;

/// Takes some answers of a pack back, and makes the calls that will confirm them or not.
pub(super) fn sample(job: &Job, after: &mut Aftermath, dice: &mut dyn FnMut() -> Dice) -> Vec<Job> {
    let share = job.brief.policy.worker.batching.quality_sample;
    if share <= 0.0 || job.blocks.len() < 2 {
        return Vec::new();
    }
    let (chosen, kept) =
        std::mem::take(&mut after.answered).into_iter().partition(|_| dice().0 < share);
    after.answered = kept;
    let chosen: Vec<(u32, Value)> = chosen;
    chosen.into_iter().filter_map(|(index, packed)| job.check(index, packed)).collect()
}

/// What came of asking a block once more.
pub(super) struct Compared {
    /// The answer on its own. Where there is none the packed one stands: it was good enough before.
    pub(super) answer: Value,
    /// Nothing where there was nothing to compare with.
    pub(super) fields: Vec<FieldCheck>,
}

impl Compared {
    pub(super) fn agree(&self) -> bool {
        self.fields.iter().all(|field| field.agreed == field.asked)
    }
}

/// Holds the answer on its own against the packed one.
pub(super) fn compare(packed: &Value, after: Aftermath) -> Compared {
    match after.answered.into_iter().next() {
        Some((_, alone)) => Compared { fields: fields(packed, &alone), answer: alone },
        None => Compared { fields: Vec::new(), answer: packed.clone() },
    }
}

/// Each field of either answer, once.
fn fields(packed: &Value, alone: &Value) -> Vec<FieldCheck> {
    let names = |answer: &Value| -> BTreeSet<String> {
        answer.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
    };
    let all = names(packed).into_iter().chain(names(alone)).collect::<BTreeSet<_>>();
    let check = |field: String| FieldCheck {
        agreed: u32::from(packed.get(&field) == alone.get(&field)),
        asked: 1,
        field,
    };
    all.into_iter().map(check).collect()
}

/// A field is told of once in a batch.
pub(super) fn add(fields: Vec<FieldCheck>, checked: &mut Vec<FieldCheck>) {
    for field in fields {
        match checked.iter_mut().find(|known| known.field == field.field) {
            Some(known) => {
                known.asked += field.asked;
                known.agreed += field.agreed;
            }
            None => checked.push(field),
        }
    }
}
