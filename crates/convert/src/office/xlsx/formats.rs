//! What a cell shows of its number: a date, an amount, a percentage, or the number itself.

use std::borrow::Cow;
use std::collections::HashMap;

use gloss_ingest::IngestError;

use super::amounts::Amount;
use super::date_formats::Pattern;
use crate::office::dates::{self, Kind, Moment};
use crate::office::package::Part;
use crate::office::tree::Element;

/// A little more than Excel takes. What a format says is said again for every cell.
const CODE_BYTES_MAX: usize = 512;

/// What a cell shows of a number is no longer, in bytes: a format is written once, and obeyed by
/// every cell.
const SHOWN_MAX: usize = 80;

/// The formats of a workbook, by the numbers of styles.
#[derive(Debug, Default)]
pub(super) struct Formats {
    formats: Vec<Format>,
    of_style: Vec<usize>,
    pub(super) is_1904: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Format {
    Plain,
    Date(Pattern),
    Duration,
    Amount(Amount),
}

impl Formats {
    /// # Errors
    /// XML that is broken.
    pub(super) fn read(part: &Part) -> Result<Self, IngestError> {
        let tree = part.tree()?;
        let Some(root) = tree.root() else { return Ok(Self::default()) };
        let number = |element: Element<'_>| element.attribute("numFmtId")?.parse::<u32>().ok();
        let own = root.child("numFmts").into_iter().flat_map(Element::children);
        let own: HashMap<u32, _> =
            own.filter_map(|it| Some((number(it)?, it.attribute("formatCode")?))).collect();
        let mut read = Self::default();
        let mut known = HashMap::new();
        for style in root.child("cellXfs").into_iter().flat_map(Element::children) {
            let number = number(style).unwrap_or(0);
            let at = *known.entry(number).or_insert_with(|| {
                read.formats.push(match own.get(&number) {
                    Some(code) => Format::of(code),
                    None => Format::built_in(number),
                });
                read.formats.len() - 1
            });
            read.of_style.push(at);
        }
        Ok(read)
    }

    fn of(&self, style: Option<usize>) -> &Format {
        let at = style.and_then(|style| self.of_style.get(style));
        at.and_then(|at| self.formats.get(*at)).unwrap_or(&Format::Plain)
    }

    /// A number as the file has it, in the format of a style.
    pub(super) fn number<'v>(&self, written: &'v str, style: Option<usize>) -> Cow<'v, str> {
        let written = written.trim();
        let format = self.of(style);
        if *format == Format::Plain && is_canonical(written) {
            return Cow::Borrowed(written);
        }
        let Some(number) = written.parse().ok().filter(|number: &f64| number.is_finite()) else {
            return Cow::Borrowed(written);
        };
        let shown = match format {
            Format::Plain => None,
            Format::Date(pattern) => {
                Moment::of(number, self.is_1904).map(|moment| pattern.show(&moment))
            }
            Format::Duration => dates::duration(number),
            Format::Amount(amount) => amount.show(number),
        };
        match shown.unwrap_or_else(|| plain(number)) {
            // `1E308` would be three hundred digits.
            shown if shown.len() > written.len().max(SHOWN_MAX) => Cow::Borrowed(written),
            shown => Cow::Owned(shown),
        }
    }

    /// A date as the file has it, in the format of a style.
    pub(super) fn date<'v>(&self, written: &'v str, style: Option<usize>) -> Cow<'v, str> {
        match (self.of(style), Moment::named(written.trim())) {
            (Format::Date(pattern), Some(moment)) => Cow::Owned(pattern.show(&moment)),
            _ => Cow::Borrowed(written),
        }
    }
}

/// Whether a number is written as it would be again.
fn is_canonical(written: &str) -> bool {
    let digits = written.as_bytes();
    let is_short = (1..=15).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    is_short && (digits[0] != b'0' || digits.len() == 1)
}

fn plain(number: f64) -> String {
    // Also minus zero.
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return (number as i64).to_string();
    }
    number.to_string()
}

impl Format {
    fn of(code: &str) -> Self {
        if code.trim().is_empty() || code.len() > CODE_BYTES_MAX {
            return Self::Plain;
        }
        match dates::kind(code) {
            Kind::Duration => Self::Duration,
            Kind::Date => Self::Date(Pattern::of(code)),
            Kind::Number => Amount::of(code).map_or(Self::Plain, Self::Amount),
        }
    }

    /// The formats that files name without describing them.
    fn built_in(number: u32) -> Self {
        let code = match number {
            5 | 6 => r##""$"#,##0_);("$"#,##0)"##,
            7 | 8 => r##""$"#,##0.00_);("$"#,##0.00)"##,
            9 => "0%",
            10 => "0.00%",
            14 => "mm-dd-yy",
            15 => "d-mmm-yy",
            16 => "d-mmm",
            17 => "mmm-yy",
            18 => "h:mm AM/PM",
            19 => "h:mm:ss AM/PM",
            20 => "h:mm",
            21 => "h:mm:ss",
            22 => "m/d/yy h:mm",
            45 => "mm:ss",
            46 => return Self::Duration,
            47 => "mmss.0",
            // Dates of East Asia.
            27..=36 | 50..=58 => return Self::Date(Pattern::Iso),
            _ => return Self::Plain,
        };
        Self::of(code)
    }
}
