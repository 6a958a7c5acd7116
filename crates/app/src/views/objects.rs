//! Blocks as they are before any run, and how the kept bytes are doing.

use gloss_core_model::{Block, BlockUid, ConvUid};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::rows::locator;

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BlockView {
    pub block_uid: String,
    pub block_index: u32,
    pub block_type: String,
    pub block_locator: Value,
    pub block_content: String,
}

pub(crate) fn block_view(block: Block, conv_uid: &ConvUid) -> BlockView {
    let uid = BlockUid { conv_uid: conv_uid.clone(), block_index: block.index };
    BlockView {
        block_uid: uid.to_string(),
        block_index: block.index,
        block_type: block.block_type.to_string(),
        block_locator: locator(&block.locator),
        block_content: block.content,
    }
}

/// The bytes of sources and representations, held against the rows that name them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct ObjectsView {
    /// A folder, or a bucket.
    pub place: String,
    /// False where the object store did not answer to the end: the counts are what was seen.
    pub complete: bool,
    /// Whether every byte was read, or names and sizes alone.
    pub contents_read: bool,
    pub objects: u64,
    pub bytes: u64,
    /// A row names them, and they are not there.
    pub missing: u64,
    /// Their bytes are not those that their name was made of.
    pub damaged: u64,
    /// No row names them, and they are old enough that none will.
    pub orphans: u64,
    pub orphan_bytes: u64,
    /// The first few.
    pub orphan_keys: Vec<String>,
    /// No row names them yet: they are younger than an hour.
    pub young: u64,
    /// What `--collect` has deleted: orphans, and files that were never finished.
    pub collected: u64,
    pub collected_bytes: u64,
}
