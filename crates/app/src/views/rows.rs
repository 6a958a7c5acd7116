//! From stored rows to what people and programs read.

use gloss_core_model::{BlockUid, ConvUid, ConversionFacts, Locator, Note, Schema, Timestamp};
use gloss_store::{DocumentRow, OverlayRow, RunRow, SchemaRow, Spent};
use serde_json::{Value, json};

use super::{
    ColumnView, ConversionView, DocumentView, LastErrorView, NoteView, OverlayView, RunView,
    SchemaCheckView, SchemaView, UsageView,
};

impl From<&DocumentRow> for DocumentView {
    fn from(row: &DocumentRow) -> Self {
        Self {
            document_id: row.document_id.to_string(),
            project_id: row.project_id.to_string(),
            project_name: row.project_name.to_string(),
            title: row.title.clone(),
            status: row.status.to_string(),
            error: row.error.clone(),
            error_code: row.error_code.map(|code| code.to_string()),
            source_uid: row.source_uid.to_string(),
            source_type: row.source_type.to_string(),
            source_filesize: row.source_bytes,
            source_total_characters: row.source_characters,
            conversion: row.conversion.as_ref().map(|facts| conversion(facts, &row.notes)),
            created_at: row.created_at.to_rfc3339(),
        }
    }
}

fn conversion(facts: &ConversionFacts, notes: &[Note]) -> ConversionView {
    let freq = facts.block_type_freq.iter().map(|(kind, n)| (kind.to_string(), *n));
    let note =
        |note: &Note| NoteView { code: note.code.to_string(), message: note.message.clone() };
    ConversionView {
        conv_uid: facts.conv_uid.to_string(),
        parsing_tool: facts.tool.to_string(),
        representation_type: facts.representation.to_string(),
        converter: facts.converter.clone(),
        total_blocks: facts.total_blocks,
        total_characters: facts.total_characters,
        block_type_freq: freq.collect(),
        notes: notes.iter().map(note).collect(),
    }
}

impl From<&Schema> for SchemaCheckView {
    fn from(schema: &Schema) -> Self {
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

pub(crate) fn schema_view(row: &SchemaRow, schema: &Schema) -> SchemaView {
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

fn columns(schema: &Schema) -> Vec<ColumnView> {
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
            cost_known: snapshot.pointer("/model/prices").is_some_and(|prices| !prices.is_null()),
            reserved_usd: usd(row.reserved_micro_usd),
            budget_usd: row.budget_micro_usd.map(usd),
            created_at: row.created_at.to_rfc3339(),
            started_at: time(row.started_at),
            completed_at: time(row.completed_at),
        }
    }
}

pub(crate) fn overlay_view(row: &OverlayRow, conv_uid: &ConvUid) -> OverlayView {
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
        reused_from: row.reused_from.clone(),
        edited_by: row.edited_by.clone(),
        confirmed_by: row.confirmed_by.clone(),
        confirmed_at: row.confirmed_at.map(Timestamp::to_rfc3339),
    }
}

pub(super) fn locator(locator: &Locator) -> Value {
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
