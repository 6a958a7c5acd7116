//! Projects, and what becomes of a change to one.

use gloss_core_model::{OwnerId, ProjectId, ProjectName, Timestamp};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRow {
    pub project_id: ProjectId,
    pub name: ProjectName,
    pub description: Option<String>,
    /// How many are in it.
    pub documents: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct NewProject {
    pub owner: OwnerId,
    pub project_id: ProjectId,
    pub name: ProjectName,
    pub description: Option<String>,
    pub now: Timestamp,
}

/// How people say which project they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectKey {
    Id(ProjectId),
    Name(ProjectName),
}

/// What to write over; none keeps what is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectChange {
    pub name: Option<ProjectName>,
    /// The inner none takes it away.
    pub description: Option<Option<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectPut {
    Done(ProjectRow),
    /// The name is another project's; nothing changed.
    NameTaken(ProjectRow),
    NotFound,
}
