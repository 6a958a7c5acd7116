//! Just enough Rust to tell code from text from comment, and to find where functions end.

use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Comment,
    /// The inside and quotes of a string, byte string or character.
    Literal,
}

/// The source with every span of these kinds blanked; lines and columns stay where they are.
pub(super) fn without(source: &str, kinds: &[Kind]) -> String {
    let mut bytes = source.as_bytes().to_vec();
    for (span, _) in spans(source).into_iter().filter(|(_, kind)| kinds.contains(kind)) {
        for byte in bytes[span].iter_mut().filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The code alone.
pub(super) fn code(source: &str) -> String {
    without(source, &[Kind::Comment, Kind::Literal])
}

/// Numbers of the lines that begin inside a literal, where a line break would change the value.
pub(super) fn lines_inside_literals(source: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (span, _) in spans(source).into_iter().filter(|(_, kind)| *kind == Kind::Literal) {
        let first = line_of(source, span.start);
        lines.extend(first + 1..=first + source[span].matches('\n').count());
    }
    lines
}

pub(super) fn line_of(source: &str, at: usize) -> usize {
    source[..at].matches('\n').count() + 1
}

fn spans(source: &str) -> Vec<(Range<usize>, Kind)> {
    let mut spans = Vec::new();
    let mut at = 0;
    while at < source.len() {
        match span_at(source, at) {
            Some((end, kind)) => {
                spans.push((at..end, kind));
                at = end;
            }
            None => at += 1,
        }
    }
    spans
}

fn span_at(source: &str, at: usize) -> Option<(usize, Kind)> {
    let bytes = &source.as_bytes()[at..];
    let (length, kind) = match bytes {
        [b'/', b'/', ..] => (bytes.iter().position(|b| *b == b'\n'), Kind::Comment),
        [b'/', b'*', ..] => (block_comment(bytes), Kind::Comment),
        [b'"', ..] => match hashes_of_raw(&source.as_bytes()[..at]) {
            Some(hashes) => (raw_string(bytes, hashes), Kind::Literal),
            None => (quoted(bytes, b'"'), Kind::Literal),
        },
        [b'\'', b'\\', ..] => (quoted(bytes, b'\''), Kind::Literal),
        // A quote, one character and a quote; anything else after a quote is a lifetime.
        [b'\'', ..] => {
            let next = source[at + 1..].chars().next()?;
            let length = next.len_utf8() + 2;
            (Some((bytes.get(length - 1) == Some(&b'\'')).then_some(length)?), Kind::Literal)
        }
        _ => return None,
    };
    // What never closes reaches to the end of the file.
    Some((at + length.unwrap_or(bytes.len()), kind))
}

/// If a raw string opens after these bytes, how many hashes will close it.
fn hashes_of_raw(before: &[u8]) -> Option<usize> {
    let hashes = before.iter().rev().take_while(|byte| **byte == b'#').count();
    before[..before.len() - hashes].ends_with(b"r").then_some(hashes)
}

fn raw_string(bytes: &[u8], hashes: usize) -> Option<usize> {
    let close = [&b"\""[..], &b"#".repeat(hashes)].concat();
    let end = bytes[1..].windows(close.len()).position(|window| window == close)?;
    Some(1 + end + close.len())
}

fn quoted(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

fn block_comment(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (at, depth) = (at + 2, depth + 1),
            [b'*', b'/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    pub(super) line: usize,
    /// From `fn` to the closing brace.
    pub(super) n_lines: usize,
}

/// The functions with a body; takes what `code` returns.
pub(super) fn functions(code: &str) -> Vec<Function<'_>> {
    let starts = code.match_indices("fn ").map(|(at, _)| at);
    starts
        .filter(|at| !code[..*at].ends_with(is_of_word))
        .filter_map(|at| function(code, at))
        .collect()
}

fn function(code: &str, at: usize) -> Option<Function<'_>> {
    let name = code[at + 3..].split(|c| !is_of_word(c)).next().filter(|name| !name.is_empty())?;
    let body = at + body_start(&code[at..])?;
    let end = body + body_length(&code[body..])?;
    let n_lines = code[at..end].matches('\n').count() + 1;
    Some(Function { name, line: line_of(code, at), n_lines })
}

/// The first brace outside parentheses and brackets, unless a semicolon comes first.
fn body_start(code: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ';' if depth == 0 => return None,
            '{' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

fn body_length(code: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

pub(super) fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
