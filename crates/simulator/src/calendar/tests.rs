//! Dates that have gone wrong in other people's calendars.

use super::{http_date, rfc3339};

#[test]
fn spellings() {
    let all = [0, 784_111_777, 951_782_400, 4_107_542_399];
    let text: Vec<_> = all.map(|secs| format!("{} | {}", rfc3339(secs), http_date(secs))).into();
    insta::assert_snapshot!(text.join("\n"), @"
    1970-01-01T00:00:00Z | Thu, 01 Jan 1970 00:00:00 GMT
    1994-11-06T08:49:37Z | Sun, 06 Nov 1994 08:49:37 GMT
    2000-02-29T00:00:00Z | Tue, 29 Feb 2000 00:00:00 GMT
    2100-02-28T23:59:59Z | Sun, 28 Feb 2100 23:59:59 GMT
    ");
}
