//! Opens the program: one database, one data directory, one provider.

use std::path::Path;
use std::sync::Arc;

use gloss_llm::Catalog;
use gloss_objects::Objects;
use gloss_policy::{Layer, PolicyError, Source, Upload};
use gloss_store::{OwnerBudgets, Store};
use serde_json::Value;

use crate::accounts::key_variable;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, ProviderConfig};
use crate::converters::Converters;
use crate::error::{Error, ErrorKind, Result};
use crate::objects;

/// The program. Cloning shares everything.
#[derive(Debug, Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) converters: Converters,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) following: Arc<tokio::sync::Mutex<()>>,
    pub(crate) provider: ProviderConfig,
    pub(crate) models: Arc<Catalog>,
    pub(crate) environment: Option<Layer>,
    /// What may come in, and how much at once.
    pub(crate) upload: Upload,
    /// As they are set now, and not when a run began, so that raising them reaches every run.
    pub(crate) owner_budgets: OwnerBudgets,
}

impl App {
    /// Opens the database and brings its tables up to date.
    pub async fn open(config: Config) -> Result<Self> {
        Self::open_with(config, Arc::new(SystemClock::default())).await
    }

    pub async fn open_with(config: Config, clock: Arc<dyn Clock>) -> Result<Self> {
        // A limit that cannot be read is no limit; nobody should find out from a bill.
        let environment: Vec<Layer> = config.environment.clone().into_iter().collect();
        let platform = gloss_policy::resolve(&environment)
            .map_err(|errors| invalid_settings(&errors))?
            .policy();
        make_private(&config.data_dir)?;
        let store = Store::open(&config.database_url).await?;
        store.migrate().await?;
        let app = Self {
            store,
            objects: objects::open(config.objects, &config.data_dir)?,
            converters: Converters::new(config.converters),
            clock,
            following: Arc::default(),
            provider: config.provider,
            models: Arc::new(config.models),
            environment: config.environment,
            upload: platform.upload,
            owner_budgets: owner_budgets(platform.owner),
        };
        app.follow_database().await?;
        Ok(app)
    }

    /// The database underneath, for tests and tools of our own.
    #[doc(hidden)]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    pub async fn close(&self) {
        self.store.close().await;
    }

    /// Whether any model of somebody else's can be asked.
    pub fn has_any_key(&self) -> bool {
        match &self.provider {
            ProviderConfig::Accounts(accounts) => {
                let mut keys = accounts.keys();
                keys.any(|(.., set)| set)
            }
            ProviderConfig::Given(_) => true,
        }
    }

    /// The variable to set before the model of these settings can be asked, if its key is missing.
    /// A schema may still name another model.
    pub fn missing_key(&self, settings: &[(String, Value)]) -> Option<&'static str> {
        let ProviderConfig::Accounts(accounts) = &self.provider else { return None };
        let request = Layer::new(Source::Request, settings.to_vec());
        let layers: Vec<Layer> = [request].into_iter().chain(self.environment.clone()).collect();
        // Bad settings are told of where they are used.
        let policy = gloss_policy::resolve(&layers).ok()?.policy();
        let provider = self.models.facts(&policy.models.platform_default_model).provider;
        (!accounts.has_key(provider)).then(|| key_variable(provider))
    }
}

fn owner_budgets(owner: gloss_policy::Owner) -> OwnerBudgets {
    // The registry bounds both.
    let micro_usd = |usd: f64| (usd * 1e6).round() as u64;
    OwnerBudgets {
        total_micro_usd: owner.budget_usd.map(micro_usd),
        day_micro_usd: owner.day_budget_usd.map(micro_usd),
    }
}

pub(crate) fn invalid_settings(errors: &[PolicyError]) -> Error {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    Error::invalid("invalid_setting", lines.join("; "))
}

/// Documents lie here: a folder we make is for its owner alone; one that is there stays as it is.
fn make_private(data_dir: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(data_dir).map_err(|error| {
        let message = format!("cannot make the data directory {}: {error}", data_dir.display());
        Error::new(ErrorKind::Unavailable, "data_dir", message)
            .hint("give --data-dir or GLOSS_DATA_DIR: a directory you may write to")
    })
}
