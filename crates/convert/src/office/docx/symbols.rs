//! Fonts whose letters are pictures: what their codes show.

/// A font of symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbols {
    Symbol,
    Wingdings,
    Wingdings2,
}

/// Codes from 0x20 to 0x7e of the font Symbol; a space where a code is what it is anywhere.
const GREEK: &str = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_\
    ‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";

/// Codes from 0xa1 of the font Symbol.
const MATHS: &str = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓";

/// What texts use of Wingdings.
const DINGBATS: &[(u32, char)] = &[
    (0x21, '✏'),
    (0x22, '✂'),
    (0x28, '☎'),
    (0x2a, '✉'),
    (0x46, '☞'),
    (0x4a, '☺'),
    (0x6c, '●'),
    (0x6e, '■'),
    (0x6f, '□'),
    (0x71, '❑'),
    (0x72, '❒'),
    (0x75, '◆'),
    (0x76, '❖'),
    (0x78, '☒'),
    (0x9f, '•'),
    (0xa7, '▪'),
    (0xa8, '◻'),
    (0xd8, '➢'),
    (0xdf, '←'),
    (0xe0, '→'),
    (0xe1, '↑'),
    (0xe2, '↓'),
    (0xe8, '➔'),
    (0xf0, '⇨'),
    (0xfb, '✗'),
    (0xfc, '✓'),
    (0xfd, '☒'),
    (0xfe, '☑'),
];

/// The same of Wingdings 2: ticks, crosses and boxes.
const TICKS: &[(u32, char)] =
    &[(0x4f, '✗'), (0x50, '✓'), (0x51, '☒'), (0x52, '☑'), (0x53, '☒'), (0x54, '☒'), (0xa3, '☐')];

impl Symbols {
    pub(super) fn of(font: &str) -> Option<Self> {
        match font {
            "Symbol" => Some(Self::Symbol),
            "Wingdings" => Some(Self::Wingdings),
            "Wingdings 2" => Some(Self::Wingdings2),
            _ => None,
        }
    }

    /// What a code shows. Fonts have their codes in the private use area too.
    pub(super) fn shown(self, letter: char) -> char {
        let code = u32::from(letter);
        let code = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
        let nth =
            |letters: &str, first: u32| letters.chars().nth(code.checked_sub(first)? as usize);
        let named = |all: &[(u32, char)]| {
            all.iter().find(|(known, _)| *known == code).map(|(_, shown)| *shown)
        };
        let found = match self {
            Self::Symbol => nth(GREEK, 0x20).or_else(|| nth(MATHS, 0xa1)),
            Self::Wingdings => named(DINGBATS),
            Self::Wingdings2 => named(TICKS),
        };
        found.unwrap_or(letter)
    }
}
