//! Projects by name.

use super::document_list::{PageRequest, page};
use crate::error::Result;
use crate::views::{Page, ProjectView, project_view};
use crate::{App, Ctx};

impl App {
    pub async fn project_list(&self, ctx: &Ctx, at: PageRequest) -> Result<Page<ProjectView>> {
        let limit = at.limit()?;
        let rows = self.store.project_list(ctx.owner, at.after, limit, self.now()).await?;
        let items = rows.iter().map(|row| project_view(row, ctx.owner)).collect();
        Ok(page(items, limit, |item| item.name.clone()))
    }
}
