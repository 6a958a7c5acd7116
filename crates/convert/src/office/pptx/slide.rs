//! One slide: its shapes, what its speaker says, what readers noted.

use std::collections::HashMap;

use gloss_ingest::IngestError;
use gloss_ingest::docling::{BesideLayer, BoundingBox, ContentLayer, DocumentBuilder, Provenance};

use super::deck::Deck;
use super::geometry::Transform;
use super::shapes::Shapes;
use super::{comments, notes};
use crate::office::package::Package;

/// # Errors
/// A slide that is missing; whatever is wrong with it or a part that belongs to it.
pub(super) fn read(
    package: &mut Package<'_>,
    deck: &mut Deck,
    builder: &mut DocumentBuilder,
    name: &str,
    page_no: u32,
) -> Result<(), IngestError> {
    let part = package.required(name)?;
    let tree = part.tree()?;
    let relationships = package.relationships(name)?;
    let layout = deck.layout(package, &relationships)?;
    let drawn = ["chart", "chartEx", "diagramData"].into_iter();
    let drawn = drawn.flat_map(|kind| relationships.of_kind(kind));
    let drawn: HashMap<_, _> = drawn.map(|to| (to.id.as_str(), to.target.as_str())).collect();

    let root = tree.root();
    let show = root.and_then(|root| root.attribute("show"));
    let is_hidden = show.is_some_and(|show| show == "0" || show == "false");
    let layer = if is_hidden { INVISIBLE } else { ContentLayer::Body };
    builder.open_group("chapter", &format!("slide-{}", page_no.saturating_sub(1)), layer);
    if let Some(shapes) = root.and_then(|root| root.at(&["cSld", "spTree"])) {
        let mut slide = Shapes { package, deck, builder, layout: &layout, drawn: &drawn, page_no };
        slide.read(shapes, Transform::NONE)?;
    }
    builder.close_group();
    notes::read(package, builder, &relationships, page_no)?;
    comments::read(package, deck, builder, &relationships, page_no)
}

/// What is there, and not shown.
pub(super) const INVISIBLE: ContentLayer = ContentLayer::Beside(BesideLayer::Invisible);

/// Where on a slide an item stands; its characters are counted when it is made.
pub(super) fn at(page_no: u32, bbox: BoundingBox) -> Provenance {
    Provenance { bbox, charspan: (0, 0), page_no }
}
