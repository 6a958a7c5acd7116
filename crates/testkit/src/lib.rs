//! For tests only: both databases behind one name, and pages of console transcripts that are run.

mod backend;
pub mod chaos;
pub mod files;
mod normal;
mod page;
mod pooler;
mod scenario;
pub mod sim;

pub use backend::{Backend, Database};
pub use normal::Normal;
pub use page::{Page, Step};
pub use pooler::Pooler;
pub use scenario::check_page;

use std::path::Path;

use gloss_app::{App, Config, ProviderConfig};
use gloss_llm::ApiKey;

/// The program on a fresh database of its own, asking the given endpoint.
pub async fn open_app(database: &Database, base_url: &str) -> App {
    open_app_at(database.url(), database.dir(), base_url).await
}

/// The program on a database by URL.
pub async fn open_app_at(database_url: &str, data_dir: &Path, base_url: &str) -> App {
    let config = Config {
        database_url: database_url.to_owned(),
        data_dir: data_dir.to_owned(),
        objects: None,
        provider: ProviderConfig::at(base_url, Some(ApiKey::new("test"))),
        models: Default::default(),
        converters: Default::default(),
        environment: None,
    };
    App::open(config).await.expect("the database opens")
}
