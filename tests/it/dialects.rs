//! A provider that does not take the schema it was to enforce: it is asked plainly, and the run
//! goes on.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use gloss_app::{ApiKey, App, Config, Ctx, ProviderConfig, Stop, WorkerOptions};
use gloss_llm::{Begun, CallError, Endpoint, Provider, ProviderName, Reply, Request};
use gloss_simulator::{Options, Simulator};
use gloss_testkit::Backend;

use crate::demo;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Real HTTP, but no schema is ever enforced.
#[derive(Debug)]
struct Unwilling {
    wire: Endpoint,
    refused: AtomicU32,
}

impl Provider for Unwilling {
    fn name(&self) -> &'static str {
        self.wire.name()
    }

    fn account(&self) -> String {
        self.wire.account()
    }

    fn ask(&self, request: Request, begun: Begun) -> Boxed<'_, Result<Reply, CallError>> {
        if !request.prefix.strict {
            return self.wire.ask(request, begun);
        }
        self.refused.fetch_add(1, Ordering::SeqCst);
        let message = "Invalid schema for response_format: too deep for us".to_owned();
        Box::pin(async { Err(CallError::Rejected { status: 400, message }) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_is_not_enforced_is_checked_here() {
    Backend::each(|database| async move {
        let simulator = Simulator::start(Options::default()).expect("a simulator");
        let (url, key) = (simulator.base_url(), ApiKey::new("test"));
        let wire = Endpoint::new(ProviderName::OpenAi, &url, key, Duration::from_secs(30));
        let provider = Arc::new(Unwilling { wire, refused: AtomicU32::new(0) });
        let config = Config {
            database_url: database.url().to_owned(),
            data_dir: database.dir().to_owned(),
            objects: None,
            provider: ProviderConfig::Given(Arc::clone(&provider) as Arc<dyn Provider>),
            models: Default::default(),
            converters: Default::default(),
            environment: None,
        };
        let app = App::open(config).await.expect("opens");
        let settings = [
            ("models.platform_default_model", "gpt-6-luna".into()),
            ("worker.concurrency", 4.into()),
        ];
        let run_id = demo::create(&app, &settings).await;
        let options = WorkerOptions { until_idle: true, ..WorkerOptions::named("test") };
        app.worker_run(options, &Stop::default()).await.expect("works");
        let run = app.run_get(&Ctx::local(), &run_id).await.expect("the run");
        assert_eq!((run.completed_blocks, run.failed_blocks), (run.total_blocks, 0));
        // Only calls that were under way together found out.
        let refused = provider.refused.load(Ordering::SeqCst);
        assert!((1..=4).contains(&refused), "{refused} calls were refused");
        assert_eq!(run.calls, simulator.stats().calls);
        app.close().await;
    })
    .await;
}
