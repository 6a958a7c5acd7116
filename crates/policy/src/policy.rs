//! The policy as consumers read it: `policy.worker.batching.pack_size`.

use std::fmt;
use std::str::FromStr;

use gloss_core_model::BlockType;

use crate::key::Key;
use crate::registry::{BatchingMode, CacheTtl, Memo};
use crate::setting::Settings;

/// Every setting as a Rust value, under the name of its key.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub models: Models,
    pub worker: Worker,
    pub upload: Upload,
    pub run: Run,
    pub owner: Owner,
}

/// `models.*`: who answers, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    pub platform_default_model: String,
    pub platform_default_temperature: f64,
    pub platform_default_max_tokens: u32,
}

/// `worker.*`: how blocks are worked on.
#[derive(Debug, Clone, PartialEq)]
pub struct Worker {
    pub default_system_prompt: String,
    pub default_block_prompt: String,
    pub skip_block_types: Vec<BlockType>,
    pub prompt_caching: PromptCaching,
    pub memo: Memo,
    pub batching: Batching,
    pub claim_batch_size: ClaimBatchSize,
    pub max_retries: u32,
    pub lease_seconds: u32,
    pub deferral_limit: u32,
    pub concurrency: u32,
    pub owner_concurrency: u32,
    pub call_timeout_seconds: u32,
}

/// `worker.prompt_caching.*`: what the provider is asked to remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptCaching {
    pub enabled: bool,
    pub ttl: CacheTtl,
}

/// `worker.batching.*`: how blocks share calls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batching {
    pub enabled: bool,
    pub mode: BatchingMode,
    pub pack_size: u32,
    pub pack_size_max: u32,
    pub text_heavy_max_pack_size: u32,
    pub context_window_tokens: u32,
    pub output_reserve_tokens: u32,
    pub tool_overhead_tokens: u32,
    pub max_output_tokens: u32,
    pub per_block_output_tokens: u32,
    pub safety_margin: f64,
    pub quality_sample: f64,
    /// The schema's own ceiling, already applied to `pack_size`; kept for whoever grows packs.
    pub max_batch_size: Option<u32>,
}

/// `worker.claim_batch_size.*`: how many blocks a worker takes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimBatchSize {
    pub default: u32,
    pub min: u32,
    pub max: u32,
}

/// `upload.*`: what may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub max_files_per_batch: u32,
    pub allowed_extensions: Vec<String>,
}

/// `run.*`: what a run may cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Run {
    /// None where the key is 0.
    pub default_budget_usd: Option<f64>,
}

/// `owner.*`: what all runs of an owner may cost together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Owner {
    /// None where the key is 0.
    pub budget_usd: Option<f64>,
    pub day_budget_usd: Option<f64>,
}

impl Policy {
    pub(crate) fn new(settings: &Settings, max_batch_size: Option<u32>) -> Self {
        let budget = |key| Some(settings.number(key)).filter(|usd| *usd > 0.0);
        Self {
            models: Models {
                platform_default_model: settings.text(Key::ModelsPlatformDefaultModel).to_owned(),
                platform_default_temperature: settings
                    .number(Key::ModelsPlatformDefaultTemperature),
                platform_default_max_tokens: settings.integer(Key::ModelsPlatformDefaultMaxTokens),
            },
            worker: worker(settings, max_batch_size),
            upload: Upload {
                max_files_per_batch: settings.integer(Key::UploadMaxFilesPerBatch),
                allowed_extensions: settings.list(Key::UploadAllowedExtensions).to_vec(),
            },
            run: Run { default_budget_usd: budget(Key::RunDefaultBudgetUsd) },
            owner: Owner {
                budget_usd: budget(Key::OwnerBudgetUsd),
                day_budget_usd: budget(Key::OwnerDayBudgetUsd),
            },
        }
    }
}

fn worker(settings: &Settings, max_batch_size: Option<u32>) -> Worker {
    let skipped = settings.list(Key::WorkerSkipBlockTypes).iter();
    Worker {
        default_system_prompt: settings.text(Key::WorkerDefaultSystemPrompt).to_owned(),
        default_block_prompt: settings.text(Key::WorkerDefaultBlockPrompt).to_owned(),
        skip_block_types: skipped.map(|name| named(name)).collect(),
        prompt_caching: PromptCaching {
            enabled: settings.boolean(Key::WorkerPromptCachingEnabled),
            ttl: named(settings.text(Key::WorkerPromptCachingTtl)),
        },
        memo: named(settings.text(Key::WorkerMemo)),
        batching: batching(settings, max_batch_size),
        claim_batch_size: ClaimBatchSize {
            default: settings.integer(Key::WorkerClaimBatchSizeDefault),
            min: settings.integer(Key::WorkerClaimBatchSizeMin),
            max: settings.integer(Key::WorkerClaimBatchSizeMax),
        },
        max_retries: settings.integer(Key::WorkerMaxRetries),
        lease_seconds: settings.integer(Key::WorkerLeaseSeconds),
        deferral_limit: settings.integer(Key::WorkerDeferralLimit),
        concurrency: settings.integer(Key::WorkerConcurrency),
        owner_concurrency: settings.integer(Key::WorkerOwnerConcurrency),
        call_timeout_seconds: settings.integer(Key::WorkerCallTimeoutSeconds),
    }
}

fn batching(settings: &Settings, max_batch_size: Option<u32>) -> Batching {
    Batching {
        enabled: settings.boolean(Key::WorkerBatchingEnabled),
        mode: named(settings.text(Key::WorkerBatchingMode)),
        pack_size: settings.integer(Key::WorkerBatchingPackSize),
        pack_size_max: settings.integer(Key::WorkerBatchingPackSizeMax),
        text_heavy_max_pack_size: settings.integer(Key::WorkerBatchingTextHeavyMaxPackSize),
        context_window_tokens: settings.integer(Key::WorkerBatchingContextWindowTokens),
        output_reserve_tokens: settings.integer(Key::WorkerBatchingOutputReserveTokens),
        tool_overhead_tokens: settings.integer(Key::WorkerBatchingToolOverheadTokens),
        max_output_tokens: settings.integer(Key::WorkerBatchingMaxOutputTokens),
        per_block_output_tokens: settings.integer(Key::WorkerBatchingPerBlockOutputTokens),
        safety_margin: settings.number(Key::WorkerBatchingSafetyMargin),
        quality_sample: settings.number(Key::WorkerBatchingQualitySample),
        max_batch_size,
    }
}

/// A name that the registry has let through.
fn named<T: FromStr<Err: fmt::Debug>>(name: &str) -> T {
    name.parse().expect("the registry allows only the names of the enum")
}
