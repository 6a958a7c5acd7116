//! Finding what a request names, with one wording for what is not there.

use gloss_core_model::{ConversionFacts, DocumentId, RunId, Schema, SchemaRef};
use gloss_store::{DocumentRow, ProjectKey, ProjectRow, RunRow, SchemaRow};

use super::project_create::no_project;
use crate::error::{Error, Result};
use crate::{App, Ctx};

impl App {
    pub(crate) async fn find_document(&self, ctx: &Ctx, id: &str) -> Result<DocumentRow> {
        let document_id: DocumentId = id.parse().map_err(|error| {
            Error::invalid("invalid_document_id", format!("{error}"))
                .hint("`gloss documents list` shows the ids")
        })?;
        let row = self.store.document_get(ctx.owner, document_id).await?;
        row.ok_or_else(|| no_document(document_id))
    }

    pub(crate) async fn find_run(&self, ctx: &Ctx, id: &str) -> Result<RunRow> {
        let run_id: RunId = id.parse().map_err(|error| {
            Error::invalid("invalid_run_id", format!("{error}"))
                .hint("`gloss runs list` shows the ids")
        })?;
        self.store.run_get(ctx.owner, run_id).await?.ok_or_else(|| no_run(run_id))
    }

    /// By id or by name: no text is both.
    pub(crate) async fn find_project(&self, ctx: &Ctx, given: &str) -> Result<ProjectRow> {
        let key = match (given.trim().parse(), given.parse()) {
            (Ok(id), _) => ProjectKey::Id(id),
            (_, Ok(name)) => ProjectKey::Name(name),
            _ => return Err(no_project(given)),
        };
        let row = self.store.project_find(ctx.owner, key, self.now()).await?;
        row.ok_or_else(|| no_project(given))
    }

    pub(crate) async fn find_schema(&self, ctx: &Ctx, name: &str) -> Result<(SchemaRow, Schema)> {
        let schema_ref: SchemaRef = name.parse().map_err(|error| {
            Error::invalid("invalid_schema_ref", format!("{error}"))
                .hint("`gloss schema list` shows the names")
        })?;
        let row = self.store.schema_by_ref(ctx.owner, schema_ref).await?;
        let row = row.ok_or_else(|| no_schema(name))?;
        let schema = parse_stored(&row)?;
        Ok((row, schema))
    }

    pub(crate) async fn schema_of(&self, ctx: &Ctx, run: &RunRow) -> Result<(SchemaRow, Schema)> {
        let row = self.store.schema_get(ctx.owner, run.schema_id).await?.ok_or_else(|| {
            Error::not_found("schema_not_found", format!("schema `{}` is gone", run.schema_ref))
        })?;
        let schema = parse_stored(&row)?;
        Ok((row, schema))
    }
}

pub(super) fn no_document(id: DocumentId) -> Error {
    Error::not_found("document_not_found", format!("there is no document {id}"))
        .hint("`gloss documents list` shows what there is")
}

pub(super) fn no_run(id: RunId) -> Error {
    Error::not_found("run_not_found", format!("there is no run {id}"))
        .hint("`gloss runs list` shows what there is")
}

pub(super) fn no_schema(name: &str) -> Error {
    Error::not_found("schema_not_found", format!("there is no schema `{name}`"))
        .hint("`gloss schema list` shows what there is; `gloss schema save FILE` adds one")
}

/// The conversion of a document that was ingested.
pub(crate) fn ingested(document: &DocumentRow) -> Result<&ConversionFacts> {
    document.conversion.as_ref().ok_or_else(|| {
        let why = document.error.as_deref().unwrap_or("it has not been converted");
        Error::conflict(
            "document_not_ingested",
            format!("document {} is {}: {why}", document.document_id, document.status),
        )
        .hint("mend the file and ingest it again")
    })
}

pub(crate) fn parse_stored(row: &SchemaRow) -> Result<Schema> {
    let artifact = serde_json::from_str(&row.artifact).map_err(Error::internal)?;
    Schema::new(artifact).map_err(Error::internal)
}

/// Refuses a schema that cannot be run, in the words of the save's warning.
pub(crate) fn runnable(row: &SchemaRow, schema: &Schema) -> Result<()> {
    let problems: Vec<String> = schema.problems().iter().map(ToString::to_string).collect();
    if problems.is_empty() { Ok(()) } else { Err(not_runnable(row.schema_ref.as_str(), &problems)) }
}

pub(crate) fn not_runnable(schema_ref: &str, problems: &[String]) -> Error {
    let message = format!("schema `{schema_ref}` cannot be run: {}", problems.join("; "));
    Error::invalid("schema_not_compatible", message)
        .hint("`gloss schema check FILE` tells what a runnable schema needs")
}
