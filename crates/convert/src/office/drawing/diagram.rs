//! SmartArt: what its boxes say, as an outline.

use std::borrow::Cow;
use std::collections::HashMap;

use gloss_ingest::IngestError;

use super::text::paragraphs;
use crate::office::package::Part;
use crate::office::tree::Element;

/// Lists nest no deeper.
const LEVEL_MAX: u8 = 8;

/// The texts of a diagram with their levels, in its order. What nothing leads to comes last.
///
/// # Errors
/// XML that is broken, or nests too deeply.
pub(in crate::office) fn diagram(part: &Part) -> Result<Vec<(u8, String)>, IngestError> {
    let tree = part.tree()?;
    Ok(tree.root().map(texts).unwrap_or_default())
}

fn texts(model: Element<'_>) -> Vec<(u8, String)> {
    let (mut roots, mut others) = (Vec::new(), Vec::new());
    let mut says = HashMap::new();
    for (at, point) in within(model, "ptLst").enumerate() {
        // Nothing leads to a point without a name.
        let id = point.attribute("modelId").unwrap_or_else(|| format!("\0{at}").into());
        match point.attribute("type").as_deref() {
            Some("doc") => roots.push(id.clone()),
            // How the layout arranges the others.
            Some("pres") => continue,
            _ => others.push(id.clone()),
        }
        let text = point.child("t").map(|holder| paragraphs(holder).collect::<Vec<_>>().join("\n"));
        says.insert(id, text.unwrap_or_default());
    }
    let mut below = links(model);
    let mut outline = Vec::new();
    // What is visited next stands last.
    let mut open: Vec<_> = roots.into_iter().chain(others).rev().map(|id| (id, 0)).collect();
    while let Some((id, level)) = open.pop() {
        // Links may lead in circles: a point speaks once.
        let Some(text) = says.remove(&id) else { continue };
        let mut inside = level;
        if !text.is_empty() {
            outline.push((level, text));
            inside = LEVEL_MAX.min(level + 1);
        }
        let mut children = below.remove(&id).unwrap_or_default();
        children.sort_by_key(|(order, _)| *order);
        open.extend(children.into_iter().rev().map(|(_, id)| (id, inside)));
    }
    outline
}

/// The points right below each, with their places.
fn links(model: Element<'_>) -> HashMap<Cow<'_, str>, Vec<(u32, Cow<'_, str>)>> {
    let mut below: HashMap<_, Vec<_>> = HashMap::new();
    for link in within(model, "cxnLst") {
        if link.attribute("type").is_some_and(|kind| kind != "parOf") {
            continue;
        }
        let ends = (link.attribute("srcId"), link.attribute("destId"));
        let (Some(from), Some(to)) = ends else { continue };
        let order = link.attribute("srcOrd").and_then(|order| order.parse().ok());
        below.entry(from).or_default().push((order.unwrap_or(u32::MAX), to));
    }
    below
}

fn within<'t>(model: Element<'t>, list: &str) -> impl Iterator<Item = Element<'t>> {
    model.child(list).into_iter().flat_map(Element::children)
}
