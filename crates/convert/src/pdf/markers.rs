//! List markers: bullets, numbers and letters before an item.

use super::segments::Segment;
use super::text_state::is_private;

/// What stands before a list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) text: String,
    pub(super) enumerated: bool,
    /// A sign that stands for nothing but a list.
    pub(super) sure: bool,
    /// In bytes of the line, white space behind it included.
    pub(super) len: usize,
}

const SURE: &str = "•◦▪▫‣⁃●○■□➢➤➔►▶✓✔✗❖◆◇⬤🞄∙\u{2219}\u{25aa}";
const UNSURE: &str = "-–—*·o+>";

/// The marker that a line begins with, if what it begins with can be one.
pub(super) fn of(line: &Segment) -> Option<Marker> {
    line.first.next_l?;
    let word = line.text.get(..line.first.len)?;
    let len = line.first.len + 1;
    let mut letters = word.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        let private = is_private(letter);
        if SURE.contains(letter) || private || (line.first.symbol && !letter.is_alphanumeric()) {
            return Some(Marker { text: plain(letter), enumerated: false, sure: true, len });
        }
        if line.first.symbol {
            return Some(Marker { text: "•".to_owned(), enumerated: false, sure: true, len });
        }
        if UNSURE.contains(letter) {
            return Some(Marker { text: letter.into(), enumerated: false, sure: false, len });
        }
    }
    counts(word).then(|| Marker { text: word.to_owned(), enumerated: true, sure: false, len })
}

/// Private signs mean nothing outside of their font.
fn plain(letter: char) -> String {
    if is_private(letter) { "•".to_owned() } else { letter.into() }
}

/// `1.`, `1)`, `(1)`, `a.`, `iv)`, `1.2.`: what counts items.
pub(super) fn counts(word: &str) -> bool {
    let opened = word.strip_prefix('(');
    let Some(inner) = opened.unwrap_or(word).strip_suffix(['.', ')']) else { return false };
    if opened.is_some() && !word.ends_with(')') {
        return false;
    }
    let digits = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let roman = |part: &str| {
        part.len() <= 5
            && (part.bytes().all(|byte| b"ivx".contains(&byte))
                || part.bytes().all(|byte| b"IVX".contains(&byte)))
    };
    let letter = inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_alphabetic());
    !inner.is_empty() && (letter || roman(inner) || inner.split('.').all(digits))
}
