//! Charts: what they plot, as a table.

use gloss_ingest::docling::TableData;

use crate::office::package::Part;

/// A chart's title, and what it plots: a row a category, a column a series.
#[derive(Debug, PartialEq)]
pub(in crate::office) struct Chart {
    pub(in crate::office) title: Option<String>,
    pub(in crate::office) data: TableData,
}

impl Chart {
    /// Reads a chart part; none if it plots nothing that is kept in it.
    pub(in crate::office) fn read(_part: &Part) -> Option<Self> {
        None
    }
}
