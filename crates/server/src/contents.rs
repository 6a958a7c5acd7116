//! `/v1/documents/{document_id}/…`: what a document holds.

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use gloss_app::ops::DocumentFile;
use gloss_app::views::{BlockView, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{PageQuery, Path, Query};
use crate::face::{Answer, Face};
use crate::problem::Problem;
use crate::upload::File;

pub(crate) fn routes() -> OpenApiRouter<Face> {
    OpenApiRouter::new()
        .routes(routes!(document_blocks))
        .routes(routes!(document_source))
        .routes(routes!(document_representation))
}

/// A document's blocks in order: what a run would ask about.
#[utoipa::path(
    get, path = "/v1/documents/{document_id}/blocks", tag = "documents",
    params(("document_id" = String, Path), PageQuery),
    responses((status = 200, description = "One page.", body = Page<BlockView>))
)]
async fn document_blocks(
    State(face): State<Face>,
    Path(document_id): Path<String>,
    Query(query): Query<PageQuery>,
) -> Answer<Page<BlockView>> {
    let page = query.page();
    face.answer(|app, ctx| async move { app.document_blocks(&ctx, &document_id, page).await }).await
}

/// A document's bytes as they came in, checked against its `source_uid`.
#[utoipa::path(
    get, path = "/v1/documents/{document_id}/source", tag = "documents",
    params(("document_id" = String, Path)),
    responses((
        status = 200, description = "The file.",
        body = File, content_type = "application/octet-stream"
    ))
)]
async fn document_source(
    State(face): State<Face>,
    Path(document_id): Path<String>,
) -> Result<Response, Problem> {
    let file = face.ask(|app, ctx| async move { app.document_source(&ctx, &document_id).await });
    Ok(download(file.await?))
}

/// What was written down when the document was converted, checked against its `conv_uid`.
#[utoipa::path(
    get, path = "/v1/documents/{document_id}/representation", tag = "documents",
    params(("document_id" = String, Path)),
    responses((
        status = 200, description = "Markdown, or DoclingDocument JSON.",
        body = File, content_type = "application/octet-stream"
    ))
)]
async fn document_representation(
    State(face): State<Face>,
    Path(document_id): Path<String>,
) -> Result<Response, Problem> {
    let file =
        face.ask(|app, ctx| async move { app.document_representation(&ctx, &document_id).await });
    Ok(download(file.await?))
}

/// Whatever the bytes are, a browser keeps them as a file and shows nothing: anybody may have
/// written the document.
fn download(file: DocumentFile) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.file_name)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, Body::from(file.bytes)).into_response()
}
