//! Opens the program: one database, one data directory, one provider.

use std::path::PathBuf;
use std::sync::Arc;

use gloss_llm::{ApiKey, Provider};
use gloss_policy::Layer;
use gloss_store::Store;

use crate::clock::{Clock, SystemClock};
use crate::error::Result;
use crate::objects::Objects;

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
    pub data_dir: PathBuf,
    pub provider: ProviderConfig,
    /// Policy from the environment, the lowest layer above the built-in values.
    pub environment: Option<Layer>,
}

/// The program. Cloning shares everything.
#[derive(Debug, Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) provider: ProviderConfig,
    pub(crate) environment: Option<Layer>,
}

impl App {
    /// Opens the database and brings its tables up to date.
    pub async fn open(config: Config) -> Result<Self> {
        Self::open_with(config, Arc::new(SystemClock)).await
    }

    pub async fn open_with(config: Config, clock: Arc<dyn Clock>) -> Result<Self> {
        let store = Store::open(&config.database_url).await?;
        store.migrate().await?;
        Ok(Self {
            store,
            objects: Objects::new(config.data_dir.join("objects")),
            clock,
            provider: config.provider,
            environment: config.environment,
        })
    }

    /// The database underneath, for tests and tools of our own.
    #[doc(hidden)]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    pub async fn close(&self) {
        self.store.close().await;
    }

    /// Whether a model can be asked at all.
    pub const fn has_key(&self) -> bool {
        match &self.provider {
            ProviderConfig::Anthropic { key, .. } => key.is_some(),
            ProviderConfig::Given(_) => true,
        }
    }
}
