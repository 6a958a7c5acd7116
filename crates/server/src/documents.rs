//! `/v1/documents`: bytes in, what became of them out.

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use gloss_app::ops::{DocumentIngest, DocumentList};
use gloss_app::views::{DeletedView, DocumentView, IngestBatchView, IngestView, Page};
use http_body_util::Limited;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{CascadeQuery, Json, Path, ProjectPageQuery, Query, Raw};
use crate::face::{Answer, Face, made};
use crate::problem::Problem;
use crate::upload::{self, Upload};

/// A file may be this large. Bytes.
pub(crate) const FILE_BYTES_MAX: usize = 64 << 20;
/// A form may be this large, all its files together. Bytes.
pub(crate) const FORM_BYTES_MAX: usize = 256 << 20;

pub(crate) fn routes() -> OpenApiRouter<Face> {
    OpenApiRouter::new()
        .routes(routes!(document_ingest, document_list))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .routes(routes!(document_get, document_delete))
        .routes(routes!(document_move))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct IngestQuery {
    /// Tells the format and, where the document has none, the title: `report.docx`. Needed unless
    /// the body is a form, whose files have names of their own.
    file_name: Option<String>,
    /// Instead of the document's own title.
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

/// Takes a file, splits it into blocks, and keeps both; or a form with many files. The same bytes
/// again change nothing.
#[utoipa::path(
    post, path = "/v1/documents", tag = "documents", params(IngestQuery),
    request_body(content(
        (upload::File = "application/octet-stream"),
        (upload::Form = "multipart/form-data"),
    ), description = "The file, as it is; or a form with the files in its parts named `file`."),
    responses(
        (status = 201, description = "A new document.", body = IngestView),
        (status = 200, description = "It was there already; what had failed was read again.",
            body = IngestView),
        (status = 207, description = "A form: what became of each file.", body = IngestBatchView),
    )
)]
async fn document_ingest(
    State(face): State<Face>,
    Query(query): Query<IngestQuery>,
    request: Request,
) -> Result<Response, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data")) {
        if let Some(project) = query.project.clone() {
            // Said once, and not for each file.
            face.ask(|app, ctx| async move { app.project_get(&ctx, &project).await }).await?;
        }
        let Upload { files } =
            Upload::read(request, face.app.files_per_batch_max(), query.title, query.project)
                .await?;
        let view = face
            .ask(|app, ctx| async move { app.document_ingest_batch(&ctx, files, |_| {}).await });
        let status = StatusCode::MULTI_STATUS;
        return Ok((status, axum::Json(view.await?)).into_response());
    }
    let IngestQuery { file_name, title, project } = query;
    let file_name = file_name.ok_or_else(|| {
        Problem::invalid("invalid_query", "`file_name` is missing: it tells the format")
    })?;
    let request = request.map(|body| Body::new(Limited::new(body, FILE_BYTES_MAX)));
    let Raw(bytes) = Raw::from_request(request, &face).await?;
    let command = DocumentIngest { file_name, title, project, bytes: bytes.into() };
    let view = face.ask(|app, ctx| async move { app.document_ingest(&ctx, command).await }).await?;
    Ok(made(view.created, view).into_response())
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
