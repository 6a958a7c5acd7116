//! Bullets and numbers of paragraphs.

use crate::office::tree::Element;

/// What stands before a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    /// Nothing, and so it is no list item.
    Nothing,
    Bullet,
    Number(Numbering),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numbering {
    script: Script,
    brackets: (&'static str, &'static str),
    first: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Arabic,
    Letters,
    Roman,
    /// In capitals.
    CapitalLetters,
    CapitalRoman,
}

impl Marker {
    /// What properties of a paragraph, or of a level of them, say; none if nothing.
    pub(super) fn of(properties: Element<'_>) -> Option<Self> {
        properties.children().find_map(|said| match said.name() {
            "buNone" => Some(Self::Nothing),
            "buChar" | "buBlip" => Some(Self::Bullet),
            "buAutoNum" => Some(Self::Number(Numbering::of(said))),
            _ => None,
        })
    }
}

impl Numbering {
    fn of(said: Element<'_>) -> Self {
        let kind = said.attribute("type").unwrap_or_default();
        let script = match kind.as_ref() {
            kind if kind.starts_with("alphaLc") => Script::Letters,
            kind if kind.starts_with("alphaUc") => Script::CapitalLetters,
            kind if kind.starts_with("romanLc") => Script::Roman,
            kind if kind.starts_with("romanUc") => Script::CapitalRoman,
            _ => Script::Arabic,
        };
        let brackets = match kind.as_ref() {
            kind if kind.ends_with("ParenBoth") => ("(", ")"),
            kind if kind.ends_with("ParenR") => ("", ")"),
            kind if kind.ends_with("Plain") => ("", ""),
            _ => ("", "."),
        };
        let first = said.attribute("startAt").and_then(|first| first.parse().ok()).unwrap_or(1);
        Self { script, brackets, first }
    }

    /// How the paragraph is numbered before which stand so many of the same numbering.
    pub(super) fn number(self, before: u32) -> String {
        let number = self.first.saturating_add(before);
        let (open, close) = self.brackets;
        let number = match self.script {
            Script::Arabic => number.to_string(),
            Script::Letters => letters(number),
            Script::CapitalLetters => letters(number).to_ascii_uppercase(),
            Script::Roman => roman(number),
            Script::CapitalRoman => roman(number).to_ascii_uppercase(),
        };
        format!("{open}{number}{close}")
    }
}

/// `a` to `z`, then `aa`.
fn letters(mut number: u32) -> String {
    let mut letters = Vec::new();
    while number > 0 {
        letters.extend(char::from_digit((number - 1) % 26 + 10, 36));
        number = (number - 1) / 26;
    }
    letters.into_iter().rev().collect()
}

fn roman(number: u32) -> String {
    /// What comes after is written with lines above letters.
    const LAST: u32 = 3999;
    const STEPS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number > LAST {
        return number.to_string();
    }
    let (mut left, mut said) = (number, String::new());
    for (value, letters) in STEPS {
        while left >= value {
            said.push_str(letters);
            left -= value;
        }
    }
    said
}

/// The markers of the nine levels that a list style may speak of.
#[derive(Debug, Default)]
pub(super) struct Levels([Option<Marker>; LEVELS]);

const LEVELS: usize = 9;

impl Levels {
    pub(super) fn read(style: Option<Element<'_>>) -> Self {
        let mut levels = Self::default();
        for said in style.into_iter().flat_map(Element::children) {
            let number = said.name().strip_prefix("lvl").and_then(|name| name.strip_suffix("pPr"));
            let level = number.and_then(|number| number.parse::<usize>().ok()?.checked_sub(1));
            if let Some(place) = level.and_then(|level| levels.0.get_mut(level)) {
                *place = place.or_else(|| Marker::of(said));
            }
        }
        levels
    }

    pub(super) fn at(&self, level: u8) -> Option<Marker> {
        self.0.get(usize::from(level)).copied().flatten()
    }
}

/// The level of a paragraph, from 0.
pub(super) fn level(properties: Option<Element<'_>>) -> u8 {
    const LAST: u8 = 8;
    let level = properties.and_then(|said| said.attribute("lvl")?.parse().ok());
    level.unwrap_or(0).min(LAST)
}

#[cfg(test)]
mod tests {
    use super::{letters, roman};

    #[test]
    fn numbers() {
        assert_eq!([0, 1, 26, 27, 703].map(letters), ["", "a", "z", "aa", "aaa"]);
        assert_eq!([0, 4, 1994, 4000].map(roman), ["", "iv", "mcmxciv", "4000"]);
        assert!(letters(u32::MAX).len() < 9);
    }
}
