//! Word files: the text of a document, block by block.
//!
//! A [`writer`] walks the body; a paragraph is a [`line`] of a style. What was deleted or hidden is
//! left out, and what was inserted is text like any other.

mod counting;
mod floats;
mod furniture;
mod line;
mod lists;
mod notes;
mod numbering;
mod paragraph;
mod styles;
mod symbols;
mod table;
mod texts;
mod values;
mod writer;

#[cfg(test)]
mod tests;

use gloss_ingest::IngestError;
use gloss_ingest::docling::DoclingDocument;

use super::package::Package;
use super::tree::Element;
use furniture::furniture;
use notes::{comments, notes};
use numbering::Numbering;
use styles::Styles;
use writer::Writer;

/// # Errors
/// A part that is missing or broken; a table of more cells than the limits bear.
pub(super) fn read(package: &mut Package<'_>) -> Result<DoclingDocument, IngestError> {
    let main = package.main()?;
    let relationships = package.relationships(&main)?;
    let styles = match package.related(&relationships, "styles")? {
        Some(part) => part.tree()?.root().map(Styles::read).unwrap_or_default(),
        None => Styles::default(),
    };
    let numbering = match package.related(&relationships, "numbering")? {
        Some(part) => {
            let tree = part.tree()?;
            tree.root().map(|root| Numbering::read(root, &styles)).unwrap_or_default()
        }
        None => Numbering::default(),
    };
    let part = package.required(&main)?;
    let tree = part.tree()?;
    let mut writer = Writer::new(package, &styles, numbering);
    writer.enter(&relationships);
    if let Some(body) = tree.root().and_then(|root| root.child("body")) {
        writer.blocks(body)?;
        writer.interrupt();
    }
    furniture(&mut writer, &main, &relationships)?;
    comments(&mut writer, &relationships)?;
    notes(&mut writer, &relationships)?;
    Ok(writer.builder.finish())
}

/// Whether an element says how something looks, or was there before a change: it is no text.
fn is_no_text(element: Element<'_>) -> bool {
    let name = element.name();
    name.ends_with("Pr") || matches!(name, "del" | "moveFrom")
}
