//! The account over a sequence of calls, as a table.

use std::time::Duration;

use gloss_llm::anthropic::wire::MessagesRequest;
use serde_json::json;
use tokio::time::Instant;

use super::Cache;
use crate::dialect::anthropic::prompt;

struct Call<'a> {
    /// Seconds after the start: arrival, and the first byte of the answer.
    at: (u64, u64),
    key: &'a str,
    model: &'a str,
    prefix_chars: usize,
    ttl: Option<&'a str>,
}

const CALL: Call<'static> =
    Call { at: (0, 1), key: "k", model: "claude-sonnet-4-5", prefix_chars: 4_800, ttl: Some("5m") };

/// Plays arrivals and first bytes in the order of their time.
fn account(calls: &[Call<'_>]) -> String {
    let start = Instant::now();
    let mut cache = Cache::default();
    let mut steps: Vec<_> =
        (0..calls.len()).flat_map(|n| [(calls[n].at.0, 1, n), (calls[n].at.1, 0, n)]).collect();
    steps.sort_unstable();
    let mut lines = vec!["   arrives  begins  input  write  read".to_owned()];
    for (secs, step, n) in steps {
        let call = &calls[n];
        let now = start + Duration::from_secs(secs);
        let prompt = prompt(&request(call), call.key);
        if step == 0 {
            cache.begin(&prompt, now);
            continue;
        }
        let usage = cache.arrive(&prompt, now);
        lines.push(format!(
            "{n:2} {:6}s {:6}s {:6} {:6} {:5}  {} {} {}",
            call.at.0,
            call.at.1,
            usage.input_tokens,
            usage.cache_write_tokens,
            usage.cache_read_tokens,
            call.key,
            call.model,
            call.ttl.unwrap_or("-"),
        ));
    }
    lines.join("\n")
}

fn request(call: &Call<'_>) -> MessagesRequest {
    let control = call.ttl.map(|ttl| json!({"type": "ephemeral", "ttl": ttl}));
    // `[]` is the tools' JSON, two characters of the prefix.
    let system = json!([{
        "type": "text", "text": "x".repeat(call.prefix_chars - 2), "cache_control": control,
    }]);
    serde_json::from_value(json!({
        "model": call.model, "max_tokens": 100, "tools": [], "tool_choice": {"type": "auto"},
        "system": system, "messages": [{"role": "user", "content": "x".repeat(40)}],
    }))
    .unwrap()
}

#[test]
fn first_writes_others_read() {
    let calls = [(0, 2), (1, 3), (2, 3), (3, 4)].map(|at| Call { at, ..CALL });
    insta::assert_snapshot!(account(&calls), @"
      arrives  begins  input  write  read
    0      0s      2s     10   1200     0  k claude-sonnet-4-5 5m
    1      1s      3s     10   1200     0  k claude-sonnet-4-5 5m
    2      2s      3s     10      0  1200  k claude-sonnet-4-5 5m
    3      3s      4s     10      0  1200  k claude-sonnet-4-5 5m
    ");
}

#[test]
fn reads_prolong_and_silence_ends() {
    let at = [(0, 1), (300, 301), (599, 600), (900, 901), (1_000, 1_001)];
    insta::assert_snapshot!(account(&at.map(|at| Call { at, ..CALL })), @"
      arrives  begins  input  write  read
    0      0s      1s     10   1200     0  k claude-sonnet-4-5 5m
    1    300s    301s     10      0  1200  k claude-sonnet-4-5 5m
    2    599s    600s     10      0  1200  k claude-sonnet-4-5 5m
    3    900s    901s     10   1200     0  k claude-sonnet-4-5 5m
    4   1000s   1001s     10      0  1200  k claude-sonnet-4-5 5m
    ");
}

#[test]
fn one_hour() {
    let at = [(0, 1), (3_500, 3_501), (7_000, 7_001), (10_601, 10_602)];
    insta::assert_snapshot!(account(&at.map(|at| Call { at, ttl: Some("1h"), ..CALL })), @"
      arrives  begins  input  write  read
    0      0s      1s     10   1200     0  k claude-sonnet-4-5 1h
    1   3500s   3501s     10      0  1200  k claude-sonnet-4-5 1h
    2   7000s   7001s     10      0  1200  k claude-sonnet-4-5 1h
    3  10601s  10602s     10   1200     0  k claude-sonnet-4-5 1h
    ");
}

#[test]
fn keys_models_and_prefixes_are_apart() {
    let calls = [
        Call { at: (0, 1), ..CALL },
        Call { at: (2, 3), key: "other", ..CALL },
        Call { at: (4, 5), model: "claude-sonnet-5", ..CALL },
        Call { at: (6, 7), prefix_chars: 4_804, ..CALL },
        Call { at: (8, 9), ..CALL },
    ];
    insta::assert_snapshot!(account(&calls), @"
      arrives  begins  input  write  read
    0      0s      1s     10   1200     0  k claude-sonnet-4-5 5m
    1      2s      3s     10   1200     0  other claude-sonnet-4-5 5m
    2      4s      5s     10   1200     0  k claude-sonnet-5 5m
    3      6s      7s     10   1201     0  k claude-sonnet-4-5 5m
    4      8s      9s     10      0  1200  k claude-sonnet-4-5 5m
    ");
}

#[test]
fn nothing_is_cached_below_the_minimum_or_without_a_marker() {
    let calls = [
        Call { at: (0, 1), ttl: None, ..CALL },
        Call { at: (2, 3), prefix_chars: 4_092, ..CALL },
        Call { at: (4, 5), prefix_chars: 4_096, ..CALL },
        Call { at: (6, 7), model: "claude-haiku-4-5", ..CALL },
        Call { at: (8, 9), model: "claude-opus-4-7", ..CALL },
        Call { at: (8, 9), model: "claude-opus-4-7", prefix_chars: 8_192, ..CALL },
    ];
    insta::assert_snapshot!(account(&calls), @"
      arrives  begins  input  write  read
    0      0s      1s   1210      0     0  k claude-sonnet-4-5 -
    1      2s      3s   1033      0     0  k claude-sonnet-4-5 5m
    2      4s      5s     10   1024     0  k claude-sonnet-4-5 5m
    3      6s      7s   1210      0     0  k claude-haiku-4-5 5m
    4      8s      9s   1210      0     0  k claude-opus-4-7 5m
    5      8s      9s     10   2048     0  k claude-opus-4-7 5m
    ");
}
