//! Schemas by name.

use gloss_core_model::SchemaRef;

use super::document_list::{PageRequest, page};
use super::lookup::parse_stored;
use crate::error::Result;
use crate::views::{Page, SchemaView, schema_view};
use crate::{App, Ctx};

impl App {
    pub async fn schema_list(&self, ctx: &Ctx, at: PageRequest) -> Result<Page<SchemaView>> {
        let (after, limit) = (at.after::<SchemaRef>()?, at.limit()?);
        let rows = self.store.schema_list(ctx.owner, after, limit).await?;
        let items = rows
            .iter()
            .map(|row| Ok(schema_view(row, &parse_stored(row)?)))
            .collect::<Result<Vec<_>>>()?;
        Ok(page(items, limit, |item| item.schema_ref.clone()))
    }
}
