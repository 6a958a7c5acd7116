//! What properties say: `w:val` of elements such as `w:outlineLvl`.

use std::borrow::Cow;
use std::str::FromStr;

use crate::office::tree::Element;

/// The value of a property.
pub(super) fn value<'t>(properties: Element<'t>, name: &str) -> Option<Cow<'t, str>> {
    properties.child(name)?.attribute("val")
}

/// The value of a property that is a number.
pub(super) fn number<N: FromStr>(properties: Element<'_>, name: &str) -> Option<N> {
    value(properties, name)?.trim().parse().ok()
}

/// Whether a property is switched on or off. One without a value is on.
pub(super) fn switch(properties: Element<'_>, name: &str) -> Option<bool> {
    let property = properties.child(name)?;
    let value = property.attribute("val");
    Some(!matches!(value.as_deref(), Some("0" | "false" | "off")))
}

/// How far `w:ind` moves a paragraph in, in twentieths of a point.
pub(super) fn indent(properties: Element<'_>) -> Option<i32> {
    let indent = properties.child("ind")?;
    let left = indent.attribute("left").or_else(|| indent.attribute("start"))?;
    left.trim().parse().ok()
}

/// The list that `w:numPr` puts a paragraph into, and its level; either may come from elsewhere.
pub(super) fn numbering(properties: Element<'_>) -> (Option<u32>, Option<u8>) {
    let Some(numbering) = properties.child("numPr") else { return (None, None) };
    (number(numbering, "numId"), number(numbering, "ilvl"))
}
