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
pub struct Prices {
    pub input: f64,
    pub output: f64,
    pub cache_read: f64,
    pub cache_write_5m: f64,
    pub cache_write_1h: f64,
    /// Above this many prompt tokens every token of the call costs `cliff_factor` times as much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cliff_prompt_tokens: Option<u64>,
    #[serde(default = "one")]
    pub cliff_factor: f64,
}

const fn one() -> f64 {
    1.0
}

impl Prices {
    /// The cost of one call in micro-USD. Dollars per million tokens are micro-USD per token.
    pub fn cost_micro_usd(&self, usage: Usage, ttl: crate::CacheTtl) -> u64 {
        let write = match ttl {
            crate::CacheTtl::FiveMinutes => self.cache_write_5m,
            crate::CacheTtl::OneHour => self.cache_write_1h,
        };
        let prompt = usage.input_tokens + usage.cache_write_tokens + usage.cache_read_tokens;
        let factor = match self.cliff_prompt_tokens {
            Some(cliff) if prompt > cliff => self.cliff_factor,
            _ => 1.0,
        };
        let cost = self.input * as_f64(usage.input_tokens)
            + self.output * as_f64(usage.output_tokens)
            + self.cache_read * as_f64(usage.cache_read_tokens)
            + write * as_f64(usage.cache_write_tokens);
        // Costs are far below 2^53 micro-USD, and never negative.
        (cost * factor).round() as u64
    }
}

/// Token counts are far below 2^53.
const fn as_f64(tokens: u64) -> f64 {
    tokens as f64
}

/// `1234567` micro-USD is `$1.2346`.
pub fn show_usd(micro_usd: u64) -> String {
    format!("${:.4}", as_f64(micro_usd) / 1e6)
}

#[cfg(test)]
mod tests {
    use super::{Prices, Usage, show_usd};
    use crate::CacheTtl;

    const SONNET: Prices = Prices {
        input: 3.0,
        output: 15.0,
        cache_read: 0.3,
        cache_write_5m: 3.75,
        cache_write_1h: 6.0,
        cliff_prompt_tokens: None,
        cliff_factor: 1.0,
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
        let haiku = Prices { cliff_prompt_tokens: Some(100_000), cliff_factor: 5.0, ..SONNET };
        let cost = |input| {
            haiku.cost_micro_usd(
                Usage { input_tokens: input, ..Usage::default() },
                CacheTtl::FiveMinutes,
            )
        };
        assert_eq!((cost(100_000), cost(100_001)), (300_000, 1_500_015));
    }
}
