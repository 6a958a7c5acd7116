//! `/v1/runs/{run_id}/overlays`: what a run says about its blocks, and what people decide.

use axum::extract::State;
use axum::http::header::{ETAG, HeaderName};
use gloss_app::ops::{OverlayList, OverlayReview, ReviewAction};
use gloss_app::views::{OverlayView, Page, ReviewView};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Json, Path, Query, StatusPageQuery};
use crate::face::{Answer, Face};
use crate::precondition::{IfMatch, etag};
use crate::problem::Problem;

pub(crate) fn routes() -> OpenApiRouter<Face> {
    OpenApiRouter::new()
        .routes(routes!(overlay_list))
        .routes(routes!(overlay_confirm))
        .routes(routes!(overlay_reject))
        .routes(routes!(overlay_reopen))
        .routes(routes!(overlay_edit))
}

/// Which blocks are meant. A misspelt field is refused, because no field at all means every block.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewBody {
    /// By index; without it, every block in the state the action starts from.
    blocks: Option<Vec<u32>>,
}

/// Which blocks are meant, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RejectBody {
    /// By index; without it, every staged block.
    blocks: Option<Vec<u32>>,
    reason: Option<String>,
}

/// Overlays in document order.
#[utoipa::path(
    get, path = "/v1/runs/{run_id}/overlays", tag = "overlays",
    params(("run_id" = String, Path), StatusPageQuery),
    responses((status = 200, description = "One page.", body = Page<OverlayView>))
)]
async fn overlay_list(
    State(face): State<Face>,
    Path(run_id): Path<String>,
    Query(mut query): Query<StatusPageQuery>,
) -> Answer<Page<OverlayView>> {
    let command = OverlayList { run_id, status: query.status.take(), page: query.page() };
    face.answer(|app, ctx| async move { app.overlay_list(&ctx, command).await }).await
}

/// Confirms staged blocks: they leave with exports.
#[utoipa::path(
    post, path = "/v1/runs/{run_id}/overlays/confirm", tag = "overlays", request_body = ReviewBody,
    params(("run_id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, description = "What changed.", body = ReviewView))
)]
async fn overlay_confirm(
    State(face): State<Face>,
    Path(run_id): Path<String>,
    seen: IfMatch,
    Json(ReviewBody { blocks }): Json<ReviewBody>,
) -> Answer<ReviewView> {
    review(face, run_id, blocks, seen, ReviewAction::Confirm).await
}

/// Rejects staged blocks: they are pending again, and the model is asked anew.
#[utoipa::path(
    post, path = "/v1/runs/{run_id}/overlays/reject", tag = "overlays", request_body = RejectBody,
    params(("run_id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, description = "What changed.", body = ReviewView))
)]
async fn overlay_reject(
    State(face): State<Face>,
    Path(run_id): Path<String>,
    seen: IfMatch,
    Json(RejectBody { blocks, reason }): Json<RejectBody>,
) -> Answer<ReviewView> {
    review(face, run_id, blocks, seen, ReviewAction::Reject { reason }).await
}

/// Brings confirmed blocks back to staged.
#[utoipa::path(
    post, path = "/v1/runs/{run_id}/overlays/reopen", tag = "overlays", request_body = ReviewBody,
    params(("run_id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, description = "What changed.", body = ReviewView))
)]
async fn overlay_reopen(
    State(face): State<Face>,
    Path(run_id): Path<String>,
    seen: IfMatch,
    Json(ReviewBody { blocks }): Json<ReviewBody>,
) -> Answer<ReviewView> {
    review(face, run_id, blocks, seen, ReviewAction::Reopen).await
}

async fn review(
    face: Face,
    run_id: String,
    blocks: Option<Vec<u32>>,
    seen: IfMatch,
    action: ReviewAction,
) -> Answer<ReviewView> {
    let command = OverlayReview { run_id, blocks, revision: seen.revision(), action };
    face.answer(|app, ctx| async move { app.overlay_review(&ctx, command).await }).await
}

/// Replaces the staged value of one block, checked against the schema.
#[utoipa::path(
    put, path = "/v1/runs/{run_id}/overlays/{block_index}/staging", tag = "overlays",
    request_body = Value,
    params(
        ("run_id" = String, Path),
        ("block_index" = u32, Path),
        ("If-Match" = String, Header, description = "The revision seen, in quotes, or `*`."),
    ),
    responses((
        status = 200, description = "The block as it is now.", body = OverlayView,
        headers(("ETag" = String, description = "Its revision, in quotes."))
    ))
)]
async fn overlay_edit(
    State(face): State<Face>,
    Path((run_id, block_index)): Path<(String, u32)>,
    seen: IfMatch,
    Json(value): Json<Value>,
) -> Result<([(HeaderName, String); 1], axum::Json<OverlayView>), Problem> {
    let revision = seen.required()?;
    let edited = face.ask(|app, ctx| async move {
        app.overlay_edit(&ctx, &run_id, block_index, revision, value).await
    });
    let view = edited.await?;
    Ok(([(ETAG, etag(view.revision))], axum::Json(view)))
}
