//! The docling track: DoclingDocument JSON, and the blocks in it. Serves every converter.

mod blocks;
mod build;
mod document;
mod sorted;
#[cfg(test)]
mod tests;

pub use blocks::{Reading, read};
pub use build::{DocumentBuilder, Marker};
pub use document::{
    BesideLayer, BoundingBox, ContentLayer, CoordOrigin, DoclingDocument, Item, Page, Provenance,
    Ref, SCHEMA_NAME, SCHEMA_VERSION, Size, TableCell, TableData,
};
pub use sorted::sorted;
