//! Ruled tables: rules that meet, and the cells between them.

use super::geometry::Rect;
use super::rules::{Drawn, Rule};
use super::segments::Segment;
use super::spelling::Spelling;
use super::tables::{self, Cell, Table};

/// Rules that meet.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Grid {
    pub(super) xs: Vec<f32>,
    pub(super) ys: Vec<f32>,
    level: Vec<Rule>,
    upright: Vec<Rule>,
}

/// Rules are one if they are this near, in points; borders are drawn cell by cell.
const SAME_RULE: f32 = 1.2;
/// Ends this far apart still touch, in points.
const TOUCH: f32 = 3.0;
/// Columns and rows are further apart than this, in points.
const CELL_MIN: f32 = 4.0;
/// A rule that sticks out further than this has an open cell beside it, in points.
const STICKS_OUT: f32 = 12.0;
/// Pairs of rules compared on one page; more is a drawing.
const PAIRS_MAX: usize = 4_000_000;
/// Lines in a cell of a table that has one row.
const LINES_IN_ONE_ROW: usize = 12;
/// Cells of one grid.
const CELLS_MAX: usize = 100_000;

/// All grids of a page, from top to bottom.
pub(super) fn find(drawn: &Drawn) -> Vec<Grid> {
    let (level, upright) = (merge(&drawn.level), merge(&drawn.upright));
    if level.len().saturating_mul(upright.len()) > PAIRS_MAX {
        return Vec::new();
    }
    let mut group: Vec<usize> = (0..level.len() + upright.len()).collect();
    for (i, row) in level.iter().enumerate() {
        for (j, column) in upright.iter().enumerate() {
            if meet(row, column) {
                let (a, b) = (root(&group, i), root(&group, level.len() + j));
                let (first, second) = (a.min(b), a.max(b));
                if let Some(slot) = group.get_mut(second) {
                    *slot = first;
                }
            }
        }
    }
    let mut grids: Vec<(usize, Grid)> = Vec::new();
    let rules = level.iter().map(|rule| (rule, true)).chain(upright.iter().map(|r| (r, false)));
    let mut of_root = std::collections::BTreeMap::new();
    for (at, (rule, is_level)) in rules.enumerate() {
        let root = root(&group, at);
        let place = *of_root.entry(root).or_insert_with(|| {
            grids.push((root, Grid::default()));
            grids.len() - 1
        });
        if let Some((_, grid)) = grids.get_mut(place) {
            if is_level { grid.level.push(*rule) } else { grid.upright.push(*rule) }
        }
    }
    let mut found: Vec<Grid> = grids.into_iter().filter_map(|(_, grid)| grid.finish()).collect();
    found.sort_by(|a, b| a.area().t.total_cmp(&b.area().t).then(a.area().l.total_cmp(&b.area().l)));
    found
}

fn root(group: &[usize], mut at: usize) -> usize {
    while let Some(up) = group.get(at).copied().filter(|up| *up != at) {
        at = up;
    }
    at
}

fn meet(level: &Rule, upright: &Rule) -> bool {
    (level.from - TOUCH..=level.to + TOUCH).contains(&upright.at)
        && (upright.from - TOUCH..=upright.to + TOUCH).contains(&level.at)
}

/// Rules on one line that touch become one.
fn merge(rules: &[Rule]) -> Vec<Rule> {
    let mut merged: Vec<Rule> = Vec::new();
    let mut rest = rules.iter().peekable();
    while let Some(first) = rest.next() {
        let mut same = vec![*first];
        while let Some(next) = rest.next_if(|next| next.at - first.at <= SAME_RULE) {
            same.push(*next);
        }
        same.sort_by(|a, b| a.from.total_cmp(&b.from));
        let begin = merged.len();
        for rule in same {
            match merged.get_mut(begin..).and_then(<[Rule]>::last_mut) {
                Some(last) if rule.from <= last.to + TOUCH => last.to = last.to.max(rule.to),
                _ => merged.push(rule),
            }
        }
    }
    merged
}

impl Grid {
    /// Sides of columns and rows; nothing for boxes and single lines.
    fn finish(mut self) -> Option<Self> {
        if self.upright.is_empty() || self.level.len() < 2 {
            return None;
        }
        let ends = |rules: &[Rule]| {
            let from = rules.iter().map(|rule| rule.from).fold(f32::INFINITY, f32::min);
            let to = rules.iter().map(|rule| rule.to).fold(f32::NEG_INFINITY, f32::max);
            (from, to)
        };
        self.xs = sides(&self.upright, ends(&self.level));
        self.ys = sides(&self.level, ends(&self.upright));
        let cells = (self.columns()).saturating_mul(self.rows());
        (2..=CELLS_MAX).contains(&cells).then_some(self)
    }

    fn columns(&self) -> usize {
        self.xs.len().saturating_sub(1)
    }

    fn rows(&self) -> usize {
        self.ys.len().saturating_sub(1)
    }

    pub(super) fn area(&self) -> Rect {
        let at = |side: Option<&f32>| side.copied().unwrap_or_default();
        Rect {
            l: at(self.xs.first()),
            t: at(self.ys.first()),
            r: at(self.xs.last()),
            b: at(self.ys.last()),
        }
    }

    /// Row and column of the cell that a segment stands in.
    pub(super) fn place(&self, segment: &Segment) -> Option<(usize, usize)> {
        if segment.turned.is_some() {
            return None;
        }
        let x = f32::midpoint(segment.l, segment.r);
        let column = slot(&self.xs, x)?;
        Some((slot(&self.ys, segment.y - segment.size / 4.0)?, column))
    }

    /// Whether text stands in it as it does in tables: in several cells, a little in each. A page
    /// that is framed or divided by a rule is no table.
    pub(super) fn is_table(&self, segments: &[Segment]) -> bool {
        let mut lines = std::collections::BTreeMap::new();
        for segment in segments {
            *lines.entry(self.place(segment)).or_insert(0_usize) += 1;
        }
        let tallest = lines.values().max().copied().unwrap_or(0);
        lines.len() > 1 && (self.rows() > 1 || tallest <= LINES_IN_ONE_ROW)
    }

    fn wall_below(&self, row: usize, column: usize) -> bool {
        let (Some(y), Some(x)) = (self.ys.get(row + 1), middle(&self.xs, column)) else {
            return true;
        };
        crosses(&self.level, *y, x)
    }

    fn wall_right(&self, row: usize, column: usize) -> bool {
        let (Some(x), Some(y)) = (self.xs.get(column + 1), middle(&self.ys, row)) else {
            return true;
        };
        crosses(&self.upright, *x, y)
    }

    /// The table, of the segments that stand in it.
    pub(super) fn table(&self, page: u32, segments: Vec<Segment>, spelling: &Spelling) -> Table {
        let (rows, columns) = (self.rows(), self.columns());
        let mut inside: Vec<Vec<Segment>> = vec![Vec::new(); rows * columns];
        for segment in segments {
            if let Some((row, column)) = self.place(&segment)
                && let Some(cell) = inside.get_mut(row * columns + column)
            {
                cell.push(segment);
            }
        }
        let mut taken = vec![false; rows * columns];
        let mut table =
            Table { page, area: self.area(), xs: self.xs.clone(), rows: Vec::new(), ruled: true };
        for row in 0..rows {
            let mut cells: Vec<Cell> = Vec::new();
            for column in 0..columns {
                if taken.get(row * columns + column).copied().unwrap_or(true) {
                    continue;
                }
                let (wide, high) = self.spans(row, column, &taken);
                let mut text = Vec::new();
                for at in
                    (row..row + high).flat_map(|y| (column..column + wide).map(move |x| (y, x)))
                {
                    let at = at.0 * columns + at.1;
                    text.append(inside.get_mut(at).unwrap_or(&mut Vec::new()));
                    if let Some(slot) = taken.get_mut(at) {
                        *slot = true;
                    }
                }
                let side = |at: usize| self.xs.get(at).copied().unwrap_or_default();
                let sides = (side(column), side(column + wide));
                cells.push(tables::cell(text, sides, column, (wide, high), spelling));
            }
            table.rows.push(cells);
        }
        table
    }

    /// How many columns and rows the cell at this corner covers: as far as no wall stands.
    fn spans(&self, row: usize, column: usize, taken: &[bool]) -> (usize, usize) {
        let columns = self.columns();
        let free = |y: usize, x: usize| !taken.get(y * columns + x).copied().unwrap_or(true);
        let mut wide = 1;
        while column + wide < columns
            && !self.wall_right(row, column + wide - 1)
            && free(row, column + wide)
        {
            wide += 1;
        }
        let mut high = 1;
        let open = |y: usize| {
            (column..column + wide).all(|x| !self.wall_below(y - 1, x) && free(y, x))
                && (column..column + wide - 1).all(|x| !self.wall_right(y, x))
        };
        while row + high < self.rows() && open(row + high) {
            high += 1;
        }
        (wide, high)
    }
}

fn crosses(rules: &[Rule], at: f32, middle: f32) -> bool {
    rules
        .iter()
        .any(|rule| (rule.at - at).abs() <= CELL_MIN && rule.from <= middle && middle <= rule.to)
}

fn middle(sides: &[f32], at: usize) -> Option<f32> {
    Some(f32::midpoint(*sides.get(at)?, *sides.get(at + 1)?))
}

fn slot(sides: &[f32], at: f32) -> Option<usize> {
    let after = sides.partition_point(|side| *side <= at);
    (after > 0 && after < sides.len()).then(|| after - 1)
}

/// Where rules stand, and where the rules across them end if that is further out.
fn sides(rules: &[Rule], ends: (f32, f32)) -> Vec<f32> {
    let mut sides: Vec<f32> = Vec::new();
    for rule in rules {
        if sides.last().is_none_or(|last| rule.at - last > CELL_MIN) {
            sides.push(rule.at);
        }
    }
    if sides.first().is_some_and(|first| first - ends.0 > STICKS_OUT) {
        sides.insert(0, ends.0);
    }
    if sides.last().is_some_and(|last| ends.1 - last > STICKS_OUT) {
        sides.push(ends.1);
    }
    sides
}
