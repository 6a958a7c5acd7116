//! Reading order: columns of text, told from columns of a table by the order they were written in.

use super::geometry::Rect;
use super::segments::Segment;
use super::tables::Table;

/// Something that stands in the flow of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Text(Segment),
    Table(Table),
}

impl Piece {
    pub(super) fn area(&self) -> Rect {
        match self {
            Self::Text(segment) => segment.area(),
            Self::Table(table) => table.area,
        }
    }

    /// Baselines for text, tops for tables.
    fn height(&self) -> f32 {
        match self {
            Self::Text(segment) => segment.y,
            Self::Table(table) => table.area.t,
        }
    }
}

/// Pieces that are read from top to bottom.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Flow {
    /// Which column of how many: flows of the same kind have the same sides.
    pub(super) kind: (u8, u8),
    pub(super) l: f32,
    pub(super) r: f32,
    pub(super) pieces: Vec<Piece>,
}

/// The least room between columns, in points.
const GUTTER_MIN: f32 = 7.0;
/// A column is at least this share of the text's width.
const COLUMN_SHARE: f32 = 0.17;
/// Lines on each side of a gutter, at the least.
const LINES_MIN: usize = 4;
/// Lines on each side of a gutter between two pieces that cross it, on average.
const LINES_PER_BAND: usize = 3;
/// One turn from one side to the other in so many lines is what footnotes and pictures do.
const FEW_TURNS: usize = 8;
/// Columns side by side, at the most: two cuts deep.
const DEPTH_MAX: u8 = 2;
/// What crosses a gutter, as a share of all lines: headings, abstracts, wide tables.
const CROSSING_SHARE: f32 = 0.4;

/// Splits a page's pieces into flows, in reading order.
pub(super) fn flows(pieces: Vec<Piece>) -> Vec<Flow> {
    let mut found = Vec::new();
    split(pieces, 0, (1, 0), &mut found);
    found
}

fn split(mut pieces: Vec<Piece>, depth: u8, kind: (u8, u8), found: &mut Vec<Flow>) {
    pieces
        .sort_by(|a, b| a.height().total_cmp(&b.height()).then(a.area().l.total_cmp(&b.area().l)));
    let gutter = if depth < DEPTH_MAX { gutter(&pieces) } else { None };
    let Some(gutter) = gutter else {
        found.extend(flow(pieces, kind));
        return;
    };
    let mut whole: Vec<Piece> = Vec::new();
    let (mut left, mut right): (Vec<Piece>, Vec<Piece>) = (Vec::new(), Vec::new());
    for piece in pieces {
        let area = piece.area();
        if area.r <= gutter.1 {
            left.push(piece);
        } else if area.l >= gutter.0 {
            right.push(piece);
        } else {
            end_band(&mut whole, &mut left, &mut right, depth, kind, found);
            whole.push(piece);
        }
    }
    end_band(&mut whole, &mut left, &mut right, depth, kind, found);
    found.extend(flow(whole, kind));
}

/// What stands between two pieces that cross the gutter: columns if both sides have text.
fn end_band(
    whole: &mut Vec<Piece>,
    left: &mut Vec<Piece>,
    right: &mut Vec<Piece>,
    depth: u8,
    kind: (u8, u8),
    found: &mut Vec<Flow>,
) {
    let (left, right) = (std::mem::take(left), std::mem::take(right));
    if left.is_empty() || right.is_empty() {
        whole.extend(left);
        whole.extend(right);
        return;
    }
    found.extend(flow(std::mem::take(whole), kind));
    split(left, depth + 1, (kind.0 * 2, kind.1 * 2), found);
    split(right, depth + 1, (kind.0 * 2, kind.1 * 2 + 1), found);
}

fn flow(pieces: Vec<Piece>, kind: (u8, u8)) -> Option<Flow> {
    let area = pieces.iter().map(Piece::area).reduce(Rect::join)?;
    Some(Flow { kind, l: area.l, r: area.r, pieces })
}

/// The sides of the room between two columns, if there are columns.
fn gutter(pieces: &[Piece]) -> Option<(f32, f32)> {
    if pieces.iter().map(weight).sum::<usize>() < 2 * LINES_MIN {
        return None;
    }
    let all = pieces.iter().map(Piece::area).reduce(Rect::join)?;
    if all.width() < 2.0 * GUTTER_MIN {
        return None;
    }
    let (from, to) = (all.l + COLUMN_SHARE * all.width(), all.r - COLUMN_SHARE * all.width());
    let mut best: Option<(usize, f32, (f32, f32))> = None;
    for (l, r, crossing) in clearings(pieces, from, to) {
        let good = r - l >= GUTTER_MIN && is_gutter(pieces, (l, r), crossing);
        if good && best.is_none_or(|(least, width, _)| (crossing, -(r - l)) < (least, -width)) {
            best = Some((crossing, r - l, (l, r)));
        }
    }
    best.map(|(_, _, gutter)| gutter)
}

/// Stretches of x that as few pieces cross as nowhere near, with how many do.
fn clearings(pieces: &[Piece], from: f32, to: f32) -> Vec<(f32, f32, usize)> {
    let mut edges: Vec<(f32, bool)> = Vec::with_capacity(pieces.len() * 2);
    for piece in pieces {
        let area = piece.area();
        edges.push((area.l, true));
        edges.push((area.r, false));
    }
    edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut clearings = Vec::new();
    let mut crossing = 0_usize;
    for pair in edges.windows(2) {
        let [(x, begins), (next, next_begins)] = pair else { continue };
        crossing = if *begins { crossing + 1 } else { crossing.saturating_sub(1) };
        // Fewest cross where pieces have ended and none has begun yet.
        let valley = !*begins && *next_begins;
        if valley && next - x >= GUTTER_MIN && *x <= to && *next >= from {
            clearings.push((*x, *next, crossing));
        }
    }
    clearings
}

fn is_gutter(pieces: &[Piece], gutter: (f32, f32), crossing: usize) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "a page has few pieces")]
    let share = crossing as f32 / pieces.len() as f32;
    if share > CROSSING_SHARE {
        return false;
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let mut bands = 1;
    let mut written: Vec<(u32, bool)> = Vec::new();
    let (mut before, mut in_band) = (false, (false, false));
    for piece in pieces {
        let area = piece.area();
        let side = if area.r <= gutter.0 + 0.1 {
            left.extend(std::iter::repeat_n(area, weight(piece)));
            in_band.0 = true;
            false
        } else if area.l >= gutter.1 - 0.1 {
            right.extend(std::iter::repeat_n(area, weight(piece)));
            in_band.1 = true;
            true
        } else {
            bands += usize::from(in_band.0 && in_band.1);
            in_band = (false, false);
            continue;
        };
        before |= side;
        if let Piece::Text(segment) = piece {
            written.push((segment.order, side));
        }
    }
    if !before || left.len() < LINES_MIN || right.len() < LINES_MIN || !overlap(&left, &right) {
        return false;
    }
    written.sort_by_key(|(order, _)| *order);
    let turns = written.windows(2).filter(|pair| matches!(pair, [a, b] if a.1 != b.1)).count();
    let least = left.len().min(right.len());
    let in_order = turns < 2 * bands && least >= LINES_PER_BAND * bands;
    in_order || turns * FEW_TURNS <= least || (prose(&left) && prose(&right))
}

/// How many lines a piece stands for.
fn weight(piece: &Piece) -> usize {
    match piece {
        Piece::Text(_) => 1,
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        Piece::Table(table) => ((table.area.height() / TABLE_LINE) as usize).clamp(1, 100),
    }
}

/// The height of a line in a table, in points.
const TABLE_LINE: f32 = 14.0;

/// Whether columns stand side by side, not one below the other.
fn overlap(left: &[Rect], right: &[Rect]) -> bool {
    let reach = |side: &[Rect]| side.iter().copied().reduce(Rect::join).unwrap_or_default();
    let (a, b) = (reach(left), reach(right));
    let shared = a.b.min(b.b) - a.t.max(b.t);
    shared >= 0.4 * a.height().min(b.height())
}

/// Lines of text fill their column, cells of a table do not.
fn prose(side: &[Rect]) -> bool {
    let area = side.iter().copied().reduce(Rect::join).unwrap_or_default();
    let full = side.iter().filter(|line| line.width() >= 0.8 * area.width()).count();
    side.len() >= 2 * LINES_MIN && full * 2 >= side.len()
}
