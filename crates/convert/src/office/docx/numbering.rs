//! Numbers and bullets: what lists count, and how they write it.

use std::collections::{BTreeMap, HashMap};

use crate::office::tree::Element;

use super::counting::{Format, written};
use super::styles::Styles;
use super::values::{indent, number, switch, value};

/// Levels of a list, by the standard.
const LEVELS: u8 = 9;

/// Characters around the counts of a level. Word bears 31.
const TEXT_MAX: usize = 64;

/// How far a list that is what a style says is followed.
const LINKS_MAX: usize = 4;

/// The lists of a document, and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    definitions: Vec<Definition>,
    nums: HashMap<u32, Num>,
}

/// A list as paragraphs name it (`w:num`). Those of one definition count on from each other.
#[derive(Debug, Default)]
struct Num {
    definition: usize,
    levels: BTreeMap<u8, Level>,
    /// Where a level begins anew when this list first counts on it.
    starts: BTreeMap<u8, u32>,
}

/// How a list looks (`w:abstractNum`).
#[derive(Debug, Default)]
struct Definition {
    levels: BTreeMap<u8, Level>,
    counters: [Option<u32>; LEVELS as usize],
    /// The style that says how it looks instead.
    style: Option<String>,
}

#[derive(Debug, Clone)]
struct Level {
    format: Format,
    /// Such as `%1.%2)`.
    text: String,
    start: u32,
    /// The level, from 1, behind which it begins anew; 0 if it never does.
    restart: Option<u8>,
    is_legal: bool,
    indent: Option<i32>,
}

/// What stands in front of a paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Number {
    /// As it is shown; nothing if it does not count.
    pub(super) text: String,
    /// The same without the full stop that closes plain numbers: `1.2` of `1.2.`
    pub(super) bare: String,
    pub(super) indent: Option<i32>,
}

impl Numbering {
    pub(super) fn read(root: Element<'_>, styles: &Styles) -> Self {
        let mut places = HashMap::new();
        let mut numbering = Self::default();
        for element in root.children().filter(|child| child.is("abstractNum")) {
            let Some(id) = element.attribute("abstractNumId") else { continue };
            places.insert(id, numbering.definitions.len());
            numbering.definitions.push(Definition {
                levels: levels(element),
                counters: Default::default(),
                style: value(element, "numStyleLink").map(Into::into),
            });
        }
        for element in root.children().filter(|child| child.is("num")) {
            let id = element.attribute("numId").and_then(|id| id.trim().parse().ok());
            let place = value(element, "abstractNumId").and_then(|id| places.get(&id).copied());
            if let (Some(id), Some(definition)) = (id, place) {
                numbering.nums.insert(id, Num::read(element, definition));
            }
        }
        numbering.follow_links(styles);
        numbering
    }

    /// Lists that look as a style says are those of the style.
    fn follow_links(&mut self, styles: &Styles) {
        let linked = |at: usize| {
            let definition = self.definitions.get(at)?;
            let style = definition.style.as_ref().filter(|_| definition.levels.is_empty())?;
            Some(self.nums.get(&styles.style(Some(style)).num?)?.definition)
        };
        let ends: Vec<usize> = (0..self.definitions.len())
            .map(|at| {
                let steps = std::iter::successors(Some(at), |at| linked(*at));
                steps.take(LINKS_MAX).last().unwrap_or(at)
            })
            .collect();
        for num in self.nums.values_mut() {
            num.definition = ends.get(num.definition).copied().unwrap_or(num.definition);
        }
    }

    /// Counts one more paragraph of a list; none if there is no such list.
    pub(super) fn next(&mut self, num: u32, level: u8) -> Option<Number> {
        let num = self.nums.get_mut(&num)?;
        let definition = self.definitions.get_mut(num.definition)?;
        let level = level.min(LEVELS - 1);
        let Definition { levels, counters, .. } = definition;
        let of = |level: u8| num.levels.get(&level).or_else(|| levels.get(&level));
        let start = num.starts.remove(&level);
        for (at, counter) in (0..LEVELS).zip(counters.iter_mut()) {
            if at == level {
                let begin = || of(level).map_or(1, |level| level.start);
                let next = counter.map_or_else(begin, |count| count.saturating_add(1));
                *counter = Some(start.unwrap_or(next));
            } else if at > level {
                match of(at).and_then(|level| level.restart) {
                    Some(behind) if level >= behind => {}
                    _ => *counter = None,
                }
            }
        }
        let own = of(level)?;
        let count = |at: u8| {
            let (level, counter) = (of(at)?, counters.get(usize::from(at))?);
            let format = if own.is_legal { Format::Decimal } else { level.format };
            Some(written(counter.unwrap_or(level.start), format))
        };
        Some(own.number(count))
    }
}

impl Num {
    fn read(element: Element<'_>, definition: usize) -> Self {
        let mut num = Self { definition, ..Self::default() };
        for change in element.children().filter(|child| child.is("lvlOverride")) {
            let at = change.attribute("ilvl").and_then(|at| at.trim().parse().ok());
            let Some(at) = at.filter(|at| *at < LEVELS) else { continue };
            if let Some(start) = number(change, "startOverride") {
                num.starts.insert(at, start);
            }
            num.levels.extend(change.child("lvl").map(|level| (at, Level::read(level))));
        }
        num
    }
}

fn levels(element: Element<'_>) -> BTreeMap<u8, Level> {
    let levels = element.children().filter(|child| child.is("lvl"));
    let levels = levels.filter_map(|level| {
        let at = level.attribute("ilvl")?.trim().parse().ok()?;
        (at < LEVELS).then(|| (at, Level::read(level)))
    });
    levels.collect()
}

impl Level {
    fn read(level: Element<'_>) -> Self {
        Self {
            format: value(level, "numFmt").map_or(Format::Decimal, |name| Format::of(&name)),
            text: value(level, "lvlText").unwrap_or_default().chars().take(TEXT_MAX).collect(),
            start: number(level, "start").unwrap_or(1),
            restart: number(level, "lvlRestart"),
            is_legal: switch(level, "isLgl").unwrap_or(false),
            indent: level.child("pPr").and_then(indent),
        }
    }

    /// Its text, with the counts of levels in place of `%1` to `%9`.
    fn number(&self, count: impl Fn(u8) -> Option<String>) -> Number {
        let mut number = Number { indent: self.indent, ..Number::default() };
        if self.format == Format::Bullet {
            return number;
        }
        let mut is_plain = true;
        let mut pieces = self.text.split('%');
        number.text.extend(pieces.next());
        for piece in pieces {
            let digit = piece.chars().next().and_then(|digit| digit.to_digit(10));
            let at = digit.and_then(|digit| u8::try_from(digit).ok()?.checked_sub(1));
            let Some(at) = at else {
                number.text.push('%');
                number.text.push_str(piece);
                is_plain = false;
                continue;
            };
            let behind = piece.get(1..).unwrap_or_default();
            is_plain &= behind.chars().all(|letter| matches!(letter, '.' | ' '));
            number.text.extend(count(at));
            number.text.push_str(behind);
        }
        is_plain &= self.text.starts_with('%');
        let plain = number.text.trim_end_matches(['.', ' ']);
        number.bare = if is_plain { plain } else { number.text.trim() }.to_owned();
        number
    }
}
