//! What a caller gives to be exported: facts once per document, then one row per block.

use gloss_core_model::{
    Block, CallId, ConversionFacts, RunId, SchemaRef, SchemaUid, SourceType, SourceUid, Timestamp,
    named_enum,
};
use serde_json::Value;

use crate::Columns;

named_enum! {
    /// How a conversion ended, in the words of the record.
    ConvStatus, "conversion status" {
        Success = "success",
        PartialSuccess = "partial_success",
        Failure = "failure",
    }
}

/// The source as it was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFacts {
    pub source_uid: SourceUid,
    pub source_type: SourceType,
    /// Bytes.
    pub source_filesize: u64,
    /// Known for text sources only.
    pub source_total_characters: Option<u64>,
    pub source_upload_timestamp: Timestamp,
}

/// The source and its conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFacts {
    pub source: SourceFacts,
    pub conversion: ConversionFacts,
    pub conv_status: ConvStatus,
}

/// The schema of the exported run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFacts {
    pub schema_ref: SchemaRef,
    pub schema_uid: SchemaUid,
}

/// All that is the same for every row of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub document: DocumentFacts,
    /// `None` for an export without a run: there are only the immutable facts.
    pub schema: Option<SchemaFacts>,
    /// The CSV columns of the schema; [`Columns::default`] has none. JSON Lines needs none.
    pub columns: Columns,
}

/// One block, and what the run says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub block: Block,
    /// The confirmed overlay, or the staged one of a draft.
    pub data: Option<Value>,
    /// `data` is staged and no person has confirmed it.
    pub draft: bool,
    pub provenance: Option<Provenance>,
}

impl Row {
    /// Whether the row holds staged data; a row without data has nothing that could be a draft.
    pub(crate) fn is_draft(&self) -> bool {
        self.draft && self.data.is_some()
    }
}

/// Where `data` came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    pub run_id: RunId,
    pub model: Option<String>,
    pub call_id: Option<CallId>,
    pub attempts: u32,
    pub confirmed_by: Option<String>,
    pub confirmed_at: Option<Timestamp>,
}
