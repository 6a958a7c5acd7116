//! Small pages, drawn word by word, and what is read out of them.

mod bytes;
mod layouts;
mod properties;

use super::blocks::{Block, Kind};
use super::faces::{Face, Faces};
use super::furniture::Edge;
use super::headings::Outline;
use super::page::Page;
use super::rules::{Drawn, Rule};
use super::segments;
use super::words::Word;

/// Letters are half an em wide.
const LETTER_EM: f32 = 0.5;

/// Pages written down as lines: `x y size text`, with `b` behind the size for bold type; `- x y to`
/// and `| x y to` for rules; `===` between pages.
fn pages(text: &str) -> Vec<Page> {
    let mut faces = Faces::default();
    let normal = faces.number(Face::default());
    let bold = faces.number(Face { bold: true, ..Face::default() });
    let mut pages = Vec::new();
    for (at, text) in text.split("===").enumerate() {
        let (mut words, mut drawn) = (Vec::new(), Drawn::default());
        for (op, line) in text.lines().filter(|line| !line.trim().is_empty()).enumerate() {
            let parts: Vec<&str> = line.trim().splitn(4, ' ').collect();
            let number = |at: usize| parts[at].trim_end_matches('b').parse::<f32>().unwrap();
            match parts[0] {
                "-" => {
                    drawn.level.push(Rule { at: number(2), from: number(1), to: number(3) });
                }
                "|" => {
                    drawn.upright.push(Rule { at: number(1), from: number(2), to: number(3) });
                }
                _ => {
                    let face = if parts[2].ends_with('b') { bold } else { normal };
                    let place = (number(0), number(1), number(2));
                    words.extend(line_of_words(parts[3], place, face, op));
                }
            }
        }
        drawn.sort();
        let segments = segments::of_page(&words, &drawn, &faces);
        let number = u32::try_from(at + 1).unwrap();
        pages.push(Page {
            number,
            width: 600.0,
            height: 800.0,
            segments,
            drawn,
            ..Page::default()
        });
    }
    pages
}

fn line_of_words(text: &str, (x, y, size): (f32, f32, f32), face: u16, op: usize) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut l = x;
    for text in text.split(' ') {
        let r = l + LETTER_EM * size * text.chars().count() as f32;
        words.push(Word {
            text: text.to_owned(),
            l,
            r,
            y,
            size,
            face,
            op: u32::try_from(op).unwrap(),
            spaced: !words.is_empty(),
            glued: false,
            artifact: false,
            turned: None,
        });
        l = r + LETTER_EM / 2.0 * size;
    }
    words
}

/// One block a line, with its kind in front.
fn told(blocks: &[Block]) -> String {
    let mut told = Vec::new();
    for Block { kind, text, page, .. } in blocks {
        told.push(match kind {
            Kind::Heading(_) => format!("{page} # {text}"),
            Kind::Picture => format!("{page} picture"),
            Kind::Text => format!("{page} {text}"),
            Kind::Caption => format!("{page} caption: {text}"),
            Kind::Code => format!("{page} code: {text}"),
            Kind::ListItem { marker, .. } => format!("{page} * [{marker}] {text}"),
            Kind::Furniture(Edge::Top) => format!("{page} top: {text}"),
            Kind::Furniture(Edge::Bottom) => format!("{page} bottom: {text}"),
            Kind::Table(table) => {
                let rows = table.rows.iter().map(|row| {
                    let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
                    cells.join(" | ")
                });
                format!("{page} table: {}", rows.collect::<Vec<_>>().join(" / "))
            }
        });
    }
    told.join("\n")
}

fn read(text: &str) -> String {
    told(&super::layout::blocks(pages(text), &Outline::default()))
}
