//! Which formats can be read here, shown by reading one document of each.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FormatsView {
    /// Every format passed.
    pub healthy: bool,
    pub formats: Vec<FormatCheckView>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
pub struct FormatCheckView {
    pub format: String,
    pub passed: bool,
    pub status: String,
    pub converter: Option<String>,
    pub parsing_tool: Option<String>,
    pub representation_type: Option<String>,
    pub locator_type: Option<String>,
    pub total_blocks: u32,
    /// The content of the first block.
    pub first_block: Option<String>,
    pub milliseconds: u64,
    /// Why it did not pass.
    pub problem: Option<String>,
}
