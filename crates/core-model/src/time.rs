//! A moment, given by the caller: nothing below `app` asks what time it is.

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Reads RFC 3339 in UTC, such as `2026-11-20T09:30:00.25Z`; none for anything else.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let number = |text: &str| text.parse::<u32>().ok().map(i64::from);
        let mut date = date.splitn(3, '-').map(number);
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let mut time = time.splitn(3, ':').map(number);
        let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
        // Three digits of the fraction; a fraction of fewer is filled up.
        let ms = number(&format!("{fraction:0<3}")[..3])?;
        let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && year < 10_000;
        let seconds = hour * 3600 + minute * 60 + second;
        let fits = fits && hour < 24 && minute < 60 && second <= 60;
        fits.then(|| Self((days_from_civil(year, month, day) * 86_400 + seconds) * 1000 + ms))
    }

    /// RFC 3339 in UTC with milliseconds, such as `2026-11-20T09:30:00.000Z`.
    pub fn to_rfc3339(self) -> String {
        let (days, ms) = (self.0.div_euclid(86_400_000), self.0.rem_euclid(86_400_000));
        let (year, month, day) = civil_from_days(days);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1000)
    }
}

/// Gregorian date of a day count since 1970-01-01 (Howard Hinnant's `civil_from_days`).
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The inverse (Hinnant's `days_from_civil`).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn shows_known_moments() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_827_696_789, "2000-02-29T12:34:56.789Z"),
            (1_795_167_000_000, "2026-11-20T09:30:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp(ms).to_rfc3339(), text);
            let read = Timestamp::from_rfc3339(text);
            assert_eq!(read, Some(Timestamp(ms)), "{text}");
        }
    }

    #[test]
    fn reads_what_others_write() {
        let read = |text: &str| Timestamp::from_rfc3339(text).map(Timestamp::to_rfc3339);
        let shown = Some("2026-11-20T09:30:00.000Z".to_owned());
        assert_eq!(read("2026-11-20T09:30:00Z"), shown);
        assert_eq!(read("2026-11-20T09:30:00.5Z"), Some("2026-11-20T09:30:00.500Z".to_owned()));
        for text in ["", "soon", "2026-11-20", "2026-13-20T09:30:00Z", "2026-11-20T09:30:00+02:00"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
