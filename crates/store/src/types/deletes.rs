//! What a delete takes away, or why it does not.

use gloss_core_model::RunId;

/// What has gone. Blocks go with the last document that was read into them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deleted {
    pub projects: u64,
    pub documents: u64,
    pub schemas: u64,
    pub runs: u64,
    /// Blocks with an answer, confirmed ones included.
    pub answers: u64,
    pub confirmed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    Done(Deleted),
    NotFound,
    /// So much hangs on it: runs on a document or a schema, documents on a project, confirmed
    /// answers on a run. Nothing changed.
    Needed {
        by: u64,
    },
    /// Workers may be at it: so many runs, of which this is one. Nothing changed.
    Running {
        runs: u64,
        first: RunId,
    },
    /// What is put nowhere else has to be somewhere.
    DefaultProject,
}
