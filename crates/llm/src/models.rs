//! What is known of models: windows, prices, capabilities. Data, not code: `models.json`, which a
//! file of one's own can add to. Its format is [`ModelFacts`], described in `docs/models.md`.

use std::borrow::Cow;

use gloss_core_model::named_enum;
use gloss_core_model::names::UnknownName;
use serde::{Deserialize, Serialize};

use crate::cost::Prices;
use crate::request::CacheTtl;

named_enum! {
    /// Who answers, and in which wire format.
    ProviderName, "provider" {
        Anthropic = "anthropic",
        /// The Responses API.
        OpenAi = "openai",
        /// The Chat Completions API.
        OpenAiChat = "openai-chat",
        Google = "google",
        /// Any server that speaks Chat Completions: llama.cpp, Ollama, vLLM.
        Custom = "custom",
    }
}

named_enum! {
    /// How a prompt's prefix comes to be cached.
    Caching, "kind of caching" {
        /// Where a marker stands.
        Marked = "marked",
        /// Wherever the provider sees one coming back.
        Automatic = "automatic",
        None = "none",
    }
}

/// One model, as frozen into a run's snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFacts {
    /// As the provider calls it. A dated name such as `claude-sonnet-4-5-20250929` matches its
    /// undated entry.
    pub name: String,
    #[serde(default = "anthropic")]
    pub provider: ProviderName,
    pub context_window_tokens: u32,
    pub output_tokens_max: u32,
    #[serde(default = "marked")]
    pub caching: Caching,
    /// A shorter prefix is not cached, so no marker is sent.
    pub cacheable_tokens_min: u32,
    /// How long a cached prefix is kept for policy's `5m` and `1h`, in seconds.
    #[serde(default = "cache_seconds")]
    pub cache_seconds: [u32; 2],
    /// Whether the model takes `temperature`.
    #[serde(default)]
    pub sampling: bool,
    /// Room that is left beside the answer for what a model thinks first; billed as output.
    #[serde(default)]
    pub thinking_tokens: u32,
    /// Whether the provider holds the model to a schema. Answers are checked in any case.
    #[serde(default)]
    pub strict: bool,
    /// None where the price is not known: calls are counted, costs are not.
    #[serde(default)]
    pub prices: Option<Prices>,
}

const fn anthropic() -> ProviderName {
    ProviderName::Anthropic
}

const fn marked() -> Caching {
    Caching::Marked
}

const fn cache_seconds() -> [u32; 2] {
    [300, 3600]
}

impl ModelFacts {
    /// How long a cached prefix stays readable.
    pub fn cache_ms(&self, ttl: CacheTtl) -> i64 {
        let [short, long] = self.cache_seconds;
        1000 * i64::from(match ttl {
            CacheTtl::FiveMinutes => short,
            CacheTtl::OneHour => long,
        })
    }

    /// Cautious facts for a model that nobody has described.
    fn unlisted(provider: ProviderName, name: &str) -> Self {
        let marked = provider == ProviderName::Anthropic;
        Self {
            name: name.to_owned(),
            provider,
            context_window_tokens: if provider == ProviderName::Custom { 32_768 } else { 128_000 },
            output_tokens_max: 8192,
            caching: if marked { Caching::Marked } else { Caching::Automatic },
            cacheable_tokens_min: 4096,
            cache_seconds: cache_seconds(),
            sampling: provider == ProviderName::Custom,
            thinking_tokens: 0,
            strict: false,
            prices: None,
        }
    }
}

/// What is wrong with a models file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadCatalog {
    pub message: String,
}

/// Every model that is described.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalog(Vec<ModelFacts>);

impl Default for Catalog {
    fn default() -> Self {
        Self(serde_json::from_str(include_str!("models.json")).expect("models.json is tested"))
    }
}

impl Catalog {
    /// The built-in models, with a file's entries before them: an entry of the same name replaces
    /// ours.
    pub fn with_file(text: &str) -> Result<Self, BadCatalog> {
        let bad = |message: String| BadCatalog { message };
        let mut models: Vec<ModelFacts> =
            serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        for model in &models {
            check(model).map_err(|problem| bad(format!("model `{}`: {problem}", model.name)))?;
        }
        models.extend(Self::default().0);
        Ok(Self(models))
    }

    /// The same, but a name before a colon has to be a provider's.
    pub fn named(&self, name: &str) -> Result<ModelFacts, UnknownName> {
        let prefix = name.split_once(':').map(|(prefix, _)| prefix);
        let listed = self.0.iter().any(|model| model.name == name);
        match prefix.map(str::parse::<ProviderName>) {
            Some(Err(unknown)) if !listed => Err(unknown),
            _ => Ok(self.facts(name)),
        }
    }

    /// Each model once, as [`Self::facts`] would answer.
    pub fn listed(&self) -> impl Iterator<Item = &ModelFacts> {
        let first = |at: usize, model: &ModelFacts| {
            let same =
                |other: &ModelFacts| other.name == model.name && other.provider == model.provider;
            !self.0[..at].iter().any(same)
        };
        self.0.iter().enumerate().filter(move |(at, model)| first(*at, model)).map(|(_, m)| m)
    }

    /// The facts of a model: by name, or by provider and name, such as `custom:qwen3`; cautious
    /// ones where it is not listed. A name alone goes to the provider whose names look like it.
    pub fn facts(&self, name: &str) -> ModelFacts {
        let named = name
            .split_once(':')
            .and_then(|(provider, name)| Some((provider.parse::<ProviderName>().ok()?, name)));
        let (provider, name) = match named {
            Some((provider, name)) => (Some(provider), name),
            None => (None, name),
        };
        let undated = undated(name);
        let called = |model: &&ModelFacts| model.name == name || model.name == undated;
        let of_provider = |model: &&ModelFacts| provider.is_none_or(|p| serves(p, model.provider));
        let listed = self.0.iter().filter(of_provider).find(called);
        match listed {
            Some(facts) => ModelFacts {
                name: name.to_owned(),
                provider: provider.unwrap_or(facts.provider),
                ..facts.clone()
            },
            None => ModelFacts::unlisted(provider.unwrap_or_else(|| guess(name)), name),
        }
    }
}

/// The same models answer over both of OpenAI's wire formats.
fn serves(asked: ProviderName, listed: ProviderName) -> bool {
    asked == listed || (asked, listed) == (ProviderName::OpenAiChat, ProviderName::OpenAi)
}

fn guess(name: &str) -> ProviderName {
    match name {
        _ if name.starts_with("gpt-") || name.starts_with("o3") || name.starts_with("o4") => {
            ProviderName::OpenAi
        }
        _ if name.starts_with("gemini") => ProviderName::Google,
        _ => ProviderName::Anthropic,
    }
}

/// Without a date at its end: `-20250929` or `-2026-09-29`.
fn undated(name: &str) -> Cow<'_, str> {
    let stem = |digits: &[usize]| {
        let mut rest = name;
        for n in digits.iter().rev() {
            let (before, date) = rest.rsplit_once('-')?;
            (date.len() == *n && date.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
            rest = before;
        }
        Some(rest)
    };
    stem(&[8]).or_else(|| stem(&[4, 2, 2])).unwrap_or(name).into()
}

fn check(model: &ModelFacts) -> Result<(), &'static str> {
    if model.name.trim().is_empty() {
        return Err("it has no name");
    }
    if model.context_window_tokens < 1024 || model.output_tokens_max < 256 {
        return Err("context_window_tokens is at least 1024 and output_tokens_max at least 256");
    }
    if model.output_tokens_max > model.context_window_tokens {
        return Err("output_tokens_max is larger than context_window_tokens");
    }
    let prices = model
        .prices
        .map_or([0.0; 5], |p| [p.input, p.output, p.cache_read, p.cache_write, p.cache_write_long]);
    if prices.iter().any(|price| !(0.0..=1_000_000.0).contains(price)) {
        return Err("prices are US dollars per million tokens, and not negative");
    }
    Ok(())
}

macro_rules! by_name {
    ($($name:ident)+) => {$(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

by_name!(ProviderName Caching);

#[cfg(test)]
mod tests;
