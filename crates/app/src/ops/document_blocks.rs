//! The blocks of a document in order: what a run would ask about.

use super::document_list::PageRequest;
use super::lookup::ingested;
use crate::error::Result;
use crate::views::{BlockView, Page, block_view};
use crate::{App, Ctx};

impl App {
    pub async fn document_blocks(
        &self,
        ctx: &Ctx,
        document_id: &str,
        at: PageRequest,
    ) -> Result<Page<BlockView>> {
        let (from, limit) = (at.after::<u32>()?.unwrap_or(0), at.limit()?);
        let row = self.find_document(ctx, document_id).await?;
        let conv_uid = &ingested(&row)?.conv_uid;
        let blocks = self.store.block_page(ctx.owner, conv_uid.clone(), from, limit).await?;
        let items: Vec<_> = blocks.into_iter().map(|block| block_view(block, conv_uid)).collect();
        let full = u32::try_from(items.len()).is_ok_and(|n| n == limit);
        let next = items.last().filter(|_| full).map(|item| (item.block_index + 1).to_string());
        Ok(Page { items, next })
    }
}
