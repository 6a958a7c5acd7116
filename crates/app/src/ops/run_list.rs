//! Runs, newest first.

use gloss_core_model::{RunId, RunStatus};

use super::document_list::{PageRequest, page};
use crate::error::{Error, Result};
use crate::views::{Page, RunView};
use crate::{App, Ctx};

#[derive(Debug, Clone, Default)]
pub struct RunList {
    pub status: Option<String>,
    pub page: PageRequest,
}

impl App {
    pub async fn run_list(&self, ctx: &Ctx, query: RunList) -> Result<Page<RunView>> {
        let status: Option<RunStatus> =
            query.status.as_deref().map(str::parse).transpose().map_err(
                |error: gloss_core_model::names::UnknownName| {
                    Error::invalid("invalid_status", error.to_string())
                },
            )?;
        let (after, limit) = (query.page.after::<RunId>()?, query.page.limit()?);
        let rows = self.store.run_list(ctx.owner, status, after, limit).await?;
        let items = rows.iter().map(RunView::from).collect();
        Ok(page(items, limit, |item| item.run_id.clone()))
    }
}
