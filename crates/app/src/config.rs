//! What the program is told before it opens: flags first, then the environment, then the platform.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gloss_llm::anthropic::DEFAULT_BASE_URL;
use gloss_llm::{ApiKey, Provider};
use gloss_policy::{Layer, REGISTRY, environment_layer};

use crate::error::{Error, Result};

/// Which provider answers, and with whose key.
#[derive(Debug, Clone)]
pub enum ProviderConfig {
    /// The Anthropic Messages API, or any endpoint that speaks it.
    Anthropic { base_url: String, key: Option<ApiKey> },
    /// One of the embedding program's own.
    Given(Arc<dyn Provider>),
}

#[derive(Debug, Clone)]
pub struct Config {
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// Objects, the default database and the server's token.
    pub data_dir: PathBuf,
    pub provider: ProviderConfig,
    /// Policy from the environment, the lowest layer above the built-in values.
    pub environment: Option<Layer>,
}

/// What a command line may say; it wins over the environment.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub database: Option<String>,
    pub data_dir: Option<PathBuf>,
    pub base_url: Option<String>,
}

impl Config {
    /// Reads `GLOSS_DATA_DIR`, `GLOSS_DATABASE_URL`, `ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL` and
    /// the variables of the policy registry. An empty one is not set.
    pub fn read(
        flags: Flags,
        lookup: impl Fn(&str) -> Option<String>,
        data_dir_default: Option<PathBuf>,
    ) -> Result<Self> {
        let get = |name: &str| lookup(name).filter(|text| !text.trim().is_empty());
        let data_dir = flags.data_dir.or_else(|| get("GLOSS_DATA_DIR").map(PathBuf::from));
        let data_dir = data_dir.or(data_dir_default).ok_or_else(|| {
            Error::invalid("no_data_dir", "there is no home directory to keep data in")
                .hint("set GLOSS_DATA_DIR or give --data-dir")
        })?;
        let database_url = flags.database.or_else(|| get("GLOSS_DATABASE_URL"));
        let base_url = flags.base_url.or_else(|| get("ANTHROPIC_BASE_URL"));
        let policy = REGISTRY.iter().filter_map(|known| known.env);
        let policy = policy.filter_map(|name| get(name).map(|text| (name, text)));
        Ok(Self {
            database_url: database_url.unwrap_or_else(|| sqlite_in(&data_dir)),
            provider: ProviderConfig::Anthropic {
                base_url: checked(base_url.unwrap_or_else(|| DEFAULT_BASE_URL.to_owned()))?,
                key: get("ANTHROPIC_API_KEY").map(|key| ApiKey::new(key.trim())),
            },
            environment: Some(environment_layer(policy)),
            data_dir,
        })
    }
}

/// Where data is kept when nobody says otherwise; none without a home directory.
pub fn data_dir_default() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "gloss").map(|dirs| dirs.data_dir().to_owned())
}

fn checked(url: String) -> Result<String> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if host.is_some_and(|host| !host.is_empty() && !host.starts_with('/')) {
        return Ok(url);
    }
    Err(Error::invalid("invalid_base_url", format!("`{url}` is not an http or https URL"))
        .hint("give --base-url or ANTHROPIC_BASE_URL such as http://127.0.0.1:7438"))
}

/// The path is part of a URL, where two characters mean something else.
fn sqlite_in(data_dir: &Path) -> String {
    let path = data_dir.join("gloss.db").display().to_string();
    format!("sqlite:{}", path.replace('%', "%25").replace('?', "%3F"))
}

#[cfg(test)]
mod tests {
    use super::{Config, Flags};

    fn check(variables: &[(&str, &str)]) -> String {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, text)| (*text).to_owned())
        };
        let default = Some("/home/ada/.local/share/gloss".into());
        let config = Config::read(Flags::default(), lookup, default).expect("a configuration");
        format!(
            "data {}\ndatabase {}\nprovider {:?}\npolicy {:?}",
            config.data_dir.display(),
            config.database_url,
            config.provider,
            config.environment.map(|layer| layer.values),
        )
    }

    #[test]
    fn nothing_set() {
        insta::assert_snapshot!(check(&[]), @r#"
        data /home/ada/.local/share/gloss
        database sqlite:/home/ada/.local/share/gloss/gloss.db
        provider Anthropic { base_url: "https://api.anthropic.com", key: None }
        policy Some([])
        "#);
    }

    #[test]
    fn everything_set() {
        insta::assert_snapshot!(check(&[
            ("GLOSS_DATA_DIR", "/srv/100%/gloss"),
            ("GLOSS_DATABASE_URL", "postgres://gloss@db/gloss"),
            ("ANTHROPIC_API_KEY", "sk-secret\n"),
            ("ANTHROPIC_BASE_URL", "http://127.0.0.1:9"),
            ("GLOSS_WORKER_MAX_RETRIES", "5"),
        ]), @r#"
        data /srv/100%/gloss
        database postgres://gloss@db/gloss
        provider Anthropic { base_url: "http://127.0.0.1:9", key: Some(ApiKey(…)) }
        policy Some([("worker.max_retries", Number(5))])
        "#);
    }

    #[test]
    fn empty_is_not_set() {
        insta::assert_snapshot!(check(&[
            ("GLOSS_DATA_DIR", "/srv/100%/gl?ss"),
            ("ANTHROPIC_API_KEY", " "),
        ]), @r#"
        data /srv/100%/gl?ss
        database sqlite:/srv/100%25/gl%3Fss/gloss.db
        provider Anthropic { base_url: "https://api.anthropic.com", key: None }
        policy Some([])
        "#);
    }
}
