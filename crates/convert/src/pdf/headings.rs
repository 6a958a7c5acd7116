//! Headings: lines that stand out by size, weight and room, or that the bookmarks name.

use std::collections::{BTreeMap, BTreeSet};

use super::lines;
use super::paragraphs::Paragraph;
use super::style::Style;

/// The titles in a file's bookmarks, with how deep they stand.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Outline {
    titles: BTreeMap<String, (u32, BTreeSet<u32>)>,
}

impl Outline {
    /// `level` counts from 1; `page` if the bookmark says one.
    pub(super) fn add(&mut self, title: &str, level: u32, page: Option<u32>) {
        let key = bare(title);
        if !key.is_empty() {
            let entry = self.titles.entry(key).or_insert((level, BTreeSet::new()));
            entry.1.extend(page);
        }
    }

    fn level(&self, text: &str, page: u32) -> Option<u32> {
        let key = bare(text);
        let unnumbered = key.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let (level, pages) = self.titles.get(&key).or_else(|| self.titles.get(unnumbered))?;
        (pages.is_empty() || pages.contains(&page)).then_some(*level)
    }
}

fn bare(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How a heading looks: headings that look the same are of one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Look {
    /// In half points, larger first.
    size: std::cmp::Reverse<i32>,
    plain: bool,
    italic: bool,
}

/// A paragraph that is a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) look: Look,
    /// As the bookmarks say.
    pub(super) level: Option<u32>,
}

/// Longer texts are no headings, in letters.
const LETTERS_MAX: usize = 250;
/// Headings that only weight tells from text are shorter, in letters …
const BOLD_LETTERS_MAX: usize = 140;
/// … and lines.
const BOLD_LINES_MAX: usize = 3;
/// Larger than running text by so much is a heading for sure …
const LARGE: f32 = 1.14;
/// … and by so much if it is bold or stands alone.
const LARGER: f32 = 1.04;
/// Smaller bold text is a label.
const SMALL: f32 = 0.9;
/// Room above a heading that only its room and weight tell, in lines.
const ROOM: f32 = 1.1;

/// Whether a paragraph is a heading. `text` is what it says.
pub(super) fn of(
    paragraph: &Paragraph,
    text: &str,
    page: u32,
    style: &Style,
    outline: &Outline,
) -> Option<Heading> {
    let first = paragraph.first()?;
    let letters = text.chars().count();
    let speaks = text.chars().filter(|letter| letter.is_alphabetic()).count();
    if letters > LETTERS_MAX || speaks == 0 || first.turned.is_some() {
        return None;
    }
    let face = first.face;
    let look = Look {
        size: std::cmp::Reverse(half_points(first.size)),
        plain: !face.bold,
        italic: face.italic,
    };
    if let Some(level) = outline.level(text, page) {
        return Some(Heading { look, level: Some(level) });
    }
    if is_caption(text)
        || lines::is_leader(text)
        || paragraph.marker.as_ref().is_some_and(|marker| !marker.enumerated)
        || face.mono
    {
        return None;
    }
    let ratio = first.size / style.body.max(1.0);
    let bold = paragraph.lines.iter().all(|line| line.face.bold) && !style.body_bold;
    let room = paragraph.above > ROOM * style.pitch(first.size);
    let ends = text.ends_with(['.', ',', ';']) && !text.ends_with("etc.");
    let short = letters <= BOLD_LETTERS_MAX && paragraph.lines.len() <= BOLD_LINES_MAX && !ends;
    let large = ratio >= LARGE && (short || letters <= LETTERS_MAX / 2 || ratio >= 1.4);
    let larger = ratio >= LARGER && short && (bold || room) && speaks * 2 > letters;
    let heavy = ratio >= SMALL && bold && short && room && speaks * 3 > letters;
    let capitals = ratio >= SMALL && short && room && speaks >= 4 && is_capitals(text);
    let marked = paragraph.marker.is_some();
    let stands_out = if marked {
        large || (heavy && ratio >= LARGER)
    } else {
        large || larger || heavy || capitals
    };
    stands_out.then_some(Heading { look, level: None })
}

fn is_capitals(text: &str) -> bool {
    !text.chars().any(char::is_lowercase) && text.contains(char::is_uppercase)
}

/// The level of each look: as the bookmarks have it, else by size and weight.
pub(super) fn levels(headings: &[Heading]) -> BTreeMap<Look, u32> {
    let mut told: BTreeMap<Look, BTreeMap<u32, usize>> = BTreeMap::new();
    for heading in headings {
        let counts = told.entry(heading.look).or_default();
        if let Some(level) = heading.level {
            *counts.entry(level).or_default() += 1;
        }
    }
    let mut levels = BTreeMap::new();
    let mut last = 0;
    for (look, counts) in told {
        let most = counts.iter().max_by_key(|(level, count)| (**count, u32::MAX - **level));
        let level = most.map_or((last + 1).min(LEVEL_MAX), |(level, _)| *level);
        last = level;
        levels.insert(look, level);
    }
    levels
}

/// Whether the first heading is the document's title: nothing else is set as large, and the
/// bookmarks do not count it among the headings.
pub(super) fn has_title(headings: &[Heading]) -> bool {
    headings.split_first().is_some_and(|(first, rest)| {
        first.level.is_none()
            && !rest.is_empty()
            && rest.iter().all(|other| other.look.size > first.look.size)
    })
}

/// Deeper levels say nothing.
const LEVEL_MAX: u32 = 6;

#[expect(clippy::cast_possible_truncation, reason = "saturates; sizes are small")]
fn half_points(size: f32) -> i32 {
    (size * 2.0).round() as i32
}

const CAPTIONED: [&str; 12] = [
    "table",
    "figure",
    "fig",
    "listing",
    "tabelle",
    "abbildung",
    "abb",
    "tab",
    "tableau",
    "tabla",
    "figura",
    "chart",
];

/// `Table 3: …`, `Fig. 2. …`.
pub(super) fn is_caption(text: &str) -> bool {
    let mut words = text.split(' ');
    let (Some(word), Some(number)) = (words.next(), words.next()) else { return false };
    let word = word.trim_end_matches('.').to_lowercase();
    let digits = number.trim_end_matches([':', '.']);
    CAPTIONED.contains(&word.as_str())
        && number.len() > digits.len()
        && !digits.is_empty()
        && digits.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | '-'))
}
