//! `/v1/documents`: bytes in, what became of them out.

use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use gloss_app::ops::DocumentIngest;
use gloss_app::views::{DocumentView, IngestBatchView, IngestView, Page};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{PageQuery, Path, Query, Raw};
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
        .routes(routes!(document_get))
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
}

/// Takes a file, splits it into blocks, and keeps both; or a form with many files. The same bytes
/// again change nothing.
#[utoipa::path(
    post, path = "/v1/documents", tag = "documents", params(IngestQuery),
    request_body(content(
        (Vec<u8> = "application/octet-stream"),
        (upload::Form = "multipart/form-data"),
    ), description = "The file, as it is; or a form with the files in its parts named `file`."),
    responses(
        (status = 201, description = "A new document.", body = IngestView),
        (status = 200, description = "It was there already.", body = IngestView),
        (status = 207, description = "A form: what became of each file.", body = IngestBatchView),
    )
)]
async fn document_ingest(
    State(face): State<Face>,
    Query(query): Query<IngestQuery>,
    request: Request,
) -> Result<Response, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        let Upload { files } = Upload::read(request, query.title).await?;
        let view = face
            .ask(|app, ctx| async move { app.document_ingest_batch(&ctx, files, |_| {}).await });
        let status = StatusCode::MULTI_STATUS;
        return Ok((status, axum::Json(view.await?)).into_response());
    }
    let IngestQuery { file_name, title } = query;
    let file_name = file_name.ok_or_else(|| {
        Problem::invalid("invalid_query", "`file_name` is missing: it tells the format")
    })?;
    let Raw(bytes) = Raw::from_request(request, &face).await?;
    let command = DocumentIngest { file_name, title, bytes: bytes.into() };
    let view = face.ask(|app, ctx| async move { app.document_ingest(&ctx, command).await }).await?;
    Ok(made(view.created, view).into_response())
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
