//! `gloss demo`: the whole way on a sample contract, against a simulated model on loopback.

use std::path::{Path, PathBuf};

use gloss_app::ops::{DocumentIngest, ExportRequest, OverlayReview, ReviewAction, RunCreate};
use gloss_app::{ApiKey, App, Config, Ctx, Error, ErrorKind, ProviderConfig, Result};
use gloss_export::Format;
use gloss_simulator::{Options, Simulator};

use super::{Desk, export, simulator};
use crate::args::{DemoArgs, Global};
use crate::console::Console;
use crate::render;

const DOCUMENT_NAME: &str = "harbour-services-agreement.md";
const DOCUMENT: &str = include_str!("../../demo/harbour-services-agreement.md");
const SCHEMA_NAME: &str = "contract-review.json";
const SCHEMA: &str = include_str!("../../demo/contract-review.json");

/// Where the demo keeps everything.
struct Place {
    document: PathBuf,
    schema: PathBuf,
    database: PathBuf,
    jsonl: PathBuf,
    csv: PathBuf,
}

pub(super) async fn run(global: &Global, args: DemoArgs, console: &mut Console) -> Result<u8> {
    let place = furnish(&args.dir)?;
    let faults = simulator::faults(0, &args.faults)?;
    let options = Options { latency_ms: args.latency_ms, faults, log: false };
    let model = Simulator::start(options).map_err(|error| {
        let message = format!("cannot start the simulated provider: {error}");
        Error::new(ErrorKind::Unavailable, "simulator", message)
    })?;
    let app = App::open(Config {
        database_url: format!("sqlite:{}", place.database.display()),
        data_dir: args.dir.clone(),
        objects: None,
        provider: ProviderConfig::at(&model.base_url(), Some(ApiKey::new("demo"))),
        models: Default::default(),
        converters: Default::default(),
        environment: None,
    })
    .await?;
    let global = Global {
        database: None,
        data_dir: None,
        base_url: Some(model.base_url()),
        json: global.json,
    };
    let desk = Desk { app, ctx: Ctx::local(), json: global.json, global };
    let told = tell(&desk, &place, console).await;
    desk.app.close().await;
    told
}

/// The steps a person would take, each shown with the command that does it.
async fn tell(desk: &Desk, place: &Place, console: &mut Console) -> Result<u8> {
    step(console, "a simulated provider", &desk.global.base_url.clone().unwrap_or_default());
    step(console, "ingest", &place.document.display().to_string());
    let document = desk
        .app
        .document_ingest(
            &desk.ctx,
            DocumentIngest {
                file_name: DOCUMENT_NAME.to_owned(),
                bytes: DOCUMENT.as_bytes().to_vec(),
                title: None,
                project: None,
            },
        )
        .await?;
    console.note(&render::ingested(&document));
    step(console, "schema save", &place.schema.display().to_string());
    let schema = desk.app.schema_ensure(&desk.ctx, SCHEMA.to_owned()).await?;
    console.note(&render::schema_saved(&schema));
    let request = RunCreate {
        document_id: document.document.document_id.clone(),
        schema_ref: schema.schema.schema_ref.clone(),
        ..RunCreate::default()
    };
    step(console, "plan", "what it would cost");
    let planned = desk.app.run_plan(&desk.ctx, request.clone()).await?;
    console.note(&render::plan(&planned, console.width));
    step(console, "run", "every block is asked");
    let created = desk.app.run_create(&desk.ctx, request).await?.run;
    let summary = super::run::finish(desk, &created, console).await?;
    console.note(&render::summary(&summary));
    if console.stop.is_stopped() {
        console.note("\ninterrupted; what was not sent went back, and nothing is lost");
        return Ok(1);
    }
    step(console, "review confirm", "all that is staged");
    let confirm = OverlayReview {
        run_id: created.run_id.clone(),
        blocks: None,
        revision: None,
        action: ReviewAction::Confirm,
    };
    let reviewed = desk.app.overlay_review(&desk.ctx, confirm).await?;
    console.note(&render::reviewed(&reviewed, "confirmed"));
    step(console, "export", "JSON Lines and CSV");
    for (format, path) in [(Format::Jsonl, &place.jsonl), (Format::Csv, &place.csv)] {
        let request = ExportRequest {
            run_id: created.run_id.clone(),
            format,
            include_staged: false,
            with_provenance: false,
        };
        let records = export::to_file(desk, &request, path).await?.records;
        console.note(&format!("{records} records in {}", path.display()));
    }
    desk.show(&summary, |_| next(place, &created.run_id), console)?;
    Ok(u8::from(!summary.is_whole()))
}

fn step(console: &mut Console, what: &str, of: &str) {
    let line = format!("\n── {what}: {of}");
    let line = if console.colour { format!("\u{1b}[1m{line}\u{1b}[0m") } else { line };
    console.note(&line);
}

fn next(place: &Place, run_id: &str) -> String {
    let (database, document) = (place.database.display(), place.document.display());
    let schema = place.schema.display();
    format!(
        "\nEverything is in {}. The answers are made up: the model was a simulator.\n\n\
         Look at the answers:   gloss review show {run_id} --limit 5 --database sqlite:{database}\n\
         See the run's cost:    gloss runs show {run_id} --database sqlite:{database}\n\
         Ask a real model:      ANTHROPIC_API_KEY=… gloss run {document} --schema {schema}\n\
         Your own document:     ANTHROPIC_API_KEY=… gloss run FILE.md --schema SCHEMA.json\n\
         (from a checkout, `gloss` is `cargo run --release --`)",
        place.database.parent().unwrap_or(Path::new(".")).display()
    )
}

fn furnish(dir: &Path) -> Result<Place> {
    let place = Place {
        document: dir.join(DOCUMENT_NAME),
        schema: dir.join(SCHEMA_NAME),
        database: dir.join("gloss.db"),
        jsonl: dir.join("confirmed.jsonl"),
        csv: dir.join("confirmed.csv"),
    };
    let written = std::fs::create_dir_all(dir)
        .and_then(|()| std::fs::write(&place.document, DOCUMENT))
        .and_then(|()| std::fs::write(&place.schema, SCHEMA));
    written.map_err(|error| {
        let message = format!("cannot write to {}: {error}", dir.display());
        Error::new(ErrorKind::Unavailable, "demo_dir", message).hint("choose another --dir")
    })?;
    Ok(place)
}
