//! An account's pace through good days and bad ones, as tables.

use std::fmt::Write as _;

use gloss_core_model::Timestamp;

use super::{Need, Pace};
use crate::limits::{Allowance, RateLimits};
use crate::provider::CallError;
use crate::request::{Reply, StopReason};

fn ok(limits: RateLimits) -> Result<Reply, CallError> {
    let (text, usage) = (String::new(), crate::Usage::default());
    Ok(Reply {
        text,
        stop: StopReason::Complete,
        usage,
        thinking_tokens: 0,
        provider_request_id: None,
        limits,
    })
}

fn refused(status: u16, retry_after_ms: Option<u64>) -> Result<Reply, CallError> {
    let message = String::new();
    Err(match status {
        429 => CallError::RateLimited { message, retry_after_ms },
        0 => CallError::Connection { message },
        _ => CallError::Unavailable { status, message, retry_after_ms },
    })
}

/// How many calls may start at once at a moment.
fn room(pace: &Pace, need: Need, now: i64) -> u32 {
    let mut pace = pace.clone();
    let mut room = 0;
    while room < 99 && pace.may_send(need, Timestamp(now)) {
        pace.sent(need, Timestamp(now));
        room += 1;
    }
    room
}

fn fly(pace: &mut Pace, calls: u32, result: &Result<Reply, CallError>, now: i64) {
    (0..calls).for_each(|_| pace.sent(Need::default(), Timestamp(now)));
    for _ in 0..calls {
        pace.landed(result.as_ref(), Timestamp(now), Timestamp(now), 1.0);
    }
}

#[test]
fn complaints_halve_what_flies_and_success_grows_it_again() {
    let mut pace = Pace::default();
    let mut table = format!("at first {}\n", room(&pace, Need::default(), 0));
    fly(&mut pace, 16, &refused(429, None), 0);
    let _ = writeln!(table, "after sixteen were refused {}", room(&pace, Need::default(), 0));
    for round in 1..=4 {
        let calls = room(&pace, Need::default(), round);
        fly(&mut pace, calls, &ok(RateLimits::default()), round);
        let _ = writeln!(table, "after {calls} went well {}", room(&pace, Need::default(), round));
    }
    fly(&mut pace, 2, &refused(529, Some(1000)), 9);
    let (then, later) = (room(&pace, Need::default(), 9), room(&pace, Need::default(), 1009));
    let _ = writeln!(table, "asked for a second of quiet {then}, a second later {later}");
    insta::assert_snapshot!(table, @r"
    at first 99
    after sixteen were refused 8
    after 8 went well 8
    after 8 went well 9
    after 9 went well 10
    after 10 went well 11
    asked for a second of quiet 0, a second later 1
    ");
}

#[test]
fn a_provider_that_is_away_is_tried_by_one_call_at_a_time() {
    let mut pace = Pace::default();
    let mut table = String::new();
    let mut now = 0;
    for failures in 1..=8 {
        fly(&mut pace, 1, &refused(0, None), now);
        let mut rest = 0;
        while room(&pace, Need::default(), now + rest) == 0 {
            rest += 1;
        }
        now += rest;
        let room = room(&pace, Need::default(), now);
        let _ = writeln!(table, "{failures} failures: {room} after {rest} ms");
    }
    fly(&mut pace, 1, &ok(RateLimits::default()), now);
    let _ = writeln!(table, "back: {}", room(&pace, Need::default(), now));
    insta::assert_snapshot!(table, @r"
    1 failures: 99 after 0 ms
    2 failures: 99 after 0 ms
    3 failures: 99 after 0 ms
    4 failures: 99 after 0 ms
    5 failures: 1 after 250 ms
    6 failures: 1 after 500 ms
    7 failures: 1 after 1000 ms
    8 failures: 1 after 2000 ms
    back: 99
    ");
}

#[test]
fn what_the_headers_leave_is_what_is_sent() {
    let mut pace = Pace::default();
    let limits = RateLimits {
        requests: Some(Allowance { limit: 50, remaining: 10, full_in_ms: 40_000 }),
        input_tokens: Some(Allowance { limit: 10_000, remaining: 4000, full_in_ms: 60_000 }),
        ..RateLimits::default()
    };
    fly(&mut pace, 1, &ok(limits), 0);
    let mut table = String::new();
    for (tokens, now) in [(100, 0), (1000, 0), (1000, 10_000), (1000, 60_000), (20_000, 60_000)] {
        let need = Need { input_tokens: tokens, output_tokens: 7 };
        let calls = room(&pace, need, now);
        let _ = writeln!(table, "{calls} calls of {tokens} tokens after {now} ms");
    }
    insta::assert_snapshot!(table, @"
    10 calls of 100 tokens after 0 ms
    4 calls of 1000 tokens after 0 ms
    5 calls of 1000 tokens after 10000 ms
    10 calls of 1000 tokens after 60000 ms
    1 calls of 20000 tokens after 60000 ms
    ");
}

#[test]
fn no_bucket_stays_empty() {
    let mut pace = Pace::default();
    let full = Some(Allowance { limit: 8000, remaining: 8000, full_in_ms: 0 });
    fly(&mut pace, 1, &ok(RateLimits { output_tokens: full, ..RateLimits::default() }), 0);
    let need = Need { input_tokens: 1, output_tokens: 3000 };
    let mut table = format!("{} at first\n", room(&pace, need, 0));
    // Held back again and again: nothing is taken.
    for _ in 0..9 {
        pace.sent(need, Timestamp(0));
        pace.not_sent(need);
    }
    let _ = writeln!(table, "{} after being held back", room(&pace, need, 0));
    // Sent, and never answered: the limit fills by the minute all the same.
    for _ in 0..2 {
        pace.sent(need, Timestamp(0));
        pace.landed(refused(500, None).as_ref(), Timestamp(0), Timestamp(0), 1.0);
    }
    let (then, later) = (room(&pace, need, 0), room(&pace, need, 60_000));
    let _ = writeln!(table, "{then} after two that failed, {later} a minute later");
    insta::assert_snapshot!(table, @"
    2 at first
    2 after being held back
    0 after two that failed, 2 a minute later
    ");
}
