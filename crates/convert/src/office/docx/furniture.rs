//! Headers and footers: each that some page shows, once.

use std::collections::{HashMap, HashSet};

use gloss_ingest::IngestError;
use gloss_ingest::docling::ContentLayer;

use crate::office::package::Relationships;

use super::Element;
use super::values::switch;
use super::writer::Writer;

/// Which headers and footers the pages of a section have.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) has_first: bool,
    /// Kind (`headerReference`), pages (`default`, `first`, `even`) and relationship.
    pub(super) references: Vec<(String, String, String)>,
}

/// Kinds of references, and what they lead to.
const KINDS: [(&str, &str); 2] =
    [("headerReference", "page header"), ("footerReference", "page footer")];

/// Writes the headers and footers of all sections. Those that say the same are one.
///
/// # Errors
/// A part that is broken.
pub(super) fn furniture(
    writer: &mut Writer<'_, '_>,
    main: &str,
    relationships: &Relationships,
) -> Result<(), IngestError> {
    let has_even = match writer.package.related(relationships, "settings")? {
        Some(part) => {
            let tree = part.tree()?;
            tree.root().and_then(|root| switch(root, "evenAndOddHeaders")) == Some(true)
        }
        None => false,
    };
    let mut said = HashSet::new();
    let sections = std::mem::take(&mut writer.sections);
    for (kind, name) in shown(&sections, main, relationships, has_even) {
        let Some(part) = writer.package.part(&name)? else { continue };
        let tree = part.tree()?;
        let Some(root) = tree.root() else { continue };
        if !says_something(root) || !said.insert((kind, root.text().into_owned())) {
            continue;
        }
        let related = writer.package.relationships(&name)?;
        writer.enter(&related);
        writer.builder.open_group("section", kind, ContentLayer::Furniture);
        writer.blocks(root)?;
        writer.interrupt();
        writer.builder.close_group();
    }
    Ok(())
}

/// Whether there is text, or words that are drawn.
fn says_something(root: Element<'_>) -> bool {
    !root.text().trim().is_empty()
        || root
            .descendants()
            .any(|element| matches!(element.name(), "textpath" | "chart" | "relIds"))
}

/// The parts that are shown, in order. A section that names none of a kind has that of the section
/// before it.
fn shown(
    sections: &[Section],
    main: &str,
    relationships: &Relationships,
    has_even: bool,
) -> Vec<(&'static str, String)> {
    let targets: HashMap<&str, &str> = ["header", "footer"]
        .into_iter()
        .flat_map(|kind| relationships.of_kind(kind))
        .map(|one| (one.id.as_str(), one.target.as_str()))
        .collect();
    let mut current: HashMap<(&str, &str), &str> = HashMap::new();
    // The body is no header of itself. Names of parts are the same in capitals.
    let mut seen = HashSet::from([main.to_ascii_lowercase()]);
    let mut shown = Vec::new();
    for section in sections {
        for (kind, pages, id) in &section.references {
            if let Some(target) = targets.get(id.as_str()) {
                current.insert((kind, pages), target);
            }
        }
        for (reference, kind) in KINDS {
            for (pages, is_used) in
                [("first", section.has_first), ("default", true), ("even", has_even)]
            {
                let Some(target) = current.get(&(reference, pages)).filter(|_| is_used) else {
                    continue;
                };
                if seen.insert(target.to_ascii_lowercase()) {
                    shown.push((kind, (*target).to_owned()));
                }
            }
        }
    }
    shown
}

impl Section {
    pub(super) fn read(properties: Element<'_>) -> Self {
        let references = properties.children().filter_map(|child| {
            let pages = child.attribute("type").unwrap_or_else(|| "default".into()).into_owned();
            Some((child.name().to_owned(), pages, child.relation("id")?.into_owned()))
        });
        Self {
            has_first: switch(properties, "titlePg") == Some(true),
            references: references.collect(),
        }
    }
}
