//! What a run has asked already: a block with the very same content waits for the answer, or gets
//! it at once.

use std::collections::{HashMap, HashSet, VecDeque};

use gloss_core_model::RunId;
use gloss_llm::AnswerValidator;
use gloss_policy::Memo as Scope;
use gloss_store::{Known, Remembered, Settle, SettleBatch, SettleTo};

use super::call::Held;

/// Answers that are kept at hand; the oldest make room.
const ANSWERS_MAX: usize = 1024;

#[derive(Debug)]
struct Answer {
    text: String,
    from: (RunId, u32),
}

/// A block that waits for another's answer.
#[derive(Debug)]
struct Twin {
    lease_id: i64,
    held: Held,
}

/// Of one run, in one worker.
#[derive(Debug)]
pub(super) struct Memo {
    run_id: RunId,
    scope: Scope,
    answers: HashMap<String, Answer>,
    order: VecDeque<String>,
    /// Who is asked at this moment, by what, and the other way round.
    asked: HashMap<String, u32>,
    asking: HashMap<u32, String>,
    twins: HashMap<u32, Vec<Twin>>,
    /// Blocks that wait no more, and go back with the next batch.
    orphans: Vec<Settle>,
    /// What brought no answer is not shared again: all that waited would go back each time.
    unanswered: HashSet<String>,
}

impl Memo {
    pub(super) fn new(run_id: RunId, scope: Scope) -> Self {
        Self {
            run_id,
            scope,
            answers: HashMap::new(),
            order: VecDeque::new(),
            asked: HashMap::new(),
            asking: HashMap::new(),
            twins: HashMap::new(),
            orphans: Vec::new(),
            unanswered: HashSet::new(),
        }
    }

    pub(super) fn is_off(&self) -> bool {
        self.scope == Scope::Off
    }

    /// Which of these are worth looking up in the database.
    pub(super) fn unknown(&self, keys: &[String]) -> Vec<String> {
        if self.scope != Scope::Owner {
            return Vec::new();
        }
        let new = |key: &&String| {
            !self.answers.contains_key(*key) && !self.asked.contains_key(key.as_str())
        };
        keys.iter().filter(new).cloned().collect()
    }

    /// Answers from elsewhere, which people may have edited: only what fits the schema is taken.
    pub(super) fn learn(&mut self, known: Vec<Known>, validator: &AnswerValidator) {
        let fits = |known: &Known| {
            serde_json::from_str(&known.answer).is_ok_and(|answer| validator.check(&answer).is_ok())
        };
        for known in known.into_iter().filter(fits) {
            let answer = Answer { text: known.answer, from: (known.run_id, known.index) };
            self.keep(known.key, answer);
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self::new(self.run_id, self.scope);
    }

    /// Blocks that wait for another's answer.
    pub(super) fn waiting(&self) -> usize {
        self.twins.values().map(Vec::len).sum()
    }

    /// A person has sent an answer to this back.
    pub(super) fn forget(&mut self, key: &str) {
        if self.answers.remove(key).is_some() {
            self.order.retain(|known| known != key);
        }
    }

    /// An answer that was taken over is none any more.
    pub(super) fn forget_from(&mut self, source: (RunId, u32)) {
        let Self { answers, order, .. } = self;
        answers.retain(|_, answer| answer.from != source);
        order.retain(|key| answers.contains_key(key));
    }

    /// Takes a block that need not be asked about: it is settled in `batch`, or it waits. Gives it
    /// back where somebody has to ask, and that is noted.
    pub(super) fn take(
        &mut self,
        key: String,
        lease_id: i64,
        held: Held,
        batch: &mut SettleBatch,
    ) -> Option<Held> {
        if let Some(answer) = self.answers.get(&key) {
            batch.blocks.push(reused(lease_id, &held, answer.text.clone(), answer.from));
            return None;
        }
        if self.unanswered.contains(&key) {
            return Some(held);
        }
        if let Some(first) = self.asked.get(&key) {
            self.twins.entry(*first).or_default().push(Twin { lease_id, held });
            return None;
        }
        self.asked.insert(key.clone(), held.block.index);
        self.asking.insert(held.block.index, key);
        Some(held)
    }

    /// Blocks of this batch are no longer asked about: those that wait for them get the answer, or
    /// go back.
    pub(super) fn settle(&mut self, batch: &mut SettleBatch) {
        let mut more = Vec::new();
        for block in &batch.blocks {
            let Some(key) = self.asking.remove(&block.index) else { continue };
            self.asked.remove(&key);
            let twins = self.twins.remove(&block.index).unwrap_or_default();
            let from = (self.run_id, block.index);
            match &block.to {
                SettleTo::Staged(text) => {
                    let again = |twin: &Twin| reused(twin.lease_id, &twin.held, text.clone(), from);
                    more.extend(twins.iter().map(again));
                    if self.scope == Scope::Owner {
                        let (key, index) = (key.clone(), block.index);
                        batch.remember.push(Remembered { key, index });
                    }
                    self.keep(key, Answer { text: text.clone(), from });
                }
                SettleTo::Attempt { .. } => {
                    more.extend(twins.iter().map(released));
                    if self.unanswered.len() < ANSWERS_MAX {
                        self.unanswered.insert(key);
                    }
                }
                _ => more.extend(twins.iter().map(released)),
            }
        }
        batch.blocks.extend(more);
        batch.blocks.append(&mut self.orphans);
    }

    /// Nobody asks about these blocks any more: their lease is lost.
    pub(super) fn abandon(&mut self, indexes: impl Iterator<Item = u32>) {
        for index in indexes {
            if let Some(key) = self.asking.remove(&index) {
                self.asked.remove(&key);
            }
            let twins = self.twins.remove(&index).unwrap_or_default();
            self.orphans.extend(twins.iter().map(released));
        }
    }

    pub(super) fn has_orphans(&self) -> bool {
        !self.orphans.is_empty()
    }

    fn keep(&mut self, key: String, answer: Answer) {
        if self.answers.insert(key.clone(), answer).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > ANSWERS_MAX {
            if let Some(oldest) = self.order.pop_front() {
                self.answers.remove(&oldest);
            }
        }
    }
}

fn reused(lease_id: i64, held: &Held, answer: String, from: (RunId, u32)) -> Settle {
    settle(lease_id, held, SettleTo::Reused { answer, from })
}

fn released(twin: &Twin) -> Settle {
    settle(twin.lease_id, &twin.held, SettleTo::Released)
}

fn settle(lease_id: i64, held: &Held, to: SettleTo) -> Settle {
    let (index, generation) = (held.block.index, held.block.generation);
    Settle { index, lease_id, generation, to, call_id: None }
}
