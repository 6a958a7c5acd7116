//! The prompt cache's account: which prefixes can be read now, and what a call pays for its own.
//!
//! A call reads at its arrival and writes when its answer begins; calls that arrive in between
//! find nothing and pay a write each, as they do at the real provider.

use std::collections::HashMap;
use std::time::Duration;

use gloss_llm::Usage;
use tokio::time::Instant;

use crate::prompt::{Marker, Prompt};

#[derive(Debug, Default)]
pub(crate) struct Cache {
    entries: HashMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    ttl: Duration,
    expires_at: Instant,
}

impl Cache {
    /// The input side of a call's usage. A read prolongs the entry.
    pub(crate) fn arrive(&mut self, prompt: &Prompt, now: Instant) -> Usage {
        let mut usage = Usage { input_tokens: prompt.rest_tokens, ..Usage::default() };
        match prompt.marker {
            Some(marker) if self.read(marker, now) => {
                usage.cache_read_tokens = prompt.prefix_tokens;
            }
            Some(marker) if marker.keeping.bills_writes => {
                usage.cache_write_tokens = prompt.prefix_tokens;
            }
            _ => usage.input_tokens += prompt.prefix_tokens,
        }
        if prompt.writes_rest {
            usage.cache_write_tokens += std::mem::take(&mut usage.input_tokens);
        }
        usage
    }

    /// The answer to a call begins: from now on others can read its prefix.
    pub(crate) fn begin(&mut self, prompt: &Prompt, now: Instant) {
        let Some(Marker { key, keeping }) = prompt.marker else { return };
        let ttl = keeping.ttl;
        self.entries.retain(|_, entry| entry.expires_at > now);
        self.entries.entry(key).or_insert(Entry { ttl, expires_at: now + ttl });
    }

    fn read(&mut self, marker: Marker, now: Instant) -> bool {
        let live = self.entries.get_mut(&marker.key).filter(|entry| entry.expires_at > now);
        live.is_some_and(|entry| {
            entry.expires_at = now + entry.ttl;
            true
        })
    }
}

#[cfg(test)]
mod tests;
