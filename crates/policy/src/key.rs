//! The name of every setting, as a closed set, so that code never spells a key.

use gloss_core_model::named_enum;

use crate::registry::{Definition, REGISTRY};

named_enum! {
    /// Declared in the order in which people read the registry.
    Key, "policy key" {
        ModelsPlatformDefaultModel = "models.platform_default_model",
        ModelsPlatformDefaultTemperature = "models.platform_default_temperature",
        ModelsPlatformDefaultMaxTokens = "models.platform_default_max_tokens",
        WorkerDefaultSystemPrompt = "worker.default_system_prompt",
        WorkerDefaultBlockPrompt = "worker.default_block_prompt",
        WorkerSkipBlockTypes = "worker.skip_block_types",
        WorkerPromptCachingEnabled = "worker.prompt_caching.enabled",
        WorkerPromptCachingTtl = "worker.prompt_caching.ttl",
        WorkerMemo = "worker.memo",
        WorkerBatchingEnabled = "worker.batching.enabled",
        WorkerBatchingMode = "worker.batching.mode",
        WorkerBatchingPackSize = "worker.batching.pack_size",
        WorkerBatchingPackSizeMax = "worker.batching.pack_size_max",
        WorkerBatchingTextHeavyMaxPackSize = "worker.batching.text_heavy_max_pack_size",
        WorkerBatchingContextWindowTokens = "worker.batching.context_window_tokens",
        WorkerBatchingOutputReserveTokens = "worker.batching.output_reserve_tokens",
        WorkerBatchingToolOverheadTokens = "worker.batching.tool_overhead_tokens",
        WorkerBatchingMaxOutputTokens = "worker.batching.max_output_tokens",
        WorkerBatchingPerBlockOutputTokens = "worker.batching.per_block_output_tokens",
        WorkerBatchingSafetyMargin = "worker.batching.safety_margin",
        WorkerBatchingQualitySample = "worker.batching.quality_sample",
        WorkerClaimBatchSizeDefault = "worker.claim_batch_size.default",
        WorkerClaimBatchSizeMin = "worker.claim_batch_size.min",
        WorkerClaimBatchSizeMax = "worker.claim_batch_size.max",
        WorkerMaxRetries = "worker.max_retries",
        WorkerLeaseSeconds = "worker.lease_seconds",
        WorkerDeferralLimit = "worker.deferral_limit",
        WorkerConcurrency = "worker.concurrency",
        WorkerOwnerConcurrency = "worker.owner_concurrency",
        WorkerCallTimeoutSeconds = "worker.call_timeout_seconds",
        UploadMaxFilesPerBatch = "upload.max_files_per_batch",
        UploadAllowedExtensions = "upload.allowed_extensions",
        RunDefaultBudgetUsd = "run.default_budget_usd",
        OwnerBudgetUsd = "owner.budget_usd",
        OwnerDayBudgetUsd = "owner.day_budget_usd",
    }
}

/// Longer text is no slip of the pen, and comparing it would let a caller buy our time.
const SUGGEST_FROM_MAX_LEN: usize = 80;

/// More slips than this and a suggestion would be a guess.
const SUGGEST_DISTANCE_MAX: usize = 4;

impl Key {
    /// Everything there is to know about the key.
    pub fn definition(self) -> &'static Definition {
        &REGISTRY[self as usize]
    }

    /// The key a person most likely meant: the only one that ends in this, else the nearest.
    pub fn closest(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        if text.is_empty() || text.len() > SUGGEST_FROM_MAX_LEN {
            return None;
        }
        let tail = format!(".{text}");
        let mut ends = Self::ALL.iter().filter(|key| key.as_str().ends_with(&tail));
        if let (Some(key), None) = (ends.next(), ends.next()) {
            return Some(*key);
        }
        let distances = Self::ALL.iter().map(|key| (edit_distance(&text, key.as_str()), *key));
        let (distance, key) = distances.min()?;
        (distance <= SUGGEST_DISTANCE_MAX).then_some(key)
    }
}

/// Levenshtein's count of single-character changes between two texts.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
