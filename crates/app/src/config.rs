//! What the program is told before it opens: flags first, then the environment, then the platform.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gloss_llm::{ApiKey, Catalog, Provider};
use gloss_objects::Address;
use gloss_policy::{Layer, REGISTRY, environment_layer};

use crate::accounts::Accounts;
use crate::converters::{ConverterConfig, DoclingServe};
use crate::error::{Error, Result};

/// Which provider answers, and with whose key.
#[derive(Debug, Clone)]
pub enum ProviderConfig {
    /// The provider of each run's model.
    Accounts(Accounts),
    /// One of the embedding program's own, for every model.
    Given(Arc<dyn Provider>),
}

impl ProviderConfig {
    /// Every provider at one address, as the simulator answers for all of them.
    pub fn at(base_url: &str, key: Option<ApiKey>) -> Self {
        Self::Accounts(Accounts::at(base_url, key))
    }
}

#[derive(Debug, Clone)]
pub struct Config {
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// The default database, the objects unless they are kept elsewhere, the server's token.
    pub data_dir: PathBuf,
    /// Where documents' bytes are kept; none is a folder in the data directory.
    pub objects: Option<Address>,
    pub provider: ProviderConfig,
    /// Who reads files.
    pub converters: ConverterConfig,
    /// What is known of models.
    pub models: Catalog,
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
    /// Reads `GLOSS_DATA_DIR`, `GLOSS_DATABASE_URL`, `GLOSS_OBJECTS_URL` with those of AWS,
    /// `GLOSS_MODELS_FILE`, `GLOSS_DOCLING_URL`, the providers' variables and those of the policy
    /// registry. An empty one is not set.
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
        let objects = get("GLOSS_OBJECTS_URL").map(|url| Address::read(&url, get)).transpose()?;
        let accounts = Accounts::read(flags.base_url.as_deref(), get)?;
        let models = get("GLOSS_MODELS_FILE").map(|path| read_models(Path::new(&path)));
        let docling_serve = docling_serve(&get)?;
        let policy = REGISTRY.iter().filter_map(|known| known.env);
        let policy = policy.filter_map(|name| get(name).map(|text| (name, text)));
        Ok(Self {
            database_url: database_url.unwrap_or_else(|| sqlite_in(&data_dir)),
            objects,
            provider: ProviderConfig::Accounts(accounts),
            converters: ConverterConfig { docling_serve, ..ConverterConfig::this_program() },
            models: models.transpose()?.unwrap_or_default(),
            environment: Some(environment_layer(policy)),
            data_dir,
        })
    }
}

fn docling_serve(get: &impl Fn(&str) -> Option<String>) -> Result<Option<DoclingServe>> {
    let Some(base_url) = get("GLOSS_DOCLING_URL").map(|url| url.trim().to_owned()) else {
        return Ok(None);
    };
    let rest = base_url.strip_prefix("http://").or_else(|| base_url.strip_prefix("https://"));
    // The address is shown where it fails, so nobody's password may stand in it.
    if rest.is_none_or(|rest| rest.is_empty() || rest.contains('@')) {
        let message = "GLOSS_DOCLING_URL is no address of a docling-serve";
        return Err(Error::invalid("invalid_docling_url", message)
            .hint("for example http://127.0.0.1:5001, and its key in GLOSS_DOCLING_API_KEY"));
    }
    let api_key = get("GLOSS_DOCLING_API_KEY").map(|key| ApiKey::new(key.trim()));
    Ok(Some(DoclingServe { base_url, api_key, timeout: DoclingServe::TIMEOUT_DEFAULT }))
}

/// Where data is kept when nobody says otherwise; none without a home directory.
pub fn data_dir_default() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "gloss").map(|dirs| dirs.data_dir().to_owned())
}

fn read_models(path: &Path) -> Result<Catalog> {
    let bad = |problem: String| {
        let message = format!("the models file {}: {problem}", path.display());
        Error::invalid("invalid_models_file", message)
            .hint("GLOSS_MODELS_FILE names it; docs/models.md describes its format")
    };
    let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    Catalog::with_file(&text).map_err(|error| bad(error.to_string()))
}

/// The path is part of a URL, where two characters mean something else.
fn sqlite_in(data_dir: &Path) -> String {
    let path = data_dir.join("gloss.db").display().to_string();
    format!("sqlite:{}", path.replace('%', "%25").replace('?', "%3F"))
}

#[cfg(test)]
mod tests {
    use super::{Config, Flags, ProviderConfig};

    fn check(variables: &[(&str, &str)]) -> String {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, text)| (*text).to_owned())
        };
        let default = Some("/home/ada/.local/share/gloss".into());
        let config = Config::read(Flags::default(), lookup, default).expect("a configuration");
        format!(
            "data {}\ndatabase {}\nobjects {}\n{}policy {:?}",
            config.data_dir.display(),
            config.database_url,
            config.objects.map_or_else(|| "with the data".to_owned(), |at| at.to_string()),
            providers(&config.provider),
            config.environment.map(|layer| layer.values),
        )
    }

    fn providers(config: &ProviderConfig) -> String {
        match config {
            ProviderConfig::Accounts(accounts) => accounts.to_string(),
            ProviderConfig::Given(provider) => format!("{provider:?}\n"),
        }
    }

    #[test]
    fn nothing_set() {
        insta::assert_snapshot!(check(&[]), @r#"
        data /home/ada/.local/share/gloss
        database sqlite:/home/ada/.local/share/gloss/gloss.db
        objects with the data
        anthropic https://api.anthropic.com
        openai https://api.openai.com/v1
        openai-chat https://api.openai.com/v1
        google https://generativelanguage.googleapis.com
        custom http://127.0.0.1:8080/v1 with a key
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
            ("GOOGLE_API_KEY", "AIza"),
            ("GLOSS_OBJECTS_URL", "s3://acme-docs/gloss"),
            ("AWS_ACCESS_KEY_ID", "AKIA"),
            ("AWS_SECRET_ACCESS_KEY", "hush"),
            ("GLOSS_CUSTOM_BASE_URL", "http://127.0.0.1:11434"),
            ("GLOSS_WORKER_MAX_RETRIES", "5"),
        ]), @r#"
        data /srv/100%/gloss
        database postgres://gloss@db/gloss
        objects s3://acme-docs/gloss
        anthropic http://127.0.0.1:9 with a key
        openai https://api.openai.com/v1
        openai-chat https://api.openai.com/v1
        google https://generativelanguage.googleapis.com with a key
        custom http://127.0.0.1:11434 with a key
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
        objects with the data
        anthropic https://api.anthropic.com
        openai https://api.openai.com/v1
        openai-chat https://api.openai.com/v1
        google https://generativelanguage.googleapis.com
        custom http://127.0.0.1:8080/v1 with a key
        policy Some([])
        "#);
    }
}
