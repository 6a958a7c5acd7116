//! Formats of dates and times, piece by piece.

use std::fmt::Write as _;

use crate::office::dates::Moment;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What a format shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    /// For formats that depend on the reader's country, and those that are not known here.
    Iso,
    /// The same of those that show no time.
    IsoDate,
    Pieces(Vec<Piece>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    /// Digits of a part of a date, at least so many.
    Digits(Unit, usize),
    Month {
        is_short: bool,
    },
    Weekday {
        is_short: bool,
    },
    /// AM or PM.
    Half,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Year,
    Month,
    Day,
    Hour,
    /// From 1 to 12.
    HalfHour,
    Minute,
    Second,
}

impl Pattern {
    pub(super) fn of(code: &str) -> Self {
        // What it does with text is no matter of dates.
        let code = code.strip_suffix(";@").unwrap_or(code);
        match code.to_ascii_lowercase().as_str() {
            "mm-dd-yy" => Self::IsoDate,
            "m/d/yy h:mm" => Self::Iso,
            lower => match pieces(code) {
                Some(pieces) => Self::Pieces(pieces),
                None if lower.contains(['h', 's']) => Self::Iso,
                None => Self::IsoDate,
            },
        }
    }

    pub(super) fn show(&self, moment: &Moment) -> String {
        match self {
            Self::IsoDate if !moment.is_time => moment.iso_date(),
            Self::Pieces(pieces) if !(moment.is_time && pieces.iter().any(Piece::is_of_day)) => {
                let mut shown = String::new();
                for piece in pieces {
                    piece.show(moment, &mut shown);
                }
                shown
            }
            _ => moment.iso(),
        }
    }
}

impl Piece {
    fn is_of_day(&self) -> bool {
        match self {
            Self::Digits(unit, _) => matches!(unit, Unit::Year | Unit::Month | Unit::Day),
            Self::Month { .. } | Self::Weekday { .. } => true,
            Self::Literal(_) | Self::Half => false,
        }
    }

    fn show(&self, moment: &Moment, shown: &mut String) {
        let (hours, minutes, seconds) = moment.hands();
        let name = |names: &[&'static str], at: u8, is_short: bool| {
            let name = names.get(usize::from(at)).copied().unwrap_or_default();
            if is_short { name.get(..3).unwrap_or(name) } else { name }
        };
        match self {
            Self::Literal(text) => shown.push_str(text),
            Self::Half => shown.push_str(if hours < 12 { "AM" } else { "PM" }),
            Self::Month { is_short } => shown.push_str(name(&MONTHS, moment.month - 1, *is_short)),
            Self::Weekday { is_short } => {
                shown.push_str(name(&WEEKDAYS, moment.weekday, *is_short));
            }
            Self::Digits(unit, width) => {
                let number = match unit {
                    Unit::Year if *width == 2 => moment.year.rem_euclid(100),
                    Unit::Year => moment.year,
                    Unit::Month => i64::from(moment.month),
                    Unit::Day => i64::from(moment.day),
                    Unit::Hour => hours,
                    Unit::HalfHour => (hours + 11) % 12 + 1,
                    Unit::Minute => minutes,
                    Unit::Second => seconds,
                };
                let _ = write!(shown, "{number:0width$}");
            }
        }
    }
}

/// The pieces of a format; none if it has others than those known here.
fn pieces(code: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let taken;
        let piece = match first {
            '"' => {
                let text = rest[1..].split_once('"')?.0;
                taken = text.len() + 2;
                Piece::Literal(text.to_owned())
            }
            '\\' => {
                let letter = rest[1..].chars().next()?;
                taken = 1 + letter.len_utf8();
                Piece::Literal(letter.into())
            }
            ' ' | ':' | '/' | '.' | ',' | '-' => {
                taken = 1;
                Piece::Literal(first.into())
            }
            _ if rest.get(..5).is_some_and(|half| half.eq_ignore_ascii_case("am/pm")) => {
                taken = 5;
                Piece::Half
            }
            _ => {
                let same = |letter: &char| letter.eq_ignore_ascii_case(&first);
                taken = rest.chars().take_while(same).count();
                letters(first.to_ascii_lowercase(), taken)?
            }
        };
        rest = rest.get(taken..)?;
        pieces.push(piece);
    }
    settle(&mut pieces);
    Some(pieces)
}

fn letters(letter: char, count: usize) -> Option<Piece> {
    Some(match (letter, count) {
        ('y', 2 | 4) => Piece::Digits(Unit::Year, count),
        ('m', 1 | 2) => Piece::Digits(Unit::Month, count),
        ('d', 1 | 2) => Piece::Digits(Unit::Day, count),
        ('h', 1 | 2) => Piece::Digits(Unit::Hour, count),
        ('s', 1 | 2) => Piece::Digits(Unit::Second, count),
        ('m', 3 | 4) => Piece::Month { is_short: count == 3 },
        ('d', 3 | 4) => Piece::Weekday { is_short: count == 3 },
        _ => return None,
    })
}

/// `m` beside hours or seconds are minutes; hours beside AM and PM go to 12.
fn settle(pieces: &mut [Piece]) {
    let is_halved = pieces.contains(&Piece::Half);
    let mut said: Vec<&mut Piece> =
        pieces.iter_mut().filter(|piece| !matches!(piece, Piece::Literal(_))).collect();
    for at in 0..said.len() {
        let unit = |at: Option<usize>| match at.and_then(|at| said.get(at)) {
            Some(Piece::Digits(unit, _)) => Some(*unit),
            _ => None,
        };
        let before = unit(at.checked_sub(1));
        let is_minute = matches!(before, Some(Unit::Hour | Unit::HalfHour))
            || unit(at.checked_add(1)) == Some(Unit::Second);
        match said.get_mut(at) {
            Some(Piece::Digits(unit @ Unit::Month, _)) if is_minute => *unit = Unit::Minute,
            Some(Piece::Digits(unit @ Unit::Hour, _)) if is_halved => *unit = Unit::HalfHour,
            _ => {}
        }
    }
}
