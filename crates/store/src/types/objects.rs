//! What rows say about objects: which bytes must be there, and what their names are made of.

use gloss_core_model::{ConvUid, OwnerId, Representation, SourceType, SourceUid, Tool};

/// A document's source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRef {
    pub owner: OwnerId,
    pub uid: SourceUid,
    pub source_type: SourceType,
    pub bytes: u64,
}

/// What a conversion has written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepresentationRef {
    pub owner: OwnerId,
    pub uid: ConvUid,
    pub tool: Tool,
    pub representation: Representation,
}
