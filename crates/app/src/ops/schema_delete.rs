//! A schema goes when no run needs it.

use gloss_store::Deletion;

use super::lookup::no_schema;
use super::run_delete::{count, running};
use crate::error::{Error, Result};
use crate::views::DeletedView;
use crate::{App, Ctx};

impl App {
    pub async fn schema_delete(&self, ctx: &Ctx, schema_ref: &str) -> Result<DeletedView> {
        let (row, _) = self.find_schema(ctx, schema_ref).await?;
        match self.store.schema_delete(ctx.owner, row.schema_id).await? {
            Deletion::Done(deleted) => Ok(deleted.into()),
            Deletion::NotFound | Deletion::DefaultProject => Err(no_schema(schema_ref)),
            Deletion::Running { runs, first } => Err(running(runs, first)),
            Deletion::Needed { by } => {
                let message = format!("schema `{schema_ref}` is used by {}", count(by, "run"));
                Err(Error::conflict("schema_has_runs", message)
                    .hint("delete those first: `gloss runs list` shows them"))
            }
        }
    }
}
