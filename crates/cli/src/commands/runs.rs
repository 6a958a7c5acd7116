//! `gloss runs …`

use gloss_app::Result;
use gloss_app::ops::{RunBudget, RunList};

use super::Desk;
use super::documents::page;
use crate::args::RunsCommand;
use crate::console::Console;
use crate::render;

pub(super) async fn run(desk: &Desk, command: RunsCommand, console: &mut Console) -> Result<u8> {
    let (app, ctx) = (&desk.app, &desk.ctx);
    let view = match command {
        RunsCommand::List { status, page: args } => {
            let view = app.run_list(ctx, RunList { status, page: page(args) }).await?;
            desk.show_table(&view, render::runs, console)?;
            return Ok(0);
        }
        RunsCommand::Show { run_id } => {
            let view = app.run_get(ctx, &run_id).await?;
            let report = app.run_report(ctx, &run_id).await?;
            let text = |run: &_| format!("{}\n{}", render::run(run), render::report(&report));
            desk.show(&view, |run| text(run).trim_end().to_owned(), console)?;
            return Ok(0);
        }
        RunsCommand::Report { run_id } => {
            let view = app.run_report(ctx, &run_id).await?;
            desk.show(&view, render::report, console)?;
            return Ok(0);
        }
        RunsCommand::Delete { run_id, cascade } => {
            let view = app.run_delete(ctx, &run_id, cascade.cascade).await?;
            desk.show(&view, render::deleted, console)?;
            return Ok(0);
        }
        RunsCommand::Cancel { run_id } => app.run_cancel(ctx, &run_id).await?,
        RunsCommand::Resume { run_id } => app.run_resume(ctx, &run_id).await?,
        RunsCommand::Budget { run_id, usd } => {
            let budget_usd = (usd != 0.0).then_some(usd);
            app.run_budget(ctx, RunBudget { run_id, budget_usd }).await?
        }
        RunsCommand::RetryFailed { run_id } => app.run_retry_failed(ctx, &run_id).await?,
    };
    desk.show(&view, render::run, console)?;
    Ok(0)
}
