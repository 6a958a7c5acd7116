//! One project, by id or by name.

use crate::error::Result;
use crate::views::{ProjectView, project_view};
use crate::{App, Ctx};

impl App {
    pub async fn project_get(&self, ctx: &Ctx, project: &str) -> Result<ProjectView> {
        Ok(project_view(&self.find_project(ctx, project).await?, ctx.owner))
    }
}
