//! What becomes of files that come in, one or many.

use gloss_store::{DocumentRow, ProjectRow, Put};
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
    /// What was asked for and not done, and the command that does it.
    pub notice: Option<String>,
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
    /// What was asked for and not done, and the command that does it.
    pub notice: Option<String>,
    /// Why there are no blocks.
    pub error: Option<String>,
    /// The same for programs, and stable: `needs_ocr`.
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
        Self { created, outcome: outcome.to_owned(), notice: None, document }
    }
}

impl IngestView {
    /// Documents that were there stay where they are, whichever project they are offered to.
    pub(crate) fn meant_for(mut self, project: &ProjectRow) -> Self {
        if self.document.project_id != project.project_id.to_string() {
            let DocumentView { document_id: id, project_name, .. } = &self.document;
            let to = argument(project.name.as_str());
            self.notice = Some(format!(
                "it stays in project `{project_name}`, where it was: `gloss documents move {id} \
                 --project {to}` (PUT /v1/documents/{id}/project) moves it"
            ));
        }
        self
    }
}

/// A name as it is typed in a command.
fn argument(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    if name.chars().all(plain) { name.to_owned() } else { format!("{name:?}") }
}

impl IngestedFileView {
    pub(crate) fn of(file_name: String, ingested: Result<IngestView>) -> Self {
        match ingested {
            Ok(IngestView { outcome, notice, document, .. }) => Self {
                file_name,
                outcome,
                notice,
                error: document.error.clone(),
                code: document.error_code.clone(),
                document: Some(document),
                hint: None,
            },
            Err(error) => Self {
                file_name,
                outcome: "refused".to_owned(),
                document: None,
                notice: None,
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
