//! The platform's own evidence scenarios, each told as a transcript, the same on both databases.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use gloss_app::{ApiKey, App, Config, Ctx, ProviderConfig, Stop, WorkerOptions, WorkerReport};
use gloss_core_model::{OverlayStatus, OwnerId, RunId};
use gloss_simulator::{Faults, Options, Simulator};
use gloss_store::OverlayRow;
use gloss_testkit::{Backend, Database};
use serde_json::Value;

use crate::demo;

mod course;
mod keys;
mod order;
mod refused;
mod watched;

const OWNER: OwnerId = OwnerId::LOCAL;
const SCHEMA: &str = r#"{"title": "Duties", "type": "object", "required": ["duty"],
    "properties": {"duty": {"type": "string"}}}"#;
/// More than any story takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run over some paragraphs, whoever watches it, and what was seen so far.
struct Evidence {
    database: Database,
    simulator: Arc<Simulator>,
    /// The watcher's: it has no key and asks no model. Every worker opens one of its own.
    app: App,
    run_id: String,
    /// Calls that another provider than the simulator has got.
    elsewhere: Arc<AtomicU64>,
    transcript: String,
}

/// Tells a story on each database and compares it with the one text.
async fn check(
    n_blocks: u32,
    settings: &[(&str, Value)],
    story: impl AsyncFn(&mut Evidence),
    expected: &str,
) {
    let expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    let (story, expected) = (&story, expected.join("\n"));
    let expected = expected.as_str();
    Backend::each(|database| async move {
        let name = database.backend.name();
        let mut evidence = Evidence::begin(database, n_blocks, settings).await;
        let ended = tokio::time::timeout(PATIENCE, story(&mut evidence)).await;
        assert!(ended.is_ok(), "{name}: no end after\n{}", evidence.transcript);
        assert_eq!(evidence.transcript.trim(), expected, "{name}:\n{}", evidence.transcript);
        evidence.app.close().await;
    })
    .await;
}

impl Evidence {
    async fn begin(database: Database, n_blocks: u32, settings: &[(&str, Value)]) -> Self {
        let simulator = Arc::new(Simulator::start(Options::default()).expect("a simulator"));
        let provider = provider_at(&simulator.base_url(), None);
        let app = App::open(config(&database, provider)).await.expect("opens");
        let paragraphs: Vec<String> =
            (0..n_blocks).map(|n| format!("Berth {n} is ours.")).collect();
        let mode = [("worker.batching.mode", "per_request".into())];
        let settings = [&mode, settings].concat();
        let run_id = demo::create_over(&app, &paragraphs.join("\n\n"), SCHEMA, &settings).await;
        let (elsewhere, transcript) = (Arc::default(), String::new());
        Self { database, simulator, app, run_id, elsewhere, transcript }
    }

    fn id(&self) -> RunId {
        self.run_id.parse().expect("an id")
    }

    fn faults(&self, rules: &[&str]) {
        let faults = Faults::parse(1, rules.iter().copied()).expect("rules");
        self.simulator.set_faults(faults);
    }

    /// A worker at the simulator, with a key or without, until nothing is left to do.
    async fn worker(&mut self, what: &str, key: Option<&str>) {
        let provider = provider_at(&self.simulator.base_url(), key);
        self.work(what, provider, &Stop::default()).await;
    }

    /// What `gloss worker --run … --until-idle` does, with a database connection of its own.
    async fn work(&mut self, what: &str, provider: ProviderConfig, stop: &Stop) {
        let app = App::open(config(&self.database, provider)).await.expect("opens");
        self.work_as(what, &app, stop).await;
        app.close().await;
    }

    async fn work_as(&mut self, what: &str, app: &App, stop: &Stop) {
        let report = app.worker_run(options(self.id(), "evidence"), stop).await.expect("works");
        let WorkerReport { calls, staged, failed, stale, .. } = report;
        let did = format!("calls {calls}, staged {staged}, failed {failed}, late {stale}");
        self.step(&format!("{what}: {did}")).await;
    }

    /// One step of the transcript: what was done, and what the database says after it.
    async fn step(&mut self, what: &str) {
        let state = self.state().await;
        self.note(what);
        self.transcript.push_str(&format!("{state}\n"));
    }

    fn note(&mut self, what: &str) {
        self.transcript.push_str(&format!("> {what}\n"));
    }

    async fn overlays(&self) -> Vec<OverlayRow> {
        let rows = self.app.store().overlay_page(OWNER, self.id(), None, 0, 1000).await;
        rows.expect("overlays")
    }

    /// The run and its overlays in one line, after everything that always holds was checked.
    async fn state(&self) -> String {
        let run = self.app.run_get(&Ctx::local(), &self.run_id).await.expect("the run");
        let rows = self.overlays().await;
        let count = |status| u32::try_from(rows.iter().filter(|row| row.status == status).count());
        let count = |status| count(status).expect("not that many");
        let pending = count(OverlayStatus::Pending);
        let claimed = count(OverlayStatus::Claimed);
        let staged = count(OverlayStatus::AiComplete);
        let confirmed = count(OverlayStatus::Confirmed);
        let failed = count(OverlayStatus::Failed);
        let rollup = [run.remaining_blocks, run.completed_blocks, run.failed_blocks];
        assert_eq!(rollup, [pending + claimed, staged + confirmed, failed], "a recount");
        assert_eq!(run.total_blocks, rollup.iter().sum::<u32>(), "no block is skipped");
        assert_eq!(self.app.store().check().await.expect("checks"), []);

        // Every call is written down, and every answer paid for: the late ones too.
        let (asked, paid) = (self.simulator.stats(), &run.usage);
        assert_eq!(run.calls, asked.calls + self.elsewhere.load(Ordering::SeqCst));
        let tokens = (paid.input_tokens, paid.output_tokens);
        assert_eq!(tokens, (asked.usage.input_tokens, asked.usage.output_tokens));

        let mut line = format!("pending {pending} · claimed {claimed} · staged {staged}");
        if confirmed > 0 {
            line.push_str(&format!(" · confirmed {confirmed}"));
        }
        line.push_str(&format!(" · failed {failed} | {}", run.status));
        if let Some(attention) = &run.attention {
            line.push_str(&format!(", {attention}"));
        }
        let attempts: u32 = rows.iter().map(|row| row.attempts).sum();
        let deferrals: u32 = rows.iter().map(|row| row.deferrals).sum();
        line.push_str(&format!(" | attempts {attempts}"));
        if deferrals > 0 {
            line.push_str(&format!(", deferrals {deferrals}"));
        }
        format!("{line} | calls {}", run.calls)
    }
}

fn config(database: &Database, provider: ProviderConfig) -> Config {
    Config {
        database_url: database.url().to_owned(),
        data_dir: database.dir().to_owned(),
        objects: None,
        provider,
        models: Default::default(),
        converters: Default::default(),
        environment: None,
    }
}

fn provider_at(base_url: &str, key: Option<&str>) -> ProviderConfig {
    ProviderConfig::at(base_url, key.map(ApiKey::new))
}

fn options(run: RunId, name: &str) -> WorkerOptions {
    WorkerOptions { run: Some((OWNER, run)), until_idle: true, ..WorkerOptions::named(name) }
}
