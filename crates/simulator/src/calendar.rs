//! Dates in the three spellings the wire needs, and the one place that reads the wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Seconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the simulator plays the provider: its header dates come from its own clock"
)]
pub(crate) fn now_secs() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// `2026-11-20`.
pub(crate) fn date(secs: u64) -> String {
    let (year, month, day) = civil(secs / DAY);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `08:49:37Z`.
pub(crate) fn time(secs: u64) -> String {
    format!("{}Z", clock(secs))
}

/// `2026-11-20T08:49:37Z`, as in the rate-limit headers.
pub(crate) fn rfc3339(secs: u64) -> String {
    format!("{}T{}", date(secs), time(secs))
}

/// `Fri, 20 Nov 2026 08:49:37 GMT`, as in `retry-after`.
pub(crate) fn http_date(secs: u64) -> String {
    let (year, month, day) = civil(secs / DAY);
    let weekday = WEEKDAYS[(secs / DAY % 7) as usize];
    let month = MONTHS[(month - 1) as usize];
    format!("{weekday}, {day:02} {month} {year:04} {} GMT", clock(secs))
}

fn clock(secs: u64) -> String {
    format!("{:02}:{:02}:{:02}", secs % DAY / 3600, secs % 3600 / 60, secs % 60)
}

/// Year, month and day of a day since 1970 (Howard Hinnant's `civil_from_days`).
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests;
