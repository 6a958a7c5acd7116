//! Machines whose clocks are wrong.

use std::sync::Arc;

use gloss_app::{App, Clock, Config, ProviderConfig, SystemClock};
use gloss_core_model::Timestamp;
use gloss_llm::ApiKey;
use gloss_testkit::Backend;

const HOUR_MS: i64 = 3_600_000;
const NEAR_MS: i64 = 60_000;

/// So much ahead of the others, or behind them.
#[derive(Debug)]
struct Wrong(SystemClock, i64);

impl Clock for Wrong {
    fn now(&self) -> Timestamp {
        self.0.now().plus_ms(self.1)
    }

    fn random(&self) -> [u8; 10] {
        self.0.random()
    }

    fn follow(&self, ahead_ms: i64) {
        self.0.follow(ahead_ms);
    }
}

/// A worker an hour ahead would take every lease for expired.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_goes_by_the_database_s_clock() {
    Backend::each(|database| async move {
        for off_ms in [-HOUR_MS, 0, HOUR_MS] {
            let config = Config {
                database_url: database.url().to_owned(),
                data_dir: database.dir().to_owned(),
                objects: None,
                provider: ProviderConfig::at("http://127.0.0.1:9", Some(ApiKey::new("test"))),
                models: Default::default(),
                converters: Default::default(),
                environment: None,
            };
            let clock = Arc::new(Wrong(SystemClock::default(), off_ms));
            let app = App::open_with(config, clock).await.expect("opens");
            let apart_ms = app.now().0 - SystemClock::default().now().0;
            assert!(apart_ms.abs() < NEAR_MS, "{off_ms} ms off became {apart_ms}");
            app.close().await;
        }
    })
    .await;
}
