//! What `gloss-server` is told by environment variables.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use gloss_app::{Config, Error, ProviderConfig, Result};
use gloss_llm::{ApiKey, anthropic};
use gloss_policy::{REGISTRY, environment_layer};

const LISTEN_DEFAULT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 7437);

/// Where to listen and what to open.
#[derive(Debug, Clone)]
pub struct Environment {
    pub listen: SocketAddr,
    pub config: Config,
}

impl Environment {
    /// Reads `GLOSS_LISTEN`, `GLOSS_DATA_DIR`, `GLOSS_DATABASE_URL`, `ANTHROPIC_API_KEY`,
    /// `ANTHROPIC_BASE_URL` and the variables of the policy registry. An empty one is not set.
    pub fn read(
        lookup: impl Fn(&str) -> Option<String>,
        data_dir_default: Option<PathBuf>,
    ) -> Result<Self> {
        let get = |name: &str| lookup(name).filter(|text| !text.trim().is_empty());
        let data_dir = get("GLOSS_DATA_DIR").map(PathBuf::from).or(data_dir_default);
        let data_dir = data_dir.ok_or_else(|| {
            Error::invalid("no_data_dir", "there is no home directory to keep data in")
                .hint("set GLOSS_DATA_DIR")
        })?;
        let policy = REGISTRY.iter().filter_map(|known| known.env);
        let policy = policy.filter_map(|name| get(name).map(|text| (name, text)));
        Ok(Self {
            listen: get("GLOSS_LISTEN").map_or(Ok(LISTEN_DEFAULT), |text| address(&text))?,
            config: Config {
                database_url: get("GLOSS_DATABASE_URL").unwrap_or_else(|| sqlite_in(&data_dir)),
                provider: ProviderConfig::Anthropic {
                    base_url: get("ANTHROPIC_BASE_URL")
                        .unwrap_or_else(|| anthropic::DEFAULT_BASE_URL.to_owned()),
                    key: get("ANTHROPIC_API_KEY").map(|key| ApiKey::new(key.trim())),
                },
                environment: Some(environment_layer(policy)),
                data_dir,
            },
        })
    }
}

/// Where data is kept when nobody says otherwise; None without a home directory.
pub fn data_dir_default() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "gloss").map(|dirs| dirs.data_dir().to_owned())
}

fn address(text: &str) -> Result<SocketAddr> {
    text.trim().parse().map_err(|_| {
        Error::invalid("invalid_listen", format!("GLOSS_LISTEN is `{text}`, not ADDRESS:PORT"))
            .hint(format!("for example GLOSS_LISTEN={LISTEN_DEFAULT}"))
    })
}

/// The path is part of a URL, where two characters mean something else.
fn sqlite_in(data_dir: &Path) -> String {
    let path = data_dir.join("gloss.db").display().to_string();
    format!("sqlite:{}", path.replace('%', "%25").replace('?', "%3F"))
}

#[cfg(test)]
mod tests {
    use super::Environment;

    fn check(variables: &[(&str, &str)]) -> String {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, text)| (*text).to_owned())
        };
        match Environment::read(lookup, Some("/home/ada/.local/share/gloss".into())) {
            Err(error) => {
                format!("error: {error}\nhint: {}", error.hint.as_deref().unwrap_or_default())
            }
            Ok(Environment { listen, config }) => format!(
                "listen {listen}\ndata {}\ndatabase {}\nprovider {:?}\npolicy {:?}",
                config.data_dir.display(),
                config.database_url,
                config.provider,
                config.environment.map(|layer| layer.values),
            ),
        }
    }

    #[test]
    fn nothing_set() {
        insta::assert_snapshot!(check(&[]), @r#"
        listen 127.0.0.1:7437
        data /home/ada/.local/share/gloss
        database sqlite:/home/ada/.local/share/gloss/gloss.db
        provider Anthropic { base_url: "https://api.anthropic.com", key: None }
        policy Some([])
        "#);
    }

    #[test]
    fn everything_set() {
        insta::assert_snapshot!(check(&[
            ("GLOSS_LISTEN", "[::1]:80"),
            ("GLOSS_DATA_DIR", "/srv/100%/gloss"),
            ("GLOSS_DATABASE_URL", "postgres://gloss@db/gloss"),
            ("ANTHROPIC_API_KEY", "sk-secret\n"),
            ("ANTHROPIC_BASE_URL", "http://127.0.0.1:9"),
            ("GLOSS_WORKER_MAX_RETRIES", "5"),
        ]), @r#"
        listen [::1]:80
        data /srv/100%/gloss
        database postgres://gloss@db/gloss
        provider Anthropic { base_url: "http://127.0.0.1:9", key: Some(ApiKey(…)) }
        policy Some([("worker.max_retries", Number(5))])
        "#);
    }

    #[test]
    fn empty_is_not_set() {
        insta::assert_snapshot!(check(&[
            ("GLOSS_LISTEN", ""),
            ("GLOSS_DATA_DIR", "/srv/100%/gl?ss"),
            ("ANTHROPIC_API_KEY", " "),
        ]), @r#"
        listen 127.0.0.1:7437
        data /srv/100%/gl?ss
        database sqlite:/srv/100%25/gl%3Fss/gloss.db
        provider Anthropic { base_url: "https://api.anthropic.com", key: None }
        policy Some([])
        "#);
    }

    #[test]
    fn an_address_needs_a_port() {
        insta::assert_snapshot!(check(&[("GLOSS_LISTEN", "localhost")]), @r"
        error: GLOSS_LISTEN is `localhost`, not ADDRESS:PORT
        hint: for example GLOSS_LISTEN=127.0.0.1:7437
        ");
    }
}
