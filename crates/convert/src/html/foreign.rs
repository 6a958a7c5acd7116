//! Formulas and drawings: what of them can be read.

use html5ever::local_name as name;

use super::tree::{Content, Element, Id, Tree};

/// The text that stands for a formula; or else its parts, or what it was made from.
pub(super) fn formula(tree: &Tree, node: Id, element: &Element) -> String {
    let instead = element.attribute(&name!("alttext")).map(str::trim).unwrap_or_default();
    if !instead.is_empty() {
        return instead.to_owned();
    }
    let is_note =
        |element: &Element| matches!(element.name, name!("annotation") | name!("annotation-xml"));
    let parts = joined(&tree.texts(node, is_note));
    if parts.is_empty() { joined(&tree.texts(node, |_| false)) } else { parts }
}

/// What a drawing calls itself.
pub(super) fn title(tree: &Tree, drawing: Id) -> String {
    let mut child = tree.first_child(drawing);
    while let Some(node) = child {
        if let Content::Element(element) = tree.content(node)
            && element.name == name!("title")
        {
            return joined(&tree.texts(node, |_| false));
        }
        child = tree.next_sibling(node);
    }
    String::new()
}

fn joined(texts: &[&str]) -> String {
    let parts = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}
