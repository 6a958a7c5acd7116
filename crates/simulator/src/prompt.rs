//! The prompt as the bill sees it: tokens of the cacheable prefix, tokens of the rest.

use std::time::Duration;

use crate::digest::hash;

/// The simulator's tokenizer: four characters a token, rounded up.
pub fn tokens(text: &str) -> u64 {
    text.chars().count().div_ceil(4) as u64
}

/// The shortest prefix a model caches, in tokens.
pub fn cacheable_tokens_min(model: &str) -> u64 {
    let names = |parts: &[&str]| parts.iter().any(|part| model.contains(part));
    if names(&["haiku-4-5", "opus-4-5", "opus-4-6"]) {
        4_096
    } else if names(&["opus-4-7"]) {
        2_048
    } else {
        1_024
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prompt {
    pub(crate) prefix_tokens: u64,
    pub(crate) rest_tokens: u64,
    pub(crate) marker: Option<Marker>,
    /// The rest is written too, at the price of a write: nobody said not to.
    pub(crate) writes_rest: bool,
}

/// A cache entry this prompt may read or write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) key: u64,
    pub(crate) keeping: Keeping,
}

/// How a provider keeps a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keeping {
    pub(crate) ttl: Duration,
    /// Writing has a price of its own; else the first call pays plain input.
    pub(crate) bills_writes: bool,
}

impl Keeping {
    /// Found by itself wherever a prefix comes back.
    pub(crate) const AUTOMATIC: Self =
        Self { ttl: Duration::from_secs(5 * 60), bills_writes: false };
}

/// Whose cache it is; what differs in any of these is never shared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whose<'a> {
    pub(crate) api_key: &'a str,
    pub(crate) model: &'a str,
    /// The caller's own name for a cache, where the wire has one.
    pub(crate) cache_key: &'a str,
}

impl Prompt {
    pub(crate) fn new<'a>(
        whose: Whose<'_>,
        prefix: &str,
        rest: impl Iterator<Item = &'a str>,
        keeping: Option<Keeping>,
    ) -> Self {
        let prefix_tokens = tokens(prefix);
        let keeping = keeping.filter(|_| prefix_tokens >= cacheable_tokens_min(whose.model));
        let parts = [whose.api_key, whose.model, whose.cache_key, prefix];
        let key = hash(&parts.map(str::as_bytes));
        Self {
            prefix_tokens,
            rest_tokens: rest.map(tokens).sum(),
            marker: keeping.map(|keeping| Marker { key, keeping }),
            writes_rest: false,
        }
    }

    pub(crate) const fn total_tokens(&self) -> u64 {
        self.prefix_tokens + self.rest_tokens
    }
}
