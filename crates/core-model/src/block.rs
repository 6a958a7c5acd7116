//! The immutable unit of a document: one heading, paragraph, list item, table…

use crate::named_enum;

named_enum! {
    BlockType, "block type" {
        Heading = "heading",
        Paragraph = "paragraph",
        ListItem = "list_item",
        CodeBlock = "code_block",
        Table = "table",
        Figure = "figure",
        Caption = "caption",
        Footnote = "footnote",
        Divider = "divider",
        HtmlBlock = "html_block",
        Definition = "definition",
        Checkbox = "checkbox",
        FormRegion = "form_region",
        KeyValueRegion = "key_value_region",
        PageHeader = "page_header",
        PageFooter = "page_footer",
        Other = "other",
    }
}

/// Where a block stands in the stored representation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locator {
    /// UTF-8 byte offsets, half-open.
    TextOffsetRange { start_offset: u64, end_offset: u64 },
    /// A JSON pointer into a DoclingDocument, and the page where the source has pages.
    DoclingJsonPointer { pointer: String, page_no: Option<u32> },
}

impl Locator {
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::TextOffsetRange { .. } => "text_offset_range",
            Self::DoclingJsonPointer { .. } => "docling_json_pointer",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// 0-based, without gaps, in document order.
    pub index: u32,
    pub block_type: BlockType,
    pub locator: Locator,
    pub content: String,
}
