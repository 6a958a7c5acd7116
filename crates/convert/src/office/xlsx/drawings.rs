//! What is drawn over the cells of a sheet: pictures, charts, and shapes with text.

use std::collections::HashMap;

use gloss_ingest::IngestError;

use super::area::Area;
use crate::office::drawing::{Chart, diagram, paragraphs};
use crate::office::package::{Package, Part};
use crate::office::tree::Element;

/// Something drawn, and the cells it lies over.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) area: Area,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Text(String),
    Picture,
    Chart(Chart),
}

/// What a drawing shows.
///
/// # Errors
/// XML that is broken, and parts that cannot be unpacked.
pub(super) fn read(name: &str, package: &mut Package<'_>) -> Result<Vec<Drawn>, IngestError> {
    let Some(part) = package.part(name)? else { return Ok(Vec::new()) };
    let relationships = package.relationships(name)?;
    let mut parts = HashMap::new();
    for kind in ["chart", "chartEx", "diagramData"] {
        let known = relationships.of_kind(kind);
        parts.extend(known.map(|known| (known.id.as_str(), known.target.as_str())));
    }
    let mut drawn = Vec::new();
    for (area, found) in anchored(&part)? {
        let what = match found {
            Found::Here(what) => Some(what),
            Found::Chart(id) => match parts.get(id.as_str()) {
                Some(name) if !package.is_first(name) => None,
                Some(name) => package.part(name)?.as_ref().map(chart).transpose()?,
                None => Some(What::Picture),
            },
            Found::Diagram(id) => match parts.get(id.as_str()) {
                Some(name) if package.is_first(name) => {
                    package.part(name)?.as_ref().map(outline).transpose()?
                }
                _ => None,
            },
        };
        drawn.extend(what.map(|what| Drawn { area, what }));
    }
    Ok(drawn)
}

/// What stands in a drawing, or the id of the part that has it.
enum Found {
    Here(What),
    Chart(String),
    Diagram(String),
}

fn anchored(part: &Part) -> Result<Vec<(Area, Found)>, IngestError> {
    let tree = part.tree()?;
    let mut all = Vec::new();
    for anchor in tree.root().into_iter().flat_map(Element::children) {
        let mut found = Vec::new();
        find(anchor, &mut found);
        let area = area(anchor);
        all.extend(found.into_iter().map(|found| (area, found)));
    }
    Ok(all)
}

/// Shapes may be grouped, and groups too.
fn find(element: Element<'_>, all: &mut Vec<Found>) {
    match element.name() {
        "pic" => all.push(Found::Here(What::Picture)),
        "sp" => {
            let said: Vec<_> =
                element.child("txBody").map(paragraphs).into_iter().flatten().collect();
            if !said.is_empty() {
                all.push(Found::Here(What::Text(said.join("\n"))));
            }
        }
        "chart" => all.extend(element.relation("id").map(|id| Found::Chart(id.into_owned()))),
        "relIds" => all.extend(element.relation("dm").map(|id| Found::Diagram(id.into_owned()))),
        _ => element.children().for_each(|child| find(child, all)),
    }
}

fn chart(part: &Part) -> Result<What, IngestError> {
    Ok(Chart::read(part)?.map_or(What::Picture, What::Chart))
}

/// What the shapes of a diagram say.
fn outline(part: &Part) -> Result<What, IngestError> {
    let texts: Vec<_> = diagram(part)?.into_iter().map(|(_, text)| text).collect();
    Ok(What::Text(texts.join("\n")))
}

/// The cells that a drawing is fixed to; an empty area at the first one if that is the paper.
fn area(anchor: Element<'_>) -> Area {
    let number = |corner: Element<'_>, name: &str| {
        corner.child(name).and_then(|it| it.text().trim().parse().ok()).unwrap_or(0)
    };
    let cell = |name: &str| {
        let corner = anchor.child(name)?;
        Some(Area::cell(number(corner, "row"), number(corner, "col")))
    };
    match (cell("from"), cell("to")) {
        (Some(from), Some(to)) => from.and(to),
        (Some(cell), None) => cell,
        (None, _) => Area::default(),
    }
}
