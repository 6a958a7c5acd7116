//! Gloss inside another Rust program: its own database, the simulated provider, overlays read back.
//!
//! `cargo run --package gloss-app --example embed`

use gloss_app::ops::{DocumentIngest, OverlayList, RunCreate};
use gloss_app::{App, Config, Ctx, ProviderConfig, Result, Stop, WorkerOptions};
use gloss_llm::ApiKey;
use gloss_simulator::{Options, Simulator};

const NOTES: &[u8] =
    b"# Lease\n\nThe tenant pays on the first of each month.\n\nPets are welcome.\n";
const SCHEMA: &str = r#"{"title": "Duties", "type": "object", "required": ["duty"],
    "properties": {"duty": {"type": "string"}, "binding": {"type": "boolean"}}}"#;

#[tokio::main]
async fn main() -> Result<()> {
    for line in embed().await? {
        println!("{line}");
    }
    Ok(())
}

/// One line per block: its number, its status and what the model said.
pub(crate) async fn embed() -> Result<Vec<String>> {
    let simulator = Simulator::start(Options::default()).expect("loopback is there");
    let dir = tempfile::tempdir().expect("a temporary folder");
    let app = App::open(Config {
        database_url: format!("sqlite:{}", dir.path().join("embedded.db").display()),
        data_dir: dir.path().to_owned(),
        objects: None,
        provider: ProviderConfig::at(&simulator.base_url(), Some(ApiKey::new("any"))),
        models: Default::default(),
        converters: Default::default(),
        environment: None,
    })
    .await?;
    let ctx = Ctx::local();
    let file = DocumentIngest {
        file_name: "lease.md".into(),
        bytes: NOTES.into(),
        title: None,
        project: None,
    };
    let document_id = app.document_ingest(&ctx, file).await?.document.document_id;
    let schema_ref = app.schema_ensure(&ctx, SCHEMA.into()).await?.schema.schema_ref;
    let request = RunCreate { document_id, schema_ref, ..RunCreate::default() };
    let run_id = app.run_create(&ctx, request).await?.run.run_id;
    let idle = WorkerOptions { until_idle: true, ..WorkerOptions::named("embedded") };
    app.worker_run(idle, &Stop::default()).await?;
    let overlays = app.overlay_list(&ctx, OverlayList { run_id, ..OverlayList::default() }).await?;
    let lines = overlays.items.iter().map(|overlay| {
        let answer = overlay.staging.clone().unwrap_or_default();
        format!("{} {} {answer}", overlay.block_index, overlay.status)
    });
    let lines = lines.collect();
    app.close().await;
    Ok(lines)
}
