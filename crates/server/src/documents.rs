//! `/v1/documents`: bytes in, what became of them out.

use axum::extract::{DefaultBodyLimit, State};
use gloss_app::ops::DocumentIngest;
use gloss_app::views::{DocumentView, IngestView, Page};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{PageQuery, Path, Query, Raw};
use crate::face::{Answer, Face, Made, made};

/// A file may be this large. Bytes.
pub(crate) const FILE_BYTES_MAX: usize = 32 << 20;

pub(crate) fn routes() -> OpenApiRouter<Face> {
    OpenApiRouter::new()
        .routes(routes!(document_ingest, document_list))
        .layer(DefaultBodyLimit::max(FILE_BYTES_MAX))
        .routes(routes!(document_get))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct IngestQuery {
    /// Tells the format and, without a heading, the title: `report.md`.
    file_name: String,
    /// Instead of the first heading.
    title: Option<String>,
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
    Query(IngestQuery { file_name, title }): Query<IngestQuery>,
    Raw(bytes): Raw,
) -> Made<IngestView> {
    let command = DocumentIngest { file_name, title, bytes: bytes.into() };
    let view = face.ask(|app, ctx| async move { app.document_ingest(&ctx, command).await }).await?;
    Ok(made(view.created, view))
}

/// Documents, newest first.
#[utoipa::path(
    get, path = "/v1/documents", tag = "documents", params(PageQuery),
    responses((status = 200, description = "One page.", body = Page<DocumentView>))
)]
async fn document_list(
    State(face): State<Face>,
    Query(query): Query<PageQuery>,
) -> Answer<Page<DocumentView>> {
    face.answer(|app, ctx| async move { app.document_list(&ctx, query.page()).await }).await
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
