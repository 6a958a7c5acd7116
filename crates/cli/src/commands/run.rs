//! `gloss plan`, `gloss run`

use std::path::Path;
use std::time::Duration;

use gloss_app::ops::RunCreate;
use gloss_app::views::{RunSummaryView, RunView};
use gloss_app::{Error, ErrorKind, Result, WorkerOptions};
use gloss_core_model::{DocumentId, RunId};
use serde_json::Value;
use tokio::time::Instant;

use super::{Desk, read_text, worker};
use crate::args::{PlanArgs, RunArgs, TargetArgs};
use crate::console::Console;
use crate::{progress, render};

pub(super) async fn plan(desk: &Desk, args: PlanArgs, console: &mut Console) -> Result<u8> {
    let request = request(desk, args.target, console).await?;
    let view = desk.app.run_plan(&desk.ctx, request).await?;
    desk.show_table(&view, render::plan, console)?;
    Ok(0)
}

pub(super) async fn run(desk: &Desk, args: RunArgs, console: &mut Console) -> Result<u8> {
    let missing = desk.app.missing_key(&settings(&args.target)?);
    if let Some(variable) = missing.filter(|_| !args.detach) {
        return Err(no_key(variable));
    }
    let mut request = request(desk, args.target, console).await?;
    request.idempotency_key = args.idempotency_key;
    let run = desk.app.run_create(&desk.ctx, request).await?.run;
    if args.detach {
        desk.show(
            &run,
            |run| format!("{}\n\n`gloss worker` works on it", render::run(run)),
            console,
        )?;
        return Ok(0);
    }
    let summary = finish(desk, &run, console).await?;
    desk.show(&summary, render::summary, console)?;
    if !desk.json {
        advise(&summary, console);
    }
    Ok(u8::from(!summary.is_whole()))
}

/// Works on a run until it is over, with progress for whoever watches.
pub(super) async fn finish(
    desk: &Desk,
    run: &RunView,
    console: &mut Console,
) -> Result<RunSummaryView> {
    let started = Instant::now();
    let run_id: RunId = run.run_id.parse().map_err(Error::internal)?;
    let options = WorkerOptions {
        run: Some((desk.ctx.owner, run_id)),
        until_idle: true,
        ..WorkerOptions::named(worker::name())
    };
    let watched = console.terminal && !desk.json;
    tokio::select! {
        report = desk.app.worker_run(options, &console.stop) => { report?; }
        () = progress::follow(&desk.app, &desk.ctx, &run.run_id, watched) => {}
    }
    let run = desk.app.run_get(&desk.ctx, &run.run_id).await?;
    let report = desk.app.run_report(&desk.ctx, &run.run_id).await?;
    let elapsed: Duration = started.elapsed();
    Ok(RunSummaryView::of(&run, report, u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)))
}

/// What to do next, for people; `--json` says it with status and attention.
fn advise(summary: &RunSummaryView, console: &mut Console) {
    let id = &summary.run_id;
    let attention = summary.attention.as_deref().and_then(|name| name.parse().ok());
    let text = if let Some(attention) = attention {
        let advice = gloss_core_model::Attention::advice(attention);
        format!("it waits ({attention}): {advice}")
    } else if summary.status == "running" {
        format!("it is not finished: `gloss worker --run {id} --until-idle` goes on")
    } else if summary.failed_blocks > 0 {
        format!("see `gloss review show {id} --status failed`, then `gloss runs retry-failed {id}`")
    } else {
        format!("next: `gloss review show {id}`, `gloss review confirm {id}`, `gloss export {id}`")
    };
    console.note(&text);
}

fn settings(target: &TargetArgs) -> Result<Vec<(String, Value)>> {
    let mut settings = Vec::new();
    for setting in &target.settings {
        let parsed = gloss_app::parse_setting(setting)
            .map_err(|error| Error::invalid("invalid_setting", error.to_string()))?;
        settings.push(parsed);
    }
    let short = [
        ("models.platform_default_model", target.model.clone()),
        ("worker.batching.mode", target.mode.map(|mode| mode.as_str().to_owned())),
    ];
    settings.extend(
        short.into_iter().filter_map(|(key, value)| Some((key.to_owned(), Value::String(value?)))),
    );
    Ok(settings)
}

async fn request(desk: &Desk, target: TargetArgs, console: &mut Console) -> Result<RunCreate> {
    let settings = settings(&target)?;
    // Both files are read before anything is stored.
    let document = Path::new(&target.document);
    let is_id = target.document.parse::<DocumentId>().is_ok() && !document.exists();
    let document = if is_id { None } else { Some(super::ingest::read(document, None)?) };
    let schema_ref = match schema_text(&target.schema)? {
        Some(text) => desk.app.schema_ensure(&desk.ctx, text).await?.schema.schema_ref,
        None => desk.app.schema_get(&desk.ctx, &target.schema).await?.schema_ref,
    };
    let document_id = match document {
        Some(ingest) => {
            let document = desk.app.document_ingest(&desk.ctx, ingest).await?.document;
            // Before anything is spent on what is not all of it.
            for note in document.conversion.iter().flat_map(|conversion| &conversion.notes) {
                console.note(&format!("note: {}", note.message));
            }
            document.document_id
        }
        None => target.document,
    };
    Ok(RunCreate { document_id, schema_ref, settings, idempotency_key: None })
}

/// The text of a schema file; none where a schema's name was given.
fn schema_text(given: &str) -> Result<Option<String>> {
    let path = Path::new(given);
    let named_like_a_file = path.extension().is_some() || given.contains(['/', '\\']);
    (path.exists() || named_like_a_file).then(|| read_text(path)).transpose()
}

pub(super) fn no_key(variable: &str) -> Error {
    Error::new(ErrorKind::Unauthenticated, "no_api_key", "there is no API key").hint(format!(
        "set {variable} (any value will do for a --base-url that asks for none); \
         `gloss demo` needs no key"
    ))
}
