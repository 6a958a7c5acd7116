//! What becomes of files that come in, one or many.

use gloss_store::{DocumentRow, Put};
use serde::Serialize;
use utoipa::ToSchema;

use super::DocumentView;
use crate::error::Result;

/// `created` is false when the same bytes were offered before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IngestView {
    pub created: bool,
    /// `ingested`, `existing`, `read_again` (they had failed before) or `failed`.
    pub outcome: String,
    #[serde(flatten)]
    pub document: DocumentView,
}

/// Many files: what became of each, in the order they were given, and how many of each kind.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IngestBatchView {
    pub files: Vec<IngestedFileView>,
    pub ingested: u32,
    /// There before, with the same bytes.
    pub existing: u32,
    /// There before without blocks, and now with them.
    pub read_again: u32,
    /// Kept with the reason why they have no blocks.
    pub failed: u32,
    /// Not kept.
    pub refused: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IngestedFileView {
    pub file_name: String,
    /// `ingested`, `existing`, `read_again`, `failed` or `refused`.
    pub outcome: String,
    /// Null when refused.
    pub document: Option<DocumentView>,
    /// Why there are no blocks.
    pub error: Option<String>,
    /// Stable, for programs; null unless refused.
    pub code: Option<String>,
    /// What to do about it, where that is known.
    pub hint: Option<String>,
}

impl From<Put<DocumentRow>> for IngestView {
    fn from(put: Put<DocumentRow>) -> Self {
        let document = DocumentView::from(put.row());
        let outcome = match (&put, &document.conversion) {
            (_, None) => "failed",
            (Put::Created(_), _) => "ingested",
            (Put::Existing(_), _) => "existing",
            (Put::Replaced(_), _) => "read_again",
        };
        let created = matches!(put, Put::Created(_));
        Self { created, outcome: outcome.to_owned(), document }
    }
}

impl IngestedFileView {
    pub(crate) fn of(file_name: String, ingested: Result<IngestView>) -> Self {
        match ingested {
            Ok(IngestView { outcome, document, .. }) => {
                let error = document.error.clone();
                Self { file_name, outcome, document: Some(document), error, code: None, hint: None }
            }
            Err(error) => Self {
                file_name,
                outcome: "refused".to_owned(),
                document: None,
                error: Some(error.message),
                code: Some(error.code.to_owned()),
                hint: error.hint,
            },
        }
    }
}

impl IngestBatchView {
    /// Counts the files.
    pub fn of(files: Vec<IngestedFileView>) -> Self {
        let count = |outcome: &str| {
            let same = files.iter().filter(|file| file.outcome == outcome);
            u32::try_from(same.count()).unwrap_or(u32::MAX)
        };
        Self {
            ingested: count("ingested"),
            existing: count("existing"),
            read_again: count("read_again"),
            failed: count("failed"),
            refused: count("refused"),
            files,
        }
    }

    /// Whether every file has blocks.
    pub const fn all_good(&self) -> bool {
        self.failed == 0 && self.refused == 0
    }
}
