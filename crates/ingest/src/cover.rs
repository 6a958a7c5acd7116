//! Makes a parser's spans cover a text: in order, apart from each other, and without losing any.

use std::ops::Range;

use gloss_core_model::BlockType;

/// A typed byte range of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) block_type: BlockType,
    pub(crate) range: Range<usize>,
}

/// Orders and trims spans, and makes spans of what they leave out.
///
/// Invariant: what comes back is ordered, does not overlap, stands on character boundaries, is
/// never empty, and leaves only white space (and a byte order mark) between its spans.
pub(crate) fn cover(text: &str, mut spans: Vec<Span>) -> Vec<Span> {
    // At the same start the definition comes last: it is a part of the other node.
    spans.sort_by_key(|s| (s.range.start, s.block_type == BlockType::Definition, s.range.end));
    let mut covered = Vec::with_capacity(spans.len());
    let mut cursor = 0;
    for span in spans {
        let start = text.floor_char_boundary(span.range.start);
        // Definitions inside list items, quotes and footnotes belong to the enclosing block.
        if span.block_type == BlockType::Definition && start < cursor {
            continue;
        }
        let start = start.max(cursor);
        let end = text.floor_char_boundary(span.range.end).max(start);
        let Some(range) = trimmed(text, start..end) else { continue };
        fill(text, cursor..range.start, &mut covered);
        cursor = range.end;
        covered.push(Span { block_type: span.block_type, range });
    }
    fill(text, cursor..text.len(), &mut covered);
    covered
}

/// Leaves out the last line end and blank lines after it; `None` if nothing is left.
fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let slice = &text[range.clone()];
    let solid = slice.trim_end().len();
    let rest_of_line = slice[solid..].find(['\n', '\r']).unwrap_or(slice.len() - solid);
    let len = solid + rest_of_line;
    (len > 0).then_some(range.start..range.start + len)
}

/// Makes spans of the text in a gap, such as a link definition that repeats an earlier label: the
/// parser drops those, we do not.
fn fill(text: &str, gap: Range<usize>, covered: &mut Vec<Span>) {
    let mut open: Option<Range<usize>> = None;
    let mut start = gap.start;
    for line in text[gap].split_inclusive('\n') {
        let blank = line.trim_matches(is_blank).is_empty();
        if blank || is_definition(line) {
            covered.extend(open.take().map(|range| filler(text, range)));
        }
        if !blank {
            let first = start + line.len() - line.trim_start_matches(is_blank).len();
            let last = start + line.trim_end_matches(is_blank).len();
            open = Some(open.map_or(first, |range| range.start)..last);
        }
        start += line.len();
    }
    covered.extend(open.map(|range| filler(text, range)));
}

fn filler(text: &str, range: Range<usize>) -> Span {
    let bracket = text[range.clone()].starts_with('[');
    Span { block_type: if bracket { BlockType::Definition } else { BlockType::Other }, range }
}

/// White space, or the byte order mark.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// Whether a line begins a link definition, so that two in a row become two blocks.
fn is_definition(line: &str) -> bool {
    line.trim_start_matches(is_blank).strip_prefix('[').is_some_and(|label| label.contains("]:"))
}
