//! What a speaker says to a slide.

use gloss_ingest::IngestError;
use gloss_ingest::docling::{BesideLayer, BoundingBox, ContentLayer, DocumentBuilder};

use super::placeholders::non_visual;
use super::slide::at;
use crate::office::drawing::paragraphs;
use crate::office::package::{Package, Relationships};
use crate::office::tree::Element;

/// What stands beside the slides.
pub(super) const NOTES: ContentLayer = ContentLayer::Beside(BesideLayer::Notes);

/// Adds the notes of a slide as one text. Of their page only the text itself is read: the rest
/// repeats the slide.
///
/// # Errors
/// Notes that are broken.
pub(super) fn read(
    package: &mut Package<'_>,
    builder: &mut DocumentBuilder,
    slide: &Relationships,
    page_no: u32,
) -> Result<(), IngestError> {
    for to in slide.of_kind("notesSlide") {
        if !package.is_first(&to.target) {
            continue;
        }
        let Some(part) = package.part(&to.target)? else { continue };
        let tree = part.tree()?;
        let Some(shapes) = tree.root().and_then(|root| root.at(&["cSld", "spTree"])) else {
            continue;
        };
        let mut said = Vec::new();
        speech(shapes, &mut said);
        if !said.is_empty() {
            builder.open_group("section", "notes", NOTES);
            builder.text("text", said.join("\n"), at(page_no, BoundingBox::default()));
            builder.close_group();
        }
    }
    Ok(())
}

fn speech(holder: Element<'_>, said: &mut Vec<String>) {
    for shape in holder.children() {
        if shape.is("grpSp") {
            speech(shape, said);
        } else if is_body(shape).unwrap_or(false) {
            said.extend(shape.child("txBody").into_iter().flat_map(paragraphs));
        }
    }
}

fn is_body(shape: Element<'_>) -> Option<bool> {
    let kind = non_visual(shape)?.at(&["nvPr", "ph"])?.attribute("type");
    Some(kind.is_some_and(|kind| kind == "body"))
}
