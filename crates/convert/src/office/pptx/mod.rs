//! Reads PowerPoint presentations: slide by slide, what a reader of the slides would see.
//!
//! Shapes come from top to bottom and from left to right. What a placeholder does not say of
//! itself, such as where it is and whether its paragraphs have bullets, its layout and master say.

mod comments;
mod deck;
mod geometry;
mod lists;
mod markers;
mod notes;
mod placeholders;
mod shapes;
mod slide;
mod table;

use std::collections::HashMap;

use gloss_core_model::SourceType;
use gloss_ingest::IngestError;
use gloss_ingest::docling::{DoclingDocument, DocumentBuilder};

use super::check::beyond;
use super::package::{Package, Relationships};
use super::tree::Element;
use crate::unreadable;
use deck::Deck;

/// # Errors
/// Slides that are missing, or more than the limits bear; whatever is wrong with a part.
pub(super) fn read(package: &mut Package<'_>) -> Result<DoclingDocument, IngestError> {
    let main = package.main()?;
    let part = package.required(&main)?;
    let tree = part.tree()?;
    let relationships = package.relationships(&main)?;
    let mut builder = DocumentBuilder::new();
    let Some(presentation) = tree.root() else { return Ok(builder.finish()) };
    let mut deck = Deck::new(slide_size(presentation));
    let mut slides = slides(presentation, &relationships)?;
    slides.retain(|slide| package.is_first(slide));
    let pages_max = package.limits().pages_max;
    if slides.len() > pages_max {
        return Err(beyond(format!("it has {} slides", slides.len()), pages_max as u64));
    }
    comments::authors(package, &relationships, &mut deck)?;
    for (page_no, name) in (1..).zip(slides) {
        let (width, height) = deck.slide_size;
        builder.page(page_no, width, height);
        slide::read(package, &mut deck, &mut builder, name, page_no)?;
    }
    Ok(builder.finish())
}

/// The names of the slides, in their order.
fn slides<'r>(
    presentation: Element<'_>,
    relationships: &'r Relationships,
) -> Result<Vec<&'r str>, IngestError> {
    let known = relationships.of_kind("slide");
    let known: HashMap<_, _> = known.map(|to| (to.id.as_str(), to.target.as_str())).collect();
    let list = presentation.child("sldIdLst");
    let listed = list.into_iter().flat_map(Element::children).filter(|slide| slide.is("sldId"));
    let names = listed.enumerate().map(|(at, slide)| {
        let id = slide.relation("id").unwrap_or_default();
        known.get(id.as_ref()).copied().ok_or_else(|| {
            unreadable(SourceType::Pptx, format!("slide {} of its list is missing", at + 1))
        })
    });
    names.collect()
}

/// Width and height in EMU.
fn slide_size(presentation: Element<'_>) -> Option<(f32, f32)> {
    let size = presentation.child("sldSz")?;
    let side =
        |name: &str| size.attribute(name)?.parse().ok().filter(|side: &f32| side.is_finite());
    Some((side("cx")?, side("cy")?))
}

#[cfg(test)]
mod tests;
