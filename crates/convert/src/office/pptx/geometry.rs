//! Where shapes are, and in which order they are read.

use gloss_ingest::docling::BoundingBox;

use crate::office::tree::Element;

/// Where a shape is in what holds it, in EMU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rect {
    left: i64,
    top: i64,
    width: i64,
    height: i64,
}

impl Rect {
    /// Where a shape says it is.
    pub(super) fn of(shape: Element<'_>) -> Option<Self> {
        let transform = transform_of(shape)?;
        let ((left, top), (width, height)) = (point(transform, "off")?, point(transform, "ext")?);
        Some(Self { left, top, width, height })
    }
}

fn transform_of(shape: Element<'_>) -> Option<Element<'_>> {
    let holder = shape.child(if shape.is("grpSp") { "grpSpPr" } else { "spPr" });
    holder.unwrap_or(shape).child("xfrm")
}

fn point(transform: Element<'_>, name: &str) -> Option<(i64, i64)> {
    let point = transform.child(name)?;
    let first = |one: &str, two: &str| point.attribute(one).or_else(|| point.attribute(two));
    Some((first("x", "cx")?.parse().ok()?, first("y", "cy")?.parse().ok()?))
}

/// From places in a group to places on the slide.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transform {
    x: Axis,
    y: Axis,
}

#[derive(Debug, Clone, Copy)]
struct Axis {
    scale: f64,
    offset: f64,
}

impl Transform {
    /// Of what stands in no group.
    pub(super) const NONE: Self = {
        let axis = Axis { scale: 1.0, offset: 0.0 };
        Self { x: axis, y: axis }
    };

    /// For what stands in a group, which may have been moved, stretched and flipped.
    pub(super) fn inside(self, group: Element<'_>) -> Self {
        let within = || {
            let transform = transform_of(group)?;
            let point = |name: &str| point(transform, name);
            let (to, from) = ((point("off")?, point("ext")?), (point("chOff")?, point("chExt")?));
            let flips = |name: &str| transform.attribute(name).is_some_and(|flips| is_on(&flips));
            let ((to_off, to_ext), (off, ext)) = (to, from);
            Some(Self {
                x: self.x.inside((to_off.0, to_ext.0), (off.0, ext.0), flips("flipH")),
                y: self.y.inside((to_off.1, to_ext.1), (off.1, ext.1), flips("flipV")),
            })
        };
        within().unwrap_or(self)
    }

    /// Where a place is on the slide.
    pub(super) fn on_slide(self, rect: Rect) -> BoundingBox {
        let (l, r) = self.x.range(rect.left, rect.width);
        let (t, b) = self.y.range(rect.top, rect.height);
        BoundingBox { l, t, r, b, ..BoundingBox::default() }
    }
}

impl Axis {
    fn inside(self, to: (i64, i64), from: (i64, i64), flips: bool) -> Self {
        let [start, length, from, from_length] = [to.0, to.1, from.0, from.1].map(|n| n as f64);
        let scale = if from_length == 0.0 { 1.0 } else { length / from_length };
        let (scale, start) = if flips { (-scale, start + length) } else { (scale, start) };
        let offset = start - from * scale;
        Self { scale: self.scale * scale, offset: self.offset + self.scale * offset }
    }

    fn range(self, start: i64, length: i64) -> (f32, f32) {
        /// Some 250 kilometres. Files may say anything, and JSON knows no infinity.
        const MAX: f64 = 1e13;
        let place = |place: f64| (self.offset + self.scale * place).clamp(-MAX, MAX);
        let (one, two) = (place(start as f64), place(start as f64 + length as f64));
        let [one, two] = [one, two].map(|place| if place.is_nan() { 0.0 } else { place as f32 });
        (one.min(two), one.max(two))
    }
}

/// Whether an attribute says yes.
pub(super) fn is_on(value: &str) -> bool {
    matches!(value, "1" | "true")
}

/// Shapes as people read them: row by row from the top, each from the left. Tops that differ by
/// less than a twentieth of an inch are one row. What has no place comes last.
pub(super) fn in_reading_order<'t>(
    shapes: impl Iterator<Item = (Element<'t>, Option<Rect>)>,
) -> Vec<(Element<'t>, Option<Rect>)> {
    const TOLERANCE: i64 = 45_720;
    let mut shapes: Vec<_> = shapes.enumerate().collect();
    let top = |rect: Option<Rect>| rect.map_or(i64::MAX, |rect| rect.top);
    shapes.sort_by_key(|(_, (_, rect))| top(*rect));
    let (mut row, mut last) = (0_usize, i64::MIN);
    let rows = shapes.into_iter().map(|(at, (shape, rect))| {
        if top(rect).saturating_sub(last) > TOLERANCE {
            row += 1;
        }
        last = top(rect);
        (row, at, shape, rect)
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(row, at, _, rect)| (*row, rect.map_or(i64::MAX, |rect| rect.left), *at));
    rows.into_iter().map(|(_, _, shape, rect)| (shape, rect)).collect()
}
