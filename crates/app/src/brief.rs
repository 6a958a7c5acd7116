//! Everything a worker needs to know of a run, read from its frozen snapshot once.

use std::sync::Arc;
use std::time::Duration;

use gloss_core_model::{OwnerId, RunId, Schema};
use gloss_llm::estimate::{self, OutputEstimate};
use gloss_llm::pack::{self, PackItem, PackLimits, Packing};
use gloss_llm::prompt::PromptBlock;
use gloss_llm::validate::InvalidSchema;
use gloss_llm::{AnswerValidator, CacheTtl, ModelFacts, Prefix, Prompt, Request, Usage};
use gloss_policy::{BatchingMode, Policy, Snapshot, SnapshotError};
use gloss_queue::admission::CallLimits;
use gloss_queue::{Backoff, LeaseTerm, RetryLimits};

/// A single answer gets at least this much room, whatever the estimate.
const MAX_TOKENS_MIN: u32 = 1024;

/// Why a run cannot be worked on. Its snapshot never changes, so neither will this.
#[derive(Debug, thiserror::Error)]
pub enum BriefError {
    #[error("the run's snapshot is not readable: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error(transparent)]
    Schema(#[from] gloss_core_model::schema::SchemaProblem),
    #[error(transparent)]
    Validator(#[from] InvalidSchema),
}

#[derive(Debug)]
pub struct Brief {
    pub owner: OwnerId,
    pub run_id: RunId,
    pub policy: Policy,
    pub model: ModelFacts,
    pub prefix: Arc<Prefix>,
    pub prefix_tokens: u32,
    pub validator: AnswerValidator,
    pub mode: BatchingMode,
    prompt: Prompt,
    estimate: OutputEstimate,
}

impl Brief {
    pub fn new(
        owner: OwnerId,
        run_id: RunId,
        snapshot: &Snapshot,
        schema: &Schema,
    ) -> Result<Self, BriefError> {
        let policy = snapshot.policy()?;
        let model: ModelFacts = serde_json::from_value(snapshot.model.clone())?;
        let prompt = Prompt {
            system: snapshot.prompts.system.clone(),
            per_block: snapshot.prompts.per_block.clone(),
        };
        let prefix = prompt.prefix(schema);
        let batching = policy.worker.batching;
        Ok(Self {
            owner,
            run_id,
            model,
            prefix_tokens: estimate::prefix_tokens(&prefix),
            prefix: Arc::new(prefix),
            validator: AnswerValidator::new(schema)?,
            mode: if batching.enabled { batching.mode } else { BatchingMode::PerRequest },
            prompt,
            estimate: OutputEstimate::of(schema, batching.per_block_output_tokens),
            policy,
        })
    }

    /// The same run in another mode, for comparing plans.
    #[must_use]
    pub fn in_mode(self, mode: BatchingMode) -> Self {
        Self { mode, ..self }
    }

    pub fn pack_limits(&self) -> PackLimits {
        let batching = self.policy.worker.batching;
        let window = batching.context_window_tokens.min(self.model.context_window_tokens);
        let room = window
            .saturating_sub(batching.output_reserve_tokens)
            .saturating_sub(batching.tool_overhead_tokens)
            .saturating_sub(self.prefix_tokens)
            .saturating_sub(estimate::tokens(&self.prompt.per_block));
        let mut blocks_max = batching.pack_size.min(batching.pack_size_max);
        if self.estimate.text_heavy {
            blocks_max = blocks_max.min(batching.text_heavy_max_pack_size);
        }
        if self.mode == BatchingMode::PerRequest {
            blocks_max = 1;
        }
        PackLimits {
            blocks_max,
            // A fraction of a u32 fits a u32.
            input_tokens_max: (f64::from(room) * batching.safety_margin) as u32,
            output_tokens_max: self.output_tokens_max(),
        }
    }

    fn output_tokens_max(&self) -> u32 {
        self.policy.worker.batching.max_output_tokens.min(self.model.output_tokens_max)
    }

    /// Which of these blocks share a call. `alone` says which must not.
    pub fn pack<'a>(&self, blocks: impl Iterator<Item = (u32, &'a str, bool)>) -> Packing {
        let items: Vec<PackItem> = blocks
            .map(|(index, content, alone)| PackItem {
                index,
                input_tokens: estimate::block_input_tokens(content),
                output_tokens: self.estimate.block_output_tokens(content),
                alone,
            })
            .collect();
        pack::plan(&items, self.pack_limits())
    }

    /// The request for some blocks.
    pub fn request(&self, blocks: &[PromptBlock<'_>]) -> Request {
        let expected = blocks.iter().fold(0u32, |sum, block| {
            sum.saturating_add(self.estimate.block_output_tokens(block.content))
        });
        let single =
            if blocks.len() == 1 { self.policy.models.platform_default_max_tokens } else { 0 };
        let max_tokens = expected
            .saturating_mul(2)
            .max(MAX_TOKENS_MIN)
            .max(single)
            .min(self.output_tokens_max());
        Request {
            model: self.model.name.clone(),
            prefix: Arc::clone(&self.prefix),
            user_text: self.prompt.user_text(blocks),
            max_tokens,
            temperature: self
                .model
                .sampling
                .then_some(self.policy.models.platform_default_temperature),
            cache: self.cache(),
        }
    }

    /// Whether the prefix is cached: policy allows it, and it is long enough for the model.
    pub fn cache(&self) -> Option<CacheTtl> {
        let caching = self.policy.worker.prompt_caching;
        let worth_it = self.prefix_tokens >= self.model.cacheable_tokens_min;
        (caching.enabled && worth_it).then(|| self.ttl())
    }

    fn ttl(&self) -> CacheTtl {
        match self.policy.worker.prompt_caching.ttl {
            gloss_policy::CacheTtl::FiveMinutes => CacheTtl::FiveMinutes,
            gloss_policy::CacheTtl::OneHour => CacheTtl::OneHour,
        }
    }

    /// 0 where the model's prices are not known.
    pub fn cost_micro_usd(&self, usage: Usage) -> u64 {
        self.model.prices.map_or(0, |prices| prices.cost_micro_usd(usage, self.ttl()))
    }

    /// What a call is expected to cost at most: nothing is cached yet, and the answer is as long as
    /// it may be.
    pub fn cost_max_micro_usd(&self, request: &Request) -> u64 {
        let input = estimate::tokens_max(&request.user_text);
        // The estimate of the prefix is by four bytes to the token.
        let prefix = 2 * u64::from(self.prefix_tokens);
        let cached = request.cache.is_some();
        self.cost_micro_usd(Usage {
            input_tokens: u64::from(input) + if cached { 0 } else { prefix },
            output_tokens: request.max_tokens.into(),
            cache_write_tokens: if cached { prefix } else { 0 },
            cache_read_tokens: 0,
        })
    }

    pub fn call_limits(&self) -> CallLimits {
        let worker = &self.policy.worker;
        CallLimits { per_run: worker.concurrency, per_owner: worker.owner_concurrency }
    }

    pub fn retry_limits(&self) -> RetryLimits {
        RetryLimits {
            attempts_max: self.policy.worker.max_retries,
            deferrals_max: self.policy.worker.deferral_limit,
            backoff: Backoff::default(),
        }
    }

    pub fn lease_term(&self) -> LeaseTerm {
        LeaseTerm::of_seconds(self.policy.worker.lease_seconds)
    }

    pub fn call_timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.policy.worker.call_timeout_seconds))
    }

    /// Estimated input tokens of one call beside its blocks.
    pub fn call_overhead_tokens(&self) -> u32 {
        estimate::tokens(&self.prompt.user_text(&[]))
    }
}
