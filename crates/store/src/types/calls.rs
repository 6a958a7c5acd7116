//! Model calls: how they are started, what they cost, and what is written when they have ended.

use gloss_core_model::{Attention, CallId, OwnerId, RunId, RunStatus, Timestamp};
use gloss_queue::admission::CallLimits;

use super::Spent;

/// A prompt prefix that a provider is told to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedPrefix {
    /// The same for the same bytes of the same account.
    pub id: String,
    pub ttl_ms: i64,
}

/// What an owner's runs may spend together, as the asking run has it from policy; none is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OwnerBudgets {
    pub total_micro_usd: Option<u64>,
    /// For calls started since midnight UTC.
    pub day_micro_usd: Option<u64>,
}

/// Calls of one run that ask to be started.
#[derive(Debug, Clone)]
pub struct CallsStart {
    pub owner: OwnerId,
    pub run_id: RunId,
    /// None where nothing is cached.
    pub prefix: Option<CachedPrefix>,
    pub limits: CallLimits,
    pub owner_budgets: OwnerBudgets,
    pub calls: Vec<CallStart>,
    pub now: Timestamp,
}

#[derive(Debug, Clone)]
pub struct CallStart {
    pub call_id: CallId,
    /// The claim whose blocks it carries.
    pub lease_id: i64,
    /// What it may cost at most.
    pub reserve_micro_usd: u64,
    pub provider: String,
    pub model: String,
    /// Tells keys apart, and nothing else of them.
    pub key_id: String,
    /// It asks once more what a pack was asked, to compare.
    pub check: bool,
    pub estimated_input_tokens: u64,
    pub estimated_output_tokens: u64,
    pub blocks: u32,
    /// How many splits led to this call.
    pub depth: u32,
    pub started_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct CallEnd {
    pub call_id: CallId,
    pub latency_ms: u64,
    /// `ok`, or a stable error code.
    pub outcome: String,
    pub issue: Option<String>,
    pub strays: u32,
    pub spent: Spent,
    pub provider_request_id: Option<String>,
}

/// One block's machine write. The guard is (claimed, lease, generation, run running).
#[derive(Debug, Clone)]
pub struct Settle {
    pub index: u32,
    pub lease_id: i64,
    pub generation: u32,
    pub to: SettleTo,
    pub call_id: Option<CallId>,
}

#[derive(Debug, Clone)]
pub enum SettleTo {
    /// → ai_complete with this JSON text.
    Staged(String),
    /// The same with the answer of another block, of this run or another.
    Reused { answer: String, from: (RunId, u32) },
    /// → pending, or failed: an attempt is charged.
    Attempt { failed: bool, kind: String, message: String },
    /// → pending: a deferral is counted.
    Deferred { not_before: Timestamp, kind: String, message: String },
    /// → pending, untouched.
    Released,
}

#[derive(Debug, Clone)]
pub struct SettleBatch {
    pub owner: OwnerId,
    pub run_id: RunId,
    pub calls: Vec<CallEnd>,
    pub blocks: Vec<Settle>,
    /// Leases that hold nothing any more.
    pub leases_done: Vec<i64>,
    /// Answers to be found by what was asked, once they are staged.
    pub remember: Vec<Remembered>,
    pub checked: Vec<FieldCheck>,
    pub attention: AttentionChange,
    pub now: Timestamp,
}

/// A block of the batch, by what was asked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    pub key: String,
    pub index: u32,
}

/// The answer to what was asked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub key: String,
    pub run_id: RunId,
    pub index: u32,
    /// As JSON text.
    pub answer: String,
}

/// How often a field of a packed answer was the same when its block was asked on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldCheck {
    pub field: String,
    pub asked: u32,
    pub agreed: u32,
}

/// What a run's calls add up to, beside what its row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunReport {
    pub reused_blocks: u32,
    pub calls: u64,
    /// Calls that asked anew what another had left open.
    pub splits: u64,
    pub checks: u64,
    /// Calls that wrote the provider's cache, and that read it.
    pub cache_writes: u64,
    pub cache_reads: u64,
    /// Results for blocks that were not asked about: dropped.
    pub strays: u64,
    /// Of the calls that were answered.
    pub estimated_input_tokens: u64,
    pub estimated_output_tokens: u64,
    pub outcomes: Vec<(String, u64)>,
    pub fields: Vec<FieldCheck>,
    /// Why blocks have failed: the message, and how many; the three most common.
    pub failures: Vec<(String, u64)>,
}

/// What a batch says about why its run does not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AttentionChange {
    #[default]
    Keep,
    Raise(Attention),
    /// Work moves: whatever was raised before this moment, when an answered call was started, is
    /// over. An answer that was under way when a key was refused says nothing about the key.
    Clear {
        before: Timestamp,
    },
}

/// What a settle did. `stale` blocks had passed on: their answers were dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settled {
    pub staged: u32,
    pub failed: u32,
    pub returned: u32,
    /// Of those returned: the answer that was to be taken over is none any more.
    pub sent_back: u32,
    pub stale: u32,
    pub run_status: Option<RunStatus>,
}
