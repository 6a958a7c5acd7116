//! The points of a chart, as the program that made it last saw them.

use std::borrow::Cow;

use crate::office::dates::Moment;
use crate::office::tree::Element;

/// What stands at some of the places of a series or of its labels.
pub(super) type Points = Vec<(u32, String)>;

/// The points of each level, the outermost first; most have only one.
pub(super) fn levels(holder: Element<'_>) -> Vec<Points> {
    let mut levels: Vec<_> = match holding(holder, "lvl") {
        Some(cache) => cache.children().filter(|inside| inside.is("lvl")).map(points).collect(),
        None => vec![points(holder)],
    };
    levels.reverse();
    levels.retain(|points| !points.is_empty());
    levels
}

pub(super) fn points(holder: Element<'_>) -> Points {
    let points = holding(holder, "pt").into_iter().flat_map(Element::children);
    let points = points.filter(|inside| inside.is("pt")).filter_map(|point| {
        let text = point.text().trim().to_owned();
        let at = point.attribute("idx")?.parse().ok()?;
        (!text.is_empty()).then_some((at, text))
    });
    points.collect()
}

/// The first element, from the outside in, that holds others of a name.
fn holding<'t>(outside: Element<'t>, name: &str) -> Option<Element<'t>> {
    let inside = std::iter::once(outside).chain(outside.descendants());
    inside.into_iter().find(|element| element.child(name).is_some())
}

/// The values of a series.
pub(super) fn values(holder: Element<'_>) -> Points {
    let mut points = points(holder);
    for (_, value) in &mut points {
        if let Some(number) = number(value) {
            *value = number;
        }
    }
    points
}

/// A number without the digits that only a computer sees: `0.1` for `0.10000000000000001`.
fn number(value: &str) -> Option<String> {
    const CHARS_MAX: usize = 24;
    let number: f64 = value.parse().ok()?;
    let shortest = number.to_string();
    (number.is_finite() && shortest.len() <= CHARS_MAX).then_some(shortest)
}

/// How points are shown that are numbers.
pub(super) fn format_of_points(holder: Element<'_>) -> Option<Cow<'_, str>> {
    holder.descendants().find(|inside| inside.is("formatCode")).map(Element::text)
}

/// Writes labels that are shown as dates as such.
pub(super) fn write_dates(labels: &mut [Points], since_1904: bool) {
    for (_, label) in labels.iter_mut().flatten() {
        let moment = label.parse().ok().and_then(|days| Moment::of(days, since_1904));
        if let Some(moment) = moment {
            *label = moment.shortest();
        }
    }
}
