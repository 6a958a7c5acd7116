//! The demo's document and schema, which most tests work on, and a run over any text.

use gloss_app::ops::{DocumentIngest, RunCreate};
use gloss_app::{App, Ctx};
use serde_json::Value;

pub(crate) const DOCUMENT: &str =
    include_str!("../../crates/cli/demo/harbour-services-agreement.md");
pub(crate) const SCHEMA: &str = include_str!("../../crates/cli/demo/contract-review.json");

/// A run over the demo's document with its schema; answers with its id.
pub(crate) async fn create(app: &App, settings: &[(&str, Value)]) -> String {
    create_over(app, DOCUMENT, SCHEMA, settings).await
}

pub(crate) async fn create_over(
    app: &App,
    text: &str,
    schema: &str,
    settings: &[(&str, Value)],
) -> String {
    let ctx = Ctx::local();
    let bytes = text.as_bytes().to_vec();
    let ingest =
        DocumentIngest { file_name: "demo.md".to_owned(), bytes, title: None, project: None };
    let document = app.document_ingest(&ctx, ingest).await.expect("ingests").document;
    let schema = app.schema_ensure(&ctx, schema.to_owned()).await.expect("saves").schema;
    let request = RunCreate {
        document_id: document.document_id,
        schema_ref: schema.schema_ref,
        settings: settings.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect(),
        idempotency_key: None,
    };
    app.run_create(&ctx, request).await.expect("creates").run.run_id
}
