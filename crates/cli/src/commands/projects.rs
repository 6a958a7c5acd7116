//! `gloss projects …`

use gloss_app::Result;
use gloss_app::ops::{ProjectCreate, ProjectUpdate};

use super::Desk;
use super::documents::page;
use crate::args::ProjectsCommand;
use crate::console::Console;
use crate::render;

pub(super) async fn run(
    desk: &Desk,
    command: ProjectsCommand,
    console: &mut Console,
) -> Result<u8> {
    let (app, ctx) = (&desk.app, &desk.ctx);
    let view = match command {
        ProjectsCommand::Create { name, description } => {
            app.project_create(ctx, ProjectCreate { name, description }).await?
        }
        ProjectsCommand::List(args) => {
            let view = app.project_list(ctx, page(args)).await?;
            desk.show_table(&view, render::projects, console)?;
            return Ok(0);
        }
        ProjectsCommand::Show { project } => app.project_get(ctx, &project).await?,
        ProjectsCommand::Rename { project, name, description } => {
            app.project_update(ctx, ProjectUpdate { project, name, description }).await?
        }
        ProjectsCommand::Delete { project, cascade } => {
            let view = app.project_delete(ctx, &project, cascade.cascade).await?;
            desk.show(&view, render::deleted, console)?;
            return Ok(0);
        }
    };
    desk.show(&view, render::project, console)?;
    Ok(0)
}
