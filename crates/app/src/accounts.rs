//! Where each provider is reached, and with whose key.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use gloss_llm::{ApiKey, Endpoint, ProviderName, anthropic, google, openai};

use crate::error::{Error, Result};

/// How a provider is reached when its variables say nothing else.
struct Known {
    provider: ProviderName,
    base_url: &'static str,
    key_vars: &'static [&'static str],
    url_vars: &'static [&'static str],
}

const KNOWN: [Known; 5] = [
    Known {
        provider: ProviderName::Anthropic,
        base_url: anthropic::DEFAULT_BASE_URL,
        key_vars: &["ANTHROPIC_API_KEY"],
        url_vars: &["ANTHROPIC_BASE_URL"],
    },
    Known {
        provider: ProviderName::OpenAi,
        base_url: openai::DEFAULT_BASE_URL,
        key_vars: &["OPENAI_API_KEY"],
        url_vars: &["OPENAI_BASE_URL"],
    },
    Known {
        provider: ProviderName::OpenAiChat,
        base_url: openai::DEFAULT_BASE_URL,
        key_vars: &["OPENAI_API_KEY"],
        url_vars: &["OPENAI_BASE_URL"],
    },
    Known {
        provider: ProviderName::Google,
        base_url: google::DEFAULT_BASE_URL,
        key_vars: &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
        url_vars: &["GEMINI_BASE_URL"],
    },
    Known {
        provider: ProviderName::Custom,
        base_url: openai::CUSTOM_BASE_URL,
        key_vars: &["GLOSS_CUSTOM_API_KEY"],
        url_vars: &["GLOSS_CUSTOM_BASE_URL"],
    },
];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Account {
    base_url: String,
    key: Option<ApiKey>,
}

/// One account for each provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounts(BTreeMap<ProviderName, Account>);

impl Accounts {
    /// Every provider at one address with one key, as the simulator answers for all of them.
    pub fn at(base_url: &str, key: Option<ApiKey>) -> Self {
        let account = Account { base_url: base_url.to_owned(), key };
        Self(KNOWN.iter().map(|known| (known.provider, account.clone())).collect())
    }

    /// From the variables that the providers' own clients read. `base_url` wins over theirs.
    pub(crate) fn read(
        base_url: Option<&str>,
        get: impl Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        let first = |names: &'static [&'static str]| {
            names.iter().find_map(|name| Some((*name, get(name)?)))
        };
        let mut accounts = BTreeMap::new();
        for known in &KNOWN {
            let given = base_url.map(|url| ("--base-url", url.to_owned()));
            let base_url = match given.or_else(|| first(known.url_vars)) {
                Some((name, url)) => checked(name, url)?,
                None => known.base_url.to_owned(),
            };
            let key = first(known.key_vars).map(|(_, key)| ApiKey::new(key.trim()));
            // A server of one's own asks for none.
            let key = key.or((known.provider == ProviderName::Custom).then(|| ApiKey::new("")));
            accounts.insert(known.provider, Account { base_url, key });
        }
        Ok(Self(accounts))
    }

    pub(crate) fn has_key(&self, provider: ProviderName) -> bool {
        self.0.get(&provider).is_some_and(|account| account.key.is_some())
    }

    /// Each provider, the variable that holds its key, and whether there is one.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (ProviderName, &'static str, bool)> {
        let set = |provider| {
            let account = self.0.get(&provider).and_then(|account| account.key.as_ref());
            account.is_some_and(|key| !key.is_empty())
        };
        let keys = KNOWN.iter().map(move |k| (k.provider, k.key_vars[0], set(k.provider)));
        keys.filter(|(provider, ..)| *provider != ProviderName::OpenAiChat)
    }

    /// None without a key.
    pub(crate) fn open(&self, provider: ProviderName, timeout: Duration) -> Option<Endpoint> {
        let account = self.0.get(&provider)?;
        Some(Endpoint::new(provider, &account.base_url, account.key.clone()?, timeout))
    }
}

/// A line each; no keys.
impl fmt::Display for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (provider, account) in &self.0 {
            let key = if account.key.is_some() { " with a key" } else { "" };
            writeln!(f, "{provider} {}{key}", account.base_url)?;
        }
        Ok(())
    }
}

/// The variable to set where a key is missing.
pub(crate) fn key_variable(provider: ProviderName) -> &'static str {
    let known = KNOWN.iter().find(|known| known.provider == provider);
    known.map_or("ANTHROPIC_API_KEY", |known| known.key_vars[0])
}

fn checked(name: &str, url: String) -> Result<String> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if host.is_some_and(|host| !host.is_empty() && !host.starts_with('/')) {
        return Ok(url);
    }
    let message = format!("`{url}` is not an http or https URL");
    Err(Error::invalid("invalid_base_url", message)
        .hint(format!("give {name} such as http://127.0.0.1:7438")))
}
