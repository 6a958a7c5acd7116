//! Drawn lines: the rules that tables and boxes are made of.

use super::geometry::{Matrix, Rect};

/// A straight line along an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rule {
    /// x of an upright rule, y of a level one.
    pub(super) at: f32,
    pub(super) from: f32,
    pub(super) to: f32,
}

/// What a page draws besides text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Drawn {
    pub(super) level: Vec<Rule>,
    pub(super) upright: Vec<Rule>,
    /// The areas of pictures.
    pub(super) pictures: Vec<Rect>,
    /// Anything that leaves ink.
    pub(super) any: bool,
}

/// A filled box thinner than this is a line, in points: table borders go up to 6/8 · 4.
const LINE_WIDTH_MAX: f32 = 3.0;

/// Shorter lines are dashes, ticks and parts of glyphs, in points.
const LINE_LENGTH_MIN: f32 = 4.0;

/// A line off its axis by more is no rule, in points.
const SLANT_MAX: f32 = 0.7;

/// A page with more lines holds a drawing or a map, not tables.
const LINES_MAX: usize = 20_000;

/// The path that is being built, already as seen on the page.
#[derive(Debug, Default)]
pub(super) struct Path {
    /// Each with the points of one subpath.
    parts: Vec<Vec<(f32, f32)>>,
    curved: bool,
}

impl Path {
    pub(super) fn begin(&mut self, at: (f32, f32)) {
        if self.parts.len() < LINES_MAX {
            self.parts.push(vec![at]);
        }
    }

    pub(super) fn line(&mut self, to: (f32, f32)) {
        if let Some(part) = self.parts.last_mut().filter(|part| part.len() < LINES_MAX) {
            part.push(to);
        }
    }

    pub(super) fn curve(&mut self, to: (f32, f32)) {
        self.curved = true;
        self.line(to);
    }

    pub(super) fn close(&mut self) {
        if let Some(part) = self.parts.last_mut()
            && let Some(first) = part.first().copied()
        {
            part.push(first);
        }
    }

    pub(super) fn rectangle(&mut self, view: Matrix, x: f32, y: f32, width: f32, height: f32) {
        let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)];
        if self.parts.len() < LINES_MAX {
            self.parts.push(corners.iter().map(|(x, y)| view.apply(*x, *y)).collect());
        }
    }

    /// Ends the path: what is painted leaves rules, what is not leaves nothing.
    pub(super) fn paint(&mut self, drawn: &mut Drawn, stroke: bool, fill: bool) {
        let parts = std::mem::take(&mut self.parts);
        let curved = std::mem::take(&mut self.curved);
        if !(stroke || fill) || parts.is_empty() {
            return;
        }
        drawn.any = true;
        for part in parts.iter().filter(|_| !curved) {
            let area = bounds(part);
            if !area.is_finite() {
                continue;
            }
            let thin = area.width().min(area.height()) <= LINE_WIDTH_MAX;
            if thin {
                drawn.add_line(area);
            } else if stroke {
                for pair in part.windows(2) {
                    if let [from, to] = pair {
                        drawn.add_line(Rect::of(*from, *to));
                    }
                }
            }
        }
    }
}

impl Drawn {
    fn add_line(&mut self, area: Rect) {
        if area.width().max(area.height()) < LINE_LENGTH_MIN || !area.is_finite() {
            return;
        }
        let (level, upright) = (area.height() <= area.width(), area.width() < area.height());
        let thickness = area.width().min(area.height());
        if thickness > LINE_WIDTH_MAX.max(SLANT_MAX) {
            return;
        }
        if level && self.level.len() < LINES_MAX {
            let at = f32::midpoint(area.t, area.b);
            self.level.push(Rule { at, from: area.l, to: area.r });
        } else if upright && self.upright.len() < LINES_MAX {
            self.upright.push(Rule { at: area.mid_x(), from: area.t, to: area.b });
        }
    }

    /// Whether an upright rule stands between `l` and `r` at the height `y`. Needs
    /// [`Drawn::sort`] first.
    pub(super) fn divides(&self, l: f32, r: f32, y: f32) -> bool {
        let first = self.upright.partition_point(|rule| rule.at < l);
        let between = self.upright.iter().skip(first).take_while(|rule| rule.at <= r);
        between.take(DIVIDERS_MAX).any(|rule| rule.from <= y && y <= rule.to)
    }

    pub(super) fn sort(&mut self) {
        let key = |a: &Rule, b: &Rule| a.at.total_cmp(&b.at).then(a.from.total_cmp(&b.from));
        self.level.sort_by(key);
        self.upright.sort_by(key);
    }
}

/// Upright rules looked at between two words.
const DIVIDERS_MAX: usize = 64;

fn bounds(points: &[(f32, f32)]) -> Rect {
    let mut points = points.iter();
    let first = points.next().copied().unwrap_or_default();
    points.fold(Rect::of(first, first), |area, point| area.join(Rect::of(*point, *point)))
}
