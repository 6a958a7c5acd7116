//! Plain rows and commands, the same for both databases.

mod calls;
mod deletes;
mod objects;
mod projects;

pub use calls::*;
pub use deletes::*;
pub use objects::*;
pub use projects::*;

use gloss_core_model::{
    Attention, Block, BlockType, CallId, ConvUid, ConversionFacts, DocumentId, DocumentStatus,
    FailureCode, Locator, Note, OverlayStatus, OwnerId, ProjectId, ProjectName, Rollup, RunId,
    RunStatus, SchemaId, SchemaRef, SchemaUid, SourceType, SourceUid, Timestamp,
};
pub use gloss_queue::admission::{Admission, CallLimits};

/// Rows per page of any listing.
pub const PAGE_ROWS_MAX: u32 = 1000;

/// The error kind of an answer that could not be used: its message goes back to the model.
pub const UNUSABLE: &str = "unusable";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    pub document_id: DocumentId,
    pub project_id: ProjectId,
    pub project_name: ProjectName,
    pub source_uid: SourceUid,
    pub source_type: SourceType,
    pub source_bytes: u64,
    pub source_characters: Option<u64>,
    pub title: String,
    pub status: DocumentStatus,
    pub error: Option<String>,
    pub error_code: Option<FailureCode>,
    pub conversion: Option<ConversionFacts>,
    pub notes: Vec<Note>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct NewDocument {
    pub owner: OwnerId,
    pub document_id: DocumentId,
    /// None is the default project, or where the same bytes have been put before.
    pub project_id: Option<ProjectId>,
    pub source_uid: SourceUid,
    pub source_type: SourceType,
    pub source_bytes: u64,
    pub source_characters: Option<u64>,
    pub title: String,
    /// The conversion and its blocks, or why there is none.
    pub outcome: Result<(ConversionFacts, Vec<Block>), Unread>,
    pub now: Timestamp,
}

/// Why a document has no blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    pub status: DocumentStatus,
    pub code: FailureCode,
    /// For people.
    pub reason: String,
}

/// What became of an offered row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put<T> {
    Created(T),
    /// The same bytes were here before.
    Existing(T),
    /// The same bytes were here before and had failed: their row says what became of them now.
    Replaced(T),
}

impl<T> Put<T> {
    pub fn row(&self) -> &T {
        match self {
            Self::Created(row) | Self::Existing(row) | Self::Replaced(row) => row,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaRow {
    pub schema_id: SchemaId,
    pub schema_ref: SchemaRef,
    pub schema_uid: SchemaUid,
    /// The artifact's JSON text as it was saved.
    pub artifact: String,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaPut {
    Created(SchemaRow),
    Existing(SchemaRow),
    /// The name belongs to other content; `suggested` is free.
    RefTaken {
        existing: SchemaRow,
        suggested: SchemaRef,
    },
    /// The content is saved under another name.
    ContentTaken {
        existing: SchemaRow,
    },
}

#[derive(Debug, Clone)]
pub struct NewRun {
    pub owner: OwnerId,
    pub run_id: RunId,
    pub document_id: DocumentId,
    pub conv_uid: ConvUid,
    pub schema_id: SchemaId,
    pub batching_mode: String,
    pub snapshot: String,
    pub snapshot_hash: String,
    pub idempotency_key: Option<String>,
    /// What was asked for, hashed: the same key with another request is a mistake.
    pub request_hash: String,
    /// Blocks of these types need no model, and are `skipped` from the start.
    pub skip_block_types: Vec<BlockType>,
    /// What the run may spend; none is no budget.
    pub budget_micro_usd: Option<u64>,
    pub now: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunPut {
    Created,
    /// The idempotency key has made this run before.
    Replayed(RunId),
    /// The idempotency key belongs to another request.
    KeyReused(RunId),
    /// The conversion or schema is not this owner's.
    NotFound,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    pub run_id: RunId,
    pub document_id: DocumentId,
    pub conv_uid: ConvUid,
    pub schema_id: SchemaId,
    pub schema_ref: SchemaRef,
    pub status: RunStatus,
    pub attention: Option<Attention>,
    pub batching_mode: String,
    pub snapshot: String,
    pub snapshot_hash: String,
    pub rollup: Rollup,
    pub spent: Spent,
    /// What the calls under way may cost at most.
    pub reserved_micro_usd: u64,
    pub budget_micro_usd: Option<u64>,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
}

/// Sums over a run's calls, stale and failed ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    pub calls: u64,
    pub input_tokens: u64,
    pub output_tokens: u64,
    pub cache_write_tokens: u64,
    pub cache_read_tokens: u64,
    pub cost_micro_usd: u64,
}

/// A run that has something to claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunWork {
    pub owner: OwnerId,
    pub run_id: RunId,
    pub attention: Option<Attention>,
    /// Calls under way for the run and for its owner, over all workers.
    pub run_calls: u32,
    pub owner_calls: u32,
}

#[derive(Debug, Clone)]
pub struct ClaimRequest {
    pub owner: OwnerId,
    pub run_id: RunId,
    pub worker: String,
    pub blocks_max: u32,
    pub lease_ms: i64,
    pub now: Timestamp,
}

/// Blocks leased to one worker, in document order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The fence: every write under this claim names it.
    pub lease_id: i64,
    pub blocks: Vec<ClaimedBlock>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedBlock {
    pub index: u32,
    /// Type and content; none where the conversion has lost the block.
    pub block: Option<(BlockType, String)>,
    pub attempts: u32,
    pub deferrals: u32,
    pub generation: u32,
    /// Why the last attempt was not usable.
    pub feedback: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlayRow {
    pub index: u32,
    pub block_type: BlockType,
    pub locator: Locator,
    pub content: String,
    pub status: OverlayStatus,
    pub attempts: u32,
    pub deferrals: u32,
    pub error_kind: Option<String>,
    pub error_message: Option<String>,
    pub staging: Option<String>,
    pub confirmed: Option<String>,
    pub revision: u32,
    pub call_id: Option<CallId>,
    /// RUN/BLOCK of the answer that was taken over.
    pub reused_from: Option<String>,
    pub edited_by: Option<String>,
    pub confirmed_by: Option<String>,
    pub confirmed_at: Option<Timestamp>,
}

/// A person's decision about overlays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Review {
    Confirm,
    Reject {
        reason: Option<String>,
    },
    /// The new staging, as JSON text, already validated.
    Edit {
        value: String,
    },
    Reopen,
}

#[derive(Debug, Clone)]
pub struct ReviewRequest {
    pub owner: OwnerId,
    pub run_id: RunId,
    /// None is every block of the run.
    pub indexes: Option<Vec<u32>>,
    /// Only blocks that still have this revision.
    pub revision: Option<u32>,
    pub review: Review,
    pub actor: String,
    pub now: Timestamp,
}

/// What a review changed. `unchanged` are blocks asked for by number whose state or revision
/// did not allow it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reviewed {
    pub changed: Vec<u32>,
    pub unchanged: Vec<u32>,
    pub run_status: Option<RunStatus>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunChange {
    Cancel,
    Resume,
    RetryFailed,
    /// The run cannot proceed at all.
    Fail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetChanged {
    Done,
    /// So much is spent or reserved already; nothing changed.
    TooSmall {
        committed_micro_usd: u64,
    },
    NotFound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunChanged {
    Done {
        status: RunStatus,
        blocks: u32,
    },
    /// The run is not in a state that takes this; nothing changed.
    Refused {
        status: RunStatus,
    },
    NotFound,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseStatus {
    /// `sqlite` or `postgres`.
    pub kind: &'static str,
    pub version: String,
    pub migrations_applied: u32,
    pub migrations_known: u32,
}

/// A rule of the store that does not hold, found by [`crate::Store::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub rule: &'static str,
    pub detail: String,
}
