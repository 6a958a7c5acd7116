//! Paragraphs: lines of one flow put together until type, spacing or indents say that one ends.

use super::columns::Piece;
use super::geometry::Rect;
use super::lines;
use super::markers::{self, Marker};
use super::segments::Segment;
use super::style::Style;
use super::tables::Table;

/// What one flow is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Paragraph(Paragraph),
    Table(Table),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Paragraph {
    pub(super) lines: Vec<Segment>,
    pub(super) marker: Option<Marker>,
    /// Where its text begins, behind a marker.
    pub(super) text_l: f32,
    /// From the baseline above to its first, in points; infinite at the top of a flow.
    pub(super) above: f32,
    pub(super) below: f32,
}

/// Where a flow's text may stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides {
    pub(super) l: f32,
    pub(super) r: f32,
}

/// Lines further apart than normal by this factor are of different paragraphs.
const APART: f32 = 1.18;
/// Sizes that differ by more, as a share, are of different paragraphs.
const SIZE_OFF: f32 = 0.06;
/// Left sides of one paragraph differ by less, in ems.
const INDENT_EM: f32 = 0.6;
/// A space between words, in ems.
const SPACE_EM: f32 = 0.25;
/// How far off a line's end may be and still be flush, in points.
const FLUSH: f32 = 1.5;
/// The room between a marker and its text is wider than a space, in ems.
const HANG_EM: f32 = 0.5;

impl Paragraph {
    fn begin(line: Segment, marker: Option<Marker>, above: f32) -> Self {
        let behind = marker.as_ref().and(line.first.next_l);
        Self { text_l: behind.unwrap_or(line.l), lines: vec![line], marker, above, below: 0.0 }
    }

    pub(super) fn area(&self) -> Rect {
        self.lines.iter().map(Segment::area).reduce(Rect::join).unwrap_or_default()
    }

    pub(super) fn first(&self) -> Option<&Segment> {
        self.lines.first()
    }
}

/// Puts a flow's lines together.
pub(super) fn of_flow(pieces: Vec<Piece>, sides: Sides, style: &Style) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut bottom: Option<f32> = None;
    let mut rest = pieces.into_iter().peekable();
    while let Some(piece) = rest.next() {
        let line = match piece {
            Piece::Text(line) => line,
            Piece::Table(table) => {
                end_at(&mut parts, bottom, table.area.t + style.body);
                bottom = Some(table.area.b);
                parts.push(Part::Table(table));
                continue;
            }
        };
        let next = match rest.peek() {
            Some(Piece::Text(next)) => Some(next),
            _ => None,
        };
        let marker = markers::of(&line).filter(|marker| {
            marker.sure || is_marked(&line, next, marker, parts.last(), sides, style)
        });
        let y = line.y;
        match parts.last_mut() {
            Some(Part::Paragraph(open))
                if marker.is_none() && !begins(open, &line, sides, style) =>
            {
                if open.lines.len() == 1 && open.marker.is_none() {
                    open.text_l = line.l;
                }
                open.lines.push(line);
            }
            _ => {
                let above = bottom.map_or(f32::INFINITY, |bottom| y - bottom);
                end_at(&mut parts, bottom, y);
                parts.push(Part::Paragraph(Paragraph::begin(line, marker, above)));
            }
        }
        bottom = Some(y);
    }
    end_at(&mut parts, bottom, f32::INFINITY);
    parts
}

fn end_at(parts: &mut [Part], bottom: Option<f32>, y: f32) {
    if let (Some(Part::Paragraph(last)), Some(bottom)) = (parts.last_mut(), bottom) {
        last.below = y - bottom;
    }
}

/// Whether `line` begins a paragraph, after the lines of `open`.
fn begins(open: &Paragraph, line: &Segment, sides: Sides, style: &Style) -> bool {
    let Some(before) = open.lines.last() else { return true };
    if lines::is_leader(&before.text) {
        return true;
    }
    let em = before.size.max(line.size);
    let step = line.y - before.y;
    if before.turned.is_some() || line.turned.is_some() {
        return before.turned.is_none() || line.turned.is_none();
    }
    let size_off = (before.size - line.size).abs() > SIZE_OFF * em;
    if size_off || step > APART * style.pitch(em) || step < 0.0 {
        return true;
    }
    if before.face.mono && line.face.mono {
        return false;
    }
    if is_centred(before, sides) && is_centred(line, sides) {
        return false;
    }
    if ends_short(open, before, line, sides) {
        return true;
    }
    let near = |x: f32| (line.l - x).abs() <= INDENT_EM * em;
    if open.marker.is_some() {
        // Items that do not hang go on below their marker.
        let flat = open.lines.first().is_some_and(|first| (first.l - line.l).abs() < 0.15 * em)
            && open.lines.get(1).is_none_or(|second| near(second.l));
        return !(near(open.text_l) || flat);
    }
    open.lines.len() > 1 && !near(open.text_l)
}

/// Whether the first word of `line` had room on the line before it.
fn ends_short(open: &Paragraph, before: &Segment, line: &Segment, sides: Sides) -> bool {
    let em = before.size;
    let flush = |line: &Segment| line.r >= sides.r - FLUSH;
    let justified = open.lines.len() > 3
        && open.lines.iter().rev().skip(1).all(flush)
        && line.first_width() < 0.5 * (sides.r - sides.l);
    if justified && !flush(before) {
        return true;
    }
    before.r + SPACE_EM * em + line.first_width() < sides.r - FLUSH
}

pub(super) fn is_centred(line: &Segment, sides: Sides) -> bool {
    let (left, right) = (line.l - sides.l, sides.r - line.r);
    left > 2.0 * line.size && (left - right).abs() < line.size
}

/// Whether what could be a marker is one: it hangs, is indented, or counts on.
fn is_marked(
    line: &Segment,
    next: Option<&Segment>,
    marker: &Marker,
    before: Option<&Part>,
    sides: Sides,
    style: &Style,
) -> bool {
    let em = line.size;
    let Some(text_l) = line.first.next_l else { return false };
    let goes_on = |open: &Paragraph| {
        let last = open.lines.last();
        open.marker.is_some()
            && (open.text_l - line.l).abs() < 0.3 * em
            && last.is_some_and(|last| !ends_short(open, last, line, sides))
    };
    let wide = text_l - line.first.r > HANG_EM * em;
    let hangs = next.is_some_and(|next| {
        (next.l - text_l).abs() < 0.2 * em
            && next.l > line.l + 0.5 * em
            && next.y - line.y <= APART * style.pitch(em)
    });
    let indented = line.l - sides.l > INDENT_EM * em;
    let follows = match before {
        Some(Part::Paragraph(before)) => before.marker.as_ref().is_some_and(|other| {
            other.enumerated == marker.enumerated
                && before.first().is_some_and(|first| (first.l - line.l).abs() < 0.3 * em)
        }),
        _ => false,
    };
    let leads = next.and_then(|next| markers::of(next).map(|other| (next, other)));
    let leads = leads.is_some_and(|(next, other)| {
        other.enumerated == marker.enumerated && (next.l - line.l).abs() < 0.3 * em
    });
    let within = matches!(before, Some(Part::Paragraph(open)) if goes_on(open));
    wide || (!within && (hangs || follows || leads || (indented && marker.enumerated)))
}
