//! Finds the top-level nodes of Markdown: CommonMark with GFM, and YAML front matter.

use gloss_core_model::BlockType;
use pulldown_cmark::{
    CodeBlockKind, Event, HeadingLevel, OffsetIter, Options, Parser, Tag, TagEnd,
};

use crate::cover::Span;

const BOM: &str = "\u{feff}";

/// What a Markdown file is made of, at its top level.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// Text of the first level-1 heading that has any.
    pub(crate) title: Option<String>,
    /// In any order, with whatever line ends the parser includes.
    pub(crate) spans: Vec<Span>,
}

/// Reads the top level of a Markdown text. Offsets count from the start of `text`, BOM included.
pub(crate) fn outline(text: &str) -> Outline {
    let bom_end = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let body_start = bom_end + front_matter_len(&text[bom_end..]);
    let mut outline = Outline::default();
    // Front matter is found by `front_matter_len` and not by the parser's own option: that takes
    // any pair of `---` lines anywhere for metadata, also two dividers around a paragraph.
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let body = &text[body_start..];
    let mut events = Parser::new_ext(body, options).into_offset_iter();
    walk(body, &mut events, &mut outline);
    for (_, definition) in events.reference_definitions().iter() {
        let range = definition.span.clone();
        outline.spans.push(Span { block_type: BlockType::Definition, range });
    }
    for span in &mut outline.spans {
        span.range = span.range.start + body_start..span.range.end + body_start;
    }
    if body_start > bom_end {
        outline.spans.push(Span { block_type: BlockType::Other, range: bom_end..body_start });
    }
    outline
}

/// The length of the YAML front matter that `text` begins with, or 0.
///
/// A blank first line means that the opening `---` is a divider.
fn front_matter_len(text: &str) -> usize {
    let mut lines = text.split_inclusive('\n');
    let is_fence = |line: &str| line.trim_end() == "---";
    let Some(opening) = lines.next().filter(|line| is_fence(line)) else { return 0 };
    let mut len = opening.len();
    for (n, line) in lines.enumerate() {
        if n == 0 && (line.trim().is_empty() || is_fence(line)) {
            return 0;
        }
        len += line.len();
        if is_fence(line) {
            return len;
        }
    }
    0
}

/// Collects top-level nodes. The parser's events are flat, so depth is a number and not a stack
/// frame: nesting in the source can not overflow ours.
fn walk(body: &str, events: &mut OffsetIter<'_>, outline: &mut Outline) {
    let mut depth = 0_usize;
    let mut in_list = false;
    let mut heading: Option<String> = None;
    for (event, mut range) in events {
        let block_type = match (&event, depth) {
            // A list is not a block; its items are.
            (Event::Start(Tag::List(_)), 0) => {
                in_list = true;
                None
            }
            (Event::Start(Tag::Item), 1) if in_list => Some(BlockType::ListItem),
            (Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)), 0) => {
                // The parser leaves out the indentation that makes the first line code.
                range.start = body[..range.start].trim_end_matches([' ', '\t']).len();
                Some(BlockType::CodeBlock)
            }
            (Event::Start(tag), 0) => {
                in_list = false;
                Some(block_type(tag))
            }
            (Event::Rule, 0) => Some(BlockType::Divider),
            (Event::Start(_) | Event::End(_), _) => None,
            (_, 0) => Some(BlockType::Other),
            _ => None,
        };
        if let Some(block_type) = block_type {
            outline.spans.push(Span { block_type, range });
        }
        if outline.title.is_none() {
            outline.title = title(&event, depth, &mut heading);
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
}

/// Gathers a top-level level-1 heading event by event, and gives its text at its end.
fn title(event: &Event<'_>, depth: usize, heading: &mut Option<String>) -> Option<String> {
    match (event, heading.as_mut()) {
        (Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }), _) if depth == 0 => {
            *heading = Some(String::new());
        }
        (Event::Text(text) | Event::Code(text), Some(gathered)) => gathered.push_str(text),
        (Event::SoftBreak | Event::HardBreak, Some(gathered)) => gathered.push(' '),
        (Event::End(TagEnd::Heading(_)), Some(_)) => {
            let words = heading.take()?;
            let title = words.split_whitespace().collect::<Vec<_>>().join(" ");
            return (!title.is_empty()).then_some(title);
        }
        _ => {}
    }
    None
}

fn block_type(tag: &Tag<'_>) -> BlockType {
    match tag {
        Tag::Heading { .. } => BlockType::Heading,
        Tag::Paragraph => BlockType::Paragraph,
        Tag::CodeBlock(_) => BlockType::CodeBlock,
        Tag::Table(_) => BlockType::Table,
        Tag::HtmlBlock => BlockType::HtmlBlock,
        Tag::FootnoteDefinition(_) => BlockType::Footnote,
        _ => BlockType::Other,
    }
}
