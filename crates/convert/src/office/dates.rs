//! Dates, times and durations: numbers that count days, in cells and in charts.

/// A day in milliseconds, which is as fine as Excel counts.
const DAY: i64 = 86_400_000;
/// Days from 1970-01-01 back to the first day of each of the two systems.
const EPOCH_1900: i64 = -25_569;
const EPOCH_1904: i64 = -24_107;

/// A point in time, as a calendar and a clock show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: i64,
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) weekday: u8,
    /// Milliseconds since midnight.
    clock: i64,
    /// There is no day, only a time.
    pub(super) is_time: bool,
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
        let date =
            if self.is_time { String::new() } else { format!("{year:04}-{month:02}-{day:02} ") };
        date + &self.iso_time()
    }

    pub(super) fn iso_date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// The date alone where it has no time.
    pub(super) fn shortest(&self) -> String {
        if self.clock == 0 && !self.is_time { self.iso_date() } else { self.iso() }
    }

    fn iso_time(&self) -> String {
        let (hours, minutes, seconds) = self.hands();
        format!("{hours:02}:{minutes:02}:{seconds:02}{}", fraction(self.clock % 1000))
    }

    /// Hours, minutes and seconds.
    pub(super) fn hands(&self) -> (i64, i64, i64) {
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

/// What a format shows numbers as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Date,
    Duration,
}

/// What a format is about, told by its first section: days and hours have letters of their own,
/// outside of quotes and brackets.
pub(super) fn kind(format: &str) -> Kind {
    let mut kind = Kind::Number;
    let section = format.split(';').next().unwrap_or_default().to_ascii_lowercase();
    let mut rest = section.as_str();
    while let Some(letter) = rest.chars().next() {
        let behind = &rest[letter.len_utf8()..];
        rest = match letter {
            '"' => behind.split_once('"').map_or(behind, |(_, behind)| behind),
            '[' => match behind.split_once(']') {
                Some(("h" | "hh" | "m" | "mm" | "s" | "ss", _)) => return Kind::Duration,
                Some((_, behind)) => behind,
                None => behind,
            },
            '\\' | '_' | '*' => {
                behind.get(behind.chars().next().map_or(0, char::len_utf8)..).unwrap_or("")
            }
            'd' | 'm' | 'h' | 'y' | 's' => {
                kind = Kind::Date;
                behind
            }
            _ => behind,
        };
    }
    kind
}
