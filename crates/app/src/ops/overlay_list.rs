//! What a run says about its blocks, in document order.

use gloss_core_model::OverlayStatus;

use super::document_list::PageRequest;
use crate::error::{Error, Result};
use crate::views::{OverlayView, Page, overlay_view};
use crate::{App, Ctx};

#[derive(Debug, Clone, Default)]
pub struct OverlayList {
    pub run_id: String,
    /// A stored status, or `staged`.
    pub status: Option<String>,
    pub page: PageRequest,
}

impl App {
    pub async fn overlay_list(&self, ctx: &Ctx, query: OverlayList) -> Result<Page<OverlayView>> {
        let run = self.find_run(ctx, &query.run_id).await?;
        let status = query.status.as_deref().map(parse_status).transpose()?;
        let (from, limit) = (query.page.after::<u32>()?.unwrap_or(0), query.page.limit()?);
        let rows = self.store.overlay_page(ctx.owner, run.run_id, status, from, limit).await?;
        let items: Vec<_> = rows.iter().map(|row| overlay_view(row, &run.conv_uid)).collect();
        let full = u32::try_from(items.len()).is_ok_and(|n| n == limit);
        let next = items.last().filter(|_| full).map(|item| (item.block_index + 1).to_string());
        Ok(Page { items, next })
    }
}

fn parse_status(text: &str) -> Result<OverlayStatus> {
    let found = OverlayStatus::ALL.iter().find(|s| s.as_str() == text || s.label() == text);
    found.copied().ok_or_else(|| {
        let labels: Vec<&str> = OverlayStatus::ALL.iter().map(|status| status.label()).collect();
        let message = format!("`{text}` is no block status; there is {}", labels.join(", "));
        Error::invalid("invalid_status", message)
    })
}
