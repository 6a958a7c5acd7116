//! `/v1/schemas`: what is asked of every block.

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::get;
use gloss_app::ops::SchemaSave;
use gloss_app::views::{DeletedView, Page, SchemaCheckView, SchemaSaveView, SchemaView};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{PageQuery, Path, Query, Raw, parse};
use crate::face::{Answer, Face, Made, made};
use crate::problem::Problem;

pub(crate) fn routes() -> OpenApiRouter<Face> {
    OpenApiRouter::new()
        .routes(routes!(schema_save, schema_list))
        .routes(routes!(schema_get, schema_delete))
        .routes(routes!(schema_check))
        // A schema may be called `check`, and this path is not the pattern's.
        .route(
            "/v1/schemas/check",
            get(async |face| schema_get(face, Path("check".into())).await)
                .delete(async |face| schema_delete(face, Path("check".into())).await),
        )
}

/// A schema artifact and the name it gets. A bare artifact is taken too.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SchemaBody {
    /// Derived from `$id` or `title` when not given.
    schema_ref: Option<String>,
    /// The artifact: a JSON Schema of type object.
    schema_json: Value,
}

/// A bare artifact keeps its own text; a wrapped one keeps the order of its keys.
fn schema_save_of(bytes: &Bytes) -> Result<SchemaSave, Problem> {
    let value: Value = parse(bytes)?;
    if value.get("schema_json").is_some() {
        let SchemaBody { schema_ref, schema_json } = parse(bytes)?;
        return Ok(SchemaSave { schema_ref, text: schema_json.to_string() });
    }
    Ok(SchemaSave { schema_ref: None, text: String::from_utf8_lossy(bytes).into_owned() })
}

/// Saves a schema under a name. Schemas never change: other content needs another name.
#[utoipa::path(
    post, path = "/v1/schemas", tag = "schemas", request_body = SchemaBody,
    responses(
        (status = 201, description = "A new schema.", body = SchemaSaveView),
        (status = 200, description = "It was there already.", body = SchemaSaveView),
    )
)]
async fn schema_save(State(face): State<Face>, Raw(body): Raw) -> Made<SchemaSaveView> {
    let command = schema_save_of(&body)?;
    let view = face.ask(|app, ctx| async move { app.schema_save(&ctx, command).await }).await?;
    Ok(made(view.created, view))
}

/// Schemas by name.
#[utoipa::path(
    get, path = "/v1/schemas", tag = "schemas", params(PageQuery),
    responses((status = 200, description = "One page.", body = Page<SchemaView>))
)]
async fn schema_list(
    State(face): State<Face>,
    Query(query): Query<PageQuery>,
) -> Answer<Page<SchemaView>> {
    face.answer(|app, ctx| async move { app.schema_list(&ctx, query.page()).await }).await
}

/// One schema.
#[utoipa::path(
    get, path = "/v1/schemas/{schema_ref}", tag = "schemas",
    params(("schema_ref" = String, Path)),
    responses((status = 200, description = "The schema.", body = SchemaView))
)]
async fn schema_get(
    State(face): State<Face>,
    Path(schema_ref): Path<String>,
) -> Answer<SchemaView> {
    face.answer(|app, ctx| async move { app.schema_get(&ctx, &schema_ref).await }).await
}

/// Deletes a schema that no run needs.
#[utoipa::path(
    delete, path = "/v1/schemas/{schema_ref}", tag = "schemas",
    params(("schema_ref" = String, Path)),
    responses((status = 200, description = "What has gone.", body = DeletedView))
)]
async fn schema_delete(
    State(face): State<Face>,
    Path(schema_ref): Path<String>,
) -> Answer<DeletedView> {
    face.answer(|app, ctx| async move { app.schema_delete(&ctx, &schema_ref).await }).await
}

/// Says whether a schema can be run, and saves nothing.
#[utoipa::path(
    post, path = "/v1/schemas/check", tag = "schemas", request_body = SchemaBody,
    responses((status = 200, description = "What was found.", body = SchemaCheckView))
)]
async fn schema_check(State(face): State<Face>, Raw(body): Raw) -> Answer<SchemaCheckView> {
    let SchemaSave { text, .. } = schema_save_of(&body)?;
    face.answer(|app, _| async move { app.schema_check(&text) }).await
}
