//! Days as numbers, as sheets and charts keep them.

/// Whether numbers in a format are shown as dates: it has days or years in it, or months and no
/// time. What stands in quotes, brackets or behind a backslash is no part of the date.
pub(super) fn is_date(format: &str) -> bool {
    let mut codes = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => letters.by_ref().take_while(|letter| *letter != '"').for_each(drop),
            '[' => letters.by_ref().take_while(|letter| *letter != ']').for_each(drop),
            '\\' | '_' | '*' => drop(letters.next()),
            letter => codes.push(letter.to_ascii_lowercase()),
        }
    }
    let has = |code: char| codes.contains(code);
    !codes.starts_with("general") && (has('d') || has('y') || (has('m') && !has('h') && !has('s')))
}

/// A day as ISO 8601 writes it, with its time if it has one. None for what is no day.
pub(super) fn iso(serial: &str, since_1904: bool) -> Option<String> {
    /// 9999-12-31 and a bit.
    const LAST: f64 = 2_958_466.0;
    let serial: f64 = serial.trim().parse().ok()?;
    if !(0.0..LAST).contains(&serial) {
        return None;
    }
    let seconds = (serial * 86_400.0).round() as i64;
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    // Days since 1970-01-01. Sheets count a 29 February 1900, which never was, as day 60.
    let days = match since_1904 {
        true => days - 24_107,
        false if days < 60 => days - 25_568,
        false => days - 25_569,
    };
    let (year, month, day) = civil(days);
    let date = format!("{year:04}-{month:02}-{day:02}");
    if time == 0 {
        return Some(date);
    }
    let (hours, minutes, seconds) = (time / 3600, time / 60 % 60, time % 60);
    Some(format!("{date}T{hours:02}:{minutes:02}:{seconds:02}"))
}

/// Year, month and day of a day since 1970-01-01, in the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    // From 0000-03-01, so that the odd day of leap years comes last.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, (month + 2) % 12 + 1);
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{is_date, iso};

    #[test]
    fn formats_of_dates() {
        let dates = ["m/d/yyyy", "mmm\\-yy", "[$-409]d-mmm", "mmmm", "YYYY"];
        let others = ["General", "0.00", "#,##0 \"days\"", "h:mm", "[Red]0", "mm:ss", "", "\\d0"];
        assert!(dates.into_iter().all(is_date));
        assert!(!others.into_iter().any(is_date));
    }

    #[test]
    fn days() {
        let told = ["0", "59", "61", "45292", "45292.5", "2958465", "2958466", "-1", "x", "NaN"]
            .map(|serial| iso(serial, false).unwrap_or_default());
        insta::assert_snapshot!(told.join("\n"), @"
        1899-12-31
        1900-02-28
        1900-03-01
        2024-01-01
        2024-01-01T12:00:00
        9999-12-31
        ");
        assert_eq!(iso("0", true).as_deref(), Some("1904-01-01"));
    }
}
