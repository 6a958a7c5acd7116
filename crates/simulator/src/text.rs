//! Strings: formats, patterns and lengths a schema asks for, else a digest and the leading words.

use serde_json::Value;

use crate::answer::{At, Source};
use crate::calendar;
use crate::digest::Dice;
use crate::pattern::sample;

/// Leading words quoted from the content.
const LEAD_WORDS: usize = 3;
const LEAD_CHARS_MAX: usize = 40;
/// Draws from a pattern until the length fits too.
const PATTERN_TRIES_MAX: usize = 32;
/// Schemas may demand absurd lengths; answers stay within this.
const PAD_CHARS_MAX: usize = 100_000;

pub(crate) fn string(schema: &Value, at: &At<'_>, source: &Source<'_>) -> String {
    let length = |key| schema.get(key).and_then(Value::as_u64).map(|n| n as usize);
    let shortest = length("minLength").unwrap_or(0).min(PAD_CHARS_MAX);
    let longest = length("maxLength").unwrap_or(usize::MAX);
    let hash = source.hash_at(at);

    let of_format = schema.get("format").and_then(Value::as_str);
    if let Some(text) = of_format.and_then(|format| formatted(format, hash, source)) {
        return text;
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        let mut dice = Dice(hash);
        let mut draws = (0..PATTERN_TRIES_MAX).map_while(|_| sample(pattern, &mut dice));
        if let Some(text) = draws.find(|text| {
            let n_chars = text.chars().count();
            (shortest..=longest).contains(&n_chars)
        }) {
            return text;
        }
    }
    let text = if rewrites(at.name) { source.content.trim().to_owned() } else { note(at, source) };
    fit(text, shortest, longest, &source.digest)
}

/// A field that holds the block's text again: its answer must have a realistic length.
fn rewrites(name: &str) -> bool {
    let name = name.to_lowercase();
    ["content", "revised", "rewrite"].iter().any(|part| name.contains(part))
}

/// `3fa9c1d2 The Supplier shall`, and `… (2)` for the second item of an array.
fn note(at: &At<'_>, source: &Source<'_>) -> String {
    let words: Vec<_> = source.content.split_whitespace().take(LEAD_WORDS).collect();
    let lead: String = words.join(" ").chars().take(LEAD_CHARS_MAX).collect();
    let lead = if lead.is_empty() { format!("(empty {})", source.block_type) } else { lead };
    let digest = &source.digest;
    if at.nth == 0 {
        format!("{digest} {lead}")
    } else {
        format!("{digest} {lead} ({})", at.nth + 1)
    }
}

fn fit(text: String, shortest: usize, longest: usize, digest: &str) -> String {
    let n_chars = text.chars().count();
    if n_chars < shortest {
        return text.chars().chain(digest.chars().cycle()).take(shortest).collect();
    }
    if n_chars > longest { text.chars().take(longest).collect() } else { text }
}

fn formatted(format: &str, hash: u64, source: &Source<'_>) -> Option<String> {
    // Between 2000 and 2030: dates people write contracts about.
    let moment = 946_684_800 + hash % 946_080_000;
    let digest = &source.digest;
    Some(match format {
        "date" => calendar::date(moment),
        "time" => calendar::time(moment),
        "date-time" => calendar::rfc3339(moment),
        "duration" => format!("P{}D", 1 + hash % 3_650),
        "email" => format!("{digest}@example.com"),
        "hostname" => format!("h{digest}.example.com"),
        "uri" => format!("https://example.com/{digest}"),
        "ipv4" => format!("203.0.113.{}", hash % 256),
        "uuid" => {
            let (low, high) = (hash & 0xffff_ffff_ffff, hash >> 48);
            format!("{digest}-{high:04x}-4{:03x}-8{:03x}-{low:012x}", hash & 0xfff, high & 0xfff)
        }
        _ => return None,
    })
}
