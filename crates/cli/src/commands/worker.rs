//! `gloss worker`

use gloss_app::{Error, Result, WorkerOptions, WorkerReport};
use gloss_core_model::{Attention, RunId};
use serde_json::json;

use super::{Desk, run::no_key};
use crate::args::WorkerArgs;
use crate::console::Console;
use crate::render;

pub(super) async fn run(desk: &Desk, args: WorkerArgs, console: &mut Console) -> Result<u8> {
    if let Some(variable) = desk.app.missing_key(&[]).filter(|_| !desk.app.has_any_key()) {
        return Err(no_key(variable));
    }
    let run: Option<RunId> = match &args.run {
        // Reading it first says so when there is no such run.
        Some(id) => {
            let view = desk.app.run_get(&desk.ctx, id).await?;
            Some(view.run_id.parse().map_err(Error::internal)?)
        }
        None => None,
    };
    console.note("working; interrupt to stop");
    let options = WorkerOptions {
        run: run.map(|run_id| (desk.ctx.owner, run_id)),
        until_idle: args.until_idle,
        calls_max: args.concurrency,
        ..WorkerOptions::named(name())
    };
    let report = desk.app.worker_run(options, &console.stop).await?;
    if desk.json {
        console.say(
            &json!({
                "calls": report.calls,
                "staged": report.staged,
                "failed": report.failed,
                "stale": report.stale,
                "attention": report.attention.map(Attention::as_str),
            })
            .to_string(),
        );
    } else {
        console.note(&told(&report));
    }
    Ok(u8::from(report.attention.is_some()))
}

fn told(report: &WorkerReport) -> String {
    let calls = render::count(report.calls, "call", "calls");
    let mut text = format!("{calls}, {} staged, {} failed", report.staged, report.failed);
    if report.stale > 0 {
        text.push_str(&format!(", {} too late", report.stale));
    }
    if let Some(attention) = report.attention {
        text.push_str(&format!("\na run waits ({attention}): {}", attention.advice()));
    }
    text
}

/// Unique per process, and telling on shared databases.
pub(super) fn name() -> String {
    format!("worker-{}-{:08x}", std::process::id(), rand::random::<u32>())
}
