//! Footnotes, endnotes and comments.

use gloss_ingest::IngestError;
use gloss_ingest::docling::{BesideLayer, ContentLayer};

use crate::office::package::Relationships;

use super::Element;
use super::writer::Writer;

/// Writes the notes, each as one block.
///
/// # Errors
/// A part that is broken.
pub(super) fn notes(
    writer: &mut Writer<'_, '_>,
    relationships: &Relationships,
) -> Result<(), IngestError> {
    for (kind, name) in [("footnotes", "footnote"), ("endnotes", "endnote")] {
        let Some(part) = writer.package.related(relationships, kind)? else { continue };
        writer.enter(&Relationships::default());
        let tree = part.tree()?;
        for note in tree.root().into_iter().flat_map(Element::children) {
            // Word draws lines above notes, which are notes too.
            let is_line = note.attribute("type").is_some_and(|kind| kind != "normal");
            if !note.is(name) || is_line {
                continue;
            }
            let texts = writer.all_texts(note)?;
            if !texts.is_empty() {
                writer.builder.furniture("footnote", texts.join(" "));
            }
        }
    }
    Ok(())
}

/// Writes the comments, with who made them and when.
///
/// # Errors
/// A part that is broken.
pub(super) fn comments(
    writer: &mut Writer<'_, '_>,
    relationships: &Relationships,
) -> Result<(), IngestError> {
    let Some(part) = writer.package.related(relationships, "comments")? else { return Ok(()) };
    writer.enter(&Relationships::default());
    let tree = part.tree()?;
    let root = tree.root().into_iter().flat_map(Element::children);
    for comment in root.filter(|child| child.is("comment")) {
        let texts = writer.all_texts(comment)?;
        if texts.is_empty() {
            continue;
        }
        let id = comment.attribute("id").unwrap_or_default();
        let text = format!("{}: {}", head(comment), texts.join("\n"));
        let layer = ContentLayer::Beside(BesideLayer::Notes);
        writer.builder.open_group("comment_section", &format!("comment-{id}"), layer);
        writer.builder.text("text", text, None);
        writer.builder.close_group();
    }
    Ok(())
}

/// Such as `[author: A. Reader (AR), time: 2024-01-02T03:04:05.000+00:00]`.
fn head(comment: Element<'_>) -> String {
    let said = |name: &str| {
        let said = comment.attribute(name).unwrap_or_default();
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (author, initials, date) = (said("author"), said("initials"), said("date"));
    let author = match (author.as_str(), initials.as_str()) {
        ("", _) => String::new(),
        (author, "") => format!("author: {author}, "),
        (author, initials) => format!("author: {author} ({initials}), "),
    };
    let (moment, zone) = match date.strip_suffix('Z') {
        Some(moment) => (moment, "+00:00"),
        None => (date.as_str(), ""),
    };
    let parts = if moment.is_empty() || moment.contains('.') { "" } else { ".000" };
    format!("[{author}time: {moment}{parts}{zone}]")
}
