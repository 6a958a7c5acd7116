//! One model call: the blocks it carries, and what came of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use gloss_core_model::{CallId, Timestamp};
use gloss_llm::prompt::PromptBlock;
use gloss_llm::{Begun, CallError, Need, Pack, Provider, Reply};
use gloss_store::{CallStart, ClaimedBlock};
use serde_json::Value;
use tokio::time::Instant;

use super::recover::Again;
use crate::{Asked, Brief};

/// A block in hand: claimed, and perhaps already asked once.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) block: Arc<ClaimedBlock>,
    pub(super) feedback: Option<String>,
}

impl Held {
    /// Never answered, and no answer sent back: it may get the answer to the same content.
    pub(super) fn is_fresh(&self) -> bool {
        self.feedback.is_none() && self.block.generation == 0
    }

    /// What the planner is to know; none for a block that the conversion has lost.
    pub(super) fn asked(&self) -> Option<Asked<'_>> {
        let (block_type, content) = self.block.block.as_ref()?;
        let (index, alone) = (self.block.index, self.feedback.is_some());
        Some(Asked { index, block_type: *block_type, content, alone })
    }

    pub(super) fn new(block: ClaimedBlock) -> Self {
        Self { feedback: block.feedback.clone(), block: Arc::new(block) }
    }
}

/// Blocks that go together, under one lease.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) brief: Arc<Brief>,
    pub(super) lease_id: i64,
    pub(super) blocks: Vec<Held>,
    pub(super) depth: u32,
    /// How much longer than estimated its answers are planned to be.
    length_factor: f64,
    /// The answer from a pack, where its one block is asked once more to compare.
    pub(super) packed: Option<Value>,
}

impl Job {
    /// Takes its blocks out of a fresh claim.
    pub(super) fn first(
        brief: &Arc<Brief>,
        lease_id: i64,
        claimed: &mut BTreeMap<u32, Held>,
        pack: &Pack,
    ) -> Self {
        let job = Self::of(brief, lease_id, claimed, &pack.indexes);
        let estimated = job.need().output_tokens.max(1);
        let length_factor = (f64::from(pack.output_tokens) / estimated as f64).max(1.0);
        Self { length_factor, ..job }
    }

    /// The same where nothing was planned.
    pub(super) fn of(
        brief: &Arc<Brief>,
        lease_id: i64,
        claimed: &mut BTreeMap<u32, Held>,
        indexes: &[u32],
    ) -> Self {
        let blocks = indexes.iter().filter_map(|index| claimed.remove(index)).collect();
        let brief = Arc::clone(brief);
        Self { brief, lease_id, blocks, depth: 0, length_factor: 1.0, packed: None }
    }

    pub(super) fn indexes(&self) -> Vec<u32> {
        self.blocks.iter().map(|held| held.block.index).collect()
    }

    pub(super) fn held(&self, index: u32) -> Option<&Held> {
        self.blocks.iter().find(|held| held.block.index == index)
    }

    /// The same lease and run, some of the blocks, one level deeper.
    pub(super) fn again(&self, pack: Vec<Again>) -> Self {
        let blocks = pack.into_iter().filter_map(|again| {
            let held = self.held(again.index)?;
            let feedback = again.feedback.or_else(|| held.feedback.clone());
            Some(Held { block: Arc::clone(&held.block), feedback })
        });
        Self {
            brief: Arc::clone(&self.brief),
            lease_id: self.lease_id,
            blocks: blocks.collect(),
            depth: self.depth + 1,
            length_factor: self.length_factor,
            packed: None,
        }
    }

    /// One of its blocks on its own, to compare.
    pub(super) fn check(&self, index: u32, packed: Value) -> Option<Self> {
        let held = self.held(index)?.clone();
        let (brief, lease_id) = (Arc::clone(&self.brief), self.lease_id);
        let (blocks, length_factor) = (vec![held], self.length_factor);
        Some(Self { brief, lease_id, blocks, depth: 0, length_factor, packed: Some(packed) })
    }

    /// What it will take of the account's limits.
    pub(super) fn need(&self) -> Need {
        let contents = self.blocks.iter().filter_map(|held| held.block.block.as_ref());
        self.brief.need(contents.map(|(_, content)| content.as_str()))
    }

    pub(super) fn start(
        &self,
        call_id: CallId,
        provider: &dyn Provider,
        now: Timestamp,
    ) -> CallStart {
        let need = self.need();
        CallStart {
            key_id: provider.key_id(),
            check: self.packed.is_some(),
            estimated_input_tokens: need.input_tokens,
            estimated_output_tokens: need.output_tokens,
            call_id,
            lease_id: self.lease_id,
            reserve_micro_usd: self.cost_max_micro_usd(),
            provider: provider.name().to_owned(),
            model: self.brief.model.name.clone(),
            blocks: u32::try_from(self.blocks.len()).unwrap_or(u32::MAX),
            depth: self.depth,
            started_at: now,
        }
    }

    /// What the call may cost: a prompt that is cached anew, and an answer as long as allowed.
    pub(super) fn cost_max_micro_usd(&self) -> u64 {
        self.brief.cost_max_micro_usd(&self.brief.request(&self.prompt(), self.length_factor))
    }

    fn prompt(&self) -> Vec<PromptBlock<'_>> {
        let blocks = self.blocks.iter().filter_map(|held| {
            let (block_type, content) = held.block.block.as_ref()?;
            Some(PromptBlock {
                index: held.block.index,
                block_type: *block_type,
                content,
                feedback: held.feedback.as_deref(),
            })
        });
        blocks.collect()
    }

    pub(super) async fn ask(
        self,
        call_id: CallId,
        started_at: Timestamp,
        provider: Arc<dyn Provider>,
        account: String,
        begun: Begun,
    ) -> Done {
        let request = self.brief.request(&self.prompt(), self.length_factor);
        let strict = request.prefix.strict;
        let started = Instant::now();
        let mut result = provider.ask(request, begun).await;
        if strict && result.as_ref().is_err_and(CallError::refuses_schema) {
            self.brief.loosen();
            // Refused before it was read, so it has cost nothing: the same call, asked plainly.
            let request = self.brief.request(&self.prompt(), self.length_factor);
            result = provider.ask(request, Begun::unheard()).await;
        }
        let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Done { job: self, account, call_id, started_at, latency_ms, result }
    }
}

/// A call that is over.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) job: Job,
    /// Whose limits it took of.
    pub(super) account: String,
    pub(super) call_id: CallId,
    pub(super) started_at: Timestamp,
    pub(super) latency_ms: u64,
    pub(super) result: Result<Reply, CallError>,
}
