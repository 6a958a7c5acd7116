//! Everything a worker needs to know of a run, read from its frozen snapshot once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gloss_core_model::hash::sha256_hex;
use gloss_core_model::{BlockType, OwnerId, RunId, Schema, SchemaUid};
use gloss_llm::estimate::{self, OutputEstimate};
use gloss_llm::pack::{self, PackItem, PackLimits, Packing};
use gloss_llm::prompt::PromptBlock;
use gloss_llm::validate::InvalidSchema;
use gloss_llm::{
    AnswerValidator, CacheTtl, Caching, Experience, ModelFacts, Need, Prefix, Prompt, Request,
    Usage,
};
use gloss_policy::{BatchingMode, Policy, Snapshot, SnapshotError};
use gloss_queue::admission::CallLimits;
use gloss_queue::{Backoff, LeaseTerm, RetryLimits};

/// A block to be asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub index: u32,
    pub block_type: BlockType,
    pub content: &'a str,
    /// Its last answer was not usable: it shares its call with no other.
    pub alone: bool,
}

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
    /// Estimated input tokens of one call beside its blocks and the prefix.
    pub call_overhead_tokens: u32,
    pub validator: AnswerValidator,
    /// What of the schema its provider does not enforce.
    pub untold: Vec<String>,
    pub mode: BatchingMode,
    /// What to ask with once the provider has refused to enforce the schema.
    loose: Arc<Prefix>,
    schema_refused: AtomicBool,
    prompt: Prompt,
    estimate: OutputEstimate,
    schema_uid: SchemaUid,
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
        let (prefix, untold) = prompt.prefix(schema, &model);
        let batching = policy.worker.batching;
        Ok(Self {
            owner,
            run_id,
            model,
            prefix_tokens: estimate::prefix_tokens(&prefix),
            call_overhead_tokens: estimate::tokens(&prompt.user_text(&[])),
            prefix: Arc::new(prefix),
            loose: Arc::new(prompt.loose_prefix(schema)),
            schema_refused: AtomicBool::new(false),
            validator: AnswerValidator::new(schema)?,
            mode: if batching.enabled { batching.mode } else { BatchingMode::PerRequest },
            prompt,
            estimate: OutputEstimate::of(schema, batching.per_block_output_tokens),
            untold,
            schema_uid: schema.uid(),
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
        // A fraction of a u32 fits a u32.
        let safe = |tokens: u32| (f64::from(tokens) * batching.safety_margin) as u32;
        PackLimits {
            blocks_max,
            input_tokens_max: safe(room),
            cliff_tokens_max: self.cheap_tokens().map_or(u32::MAX, safe),
            output_tokens_max: self.output_tokens_max(),
        }
    }

    /// What is left for blocks before the prompt's price jumps; none where it never does.
    fn cheap_tokens(&self) -> Option<u32> {
        let cliff = self.model.prices?.cliff_prompt_tokens?;
        let fixed = self.prefix_tokens.saturating_add(self.call_overhead_tokens);
        // Instructions that are beyond it by themselves leave nothing to save.
        u32::try_from(cliff).ok()?.checked_sub(fixed)
    }

    fn output_tokens_max(&self) -> u32 {
        self.policy.worker.batching.max_output_tokens.min(self.model.output_tokens_max)
    }

    /// Which of these blocks share a call, by what the run has taught so far.
    pub fn pack<'a>(
        &self,
        blocks: impl Iterator<Item = Asked<'a>>,
        learned: &Experience,
    ) -> Packing {
        let items: Vec<PackItem> = blocks
            .map(|block| PackItem {
                index: block.index,
                input_tokens: estimate::block_input_tokens(block.content),
                output_tokens: self.output_tokens(block.block_type, block.content, learned),
                alone: block.alone,
            })
            .collect();
        let limits = self.pack_limits();
        let blocks_max = learned.blocks_max(limits.blocks_max);
        pack::plan(&items, PackLimits { blocks_max, ..limits })
    }

    fn output_tokens(&self, block_type: BlockType, content: &str, learned: &Experience) -> u32 {
        let estimate = f64::from(self.estimate.block_output_tokens(content));
        // The factor is at most 8, and a cast saturates.
        (estimate * learned.length_factor(block_type)).ceil() as u32
    }

    /// What a block's answer is estimated to take before anything is known.
    pub fn estimated_output_tokens(&self, content: &str) -> u32 {
        self.estimate.block_output_tokens(content)
    }

    /// The same for everything that is asked in the same words of the same model.
    pub fn memo_key(&self, block_type: BlockType, content: &str) -> String {
        let temperature = self.policy.models.platform_default_temperature.to_string();
        let parts = [
            // The schema as its user wrote it: several may be told to a provider alike.
            self.schema_uid.as_str(),
            self.prefix.id.as_str(),
            self.model.provider.as_str(),
            self.model.name.as_str(),
            temperature.as_str(),
            self.prompt.per_block.as_str(),
            block_type.as_str(),
            content,
        ];
        // Apart by their lengths.
        let lengths = parts.map(|part| part.len().to_string()).join(" ");
        sha256_hex(&[lengths.as_bytes(), parts.concat().as_bytes()])
    }

    /// The request for some blocks, whose answers are so much longer than estimated.
    pub fn request(&self, blocks: &[PromptBlock<'_>], length_factor: f64) -> Request {
        let estimated = blocks.iter().fold(0u32, |sum, block| {
            sum.saturating_add(self.estimate.block_output_tokens(block.content))
        });
        // Factors are at most 8.
        let expected = (f64::from(estimated) * length_factor) as u32;
        let single =
            if blocks.len() == 1 { self.policy.models.platform_default_max_tokens } else { 0 };
        let max_tokens = expected
            .saturating_mul(2)
            .max(MAX_TOKENS_MIN)
            .max(single)
            .min(self.output_tokens_max())
            .saturating_add(self.model.thinking_tokens)
            .min(self.model.output_tokens_max);
        Request {
            model: self.model.name.clone(),
            prefix: Arc::clone(self.prefix_now()),
            user_text: self.prompt.user_text(blocks),
            max_tokens,
            temperature: self
                .model
                .sampling
                .then_some(self.policy.models.platform_default_temperature),
            marker: self.cache().filter(|_| self.model.caching == Caching::Marked),
            markable: self.model.caching == Caching::Marked,
        }
    }

    fn prefix_now(&self) -> &Arc<Prefix> {
        let refused = self.schema_refused.load(Ordering::Relaxed);
        if refused { &self.loose } else { &self.prefix }
    }

    /// The provider does not take the schema as it was told it. From here on it is asked without
    /// enforcing.
    pub fn loosen(&self) {
        if !self.schema_refused.swap(true, Ordering::Relaxed) {
            tracing::warn!(run.id = %self.run_id, "the provider does not enforce this schema");
        }
    }

    /// Whether the prefix is cached: policy allows it, and it is long enough for the model.
    pub fn cache(&self) -> Option<CacheTtl> {
        let caching = self.policy.worker.prompt_caching;
        let worth_it = self.model.caching != Caching::None
            && self.prefix_tokens >= self.model.cacheable_tokens_min;
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

    /// As part of a provider's batch job, which may take hours: its prefix is kept for long.
    pub fn batch_cost_micro_usd(&self, usage: Usage) -> u64 {
        let Some(prices) = self.model.prices else { return 0 };
        let cost = prices.cost_micro_usd(usage, CacheTtl::OneHour) as f64;
        (cost * prices.batch_factor.unwrap_or(1.0)).round() as u64
    }

    /// What a call is expected to cost at most: nothing is cached yet, and the answer is as long as
    /// it may be.
    pub fn cost_max_micro_usd(&self, request: &Request) -> u64 {
        let input = estimate::tokens_max(&request.user_text);
        // The estimate of the prefix is by four bytes to the token.
        let prefix = 2 * u64::from(self.prefix_tokens);
        let cached = request.marker.is_some();
        self.cost_micro_usd(Usage {
            input_tokens: u64::from(input) + if cached { 0 } else { prefix },
            output_tokens: request.max_tokens.into(),
            cache_write_tokens: if cached { prefix } else { 0 },
            cache_read_tokens: 0,
        })
    }

    /// What a call for some blocks takes of its account's limits, as far as one can tell before.
    pub fn need<'a>(&self, contents: impl Iterator<Item = &'a str>) -> Need {
        let fixed = u64::from(self.prefix_tokens) + u64::from(self.call_overhead_tokens);
        let mut need = Need { input_tokens: fixed, output_tokens: 0 };
        for content in contents {
            need.input_tokens += u64::from(estimate::block_input_tokens(content));
            need.output_tokens += u64::from(self.estimate.block_output_tokens(content));
        }
        need
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
}
