//! One schema, by name.

use crate::error::Result;
use crate::views::{SchemaView, schema_view};
use crate::{App, Ctx};

impl App {
    pub async fn schema_get(&self, ctx: &Ctx, schema_ref: &str) -> Result<SchemaView> {
        let (row, schema) = self.find_schema(ctx, schema_ref).await?;
        Ok(schema_view(&row, &schema))
    }
}
