//! Answers in pieces: how a text is divided, and how server-sent events are framed.

use serde::Serialize;

/// A long answer comes in pieces of this many characters, a short one in about four.
const PIECE_CHARS_MAX: usize = 512;
const PIECES: usize = 4;

/// `event: NAME`, `data: JSON` and an empty line.
pub(crate) fn named(name: &str, event: &impl Serialize) -> String {
    format!("event: {name}\n{}", unnamed(event))
}

/// `data: JSON` and an empty line.
pub(crate) fn unnamed(event: &impl Serialize) -> String {
    format!("data: {}\n\n", json(event))
}

pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) struct Pieces {
    text: String,
    at: usize,
    piece_chars: usize,
}

impl Pieces {
    pub(crate) fn of(text: String) -> Self {
        let piece_chars = text.chars().count().div_ceil(PIECES).clamp(1, PIECE_CHARS_MAX);
        Self { text, at: 0, piece_chars }
    }
}

impl Iterator for Pieces {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let rest = &self.text[self.at..];
        let end = rest.char_indices().nth(self.piece_chars).map_or(rest.len(), |(at, _)| at);
        self.at += end;
        (end > 0).then(|| rest[..end].to_owned())
    }
}
