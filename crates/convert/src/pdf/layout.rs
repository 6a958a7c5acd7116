//! From pages to blocks: learn how the document is set, then put each page in order.

use std::collections::BTreeMap;

use super::aligned;
use super::blocks::{Block, Blocks, Place};
use super::columns::{self, Flow, Piece};
use super::furniture::{Edge, Furniture};
use super::grids::{self, Grid};
use super::headings::Outline;
use super::lines;
use super::page::Page;
use super::paragraphs::{self, Sides};
use super::segments::Segment;
use super::spelling::Spelling;
use super::style::{Counts, Style};
use super::tables::Table;

/// Reads all pages twice: once to learn, once to tell.
pub(super) fn blocks(pages: Vec<Page>, outline: &Outline) -> Vec<Block> {
    let furniture = Furniture::learn(&pages);
    let mut counts = Counts::default();
    let mut spelling = Spelling::default();
    let mut sorted = Vec::with_capacity(pages.len());
    for page in pages {
        let page = Sorted::of(page, &furniture);
        for flow in &page.flows {
            counts.add(flow);
            for piece in &flow.pieces {
                if let Piece::Text(line) = piece {
                    spelling.learn(&line.text);
                }
            }
        }
        sorted.push(page);
    }
    let style = counts.finish();
    let mut blocks = Blocks::new(&style, &spelling, outline);
    for page in sorted {
        page.tell(&mut blocks, &style, &spelling);
    }
    blocks.blocks
}

/// A page with its parts in reading order.
struct Sorted {
    number: u32,
    flows: Vec<Flow>,
    /// What stands in each grid; the pieces in flows that stand for them come without rows.
    grids: Vec<(Grid, Vec<Segment>)>,
    furniture: Vec<(Edge, Segment)>,
}

impl Sorted {
    fn of(page: Page, furniture: &Furniture) -> Self {
        let grids = grids::find(&page.drawn);
        let found: BTreeMap<usize, Edge> = furniture.of_page(&page, &grids);
        let mut inside: Vec<Vec<Segment>> = vec![Vec::new(); grids.len()];
        let (mut top, mut bottom) = (Vec::new(), Vec::new());
        let mut pieces = Vec::new();
        for (at, segment) in page.segments.into_iter().enumerate() {
            if let Some(edge) = found.get(&at) {
                if *edge == Edge::Top { &mut top } else { &mut bottom }.push(segment);
                continue;
            }
            let grid = grids.iter().position(|grid| grid.place(&segment).is_some());
            match grid.and_then(|grid| inside.get_mut(grid)) {
                Some(inside) => inside.push(segment),
                None => pieces.push(Piece::Text(segment)),
            }
        }
        let mut kept = Vec::new();
        for (grid, segments) in grids.into_iter().zip(inside) {
            if grid.is_table(&segments) {
                let table = Table { page: page.number, area: grid.area(), ..Table::default() };
                pieces.push(Piece::Table(table));
                kept.push((grid, segments));
            } else {
                pieces.extend(segments.into_iter().map(Piece::Text));
            }
        }
        let edge = |edge: Edge, segments: Vec<Segment>| {
            lines::of(segments).into_iter().map(move |line| (edge, line))
        };
        let furniture = edge(Edge::Top, top).chain(edge(Edge::Bottom, bottom)).collect();
        Self { number: page.number, flows: columns::flows(pieces), grids: kept, furniture }
    }

    fn tell(self, blocks: &mut Blocks<'_>, style: &Style, spelling: &Spelling) {
        for (_, line) in self.furniture.iter().filter(|(edge, _)| *edge == Edge::Top) {
            blocks.furniture(Edge::Top, self.number, line);
        }
        let mut grids = self.grids;
        for flow in self.flows {
            let (l, r) = style.sides(&flow);
            let sides = Sides { l, r };
            let mut pieces = Vec::new();
            let mut segments = Vec::new();
            for piece in flow.pieces {
                match piece {
                    Piece::Text(segment) => segments.push(segment),
                    Piece::Table(table) => {
                        let text = std::mem::take(&mut segments);
                        pieces.extend(aligned::find(self.number, text, style, spelling));
                        let at = grids.iter().position(|(grid, _)| grid.area() == table.area);
                        if let Some((grid, inside)) = at.map(|at| grids.swap_remove(at)) {
                            let table = grid.table(self.number, inside, spelling);
                            pieces.push(Piece::Table(table));
                        }
                    }
                }
            }
            pieces.extend(aligned::find(self.number, segments, style, spelling));
            let parts = paragraphs::of_flow(pieces, sides, style);
            blocks.flow(parts, Place { page: self.number, sides });
        }
        for (_, line) in self.furniture.iter().filter(|(edge, _)| *edge == Edge::Bottom) {
            blocks.furniture(Edge::Bottom, self.number, line);
        }
    }
}
