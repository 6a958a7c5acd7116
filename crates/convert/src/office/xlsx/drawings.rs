//! What is drawn over the cells of a sheet: pictures, charts, and shapes with text.

use std::collections::HashMap;

use gloss_ingest::IngestError;

use super::area::Area;
use crate::office::drawing::Chart;
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
    /// What it plots, if the file has kept it.
    Chart(Option<Chart>),
}

/// # Errors
/// XML that is broken, and parts that cannot be unpacked.
pub(super) fn read(name: &str, package: &mut Package<'_>) -> Result<Vec<Drawn>, IngestError> {
    let Some(part) = package.part(name)? else { return Ok(Vec::new()) };
    let relationships = package.relationships(name)?;
    let charts: HashMap<&str, &str> = relationships
        .of_kind("chart")
        .map(|chart| (chart.id.as_str(), chart.target.as_str()))
        .collect();
    let mut drawn = Vec::new();
    for Anchored { area, what } in anchored(&part)? {
        let what = match what {
            Anchor::Text(text) => What::Text(text),
            Anchor::Picture => What::Picture,
            Anchor::Chart(id) => {
                let Some(part) = charts.get(id.as_str()).map(|name| package.part(name)) else {
                    continue;
                };
                What::Chart(part?.as_ref().and_then(Chart::read))
            }
        };
        drawn.push(Drawn { area, what });
    }
    Ok(drawn)
}

struct Anchored {
    area: Area,
    what: Anchor,
}

enum Anchor {
    Text(String),
    Picture,
    /// A chart, by the id of its relationship.
    Chart(String),
}

fn anchored(part: &Part) -> Result<Vec<Anchored>, IngestError> {
    let tree = part.tree()?;
    let mut all = Vec::new();
    for anchor in tree.root().into_iter().flat_map(Element::children) {
        let area = area(anchor);
        all.extend(anchor.descendants().filter_map(what).map(|what| Anchored { area, what }));
    }
    Ok(all)
}

/// The cells that a drawing is fixed to; none if it is fixed to the paper.
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

fn what(element: Element<'_>) -> Option<Anchor> {
    match element.name() {
        "pic" => Some(Anchor::Picture),
        "chart" => Some(Anchor::Chart(element.relation("id")?.into_owned())),
        "sp" => {
            let text = text(element.child("txBody")?);
            Some(Anchor::Text(text)).filter(|it| !matches!(it, Anchor::Text(text) if text.is_empty()))
        }
        _ => None,
    }
}

/// Paragraphs as lines.
fn text(body: Element<'_>) -> String {
    let mut text = String::new();
    for paragraph in body.children().filter(|it| it.is("p")) {
        text.push('\n');
        for run in paragraph.children() {
            match run.name() {
                "br" => text.push('\n'),
                _ => text.push_str(&run.child("t").map(Element::text).unwrap_or_default()),
            }
        }
    }
    text.trim().to_owned()
}
