//! For tests only: both databases behind one name, and pages of console transcripts that are run.

mod backend;
pub mod chaos;
mod normal;
mod page;
mod scenario;
pub mod sim;

pub use backend::{Backend, Database};
pub use normal::Normal;
pub use page::{Page, Step};
pub use scenario::check_page;

use gloss_app::{App, Config, ProviderConfig};
use gloss_llm::ApiKey;

/// The program on a fresh database of its own, asking the given endpoint.
pub async fn open_app(database: &Database, base_url: &str) -> App {
    let config = Config {
        database_url: database.url().to_owned(),
        data_dir: database.dir().to_owned(),
        provider: ProviderConfig::Anthropic {
            base_url: base_url.to_owned(),
            key: Some(ApiKey::new("test")),
        },
        environment: None,
    };
    App::open(config).await.expect("a fresh database opens")
}
