//! Dates, times and durations: numbers that count days.

use std::fmt::Write as _;

/// A day in milliseconds, which is as fine as Excel counts.
const DAY: i64 = 86_400_000;
/// Days from 1970-01-01 back to the first day of each of the two systems.
const EPOCH_1900: i64 = -25_569;
const EPOCH_1904: i64 = -24_107;

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

/// A point in time, as a calendar and a clock show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    year: i64,
    month: u8,
    day: u8,
    weekday: u8,
    /// Milliseconds since midnight.
    clock: i64,
    /// There is no day, only a time.
    is_time: bool,
}

impl Moment {
    /// What a number of days stands for; none if it is no date that Excel knows.
    pub(super) fn of(days: f64, is_1904: bool) -> Option<Self> {
        // From the year 100 to 9999.
        if !(-657_000.0..2_958_466.0).contains(&days) {
            return None;
        }
        let whole = days.floor();
        let clock = ((days - whole) * DAY as f64).round() as i64;
        if whole == 0.0 && clock < DAY {
            return Some(Self { is_time: true, ..Self::at(0, clock) });
        }
        // Before March 1900 days are counted as if that year had a 29th of February.
        let missing = i64::from(!is_1904 && days > 0.0 && days < 60.0);
        let epoch = if is_1904 { EPOCH_1904 } else { EPOCH_1900 };
        let clock = (epoch + whole as i64 + missing) * DAY + clock;
        Some(Self::at(clock.div_euclid(DAY), clock.rem_euclid(DAY)))
    }

    /// Reads `2024-01-31` or `2024-01-31T23:59:59.999`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (date, time) = name.split_once('T').unwrap_or((name, "0:0"));
        let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let is_known = (1..=9999).contains(&year) && (1..=12).contains(&month);
        if !is_known || !(1..=31).contains(&day) {
            return None;
        }
        let mut parts = time.trim_end_matches('Z').splitn(3, ':');
        let mut next = |end: f64| {
            let part: f64 = parts.next().unwrap_or("0").parse().ok()?;
            Some(part).filter(|part| (0.0..end).contains(part))
        };
        let (hours, minutes, seconds) = (next(24.0)?, next(60.0)?, next(60.0)?);
        let clock = (((hours * 60.0 + minutes) * 60.0 + seconds) * 1000.0).round() as i64;
        Some(Self::at(days_until(year, month) + day - 1, clock.min(DAY - 1)))
    }

    /// `days` since 1970-01-01.
    fn at(days: i64, clock: i64) -> Self {
        // Years of a calendar that begins in March, so that a leap day is the last of its year.
        let since = days + 719_468;
        let (era, of_era) = (since.div_euclid(146_097), since.rem_euclid(146_097));
        let years = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * years + years / 4 - years / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let year = era * 400 + years + i64::from(month >= 10);
        let month = (month + 2) % 12 + 1;
        let weekday = (days + 3).rem_euclid(7);
        let [month, day, weekday] = [month, day, weekday].map(|n| u8::try_from(n).unwrap_or(1));
        Self { year, month, day, weekday, clock, is_time: false }
    }

    /// As databases write it.
    pub(super) fn iso(&self) -> String {
        let Self { year, month, day, .. } = self;
        let date = if self.is_time { String::new() } else { format!("{year:04}-{month:02}-{day:02} ") };
        date + &self.iso_time()
    }

    fn iso_date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    fn iso_time(&self) -> String {
        let (hours, minutes, seconds) = self.hands();
        format!("{hours:02}:{minutes:02}:{seconds:02}{}", fraction(self.clock % 1000))
    }

    fn hands(&self) -> (i64, i64, i64) {
        (self.clock / 3_600_000, self.clock / 60_000 % 60, self.clock / 1000 % 60)
    }
}

/// Days from 1970-01-01 to the first of a month.
fn days_until(year: i64, month: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 - 719_468
}

fn fraction(milliseconds: i64) -> String {
    if milliseconds == 0 { String::new() } else { format!(".{milliseconds:03}000") }
}

/// How long a number of days is: `1 day, 2:07:00`.
pub(super) fn duration(days: f64) -> Option<String> {
    let clock = Some(days * DAY as f64).filter(|clock| clock.abs() < 1e15)?.round() as i64;
    let (days, clock) = (clock.div_euclid(DAY), clock.rem_euclid(DAY));
    let (hours, minutes, seconds) = (clock / 3_600_000, clock / 60_000 % 60, clock / 1000 % 60);
    let days = match days {
        0 => String::new(),
        1 | -1 => format!("{days} day, "),
        _ => format!("{days} days, "),
    };
    Some(format!("{days}{hours}:{minutes:02}:{seconds:02}{}", fraction(clock % 1000)))
}

/// A format of dates, piece by piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Formats that depend on the reader's country, and those that are not known here.
    Iso,
    IsoDate,
    Pieces(Vec<Piece>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    /// Digits of a part of a date, at least so many.
    Digits(Unit, usize),
    Month { is_short: bool },
    Weekday { is_short: bool },
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
        match code.to_ascii_lowercase().as_str() {
            "mm-dd-yy" => Self::IsoDate,
            "m/d/yy h:mm" => Self::Iso,
            _ => pieces(code).map_or(Self::Iso, Self::Pieces),
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
