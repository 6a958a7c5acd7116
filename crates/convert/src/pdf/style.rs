//! How a document is set: what is normal in it, so that the rest stands out.

use std::collections::BTreeMap;

use super::columns::{Flow, Piece};
use super::segments::Segment;

/// Measured over all pages.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Style {
    /// The size of running text, in points.
    pub(super) body: f32,
    /// Running text is bold.
    pub(super) body_bold: bool,
    /// From one line of running text to the next, in ems, by size in half points.
    pitches: BTreeMap<i32, f32>,
    /// The sides of columns, by which column of how many it is.
    sides: BTreeMap<(u8, u8), (f32, f32)>,
}

/// Counts that become a [`Style`].
#[derive(Debug, Default)]
pub(super) struct Counts {
    sizes: BTreeMap<i32, usize>,
    /// Of all segments, for documents without running text.
    all_sizes: BTreeMap<i32, usize>,
    bold: usize,
    letters: usize,
    /// By size in half points, pitches in hundredths of an em.
    pitches: BTreeMap<i32, BTreeMap<i32, usize>>,
    /// Where lines begin and end, in points.
    sides: BTreeMap<(u8, u8), [BTreeMap<i32, usize>; 2]>,
}

/// Shorter segments are cells, labels and headings more often than running text, in words.
const RUNNING_WORDS: usize = 5;
/// Lines are set this far apart where nothing was measured, in ems.
const USUAL_PITCH_EM: f32 = 1.2;
/// Pitches that are believed, in ems.
const PITCHES_EM: std::ops::RangeInclusive<f32> = 0.9..=2.6;

impl Counts {
    pub(super) fn add(&mut self, flow: &Flow) {
        let mut before: Option<&Segment> = None;
        for piece in &flow.pieces {
            let Piece::Text(segment) = piece else {
                before = None;
                continue;
            };
            let [left, right] = self.sides.entry(flow.kind).or_default();
            *left.entry(-points(segment.l)).or_default() += 1;
            *right.entry(points(segment.r)).or_default() += 1;
            let letters = segment.text.chars().count();
            *self.all_sizes.entry(tenths(segment.size)).or_default() += letters;
            if segment.text.split(' ').count() >= RUNNING_WORDS {
                *self.sizes.entry(tenths(segment.size)).or_default() += letters;
                self.letters += letters;
                self.bold += if segment.face.bold { letters } else { 0 };
                if let Some(above) = before {
                    self.pitch(above, segment);
                }
            }
            before = Some(segment);
        }
    }

    fn pitch(&mut self, above: &Segment, segment: &Segment) {
        let em = (segment.y - above.y) / segment.size.max(1.0);
        if half_points(above.size) == half_points(segment.size) && PITCHES_EM.contains(&em) {
            let pitches = self.pitches.entry(half_points(segment.size)).or_default();
            *pitches.entry(hundredths(em)).or_default() += 1;
        }
    }

    pub(super) fn finish(self) -> Style {
        let sizes = if self.sizes.is_empty() { &self.all_sizes } else { &self.sizes };
        let most = sizes.iter().max_by_key(|(size, letters)| (**letters, -**size));
        let pitches =
            self.pitches.iter().filter_map(|(size, counts)| Some((*size, usual(counts)?)));
        Style {
            body: most.map_or(0.0, |(size, _)| *size as f32 / 10.0),
            body_bold: self.bold * 2 > self.letters,
            pitches: pitches.collect(),
            sides: self
                .sides
                .into_iter()
                .map(|(kind, [left, right])| (kind, (-furthest(&left), furthest(&right))))
                .collect(),
        }
    }
}

/// The tightest pitch that is common.
fn usual(counts: &BTreeMap<i32, usize>) -> Option<f32> {
    let near = |at: i32| counts.range(at - 2..=at + 2).map(|(_, count)| count).sum::<usize>();
    let most = counts.keys().map(|at| near(*at)).max()?;
    let at = counts.keys().find(|at| near(**at) * 3 >= most)?;
    let own = counts.range(at - 2..=at + 2).max_by_key(|(_, count)| **count)?;
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let em = *own.0 as f32 / 100.0;
    Some(em)
}

/// How far lines reach that are no exception: some others reach nearly as far.
fn furthest(counts: &BTreeMap<i32, usize>) -> f32 {
    let all: usize = counts.values().sum();
    let enough = (all / FEW_OF).max(1);
    let far = counts.iter().rev().find(|(at, _)| {
        counts.range(*at - NEARLY..=**at).map(|(_, count)| count).sum::<usize>() > enough
    });
    #[expect(clippy::cast_precision_loss, reason = "a page is small")]
    let at = far.or(counts.iter().next_back()).map_or(0, |(at, _)| *at) as f32;
    at
}

/// Sides of one column differ by less from page to page, in points.
const SIDES_OFF: f32 = 3.0;
/// One line in so many is an exception.
const FEW_OF: usize = 60;
/// In points.
const NEARLY: i32 = 8;
/// A flow with so many lines of running text tells its sides itself.
const LINES_ENOUGH: usize = 8;

impl Style {
    /// From one line to the next at this size, in points.
    pub(super) fn pitch(&self, size: f32) -> f32 {
        let own = self.pitches.get(&half_points(size));
        let body = self.pitches.get(&half_points(self.body));
        own.or(body).copied().unwrap_or(USUAL_PITCH_EM) * size
    }

    pub(super) fn sides(&self, flow: &Flow) -> (f32, f32) {
        let running = flow.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(line) if line.text.split(' ').count() >= RUNNING_WORDS => Some(line),
            _ => None,
        });
        let (count, reach) = running.fold((0, (f32::INFINITY, 0.0_f32)), |(count, reach), line| {
            (count + 1, (reach.0.min(line.l), reach.1.max(line.r)))
        });
        // A page whose other column is empty has one column, but a narrow one.
        let around = self
            .sides
            .values()
            .copied()
            .filter(|(l, r)| *l <= flow.l + SIDES_OFF && *r >= flow.r - SIDES_OFF);
        let narrowest = around.min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
        let own = self.sides.get(&flow.kind).copied();
        let own = if flow.kind.0 == 1 { narrowest.or(own) } else { own.or(narrowest) };
        let (l, r) = own.unwrap_or((flow.l, flow.r));
        (l.min(flow.l), if count >= LINES_ENOUGH { reach.1 } else { r })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "saturates; sizes are small")]
fn tenths(size: f32) -> i32 {
    (size * 10.0).round() as i32
}

#[expect(clippy::cast_possible_truncation, reason = "saturates; sizes are small")]
fn half_points(size: f32) -> i32 {
    (size * 2.0).round() as i32
}

#[expect(clippy::cast_possible_truncation, reason = "saturates; pages are small")]
fn points(at: f32) -> i32 {
    at.round() as i32
}

#[expect(clippy::cast_possible_truncation, reason = "saturates; sizes are small")]
fn hundredths(em: f32) -> i32 {
    (em * 100.0).round() as i32
}
