//! The docling track: DoclingDocument JSON, and the blocks in it. Serves every converter.

mod blocks;
mod build;
mod build_nested;
mod canonical;
mod document;
mod table;
#[cfg(test)]
mod tests;

pub use blocks::{Reading, read};
pub use build::{DocumentBuilder, Marker};
pub(crate) use canonical::canonical;
pub use document::{
    BesideLayer, BoundingBox, ContentLayer, CoordOrigin, DoclingDocument, Item, Meta, NAME, Page,
    Provenance, Ref, SCHEMA_NAME, SCHEMA_VERSION, Size, TableCell, TableData, TabularChart,
};
pub(crate) use table::Table;
