//! Blocks: what paragraphs and tables of all pages become, in reading order, cuts healed.

use super::furniture::Edge;
use super::geometry::Rect;
use super::headings::{self, Heading, Outline, is_caption};
use super::paragraphs::{Paragraph, Part, Sides};
use super::segments::Segment;
use super::spelling::{Spelling, join_lines, push_line};
use super::style::Style;
use super::tables::Table;
use super::text_state::is_private;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Heading(Heading),
    Text,
    Caption,
    Code,
    ListItem {
        marker: String,
        enumerated: bool,
    },
    Furniture(Edge),
    Table(Table),
    /// A whole page.
    Picture,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) page: u32,
    pub(super) area: Rect,
}

/// Collects blocks, page after page.
#[derive(Debug)]
pub(super) struct Blocks<'a> {
    pub(super) blocks: Vec<Block>,
    style: &'a Style,
    spelling: &'a Spelling,
    outline: &'a Outline,
    /// The block that text on the next page or column may go on with.
    open: Option<Open>,
}

/// How a block ends.
#[derive(Debug)]
struct Open {
    block: usize,
    last: Segment,
    lines: usize,
    /// Where its text begins, from its column's left side.
    indent: f32,
    sides: Sides,
}

/// What flow a paragraph stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) page: u32,
    pub(super) sides: Sides,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(style: &'a Style, spelling: &'a Spelling, outline: &'a Outline) -> Self {
        Self { blocks: Vec::new(), style, spelling, outline, open: None }
    }

    pub(super) fn furniture(&mut self, edge: Edge, page: u32, line: &Segment) {
        let kind = Kind::Furniture(edge);
        self.blocks.push(Block { kind, text: line.text.clone(), page, area: line.area() });
    }

    /// Adds a flow; its first part may go on with the last one of the flow before.
    pub(super) fn flow(&mut self, parts: Vec<Part>, place: Place) {
        for (at, part) in parts.into_iter().enumerate() {
            match part {
                Part::Table(table) => self.table(table, at == 0),
                Part::Paragraph(paragraph) => self.paragraph(&paragraph, place, at == 0),
            }
        }
    }

    fn table(&mut self, table: Table, first: bool) {
        if table.is_empty() {
            return;
        }
        if first
            && let Some(Open { block, .. }) = self.open
            && let Some(Block { kind: Kind::Table(before), .. }) = self.blocks.get_mut(block)
            && before.goes_on_in(&table)
        {
            before.append(table);
            return;
        }
        let (page, area) = (table.page, table.area);
        let last = Segment::default();
        let sides = Sides { l: area.l, r: area.r };
        self.open = Some(Open { block: self.blocks.len(), last, lines: 0, indent: 0.0, sides });
        self.blocks.push(Block { kind: Kind::Table(table), text: String::new(), page, area });
    }

    fn paragraph(&mut self, paragraph: &Paragraph, place: Place, first: bool) {
        let text = join_lines(&paragraph.lines, place.sides.r, self.spelling);
        let found = headings::of(paragraph, &text, place.page, self.style, self.outline);
        if first && found.is_none() && paragraph.marker.is_none() && self.go_on(paragraph, place) {
            return;
        }
        let (kind, text) = match (found, &paragraph.marker) {
            (Some(heading), _) => (Kind::Heading(heading), text),
            (None, Some(marker)) => {
                let item = text.get(marker.len..).unwrap_or("").trim().to_owned();
                let (marker, enumerated) = (marker.text.clone(), marker.enumerated);
                (Kind::ListItem { marker, enumerated }, item)
            }
            (None, None) if paragraph.lines.iter().all(|line| line.face.mono) => {
                (Kind::Code, code(&paragraph.lines))
            }
            (None, None) if is_caption(&text) && paragraph.lines.len() <= CAPTION_LINES_MAX => {
                (Kind::Caption, text)
            }
            (None, None) => (Kind::Text, text),
        };
        let area = paragraph.area();
        let text = readable(text);
        if text.is_empty() {
            return;
        }
        if let Some(last) = paragraph.lines.last() {
            self.open = Some(Open {
                block: self.blocks.len(),
                last: last.clone(),
                lines: paragraph.lines.len(),
                indent: paragraph.text_l - place.sides.l,
                sides: place.sides,
            });
        }
        self.blocks.push(Block { kind, text, page: place.page, area });
    }

    /// Appends a paragraph to the last block, if a page or column end cut them apart.
    fn go_on(&mut self, paragraph: &Paragraph, place: Place) -> bool {
        let Some(open) = &mut self.open else { return false };
        let (Some(block), Some(line)) = (self.blocks.get_mut(open.block), paragraph.first()) else {
            return false;
        };
        if !matches!(block.kind, Kind::Text | Kind::ListItem { .. })
            || !goes_on(open, &block.kind, &block.text, line, place)
        {
            return false;
        }
        push_line(&mut block.text, &open.last, line, open.sides.r, self.spelling);
        for pair in paragraph.lines.windows(2) {
            if let [before, line] = pair {
                push_line(&mut block.text, before, line, place.sides.r, self.spelling);
            }
        }
        if let Some(last) = paragraph.lines.last() {
            open.last = last.clone();
            open.lines += paragraph.lines.len();
            open.sides = place.sides;
        }
        true
    }
}

/// Signs that no list begins with say nothing.
fn readable(mut text: String) -> String {
    if text.contains(is_private) {
        text.retain(|letter| !is_private(letter));
        text = text.trim().replace("  ", " ");
    }
    text
}

/// Longer texts that begin like a caption are text, in lines.
const CAPTION_LINES_MAX: usize = 4;
/// Two indents are the same if they differ by less, in ems.
const SAME_INDENT_EM: f32 = 0.6;
/// Types of one text differ by less, as a share.
const SIZE_OFF: f32 = 0.04;

fn goes_on(open: &Open, kind: &Kind, text: &str, line: &Segment, place: Place) -> bool {
    let em = line.size;
    let same_type = (open.last.size - em).abs() <= SIZE_OFF * em && line.turned.is_none();
    let full = open.last.r + 0.2 * em + line.first_width() >= open.sides.r - 1.5;
    if !same_type {
        return false;
    }
    let closed = text.trim_end_matches(['”', '"', '’', '\'', ')', ']']);
    let ended = closed.ends_with(['.', '!', '?', ':']);
    let small = line.text.chars().next().is_some_and(char::is_lowercase);
    let indent = line.l - place.sides.l;
    let same_indent = (indent - open.indent).abs() <= SAME_INDENT_EM * em;
    match kind {
        // Nothing else is indented like the text of an item.
        Kind::ListItem { .. } if open.indent > SAME_INDENT_EM * em => same_indent,
        Kind::ListItem { .. } => full && same_indent && (!ended || small),
        // That a paragraph ends where the next word does not fit is rarer than that a sentence
        // does.
        _ => {
            full && (same_indent || indent.abs() <= SAME_INDENT_EM * em)
                && (!ended || small || open.lines > 1)
        }
    }
}

/// Lines of code, kept apart, with their indents.
fn code(lines: &[Segment]) -> String {
    let left = lines.iter().map(|line| line.l).fold(f32::INFINITY, f32::min);
    let mut text = String::new();
    for line in lines {
        if !text.is_empty() {
            text.push('\n');
        }
        let letters = line.text.chars().count().max(1);
        #[expect(clippy::cast_precision_loss, reason = "lines are short")]
        let width = ((line.r - line.l) / letters as f32).max(1.0);
        let indent = ((line.l - left) / width).round().clamp(0.0, INDENT_MAX);
        text.extend(std::iter::repeat_n(' ', indent as usize));
        text.push_str(&line.text);
    }
    text
}

/// Spaces before a line of code.
const INDENT_MAX: f32 = 80.0;
