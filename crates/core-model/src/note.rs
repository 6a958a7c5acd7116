//! What a reader tells of a file beside its blocks.

use crate::named_enum;

named_enum! {
    /// Programs go by it, and it is stored: never rename one.
    NoteCode, "note code" {
        /// Pages that are pictures of text.
        PagesNeedOcr = "pages_need_ocr",
        /// Pages of which something could not be read at all.
        PagesUnreadable = "pages_unreadable",
    }
}

/// The document has blocks, and somebody should know this of what is not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub code: NoteCode,
    /// For people: where, and what to do.
    pub message: String,
}
