//! Recovery as a transcript, and its law: no block is lost or handled twice.

use gloss_llm::CallError;
use gloss_llm::unpack::{BlockOutcome, ReplyIssue, Unpacked};
use proptest::prelude::*;
use serde_json::json;

use super::{Aftermath, after_error, after_reply};

fn show(after: &Aftermath) -> String {
    let mut lines = Vec::new();
    for (index, _) in &after.answered {
        lines.push(format!("{index} answered"));
    }
    for (index, ending, why) in &after.ended {
        lines.push(format!("{index} {ending:?}: {}: {}", why.kind, why.message));
    }
    for pack in &after.again {
        let blocks: Vec<String> = pack
            .iter()
            .map(|again| match &again.feedback {
                Some(feedback) => format!("{} ({feedback})", again.index),
                None => again.index.to_string(),
            })
            .collect();
        lines.push(format!("again {}", blocks.join(" ")));
    }
    lines.join("\n")
}

fn reply(outcomes: &str, issue: Option<ReplyIssue>) -> Unpacked {
    let outcome = |c| match c {
        '+' => BlockOutcome::Ok(json!({})),
        '-' => BlockOutcome::Missing,
        '!' => BlockOutcome::Invalid { message: "/score: too high".to_owned() },
        _ => BlockOutcome::Conflict,
    };
    let outcomes = outcomes.chars().enumerate().map(|(i, c)| (i as u32, outcome(c))).collect();
    Unpacked { outcomes, strays: 0, issue }
}

#[test]
fn only_what_is_not_usable_is_asked_again() {
    insta::assert_snapshot!(show(&after_reply(reply("++-+-", None), 0)), @"
    0 answered
    1 answered
    3 answered
    again 2 4
    ");
    insta::assert_snapshot!(show(&after_reply(reply("+!x", None), 0)), @"
    0 answered
    again 1 (/score: too high)
    again 2 (two results for this block contradicted each other)
    ");
}

#[test]
fn a_pack_that_fails_whole_is_halved_and_then_taken_apart() {
    let refused = Some(ReplyIssue::Refused);
    insta::assert_snapshot!(show(&after_reply(reply("-----", refused), 0)), @"
    again 0 1 2
    again 3 4
    ");
    insta::assert_snapshot!(show(&after_reply(reply("-----", refused), 2)), @"
    again 0
    again 1
    again 2
    again 3
    again 4
    ");
}

#[test]
fn only_a_block_that_fails_alone_spends_an_attempt() {
    let one = |outcome, issue| show(&after_reply(reply(outcome, issue), 3));
    insta::assert_snapshot!(one("!", None), @"0 Unusable: unusable: /score: too high");
    insta::assert_snapshot!(one("-", Some(ReplyIssue::Truncated)), @"0 Unusable: unusable: the answer did not fit into the output limit");
}

#[test]
fn every_error_has_one_ending() {
    let message = || "…".to_owned();
    let errors = [
        CallError::InvalidKey { message: message() },
        CallError::NoCredit { message: message() },
        CallError::RateLimited { message: message(), retry_after_ms: Some(2000) },
        CallError::Unavailable { status: 529, message: message(), retry_after_ms: None },
        CallError::Timeout { seconds: 300 },
        CallError::Connection { message: message() },
        CallError::Unreadable { message: message() },
        CallError::PromptTooLong { message: message() },
        CallError::Rejected { status: 404, message: message() },
    ];
    let table: Vec<String> =
        errors.iter().map(|error| show(&after_error(&[7], 0, error))).collect();
    insta::assert_snapshot!(table.join("\n"), @"
    7 Released(InvalidApiKey): invalid_key: the provider refused the API key: …
    7 Released(InsufficientCredit): no_credit: the provider account has no credit: …
    7 Deferred { retry_after_ms: Some(2000) }: rate_limited: the provider limits the rate: …
    7 Deferred { retry_after_ms: None }: unavailable: the provider failed with status 529: …
    7 Deferred { retry_after_ms: None }: timeout: no answer within 300 s
    7 Deferred { retry_after_ms: None }: connection: cannot reach the provider: …
    7 Deferred { retry_after_ms: None }: unreadable: the provider's answer is not readable: …
    7 Impossible: prompt_too_long: the prompt is too long: …
    7 Unusable: rejected: the provider rejected the request with status 404: …
    ");
    let refused = CallError::Rejected { status: 400, message: message() };
    insta::assert_snapshot!(show(&after_error(&[7, 8], 0, &refused)), @"
    again 7
    again 8
    ");
    let long = CallError::PromptTooLong { message: message() };
    insta::assert_snapshot!(show(&after_error(&[7, 8, 9], 0, &long)), @"
    again 7 8
    again 9
    ");
}

proptest! {
    #[test]
    fn every_block_is_in_exactly_one_place(outcomes in "[-+!x]{1,40}", depth in 0u32..6) {
        let asked = outcomes.len();
        let after = after_reply(reply(&outcomes, None), depth);
        let mut all: Vec<u32> = after.answered.iter().map(|(i, _)| *i)
            .chain(after.ended.iter().map(|(i, ..)| *i))
            .chain(after.again.iter().flatten().map(|again| again.index))
            .collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..asked as u32).collect::<Vec<_>>());
        // Every pack that is sent again is smaller, so that recovery ends.
        prop_assert!(after.again.iter().all(|pack| pack.len() < asked));
    }
}
