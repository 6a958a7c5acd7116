//! Page furniture: what repeats at the edges of pages, and page numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::grids::Grid;
use super::page::Page;
use super::segments::Segment;

/// Which edge a piece of furniture stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Edge {
    Top,
    Bottom,
}

/// What repeats, and where.
#[derive(Debug, Default)]
pub(super) struct Furniture {
    repeated: BTreeSet<(Edge, i32, String)>,
    pages: usize,
    /// Whether the file's own marks can be trusted.
    marked: bool,
}

/// Rows looked at from each edge.
const ROWS_MAX: usize = 4;
/// Furniture stands this near to the edge, as a share of the page's height.
const EDGE_SHARE: f32 = 0.16;
/// On so many pages or more, three repeats are enough, whatever stands on the others.
const MANY_PAGES: usize = 8;
/// Room between furniture and text, in ems, where nothing else tells them apart.
const APART_EM: f32 = 2.0;
/// Text that begins above this share of the page's height stands in the margin.
const MARGIN_SHARE: f32 = 0.075;

impl Furniture {
    pub(super) fn learn(pages: &[Page]) -> Self {
        let mut counts: BTreeMap<(Edge, i32, String), usize> = BTreeMap::new();
        let (mut marked, mut unmarked) = (0_usize, 0_usize);
        for page in pages {
            let mut seen = BTreeSet::new();
            for edge in [Edge::Top, Edge::Bottom] {
                for segment in rows(page, edge).into_iter().flatten() {
                    seen.insert(key(edge, segment));
                }
            }
            for key in seen {
                *counts.entry(key).or_default() += 1;
            }
            for segment in &page.segments {
                *(if segment.artifact { &mut marked } else { &mut unmarked }) += segment.text.len();
            }
        }
        let enough = if pages.len() >= MANY_PAGES { 3 } else { 2 };
        counts.retain(|_, count| *count >= enough);
        Self {
            repeated: counts.into_keys().collect(),
            pages: pages.len(),
            marked: marked < unmarked,
        }
    }

    /// Which segments of a page are furniture, by their number.
    pub(super) fn of_page(&self, page: &Page, grids: &[Grid]) -> BTreeMap<usize, Edge> {
        let mut found = BTreeMap::new();
        for (at, segment) in page.segments.iter().enumerate() {
            if segment.artifact && self.marked {
                let top = segment.y < page.height / 2.0;
                found.insert(at, if top { Edge::Top } else { Edge::Bottom });
            }
        }
        for edge in [Edge::Top, Edge::Bottom] {
            let rows = numbered_rows(page, edge);
            for (at, row) in rows.iter().enumerate() {
                let next = rows.get(at + 1).map_or(&[][..], Vec::as_slice);
                if !self.is_furniture(page, edge, row, next, grids) {
                    break;
                }
                found.extend(row.iter().map(|(number, _)| (*number, edge)));
            }
        }
        found
    }

    fn is_furniture(
        &self,
        page: &Page,
        edge: Edge,
        row: &[(usize, &Segment)],
        next: &[(usize, &Segment)],
        grids: &[Grid],
    ) -> bool {
        let tabular = |segment: &Segment| grids.iter().any(|grid| grid.place(segment).is_some());
        if row.iter().any(|(_, segment)| tabular(segment)) || heads_columns(row, next) {
            return false;
        }
        let Some((_, first)) = row.first() else { return false };
        let apart = next.first().is_none_or(|(_, text)| {
            (text.y - first.y).abs() > APART_EM * first.size.max(text.size)
        });
        let says = |segment: &Segment| segment.text.chars().filter(|c| c.is_alphanumeric()).count();
        let all: usize = row.iter().map(|(_, segment)| says(segment)).sum();
        let again = row.iter().filter(|(_, segment)| self.repeated.contains(&key(edge, segment)));
        let again: usize = again.map(|(_, segment)| says(segment)).sum();
        if again > 0 && (again * 2 >= all || apart) {
            return true;
        }
        let text: Vec<&str> = row.iter().map(|(_, segment)| segment.text.as_str()).collect();
        let in_margin = match edge {
            Edge::Top => first.y < MARGIN_SHARE * page.height,
            Edge::Bottom => first.y > (1.0 - MARGIN_SHARE) * page.height,
        };
        let larger = next.first().is_none_or(|(_, text)| text.size < first.size * 0.99);
        apart && (is_page_number(&text.join(" ")) || (self.pages == 1 && in_margin && !larger))
    }
}

/// The heading of a table that goes on at the top of every page: its parts stand over columns.
fn heads_columns(row: &[(usize, &Segment)], next: &[(usize, &Segment)]) -> bool {
    let over = |segment: &Segment| {
        next.iter().any(|(_, below)| {
            (below.l - segment.l).abs() < 2.0
                || (f32::midpoint(below.l, below.r) - f32::midpoint(segment.l, segment.r)).abs()
                    < 2.0
        })
    };
    let near = row
        .first()
        .zip(next.first())
        .is_some_and(|((_, first), (_, second))| (second.y - first.y).abs() < 4.0 * first.size);
    near && row.len() >= 3 && row.iter().filter(|(_, segment)| over(segment)).count() >= 1
        || near && row.len() == 2 && row.iter().all(|(_, segment)| over(segment))
}

fn key(edge: Edge, segment: &Segment) -> (Edge, i32, String) {
    #[expect(clippy::cast_possible_truncation, reason = "saturates; heights are small")]
    let height = (segment.y / 4.0).round() as i32;
    (edge, height, without_numbers(&segment.text))
}

/// The text with every number as `#`, roman ones that stand alone too.
fn without_numbers(text: &str) -> String {
    let mut plain = String::new();
    for word in text.split(' ') {
        if !plain.is_empty() {
            plain.push(' ');
        }
        if is_roman(word) {
            plain.push('#');
            continue;
        }
        for letter in word.chars() {
            if !letter.is_ascii_digit() {
                plain.push(letter);
            } else if !plain.ends_with('#') {
                plain.push('#');
            }
        }
    }
    plain
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.len() <= 7 && word.chars().all(|letter| "ivxlc".contains(letter))
}

/// `7`, `- 7 -`, `Page 7`, `7 of 20`, `Seite 7`, and whatever else ends in `page 7`.
pub(super) fn is_page_number(text: &str) -> bool {
    let plain = without_numbers(text).to_lowercase();
    let words: Vec<&str> =
        plain.split(' ').filter(|word| !matches!(*word, "-" | "–" | "—" | "|" | "")).collect();
    match words.as_slice() {
        ["#" | "-#-" | "–#–" | "#/#" | "[#]" | "(#)"] | ["#", "/" | "of" | "von" | "de", "#"] => {
            true
        }
        [.., page, "#", "of" | "/" | "von" | "de" | "sur", "#"] if is_page(page) => true,
        [.., page, "#" | "#/#"] => is_page(page),
        _ => false,
    }
}

fn is_page(word: &str) -> bool {
    let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    matches!(bare, "page" | "seite" | "página" | "pagina" | "strona" | "side" | "sida" | "p" | "pg")
}

fn rows(page: &Page, edge: Edge) -> Vec<Vec<&Segment>> {
    let rows = numbered_rows(page, edge);
    rows.into_iter().map(|row| row.into_iter().map(|(_, segment)| segment).collect()).collect()
}

/// The outermost rows of a page from its edge inwards, and one beyond.
fn numbered_rows(page: &Page, edge: Edge) -> Vec<Vec<(usize, &Segment)>> {
    let near = |segment: &Segment| match edge {
        Edge::Top => segment.y <= EDGE_SHARE * page.height,
        Edge::Bottom => segment.y >= (1.0 - EDGE_SHARE) * page.height,
    };
    // Segments are sorted from top to bottom, so only the edge is walked.
    let numbered = || page.segments.iter().enumerate();
    let inwards: Box<dyn Iterator<Item = (usize, &Segment)>> = match edge {
        Edge::Top => Box::new(numbered()),
        Edge::Bottom => Box::new(numbered().rev()),
    };
    let mut rows: Vec<Vec<(usize, &Segment)>> = Vec::new();
    for (number, segment) in inwards.filter(|(_, segment)| segment.turned.is_none()) {
        let last = rows.last().and_then(|row| row.first());
        let on_line = last.is_some_and(|(_, first)| beside(first, segment));
        let beyond = last.is_some_and(|(_, first)| !near(first));
        if !on_line && (beyond || rows.len() > ROWS_MAX) {
            break;
        }
        match rows.last_mut() {
            Some(row) if on_line => row.push((number, segment)),
            _ => rows.push(vec![(number, segment)]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.1.l.total_cmp(&b.1.l));
    }
    rows
}

fn beside(first: &Segment, other: &Segment) -> bool {
    (first.y - other.y).abs() <= 0.3 * first.size.max(other.size)
}
