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

/// Running text does not cut shorter words but with a hyphen.
const CUT_LETTERS: usize = 15;

/// A text that is hyphenated cuts a word on one line in fifty or more; other texts just break at
/// hyphens that are there anyway.
const HYPHENATED_SHARE: usize = 50;

impl Spelling {
    pub(super) fn learn(&mut self, line: &str) {
        self.lines += 1;
        self.hyphens += usize::from(ends_with_hyphen(line));
        if self.known.len() >= WORDS_MAX {
            return;
        }
        // A word alone, a small first one and a long last one may be parts of words.
        let words: Vec<&str> = line.split(' ').collect();
        let last = words.len() - 1;
        for (at, word) in words.iter().enumerate().filter(|_| last > 0) {
            let short = word.chars().count() <= CUT_LETTERS && !ends_with_hyphen(word);
            let whole = match at {
                0 => short && word.starts_with(char::is_uppercase),
                _ => short || at < last,
            };
            if whole {
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
    if before.text.is_empty() {
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
    // `C+` and `+`: a sign is not cut from its like by a space.
    let twin = end == start && matches!(end, '+' | '=' | '_' | '*');
    let slash = end == '/' && last.chars().count() > 1 && start.is_alphanumeric();
    let range = last.ends_with('–') && start.is_numeric() && last.starts_with(char::is_numeric);
    if twin
        || range
        || slash
        || (is_unspaced(end) && is_unspaced(start))
        || was_cut(before, line, right, spelling)
    {
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

/// Whether a word longer than the line was cut anywhere, as in narrow cells: what there is of it
/// fills its line, the whole would not fit on one, and its parts are no words.
fn was_cut(before: &Segment, line: &Segment, right: f32, spelling: &Spelling) -> bool {
    let first = line.text.split(' ').next().unwrap_or("");
    let last = before.text.rsplit(' ').next().unwrap_or("");
    let letters = |text: &str| text.chars().count();
    let word_like = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '@' | '.');
    let joins = last.chars().next_back().is_some_and(word_like)
        && first.chars().next().is_some_and(|start| word_like(start) && !start.is_uppercase());
    let width = before.r - before.l;
    if !joins || width < 1.0 || before.text.is_empty() {
        return false;
    }
    #[expect(clippy::cast_precision_loss, reason = "lines are short")]
    let per_letter = width / letters(&before.text) as f32;
    #[expect(clippy::cast_precision_loss, reason = "words are short")]
    let per_next = line.first_width() / letters(first).max(1) as f32;
    let next = first.chars().next().map_or(1.0, letter_width) * per_letter.max(per_next);
    let full = before.r + next > right - SLACK;
    #[expect(clippy::cast_precision_loss, reason = "lines are short")]
    let whole = per_letter * letters(last) as f32 + line.first_width();
    if !full || whole <= right - before.l {
        return false;
    }
    let alone = last.len() == before.text.len();
    spelling.knows(&format!("{last}{first}"))
        || (!spelling.knows(first) && (alone || !spelling.knows(last)))
}

/// In points.
const SLACK: f32 = 0.5;

/// About how wide a letter is, in widths of all letters on average, at the most.
fn letter_width(letter: char) -> f32 {
    match letter {
        'm' | 'w' | '@' => 1.75,
        'f' | 'i' | 'j' | 'l' | 't' | 'r' | '.' => 0.9,
        _ => 1.2,
    }
}
