//! Rules as they are written, read and written again; and what is said about wrong ones.

use super::{FaultKind, FaultRule};

fn read(text: &str) -> String {
    match text.parse::<FaultRule>() {
        Ok(rule) => {
            let json = serde_json::to_string(&rule).unwrap();
            assert_eq!(serde_json::from_str::<FaultRule>(&json).unwrap(), rule);
            assert_eq!(rule.to_string().parse::<FaultRule>().unwrap(), rule);
            format!("{text:32} {:36} {json}", rule.to_string())
        }
        Err(error) => format!("{text:32} error: {error}"),
    }
}

#[test]
fn rules_as_text() {
    let lines = [
        "missing=0.1",
        "429=0.05,retry-after=2",
        "429,retry-after=500ms,times=1",
        "529, retry-after=date:2",
        "slow=0.5,delay-ms=100",
        "truncated",
        "429=1.5",
        "missing=often",
        "lost",
        "missing,twice",
        "missing,retry-after=2",
        "429,retry-after=soon",
        "reversed,delay-ms=1",
        "hang,times=-1",
        "429,every=10,times=3",
        "truncated,cap-tokens=400",
        "missing-third",
        "poison",
        "error-body=0.5",
        "poison=0.5",
        "500,every=0",
        "malformed,cap-tokens=9",
    ]
    .map(read);
    insta::assert_snapshot!(lines.join("\n"), @r#"
    missing=0.1                      missing=0.1                          {"kind":"missing","rate":0.1}
    429=0.05,retry-after=2           429=0.05,retry-after=2               {"kind":"429","rate":0.05,"retry_after":"2"}
    429,retry-after=500ms,times=1    429=1,times=1,retry-after=500ms      {"kind":"429","rate":1.0,"times":1,"retry_after":"500ms"}
    529, retry-after=date:2          529=1,retry-after=date:2             {"kind":"529","rate":1.0,"retry_after":"date:2"}
    slow=0.5,delay-ms=100            slow=0.5,delay-ms=100                {"kind":"slow","rate":0.5,"delay_ms":100}
    truncated                        truncated=1                          {"kind":"truncated","rate":1.0}
    429=1.5                          error: rate 1.5 of `429` is not in 0..=1
    missing=often                    error: rate `often` is not a number in range
    lost                             error: `lost` is not a fault; it is one of missing, missing-third, poison, duplicate, differing-duplicate, invalid, unknown-id, reversed, truncated, malformed, refusal, error-body, 400, 401, 402, 404, 429, 500, 529, slow, reset, hang
    missing,twice                    error: `twice` is not an option; write times=N, every=N, retry-after=WHEN, delay-ms=N or cap-tokens=N
    missing,retry-after=2            error: `missing` has no retry-after; it is no status
    429,retry-after=soon             error: `soon` is not a retry-after; write 2, 500ms or date:2
    reversed,delay-ms=1              error: `reversed` has no delay-ms; only slow has
    hang,times=-1                    error: times `-1` is not a number in range
    429,every=10,times=3             429=1,times=3,every=10               {"kind":"429","rate":1.0,"times":3,"every":10}
    truncated,cap-tokens=400         truncated=1,cap-tokens=400           {"kind":"truncated","rate":1.0,"cap_tokens":400}
    missing-third                    missing-third=1                      {"kind":"missing-third","rate":1.0}
    poison                           poison=1                             {"kind":"poison","rate":1.0}
    error-body=0.5                   error-body=0.5                       {"kind":"error-body","rate":0.5}
    poison=0.5                       error: `poison` has no rate; it strikes whenever the word is there
    500,every=0                      error: every 0 of `500` is no call; the smallest is 1
    malformed,cap-tokens=9           error: `malformed` has no cap-tokens; only truncated has
    "#);
}

#[test]
fn every_kind_by_name() {
    let lines: Vec<_> = FaultKind::ALL
        .iter()
        .map(|kind| {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
            let scope = if kind.is_per_block() { "per block" } else { "per call" };
            let end = if kind.ends_call() { ", instead of an answer" } else { "" };
            format!("{kind:20} {scope}{end}")
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    missing              per block
    missing-third        per block
    poison               per block
    duplicate            per block
    differing-duplicate  per block
    invalid              per block
    unknown-id           per call
    reversed             per call
    truncated            per call
    malformed            per call
    refusal              per call
    error-body           per call, instead of an answer
    400                  per call, instead of an answer
    401                  per call, instead of an answer
    402                  per call, instead of an answer
    404                  per call, instead of an answer
    429                  per call, instead of an answer
    500                  per call, instead of an answer
    529                  per call, instead of an answer
    slow                 per call
    reset                per call, instead of an answer
    hang                 per call, instead of an answer
    ");
}
