//! Putting words that a line end cut back together, by what the rest of the document spells.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::segments::Segment;

/// The words of a document that no line end touches. Only asked, never walked, so that its order
/// does not matter.
#[derive(Debug, Default, Clone)]
pub(super) struct Spelling {
    known: HashSet<u64>,
    lines: usize,
    hyphens: usize,
}

/// Words noted of one document: a large dictionary.
const WORDS_MAX: usize = 500_000;

/// A text that is hyphenated cuts a word on one line in fifty or more; other texts just break at
/// hyphens that are there anyway.
const HYPHENATED_SHARE: usize = 50;

impl Spelling {
    pub(super) fn learn(&mut self, line: &str) {
        self.lines += 1;
        self.hyphens += usize::from(ends_with_hyphen(line));
        let words: Vec<&str> = line.split(' ').collect();
        // A word alone may be part of one.
        if words.len() < 2 || self.known.len() >= WORDS_MAX {
            return;
        }
        for (at, word) in words.iter().enumerate() {
            if at + 1 < words.len() || !ends_with_hyphen(word) {
                self.known.insert(key(word));
            }
        }
    }

    fn knows(&self, word: &str) -> bool {
        self.known.contains(&key(word))
    }

    fn hyphenates(&self) -> bool {
        self.hyphens * HYPHENATED_SHARE > self.lines
    }
}

fn key(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    bare.to_lowercase().hash(&mut hasher);
    hasher.finish()
}

fn ends_with_hyphen(line: &str) -> bool {
    let mut letters = line.chars().rev();
    letters.next().is_some_and(|last| matches!(last, '-' | '\u{2010}'))
        && letters.next().is_some_and(char::is_alphanumeric)
}

/// Lines of one text as one line. `right` is how far lines may reach.
pub(super) fn join_lines(lines: &[Segment], right: f32, spelling: &Spelling) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        match at.checked_sub(1).and_then(|before| lines.get(before)) {
            Some(before) => push_line(&mut text, before, line, right, spelling),
            None => text.push_str(&line.text),
        }
    }
    text
}

/// Puts `line` behind `text`, which ends with the line `before`.
pub(super) fn push_line(
    text: &mut String,
    before: &Segment,
    line: &Segment,
    right: f32,
    spelling: &Spelling,
) {
    if before.text == "" {
        text.push_str(&line.text);
        return;
    }
    match seam(before, line, right, spelling) {
        Seam::Space => text.push(' '),
        Seam::Nothing => {}
        Seam::DropHyphen => {
            text.pop();
        }
    }
    text.push_str(&line.text);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seam {
    Space,
    Nothing,
    DropHyphen,
}

fn seam(before: &Segment, line: &Segment, right: f32, spelling: &Spelling) -> Seam {
    let last = before.text.rsplit(' ').next().unwrap_or("");
    let first = line.text.split(' ').next().unwrap_or("");
    let (Some(end), Some(start)) = (last.chars().next_back(), first.chars().next()) else {
        return Seam::Space;
    };
    if ends_with_hyphen(last) {
        return hyphen_seam(last, first, start, spelling);
    }
    let slash = end == '/' && last.chars().count() > 1 && start.is_alphanumeric();
    if slash || (is_unspaced(end) && is_unspaced(start)) || was_cut(before, line, right, spelling) {
        return Seam::Nothing;
    }
    Seam::Space
}

fn hyphen_seam(last: &str, first: &str, start: char, spelling: &Spelling) -> Seam {
    let stem: String = last.chars().take(last.chars().count().saturating_sub(1)).collect();
    let letters = stem.chars().next_back().is_some_and(char::is_alphabetic);
    if !letters || !start.is_lowercase() {
        return Seam::Nothing;
    }
    if spelling.knows(&format!("{stem}-{first}")) {
        return Seam::Nothing;
    }
    if spelling.knows(&format!("{stem}{first}")) || spelling.hyphenates() {
        return Seam::DropHyphen;
    }
    Seam::Nothing
}

/// Scripts that are written without spaces between words.
fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff01}'..='\u{ff60}' | '\u{3001}'..='\u{3011}')
}

/// Whether a word longer than the line was cut anywhere, as in narrow cells: it has the line for
/// itself, and fills it.
fn was_cut(before: &Segment, line: &Segment, right: f32, spelling: &Spelling) -> bool {
    let first = line.text.split(' ').next().unwrap_or("");
    let letters = before.text.chars().count();
    if before.text.contains(' ') || letters < 4 || before.r - before.l < 1.0 {
        return false;
    }
    let word_like = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '@' | '.');
    let joins = before.text.chars().next_back().is_some_and(word_like)
        && first.chars().next().is_some_and(|start| word_like(start) && !start.is_uppercase());
    #[expect(clippy::cast_precision_loss, reason = "lines are short")]
    let per_letter = (before.r - before.l) / letters as f32;
    let full = before.r + per_letter > right;
    let (whole, room) = ((before.r - before.l) + (line.first.r - line.l), right - before.l);
    if !joins || !full || whole <= room {
        return false;
    }
    let both_known = spelling.knows(&before.text) && spelling.knows(first);
    spelling.knows(&format!("{}{first}", before.text)) || !both_known
}
