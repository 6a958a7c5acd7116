//! From flags and environment to the configuration of the program.

use std::path::PathBuf;

use directories::ProjectDirs;
use gloss_app::{Config, Error, ProviderConfig, Result};
use gloss_llm::ApiKey;
use gloss_llm::anthropic::DEFAULT_BASE_URL;
use gloss_policy::environment_layer;

use crate::args::Global;
use crate::console::Console;

/// A flag wins over the environment, which wins over the platform's own place.
pub(crate) fn config(global: &Global, console: &Console) -> Result<Config> {
    let data_dir = data_dir(global, console)?;
    let given = global.database.as_deref().or_else(|| console.env("GLOSS_DATABASE_URL"));
    let database_url = match given {
        Some(url) => url.to_owned(),
        None => {
            std::fs::create_dir_all(&data_dir).map_err(|error| {
                let message = format!("cannot create {}: {error}", data_dir.display());
                Error::new(gloss_app::ErrorKind::Unavailable, "data_dir", message)
                    .hint("choose another place with --data-dir or GLOSS_DATA_DIR")
            })?;
            format!("sqlite:{}", data_dir.join("gloss.db").display())
        }
    };
    Ok(Config {
        database_url,
        data_dir,
        provider: ProviderConfig::Anthropic {
            base_url: base_url(global, console)?,
            key: console.env("ANTHROPIC_API_KEY").map(ApiKey::new),
        },
        environment: Some(environment_layer(&console.env)),
    })
}

pub(crate) fn data_dir(global: &Global, console: &Console) -> Result<PathBuf> {
    let given = global.data_dir.clone().or_else(|| console.env("GLOSS_DATA_DIR").map(Into::into));
    let platform = || ProjectDirs::from("", "", "gloss").map(|dirs| dirs.data_dir().to_owned());
    given.or_else(platform).ok_or_else(|| {
        Error::invalid("no_data_dir", "this account has no home directory")
            .hint("set GLOSS_DATA_DIR or give --data-dir")
    })
}

fn base_url(global: &Global, console: &Console) -> Result<String> {
    let given = global.base_url.as_deref().or_else(|| console.env("ANTHROPIC_BASE_URL"));
    let url = given.unwrap_or(DEFAULT_BASE_URL);
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if host.is_some_and(|host| !host.is_empty() && !host.starts_with('/')) {
        return Ok(url.to_owned());
    }
    Err(Error::invalid("invalid_base_url", format!("`{url}` is not an http or https URL"))
        .hint("give --base-url or ANTHROPIC_BASE_URL such as http://127.0.0.1:7438"))
}
