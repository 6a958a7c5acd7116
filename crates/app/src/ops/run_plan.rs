//! What a run would take, in every mode, with and without caching, before anything is spent.

use std::collections::{BTreeMap, HashSet};

use gloss_core_model::{Block, OwnerId, RunId};
use gloss_llm::pack::Packing;
use gloss_llm::{Experience, Usage};
use gloss_policy::{BatchingMode, Memo};
use gloss_store::PAGE_ROWS_MAX;

use super::run_create::{Draft, RunCreate};
use crate::brief::{Asked, Brief};
use crate::error::{Error, Result};
use crate::views::{PlanModeView, PlanView, UsageView, usd};
use crate::{App, Ctx};

/// The same as for a run, because it is one that is not stored.
pub type RunPlan = RunCreate;

impl App {
    pub async fn run_plan(&self, ctx: &Ctx, command: RunPlan) -> Result<PlanView> {
        let run_id = RunId(self.new_id());
        let draft = self.run_draft(ctx, run_id, &command).await?;
        let blocks = self.all_blocks(ctx.owner, &draft).await?;
        let total_blocks = u32::try_from(blocks.len()).unwrap_or(u32::MAX);
        let asked: Vec<&Block> =
            blocks.iter().filter(|b| !draft.skip_block_types.contains(&b.block_type)).collect();
        let n_asked = asked.len();
        let asked = asked_once(&draft.brief, asked);
        let repeated_blocks = u32::try_from(n_asked - asked.len()).unwrap_or(u32::MAX);
        let mode = draft.brief.mode;
        let mut modes = Vec::new();
        let mut oversize_blocks = Vec::new();
        for other in BatchingMode::ALL.iter().copied().filter(|mode| offered(&draft, *mode)) {
            let brief = Brief::new(ctx.owner, run_id, &draft.snapshot, &draft.schema)
                .map_err(Error::internal)?
                .in_mode(other);
            let blocks = asked.iter().map(|block| Asked {
                index: block.index,
                block_type: block.block_type,
                content: &block.content,
                alone: false,
            });
            let packing = brief.pack(blocks, &Experience::default());
            if other == mode {
                oversize_blocks = packing.oversize.iter().map(|o| o.index).collect();
            }
            for caching in [false, true] {
                modes.push(price(&brief, &packing, other, caching));
            }
        }
        Ok(PlanView {
            document_id: draft.document_id.to_string(),
            schema_ref: draft.schema_row.schema_ref.to_string(),
            model: draft.brief.model.name.clone(),
            batching_mode: mode.to_string(),
            total_blocks,
            skipped_blocks: total_blocks - u32::try_from(n_asked).unwrap_or(total_blocks),
            repeated_blocks,
            prefix_tokens: draft.brief.prefix_tokens,
            cacheable_tokens_min: draft.brief.model.cacheable_tokens_min,
            modes,
            oversize_blocks,
        })
    }

    async fn all_blocks(&self, owner: OwnerId, draft: &Draft) -> Result<Vec<Block>> {
        let mut blocks: Vec<Block> = Vec::new();
        loop {
            let from = blocks.last().map_or(0, |block| block.index + 1);
            let page =
                self.store.block_page(owner, draft.conv_uid.clone(), from, PAGE_ROWS_MAX).await?;
            if page.is_empty() {
                return Ok(blocks);
            }
            blocks.extend(page);
        }
    }
}

/// Without those whose content is another's.
fn asked_once<'b>(brief: &Brief, blocks: Vec<&'b Block>) -> Vec<&'b Block> {
    if brief.policy.worker.memo == Memo::Off {
        return blocks;
    }
    let mut seen = HashSet::new();
    let new = |block: &&Block| seen.insert(brief.memo_key(block.block_type, &block.content));
    blocks.into_iter().filter(new).collect()
}

/// Not every provider takes batch jobs.
fn offered(draft: &Draft, mode: BatchingMode) -> bool {
    let batches = draft.brief.model.prices.is_some_and(|prices| prices.batch_factor.is_some());
    mode != BatchingMode::ProviderBatchApi || batches
}

/// Prices a packing: with caching, the first call writes the prefix and the others read it.
fn price(brief: &Brief, packing: &Packing, mode: BatchingMode, caching: bool) -> PlanModeView {
    let calls = packing.packs.len() as u64;
    let overhead = u64::from(brief.call_overhead_tokens);
    let prefix = u64::from(brief.prefix_tokens);
    let cached = caching && prefix >= u64::from(brief.model.cacheable_tokens_min) && calls > 0;
    // Priced call by call: some models cost more above a prompt's size.
    let mut usage = Usage::default();
    let mut cost_micro_usd = 0;
    for (n, pack) in packing.packs.iter().enumerate() {
        let (write, read) = match (cached, n) {
            (true, 0) => (prefix, 0),
            (true, _) => (0, prefix),
            (false, _) => (0, 0),
        };
        let call = Usage {
            input_tokens: u64::from(pack.input_tokens) + overhead + if cached { 0 } else { prefix },
            output_tokens: u64::from(pack.output_tokens),
            cache_write_tokens: write,
            cache_read_tokens: read,
        };
        cost_micro_usd += match mode {
            BatchingMode::ProviderBatchApi => brief.batch_cost_micro_usd(call),
            _ => brief.cost_micro_usd(call),
        };
        usage += call;
    }
    let mut pack_stops = BTreeMap::new();
    for pack in &packing.packs {
        *pack_stops.entry(pack.stop.to_string()).or_insert(0) += 1;
    }
    PlanModeView {
        batching_mode: mode.to_string(),
        prompt_caching: caching,
        calls: u32::try_from(calls).unwrap_or(u32::MAX),
        usage: UsageView {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            cache_write_tokens: usage.cache_write_tokens,
            cache_read_tokens: usage.cache_read_tokens,
        },
        cost_usd: brief.model.prices.map(|_| usd(cost_micro_usd)),
        pack_stops,
    }
}
