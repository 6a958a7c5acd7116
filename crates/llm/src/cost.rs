//! Tokens and money. Money is whole micro-USD, so that sums are exact.

use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

/// The four counters that providers bill apart. The prompt is the sum of the three inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    pub input_tokens: u64,
    pub output_tokens: u64,
    pub cache_write_tokens: u64,
    pub cache_read_tokens: u64,
}

impl Add for Usage {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens + other.input_tokens,
            output_tokens: self.output_tokens + other.output_tokens,
            cache_write_tokens: self.cache_write_tokens + other.cache_write_tokens,
            cache_read_tokens: self.cache_read_tokens + other.cache_read_tokens,
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// US dollars per million tokens, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "WrittenPrices")]
pub struct Prices {
    pub input: f64,
    pub output: f64,
    pub cache_read: f64,
    /// Kept for the shorter of a model's two times.
    pub cache_write: f64,
    pub cache_write_long: f64,
    /// Above this many prompt tokens every token of the call costs the factors below as much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cliff_prompt_tokens: Option<u64>,
    pub cliff_factor: f64,
    pub cliff_output_factor: f64,
    /// What a call costs as part of a provider's batch job; none where there are no such jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_factor: Option<f64>,
}

/// What is left out: cached tokens cost as much as others, and beyond a cliff all tokens cost the
/// same factor.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPrices {
    input: f64,
    output: f64,
    cache_read: Option<f64>,
    #[serde(alias = "cache_write_5m")]
    cache_write: Option<f64>,
    #[serde(alias = "cache_write_1h")]
    cache_write_long: Option<f64>,
    cliff_prompt_tokens: Option<u64>,
    cliff_factor: Option<f64>,
    cliff_output_factor: Option<f64>,
    batch_factor: Option<f64>,
}

impl From<WrittenPrices> for Prices {
    fn from(written: WrittenPrices) -> Self {
        let cache_write = written.cache_write.unwrap_or(written.input);
        let cliff_factor = written.cliff_factor.unwrap_or(1.0);
        Self {
            input: written.input,
            output: written.output,
            cache_read: written.cache_read.unwrap_or(written.input),
            cache_write,
            cache_write_long: written.cache_write_long.unwrap_or(cache_write),
            cliff_prompt_tokens: written.cliff_prompt_tokens,
            cliff_factor,
            cliff_output_factor: written.cliff_output_factor.unwrap_or(cliff_factor),
            batch_factor: written.batch_factor,
        }
    }
}

impl Prices {
    /// The cost of one call in micro-USD. Dollars per million tokens are micro-USD per token.
    pub fn cost_micro_usd(&self, usage: Usage, ttl: crate::CacheTtl) -> u64 {
        let write = match ttl {
            crate::CacheTtl::FiveMinutes => self.cache_write,
            crate::CacheTtl::OneHour => self.cache_write_long,
        };
        let prompt = usage.input_tokens + usage.cache_write_tokens + usage.cache_read_tokens;
        let (factor, output_factor) = match self.cliff_prompt_tokens {
            Some(cliff) if prompt > cliff => (self.cliff_factor, self.cliff_output_factor),
            _ => (1.0, 1.0),
        };
        let cost = factor * self.input * as_f64(usage.input_tokens)
            + factor * self.cache_read * as_f64(usage.cache_read_tokens)
            + factor * write * as_f64(usage.cache_write_tokens)
            + output_factor * self.output * as_f64(usage.output_tokens);
        // Costs are far below 2^53 micro-USD, and never negative.
        cost.round() as u64
    }
}

/// Token counts are far below 2^53.
const fn as_f64(tokens: u64) -> f64 {
    tokens as f64
}

/// `1234567` micro-USD is `$1.2346`; less than a cent is shown to the last one.
pub fn show_usd(micro_usd: u64) -> String {
    let usd = as_f64(micro_usd) / 1e6;
    if (1..10_000).contains(&micro_usd) { format!("${usd:.6}") } else { format!("${usd:.4}") }
}

#[cfg(test)]
mod tests {
    use super::{Prices, Usage, show_usd};
    use crate::CacheTtl;

    const SONNET: Prices = Prices {
        input: 3.0,
        output: 15.0,
        cache_read: 0.3,
        cache_write: 3.75,
        cache_write_long: 6.0,
        cliff_prompt_tokens: None,
        cliff_factor: 1.0,
        cliff_output_factor: 1.0,
        batch_factor: None,
    };

    /// The published prompt-caching benchmark: 29 blocks, caching off and on.
    #[test]
    fn prices_the_published_benchmark() {
        let cost = |input, output, write, read| {
            let usage = Usage {
                input_tokens: input,
                output_tokens: output,
                cache_write_tokens: write,
                cache_read_tokens: read,
            };
            show_usd(SONNET.cost_micro_usd(usage, CacheTtl::FiveMinutes))
        };
        assert_eq!(cost(62_370, 3745, 0, 0), "$0.2433");
        assert_eq!(cost(15_013, 3745, 1633, 45_724), "$0.1211");
    }

    #[test]
    fn a_cliff_raises_every_token_of_the_call() {
        let steep = Prices {
            cliff_prompt_tokens: Some(100_000),
            cliff_factor: 5.0,
            cliff_output_factor: 2.0,
            ..SONNET
        };
        let cost = |input| {
            let usage = Usage { input_tokens: input, output_tokens: 100, ..Usage::default() };
            steep.cost_micro_usd(usage, CacheTtl::FiveMinutes)
        };
        assert_eq!((cost(100_000), cost(100_001)), (301_500, 1_503_015));
    }
}
