//! What operations answer: the JSON of `--json` and of the REST API, one and the same.
//!
//! These shapes are a promise. Fields are added, never renamed or removed.

use std::collections::BTreeMap;

use gloss_core_model::{BlockUid, ConversionFacts, Locator, Timestamp};
use gloss_store::{DocumentRow, OverlayRow, RunRow, SchemaRow, Spent};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A page of a listing. `next` goes into the next request's `after`, and is null at the end.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DocumentView {
    pub document_id: String,
    pub title: String,
    pub status: String,
    pub error: Option<String>,
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
}

/// `created` is false when the same bytes were ingested before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IngestView {
    pub created: bool,
    #[serde(flatten)]
    pub document: DocumentView,
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
    pub created_at: String,
    pub started_at: Option<String>,
    pub completed_at: Option<String>,
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
    /// Since the command began to work on it.
    pub elapsed_ms: u64,
}

impl RunSummaryView {
    pub fn of(run: &RunView, elapsed_ms: u64) -> Self {
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
    pub api_key: bool,
    pub findings: Vec<FindingView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FindingView {
    pub rule: String,
    pub detail: String,
}

impl From<&DocumentRow> for DocumentView {
    fn from(row: &DocumentRow) -> Self {
        Self {
            document_id: row.document_id.to_string(),
            title: row.title.clone(),
            status: row.status.to_string(),
            error: row.error.clone(),
            source_uid: row.source_uid.to_string(),
            source_type: row.source_type.to_string(),
            source_filesize: row.source_bytes,
            source_total_characters: row.source_characters,
            conversion: row.conversion.as_ref().map(ConversionView::from),
            created_at: row.created_at.to_rfc3339(),
        }
    }
}

impl From<&ConversionFacts> for ConversionView {
    fn from(facts: &ConversionFacts) -> Self {
        let freq = facts.block_type_freq.iter().map(|(kind, n)| (kind.to_string(), *n));
        Self {
            conv_uid: facts.conv_uid.to_string(),
            parsing_tool: facts.tool.to_string(),
            representation_type: facts.representation.to_string(),
            converter: facts.converter.clone(),
            total_blocks: facts.total_blocks,
            total_characters: facts.total_characters,
            block_type_freq: freq.collect(),
        }
    }
}

impl From<&gloss_core_model::Schema> for SchemaCheckView {
    fn from(schema: &gloss_core_model::Schema) -> Self {
        let problems: Vec<String> = schema.problems().iter().map(ToString::to_string).collect();
        Self {
            compatible: problems.is_empty(),
            schema_ref: schema.derived_ref().to_string(),
            schema_uid: schema.uid().to_string(),
            columns: columns(schema),
            problems,
        }
    }
}

pub(crate) fn schema_view(row: &SchemaRow, schema: &gloss_core_model::Schema) -> SchemaView {
    SchemaView {
        schema_id: row.schema_id.to_string(),
        schema_ref: row.schema_ref.to_string(),
        schema_uid: row.schema_uid.to_string(),
        artifact: schema.artifact(),
        columns: columns(schema),
        problems: schema.problems().iter().map(ToString::to_string).collect(),
        created_at: row.created_at.to_rfc3339(),
    }
}

fn columns(schema: &gloss_core_model::Schema) -> Vec<ColumnView> {
    let view = |column: gloss_core_model::schema::Column| ColumnView {
        name: column.name,
        type_name: column.type_name,
        nullable: column.nullable,
        description: column.description,
    };
    schema.columns().into_iter().map(view).collect()
}

impl From<Spent> for UsageView {
    fn from(spent: Spent) -> Self {
        Self {
            input_tokens: spent.input_tokens,
            output_tokens: spent.output_tokens,
            cache_write_tokens: spent.cache_write_tokens,
            cache_read_tokens: spent.cache_read_tokens,
        }
    }
}

impl From<&RunRow> for RunView {
    fn from(row: &RunRow) -> Self {
        let snapshot: Value = serde_json::from_str(&row.snapshot).unwrap_or_default();
        let time = |t: Option<Timestamp>| t.map(Timestamp::to_rfc3339);
        Self {
            run_id: row.run_id.to_string(),
            document_id: row.document_id.to_string(),
            conv_uid: row.conv_uid.to_string(),
            schema_ref: row.schema_ref.to_string(),
            status: row.status.to_string(),
            attention: row.attention.map(|a| a.to_string()),
            advice: row.attention.map(|a| a.advice().to_owned()),
            batching_mode: row.batching_mode.clone(),
            model: snapshot.pointer("/model/name").and_then(Value::as_str).map(str::to_owned),
            snapshot_hash: row.snapshot_hash.clone(),
            total_blocks: row.rollup.total,
            completed_blocks: row.rollup.completed,
            failed_blocks: row.rollup.failed,
            skipped_blocks: row.rollup.skipped,
            remaining_blocks: row.rollup.remaining(),
            calls: row.spent.calls,
            usage: row.spent.into(),
            cost_usd: usd(row.spent.cost_micro_usd),
            created_at: row.created_at.to_rfc3339(),
            started_at: time(row.started_at),
            completed_at: time(row.completed_at),
        }
    }
}

pub(crate) fn overlay_view(row: &OverlayRow, conv_uid: &gloss_core_model::ConvUid) -> OverlayView {
    let json = |text: &Option<String>| text.as_deref().and_then(|t| serde_json::from_str(t).ok());
    let uid = BlockUid { conv_uid: conv_uid.clone(), block_index: row.index };
    OverlayView {
        block_uid: uid.to_string(),
        block_index: row.index,
        block_type: row.block_type.to_string(),
        block_locator: locator(&row.locator),
        block_content: row.content.clone(),
        status: row.status.to_string(),
        staging: json(&row.staging),
        confirmed: json(&row.confirmed),
        revision: row.revision,
        attempts: row.attempts,
        deferrals: row.deferrals,
        last_error: row.error_kind.clone().map(|kind| LastErrorView {
            kind,
            message: row.error_message.clone().unwrap_or_default(),
        }),
        call_id: row.call_id.map(|id| id.to_string()),
        edited_by: row.edited_by.clone(),
        confirmed_by: row.confirmed_by.clone(),
        confirmed_at: row.confirmed_at.map(Timestamp::to_rfc3339),
    }
}

fn locator(locator: &Locator) -> Value {
    let kind = locator.type_name();
    match locator {
        Locator::TextOffsetRange { start_offset, end_offset } => {
            json!({ "type": kind, "start_offset": start_offset, "end_offset": end_offset })
        }
        Locator::DoclingJsonPointer { pointer, page_no } => {
            json!({ "type": kind, "pointer": pointer, "page_no": page_no })
        }
    }
}

/// Micro-USD are far below 2^53.
pub(crate) fn usd(micro_usd: u64) -> f64 {
    micro_usd as f64 / 1e6
}
