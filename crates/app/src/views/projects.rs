//! Projects, and what deletes took away.

use gloss_core_model::{OwnerId, ProjectId};
use gloss_store::{Deleted, ProjectRow};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectView {
    pub project_id: String,
    pub name: String,
    pub description: Option<String>,
    /// It takes the documents that are put nowhere else, and cannot be deleted.
    pub is_default: bool,
    /// How many documents are in it.
    pub documents: u64,
    pub created_at: String,
    pub updated_at: String,
}

/// What has gone, by kind. Nothing of it can be brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeletedView {
    pub projects: u64,
    pub documents: u64,
    pub schemas: u64,
    pub runs: u64,
    /// Blocks with an answer, confirmed ones included.
    pub answers: u64,
    pub confirmed_answers: u64,
}

pub(crate) fn project_view(row: &ProjectRow, owner: OwnerId) -> ProjectView {
    ProjectView {
        project_id: row.project_id.to_string(),
        name: row.name.to_string(),
        description: row.description.clone(),
        is_default: row.project_id == ProjectId::default_of(owner),
        documents: row.documents,
        created_at: row.created_at.to_rfc3339(),
        updated_at: row.updated_at.to_rfc3339(),
    }
}

impl From<Deleted> for DeletedView {
    fn from(deleted: Deleted) -> Self {
        let Deleted { projects, documents, schemas, runs, answers, confirmed } = deleted;
        Self { projects, documents, schemas, runs, answers, confirmed_answers: confirmed }
    }
}
