//! SmartArt: what its boxes say, as an outline.

use std::collections::{HashMap, HashSet};

use crate::office::drawing::paragraphs;
use crate::office::tree::Element;

/// Lists nest no deeper.
const LEVEL_MAX: u8 = 8;

/// The texts of a diagram with their levels, in its order. What nothing leads to comes last.
pub(super) fn texts(model: Element<'_>) -> Vec<(u8, String)> {
    let within = |name: &str| model.child(name).into_iter().flat_map(Element::children);
    let mut roots = Vec::new();
    let mut says = HashMap::new();
    let mut all = Vec::new();
    for point in within("ptLst") {
        let Some(id) = point.attribute("modelId") else { continue };
        match point.attribute("type").as_deref() {
            Some("doc") => roots.push(id.clone()),
            // How the layout arranges the others.
            Some("pres") => continue,
            _ => {}
        }
        let text = point.child("t").map(|holder| paragraphs(holder).collect::<Vec<_>>().join("\n"));
        says.insert(id.clone(), text.unwrap_or_default());
        all.push(id);
    }
    let mut below: HashMap<_, Vec<_>> = HashMap::new();
    for link in
        within("cxnLst").filter(|link| link.attribute("type").is_none_or(|kind| kind == "parOf"))
    {
        let (Some(from), Some(to)) = (link.attribute("srcId"), link.attribute("destId")) else {
            continue;
        };
        let order: Option<u32> = link.attribute("srcOrd").and_then(|order| order.parse().ok());
        below.entry(from).or_default().push((order, to));
    }
    let mut outline = Vec::new();
    let mut seen = HashSet::new();
    // What is visited next stands last.
    let mut open: Vec<_> = all.into_iter().rev().map(|id| (id, 0)).collect();
    open.extend(roots.into_iter().rev().map(|id| (id, 0)));
    while let Some((id, level)) = open.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let text = says.remove(&id).unwrap_or_default();
        let inside = if text.is_empty() { level } else { LEVEL_MAX.min(level + 1) };
        if !text.is_empty() {
            outline.push((level, text));
        }
        let mut children = below.remove(&id).unwrap_or_default();
        children.sort_by_key(|(order, _)| *order);
        open.extend(children.into_iter().rev().map(|(_, id)| (id, inside)));
    }
    outline
}
