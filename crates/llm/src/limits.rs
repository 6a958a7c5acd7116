//! What a provider's headers say of its rate limits.

use std::time::SystemTime;

use gloss_core_model::Timestamp;
use reqwest::header::HeaderMap;

/// One limit: so much is left, and all of it again after a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub limit: u64,
    pub remaining: u64,
    pub full_in_ms: u64,
}

/// What may still be sent, as the last answer told it; none where it said nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RateLimits {
    pub requests: Option<Allowance>,
    /// Input and output together.
    pub tokens: Option<Allowance>,
    pub input_tokens: Option<Allowance>,
    pub output_tokens: Option<Allowance>,
}

/// A reset further off than this is not believed.
const RESET_MS_MAX: f64 = 3_600_000.0;

/// Reads Anthropic's `anthropic-ratelimit-*` and OpenAI's `x-ratelimit-*`.
pub(crate) fn read(headers: &HeaderMap) -> RateLimits {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let date = text("date").and_then(|date| httpdate::parse_http_date(date).ok());
    let date = date.and_then(|date| date.duration_since(SystemTime::UNIX_EPOCH).ok());
    let allowance = |limit: &str, remaining: &str, reset: &str| {
        let number = |name: &str| text(name)?.parse::<u64>().ok();
        let reset = text(reset)?;
        let full_in_ms = duration_ms(reset).or_else(|| {
            let until = Timestamp::from_rfc3339(reset)?;
            Some(until.0 as f64 - date?.as_secs_f64() * 1000.0)
        })?;
        // At most an hour.
        let full_in_ms = full_in_ms.clamp(0.0, RESET_MS_MAX) as u64;
        Some(Allowance { limit: number(limit)?, remaining: number(remaining)?, full_in_ms })
    };
    let anthropic = |what: &str| {
        let name = |end: &str| format!("anthropic-ratelimit-{what}-{end}");
        allowance(&name("limit"), &name("remaining"), &name("reset"))
    };
    let openai = |what: &str| {
        let name = |start: &str| format!("x-ratelimit-{start}-{what}");
        allowance(&name("limit"), &name("remaining"), &name("reset"))
    };
    RateLimits {
        requests: anthropic("requests").or_else(|| openai("requests")),
        tokens: openai("tokens"),
        input_tokens: anthropic("input-tokens"),
        output_tokens: anthropic("output-tokens"),
    }
}

/// `1s`, `6m0s`, `20ms`, `1h2m3.5s`.
fn duration_ms(text: &str) -> Option<f64> {
    let mut rest = text;
    let mut sum = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let number: f64 = rest[..digits].parse().ok()?;
        let unit = &rest[digits..];
        let end = unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len());
        sum += number
            * match &unit[..end] {
                "ms" => 1.0,
                "s" => 1000.0,
                "m" => 60_000.0,
                "h" => 3_600_000.0,
                _ => return None,
            };
        rest = &unit[end..];
    }
    (sum >= 0.0 && !text.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::read;

    #[track_caller]
    fn check(headers: &[(&'static str, &'static str)], expect: &str) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header value"));
        }
        let limits = read(&map);
        let parts = [limits.requests, limits.tokens, limits.input_tokens, limits.output_tokens];
        let shown = parts.map(|part| {
            part.map_or("-".to_owned(), |a| {
                format!("{}/{} in {} ms", a.remaining, a.limit, a.full_in_ms)
            })
        });
        assert_eq!(shown.join(", "), expect);
    }

    #[test]
    fn both_spellings_are_read() {
        check(&[], "-, -, -, -");
        check(
            &[
                ("date", "Fri, 20 Nov 2026 10:00:00 GMT"),
                ("anthropic-ratelimit-requests-limit", "50"),
                ("anthropic-ratelimit-requests-remaining", "49"),
                ("anthropic-ratelimit-requests-reset", "2026-11-20T10:00:03Z"),
                ("anthropic-ratelimit-output-tokens-limit", "8000"),
                ("anthropic-ratelimit-output-tokens-remaining", "0"),
                ("anthropic-ratelimit-output-tokens-reset", "2026-11-20T09:00:00Z"),
            ],
            "49/50 in 3000 ms, -, -, 0/8000 in 0 ms",
        );
        check(
            &[
                ("x-ratelimit-limit-requests", "500"),
                ("x-ratelimit-remaining-requests", "499"),
                ("x-ratelimit-reset-requests", "120ms"),
                ("x-ratelimit-limit-tokens", "30000"),
                ("x-ratelimit-remaining-tokens", "29000"),
                ("x-ratelimit-reset-tokens", "6m0.5s"),
            ],
            "499/500 in 120 ms, 29000/30000 in 360500 ms, -, -",
        );
    }
}
