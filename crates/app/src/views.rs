//! What operations answer: the JSON of `--json` and of the REST API, one and the same.
//!
//! These shapes are a promise. Fields are added, never renamed or removed.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

mod formats;
mod ingest;
mod models;
mod objects;
mod projects;
mod rows;

pub use formats::{FormatCheckView, FormatsView};
pub use ingest::{IngestBatchView, IngestView, IngestedFileView};
pub use models::{ModelPricesView, ModelProbeView, ModelView};
pub(crate) use objects::block_view;
pub use objects::{BlockView, ObjectsView};
pub(crate) use projects::project_view;
pub use projects::{DeletedView, ProjectView};
pub(crate) use rows::{overlay_view, schema_view, usd};

/// A page of a listing. `next` goes into the next request's `after`, and is null at the end.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DocumentView {
    pub document_id: String,
    pub project_id: String,
    pub project_name: String,
    pub title: String,
    pub status: String,
    /// Why there are no blocks.
    pub error: Option<String>,
    /// The same for programs, and stable: `needs_ocr`.
    pub error_code: Option<String>,
    pub source_uid: String,
    pub source_type: String,
    /// Bytes.
    pub source_filesize: u64,
    /// Unicode scalar values; null where the source is not text.
    pub source_total_characters: Option<u64>,
    pub conversion: Option<ConversionView>,
    /// RFC 3339, UTC.
    pub created_at: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ConversionView {
    pub conv_uid: String,
    pub parsing_tool: String,
    pub representation_type: String,
    pub converter: String,
    pub total_blocks: u32,
    pub total_characters: u64,
    pub block_type_freq: BTreeMap<String, u32>,
    /// What is not among the blocks, and what to do about it; mostly empty.
    pub notes: Vec<NoteView>,
}

/// What the reader of a file told beside its blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoteView {
    /// Stable, for programs: `pages_need_ocr` or `pages_unreadable`.
    pub code: String,
    /// For people.
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SchemaView {
    pub schema_id: String,
    pub schema_ref: String,
    pub schema_uid: String,
    pub artifact: Value,
    pub columns: Vec<ColumnView>,
    /// What stops a run with this schema; empty when nothing does.
    pub problems: Vec<String>,
    pub created_at: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ColumnView {
    pub name: String,
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    pub nullable: bool,
    pub description: Option<String>,
}

/// `created` is false when the same name and content were saved before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SchemaSaveView {
    pub created: bool,
    #[serde(flatten)]
    pub schema: SchemaView,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SchemaCheckView {
    pub compatible: bool,
    pub schema_ref: String,
    pub schema_uid: String,
    pub columns: Vec<ColumnView>,
    pub problems: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UsageView {
    /// Tokens that were neither written to nor read from a cache.
    pub input_tokens: u64,
    pub output_tokens: u64,
    pub cache_write_tokens: u64,
    pub cache_read_tokens: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RunView {
    pub run_id: String,
    pub document_id: String,
    pub conv_uid: String,
    pub schema_ref: String,
    /// `running`, `complete`, `failed` or `cancelled`.
    pub status: String,
    /// Why a running run is not moving.
    pub attention: Option<String>,
    /// What to do about it.
    pub advice: Option<String>,
    pub batching_mode: String,
    pub model: Option<String>,
    pub snapshot_hash: String,
    pub total_blocks: u32,
    /// Staged and confirmed together.
    pub completed_blocks: u32,
    pub failed_blocks: u32,
    pub skipped_blocks: u32,
    /// Pending and claimed together.
    pub remaining_blocks: u32,
    pub calls: u64,
    pub usage: UsageView,
    pub cost_usd: f64,
    /// False where the model's prices are not known: nothing is counted then.
    pub cost_known: bool,
    /// Held for calls under way, at what they may cost at most.
    pub reserved_usd: f64,
    /// What cost and reservation together never exceed.
    pub budget_usd: Option<f64>,
    pub created_at: String,
    pub started_at: Option<String>,
    pub completed_at: Option<String>,
}

/// How a run went beside its counts.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RunReportView {
    pub calls: u64,
    /// Calls that asked anew what another had left open.
    pub splits: u64,
    /// Calls that wrote the provider's cache, and calls that read it.
    pub cache_writes: u64,
    pub cache_reads: u64,
    /// Against the same calls with nothing cached.
    pub cache_saved_usd: Option<f64>,
    /// Blocks that took over the answer to the same content.
    pub reused_blocks: u32,
    /// Results for blocks that nobody had asked about: dropped.
    pub strays: u64,
    pub usage: UsageView,
    /// What the answered calls were estimated to take; the prompt is the sum of all three inputs.
    pub estimated_input_tokens: u64,
    pub estimated_output_tokens: u64,
    /// Calls by how they ended.
    pub outcomes: BTreeMap<String, u64>,
    /// Blocks that were asked once more on their own, and how often each field came out the same.
    pub checks: u64,
    pub agreement: Vec<FieldAgreementView>,
    /// Why blocks have failed; the three most common reasons.
    pub failures: Vec<FailureView>,
    /// What of the schema the provider does not enforce; every answer is checked against it here.
    pub not_enforced: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FailureView {
    pub message: String,
    pub blocks: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldAgreementView {
    pub field: String,
    pub asked: u32,
    pub agreed: u32,
}

/// How a run went, as `gloss run --json` ends with it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RunSummaryView {
    pub run_id: String,
    pub document_id: String,
    pub status: String,
    pub attention: Option<String>,
    pub total_blocks: u32,
    pub completed_blocks: u32,
    pub failed_blocks: u32,
    pub skipped_blocks: u32,
    pub calls: u64,
    pub usage: UsageView,
    pub cost_usd: f64,
    /// False where the model's prices are not known.
    pub cost_known: bool,
    pub report: RunReportView,
    /// Since the command began to work on it.
    pub elapsed_ms: u64,
}

impl RunSummaryView {
    pub fn of(run: &RunView, report: RunReportView, elapsed_ms: u64) -> Self {
        Self {
            run_id: run.run_id.clone(),
            document_id: run.document_id.clone(),
            status: run.status.clone(),
            attention: run.attention.clone(),
            total_blocks: run.total_blocks,
            completed_blocks: run.completed_blocks,
            failed_blocks: run.failed_blocks,
            skipped_blocks: run.skipped_blocks,
            calls: run.calls,
            usage: run.usage.clone(),
            cost_usd: run.cost_usd,
            cost_known: run.cost_known,
            report,
            elapsed_ms,
        }
    }

    /// Every block has an answer or needed none.
    pub fn is_whole(&self) -> bool {
        self.completed_blocks + self.skipped_blocks == self.total_blocks
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OverlayView {
    pub block_uid: String,
    pub block_index: u32,
    pub block_type: String,
    pub block_locator: Value,
    pub block_content: String,
    /// `pending`, `claimed`, `ai_complete` (people say "staged"), `confirmed`, `failed`, `skipped`.
    pub status: String,
    pub staging: Option<Value>,
    pub confirmed: Option<Value>,
    /// Rises by one with every change; edits name the one they saw.
    pub revision: u32,
    pub attempts: u32,
    pub deferrals: u32,
    pub last_error: Option<LastErrorView>,
    pub call_id: Option<String>,
    /// RUN/BLOCK of the answer that was taken over.
    pub reused_from: Option<String>,
    pub edited_by: Option<String>,
    pub confirmed_by: Option<String>,
    pub confirmed_at: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LastErrorView {
    pub kind: String,
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReviewView {
    /// Blocks that changed, by index.
    pub changed: Vec<u32>,
    /// Blocks asked for whose state or revision did not allow it.
    pub unchanged: Vec<u32>,
    pub run_status: String,
}

/// What a run would take, before anything is spent.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlanView {
    pub document_id: String,
    pub schema_ref: String,
    pub model: String,
    /// The mode a run would use.
    pub batching_mode: String,
    pub total_blocks: u32,
    pub skipped_blocks: u32,
    /// They have the content of another block, and are not asked about again.
    pub repeated_blocks: u32,
    pub prefix_tokens: u32,
    /// A shorter prefix is not cached by this model.
    pub cacheable_tokens_min: u32,
    pub modes: Vec<PlanModeView>,
    /// Blocks that no call can hold, by index.
    pub oversize_blocks: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlanModeView {
    pub batching_mode: String,
    pub prompt_caching: bool,
    pub calls: u32,
    /// Estimates; the provider's count is what is billed.
    pub usage: UsageView,
    /// Null where the model's prices are not known.
    pub cost_usd: Option<f64>,
    /// How many packs stopped growing for which reason.
    pub pack_stops: BTreeMap<String, u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DatabaseView {
    /// `sqlite` or `postgres`.
    pub kind: String,
    pub version: String,
    pub migrations_applied: u32,
    pub migrations_known: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DoctorView {
    pub healthy: bool,
    pub database: DatabaseView,
    pub objects: ObjectsView,
    pub api_keys: Vec<ApiKeyView>,
    pub findings: Vec<FindingView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ApiKeyView {
    pub provider: String,
    /// The environment variable that holds it.
    pub variable: String,
    pub set: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FindingView {
    pub rule: String,
    pub detail: String,
}
