//! What readers noted to a slide, of either kind: those of old, and those with replies.

use gloss_ingest::IngestError;
use gloss_ingest::docling::{BoundingBox, DocumentBuilder};

use super::deck::Deck;
use super::notes::NOTES;
use super::slide::at;
use crate::office::drawing::paragraphs;
use crate::office::package::{Package, Relationships};
use crate::office::tree::Element;

/// Takes down who wrote comments.
///
/// # Errors
/// A list of authors that is broken.
pub(super) fn authors(
    package: &mut Package<'_>,
    presentation: &Relationships,
    deck: &mut Deck,
) -> Result<(), IngestError> {
    for to in presentation.of_kind("commentAuthors").chain(presentation.of_kind("authors")) {
        if !package.is_first(&to.target) {
            continue;
        }
        let Some(part) = package.part(&to.target)? else { continue };
        let tree = part.tree()?;
        for author in tree.root().into_iter().flat_map(Element::children) {
            let said = |name: &str| author.attribute(name).filter(|said| !said.is_empty());
            let (Some(id), Some(mut name)) = (author.attribute("id"), said("name")) else {
                continue;
            };
            if let Some(initials) = said("initials") {
                name = format!("{name} ({initials})").into();
            }
            deck.authors.insert(id.into_owned(), crate::office::name(&name));
        }
    }
    Ok(())
}

/// Adds the comments to a slide.
///
/// # Errors
/// Comments that are broken.
pub(super) fn read(
    package: &mut Package<'_>,
    deck: &mut Deck,
    builder: &mut DocumentBuilder,
    slide: &Relationships,
    page_no: u32,
) -> Result<(), IngestError> {
    for to in slide.of_kind("comments") {
        if !package.is_first(&to.target) {
            continue;
        }
        let Some(part) = package.part(&to.target)? else { continue };
        let tree = part.tree()?;
        let list = tree.root().into_iter().flat_map(Element::children);
        for (number, comment) in (1..).zip(list.filter(|inside| inside.is("cm"))) {
            let name = format!("comment-slide{page_no}-{number}");
            builder.open_group("comment_section", &name, NOTES);
            let replies = comment.child("replyLst").into_iter().flat_map(Element::children);
            for said in std::iter::once(comment).chain(replies) {
                if let Some(text) = told(deck, said) {
                    builder.text("text", text, at(page_no, BoundingBox::default()));
                }
            }
            builder.close_group();
        }
    }
    Ok(())
}

/// What a comment says, with who said it and when.
fn told(deck: &Deck, comment: Element<'_>) -> Option<String> {
    let text = match comment.child("text") {
        Some(text) => text.text().trim().to_owned(),
        None => paragraphs(comment.child("txBody")?).collect::<Vec<_>>().join("\n"),
    };
    let author = comment.attribute("authorId");
    let author = author.and_then(|id| deck.authors.get(id.as_ref()));
    let author = author.map(|author| format!("author: {author}"));
    let time = comment.attribute("dt").or_else(|| comment.attribute("created"));
    let time = time.filter(|time| !time.is_empty()).map(|time| format!("time: {time}"));
    let from: Vec<_> = author.into_iter().chain(time).collect();
    match text.as_str() {
        "" => None,
        _ if from.is_empty() => Some(text),
        _ => Some(format!("[{}]: {text}", from.join(", "))),
    }
}
