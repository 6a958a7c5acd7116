//! The one save boundary of schemas. They are immutable: an edit is a new name.

use gloss_core_model::{SchemaId, SchemaRef};
use gloss_store::{SchemaPut, SchemaRow};

use super::lookup::not_runnable;
use super::schema_check::parse;
use crate::error::{Error, Result};
use crate::views::{SchemaSaveView, schema_view};
use crate::{App, Ctx};

#[derive(Debug, Clone)]
pub struct SchemaSave {
    /// Derived from `$id` or `title` when not given.
    pub schema_ref: Option<String>,
    pub text: String,
}

impl App {
    /// Saves a schema, or answers with the very same one wherever it is saved already.
    ///
    /// For callers that want to run a schema rather than to name it: one that cannot be run is
    /// refused before anything is stored.
    pub async fn schema_ensure(&self, ctx: &Ctx, text: String) -> Result<SchemaSaveView> {
        let checked = self.schema_check(&text)?;
        if !checked.compatible {
            return Err(not_runnable(&checked.schema_ref, &checked.problems));
        }
        let schema = parse(&text)?;
        let saved = self.store.schema_by_uid(ctx.owner, schema.uid()).await?;
        if let Some(row) = saved {
            return Ok(SchemaSaveView { created: false, schema: schema_view(&row, &schema) });
        }
        self.schema_save(ctx, SchemaSave { schema_ref: None, text }).await
    }

    pub async fn schema_save(&self, ctx: &Ctx, command: SchemaSave) -> Result<SchemaSaveView> {
        let schema = parse(&command.text)?;
        let schema_ref: SchemaRef = match &command.schema_ref {
            Some(given) => given
                .parse()
                .map_err(|error| Error::invalid("invalid_schema_ref", format!("{error}")))?,
            None => schema.derived_ref(),
        };
        let row = SchemaRow {
            schema_id: SchemaId(self.new_id()),
            schema_ref,
            schema_uid: schema.uid(),
            artifact: command.text,
            created_at: self.now(),
        };
        let incoming = row.schema_uid.clone();
        let (created, row) = match self.store.schema_put(ctx.owner, row).await? {
            SchemaPut::Created(row) => (true, row),
            SchemaPut::Existing(row) => (false, row),
            SchemaPut::RefTaken { existing, suggested } => {
                return Err(Error::conflict(
                    "schema_ref_taken",
                    format!(
                        "schema `{}` exists with other content (existing {}, incoming {incoming})",
                        existing.schema_ref, existing.schema_uid
                    ),
                )
                .hint(format!("schemas never change: save it as `{suggested}`, for example")));
            }
            SchemaPut::ContentTaken { existing } => {
                return Err(Error::conflict(
                    "schema_content_taken",
                    format!("this very schema is saved as `{}`", existing.schema_ref),
                )
                .hint(format!("use `{}`", existing.schema_ref)));
            }
        };
        Ok(SchemaSaveView { created, schema: schema_view(&row, &schema) })
    }
}
