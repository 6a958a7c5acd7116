//! `/v1/documents`: bytes in, what became of them out.

use axum::extract::{DefaultBodyLimit, State};
use gloss_app::ops::{DocumentIngest, DocumentList};
use gloss_app::views::{DeletedView, DocumentView, IngestView, Page};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{CascadeQuery, Json, Path, ProjectPageQuery, Query, Raw};
use crate::face::{Answer, Face, Made, made};

/// A file may be this large. Bytes.
pub(crate) const FILE_BYTES_MAX: usize = 32 << 20;

pub(crate) fn routes() -> OpenApiRouter<Face> {
    OpenApiRouter::new()
        .routes(routes!(document_ingest, document_list))
        .layer(DefaultBodyLimit::max(FILE_BYTES_MAX))
        .routes(routes!(document_get, document_delete))
        .routes(routes!(document_move))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct IngestQuery {
    /// Tells the format and, without a heading, the title: `report.md`.
    file_name: String,
    /// Instead of the first heading.
    title: Option<String>,
    /// Id or name of the project it goes into. Default: the default project.
    project: Option<String>,
}

/// Where a document goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MoveBody {
    /// Id or name.
    project: String,
}

/// Takes a file, splits it into blocks, and keeps both. The same bytes again change nothing.
#[utoipa::path(
    post, path = "/v1/documents", tag = "documents", params(IngestQuery),
    request_body(content_type = "application/octet-stream", description = "The file, as it is."),
    responses(
        (status = 201, description = "A new document.", body = IngestView),
        (status = 200, description = "It was there already.", body = IngestView),
    )
)]
async fn document_ingest(
    State(face): State<Face>,
    Query(IngestQuery { file_name, title, project }): Query<IngestQuery>,
    Raw(bytes): Raw,
) -> Made<IngestView> {
    let command = DocumentIngest { file_name, title, project, bytes: bytes.into() };
    let view = face.ask(|app, ctx| async move { app.document_ingest(&ctx, command).await }).await?;
    Ok(made(view.created, view))
}

/// Documents, newest first.
#[utoipa::path(
    get, path = "/v1/documents", tag = "documents", params(ProjectPageQuery),
    responses((status = 200, description = "One page.", body = Page<DocumentView>))
)]
async fn document_list(
    State(face): State<Face>,
    Query(mut query): Query<ProjectPageQuery>,
) -> Answer<Page<DocumentView>> {
    let command = DocumentList { project: query.project.take(), page: query.page() };
    face.answer(|app, ctx| async move { app.document_list(&ctx, command).await }).await
}

/// One document.
#[utoipa::path(
    get, path = "/v1/documents/{document_id}", tag = "documents",
    params(("document_id" = String, Path)),
    responses((status = 200, description = "The document.", body = DocumentView))
)]
async fn document_get(
    State(face): State<Face>,
    Path(document_id): Path<String>,
) -> Answer<DocumentView> {
    face.answer(|app, ctx| async move { app.document_get(&ctx, &document_id).await }).await
}

/// Puts a document into another project.
#[utoipa::path(
    put, path = "/v1/documents/{document_id}/project", tag = "documents",
    request_body = MoveBody, params(("document_id" = String, Path)),
    responses((status = 200, description = "The document.", body = DocumentView))
)]
async fn document_move(
    State(face): State<Face>,
    Path(document_id): Path<String>,
    Json(MoveBody { project }): Json<MoveBody>,
) -> Answer<DocumentView> {
    face.answer(|app, ctx| async move { app.document_move(&ctx, &document_id, &project).await })
        .await
}

/// Deletes a document with its blocks. Nothing brings it back.
#[utoipa::path(
    delete, path = "/v1/documents/{document_id}", tag = "documents",
    params(("document_id" = String, Path), CascadeQuery),
    responses((status = 200, description = "What has gone.", body = DeletedView))
)]
async fn document_delete(
    State(face): State<Face>,
    Path(document_id): Path<String>,
    Query(CascadeQuery { cascade }): Query<CascadeQuery>,
) -> Answer<DeletedView> {
    face.answer(|app, ctx| async move { app.document_delete(&ctx, &document_id, cascade).await })
        .await
}
