//! The prompt as the bill sees it: tokens of the cacheable prefix, tokens of the rest.

use std::time::Duration;

use gloss_llm::anthropic::wire::MessagesRequest;

use crate::digest::hash;

const FIVE_MINUTES: Duration = Duration::from_secs(5 * 60);
const ONE_HOUR: Duration = Duration::from_secs(60 * 60);

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
}

/// A cache entry this prompt may read or write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) key: u64,
    pub(crate) ttl: Duration,
}

impl Prompt {
    pub(crate) fn read(request: &MessagesRequest, api_key: &str) -> Self {
        let marked = request.system.iter().rposition(|part| part.cache_control.is_some());
        // Without a marker the prefix ends with the system text, so that the total of a prompt is
        // the same with caching and without.
        let n_prefix_parts = marked.map_or(request.system.len(), |at| at + 1);
        let (before, after) = request.system.split_at(n_prefix_parts);

        let mut prefix = serde_json::to_string(&request.tools).unwrap_or_default();
        before.iter().for_each(|part| prefix.push_str(&part.text));
        let prefix_tokens = tokens(&prefix);
        let rest = after.iter().map(|part| &part.text);
        let rest = rest.chain(request.messages.iter().map(|message| &message.content));

        let ttl = before.last().and_then(|part| part.cache_control.as_ref()).map(|control| {
            if control.ttl.as_deref() == Some("1h") { ONE_HOUR } else { FIVE_MINUTES }
        });
        let ttl = ttl.filter(|_| prefix_tokens >= cacheable_tokens_min(&request.model));
        let key = hash(&[api_key.as_bytes(), request.model.as_bytes(), prefix.as_bytes()]);
        Self {
            prefix_tokens,
            rest_tokens: rest.map(|text| tokens(text)).sum(),
            marker: ttl.map(|ttl| Marker { key, ttl }),
        }
    }
}
