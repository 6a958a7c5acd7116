//! The machine and the databases the figures are from.

use gloss_store::Store;
use serde_json::{Value, json};

use super::options::Options;
use super::place::{Kind, Place, ask};

const SETTINGS: [&str; 6] = [
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "shared_buffers",
    "max_wal_size",
    "autovacuum",
];

pub(super) async fn read(options: &Options) -> Value {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let mut facts = json!({ "cores": cores, "answer_bytes": super::house::answer().len() });
    for kind in &options.databases {
        let place = Place::new(*kind).await;
        let store = Store::open(&place.url()).await.expect("opens");
        let status = store.status().await.expect("a status");
        store.close().await;
        let mut about = json!({ "version": status.version });
        match kind {
            Kind::Sqlite => about["synchronous"] = json!("full"),
            Kind::Postgres => {
                for setting in SETTINGS {
                    let sql = format!("current_setting('{setting}')");
                    about[setting] = json!(ask(&place.url(), &sql).await);
                }
            }
        }
        facts[kind.name()] = about;
        place.remove().await;
    }
    facts
}

pub(super) fn describe(facts: &Value) -> String {
    facts.to_string().replace(['{', '}', '"'], "").replace(',', ", ").replace(':', " ")
}
