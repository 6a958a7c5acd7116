//! Blocks written down as a DoclingDocument.

use std::collections::BTreeMap;

use gloss_ingest::docling::{
    BoundingBox, CoordOrigin, DoclingDocument, DocumentBuilder, Marker, Provenance,
};

use super::blocks::{Block, Kind};
use super::furniture::Edge;
use super::geometry::Rect;
use super::headings::{self, Heading};

/// Page sizes by number, then blocks in reading order.
pub(super) fn document(sizes: &BTreeMap<u32, (f32, f32)>, blocks: Vec<Block>) -> DoclingDocument {
    let mut builder = DocumentBuilder::new();
    for (number, (width, height)) in sizes {
        builder.page(*number, *width, *height);
    }
    let found: Vec<Heading> = blocks
        .iter()
        .filter_map(|block| match block.kind {
            Kind::Heading(heading) => Some(heading),
            _ => None,
        })
        .collect();
    let mut titled = headings::has_title(&found);
    let levels = headings::levels(found.get(usize::from(titled)..).unwrap_or_default());
    for block in blocks {
        let prov = provenance(block.page, block.area);
        match block.kind {
            Kind::Heading(_) if std::mem::take(&mut titled) => {
                builder.text("title", block.text, prov);
            }
            Kind::Heading(heading) => {
                let level = levels.get(&heading.look).copied();
                let level = heading.level.or(level).unwrap_or(1);
                builder.heading(level, block.text, prov);
            }
            Kind::Picture => {
                builder.picture(prov);
            }
            Kind::Text => builder.text("text", block.text, prov),
            Kind::Caption => builder.text("caption", block.text, prov),
            Kind::Code => builder.text("code", block.text, prov),
            Kind::ListItem { marker, enumerated } => {
                builder.list_item(Marker { text: marker, enumerated }, block.text, prov);
            }
            Kind::Furniture(Edge::Top) => builder.page_furniture("page_header", block.text, prov),
            Kind::Furniture(Edge::Bottom) => {
                builder.page_furniture("page_footer", block.text, prov);
            }
            Kind::Table(table) => {
                let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                let (rows, columns) = (number(table.rows.len()), number(table.columns()));
                builder.table(rows, columns, table.cells(), prov);
            }
        }
    }
    builder.finish()
}

fn provenance(page_no: u32, area: Rect) -> Provenance {
    let bbox = BoundingBox {
        l: area.l,
        t: area.t,
        r: area.r,
        b: area.b,
        coord_origin: CoordOrigin::TopLeft,
    };
    Provenance { bbox, charspan: (0, 0), page_no }
}
