//! `/v1/runs`: a schema asked of every block of a document.

use std::collections::BTreeMap;

use axum::extract::State;
use gloss_app::ops::{RunBudget, RunCreate, RunList};
use gloss_app::views::{DeletedView, Page, PlanView, RunReportView, RunView};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{CascadeQuery, Json, Path, Query, StatusPageQuery};
use crate::face::{Answer, Face, Made, made};
use crate::precondition::IdempotencyKey;

pub(crate) fn routes() -> OpenApiRouter<Face> {
    OpenApiRouter::new()
        .routes(routes!(run_plan))
        .routes(routes!(run_create, run_list))
        .routes(routes!(run_get, run_delete))
        .routes(routes!(run_report))
        .routes(routes!(run_cancel))
        .routes(routes!(run_resume))
        .routes(routes!(run_budget))
        .routes(routes!(run_retry_failed))
}

/// What to ask of which document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RunBody {
    document_id: String,
    schema_ref: String,
    /// Policy values for this run alone, by key. Sorted here, so that the order in which a client
    /// writes them does not make another request of it.
    #[serde(default)]
    settings: BTreeMap<String, Value>,
}

impl RunBody {
    fn command(self, idempotency_key: Option<String>) -> RunCreate {
        let Self { document_id, schema_ref, settings } = self;
        RunCreate {
            document_id,
            schema_ref,
            settings: settings.into_iter().collect(),
            idempotency_key,
        }
    }
}

/// What a run may spend.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BudgetBody {
    /// In US dollars, with what is spent already; null lifts the limit, and has to be said.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true)]
    budget_usd: Option<f64>,
}

/// What a run would take, in every mode, before anything is spent.
#[utoipa::path(
    post, path = "/v1/runs/plan", tag = "runs", request_body = RunBody,
    responses((status = 200, description = "The plan.", body = PlanView))
)]
async fn run_plan(State(face): State<Face>, Json(body): Json<RunBody>) -> Answer<PlanView> {
    let command = body.command(None);
    face.answer(|app, ctx| async move { app.run_plan(&ctx, command).await }).await
}

/// Starts a run. With an `Idempotency-Key`, the same request again answers with the same run.
#[utoipa::path(
    post, path = "/v1/runs", tag = "runs", request_body = RunBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters.")),
    responses(
        (status = 201, description = "A new run.", body = RunView),
        (status = 200, description = "The key had made it before.", body = RunView),
    )
)]
async fn run_create(
    State(face): State<Face>,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<RunBody>,
) -> Made<RunView> {
    let command = body.command(key);
    let made_run = face.ask(|app, ctx| async move { app.run_create(&ctx, command).await }).await?;
    Ok(made(made_run.created, made_run.run))
}

/// Runs, newest first.
#[utoipa::path(
    get, path = "/v1/runs", tag = "runs", params(StatusPageQuery),
    responses((status = 200, description = "One page.", body = Page<RunView>))
)]
async fn run_list(
    State(face): State<Face>,
    Query(mut query): Query<StatusPageQuery>,
) -> Answer<Page<RunView>> {
    let command = RunList { status: query.status.take(), page: query.page() };
    face.answer(|app, ctx| async move { app.run_list(&ctx, command).await }).await
}

/// How a run went beside its counts: cache, splits, answers taken over, estimates, agreement.
#[utoipa::path(
    get, path = "/v1/runs/{run_id}/report", tag = "runs", params(("run_id" = String, Path)),
    responses((status = 200, description = "The report.", body = RunReportView))
)]
async fn run_report(State(face): State<Face>, Path(run_id): Path<String>) -> Answer<RunReportView> {
    face.answer(|app, ctx| async move { app.run_report(&ctx, &run_id).await }).await
}

/// One run, with its counts and what it has cost so far.
#[utoipa::path(
    get, path = "/v1/runs/{run_id}", tag = "runs", params(("run_id" = String, Path)),
    responses((status = 200, description = "The run.", body = RunView))
)]
async fn run_get(State(face): State<Face>, Path(run_id): Path<String>) -> Answer<RunView> {
    face.answer(|app, ctx| async move { app.run_get(&ctx, &run_id).await }).await
}

/// Deletes a run that is not running, with its answers. What its calls have cost stays spent.
#[utoipa::path(
    delete, path = "/v1/runs/{run_id}", tag = "runs",
    params(("run_id" = String, Path), CascadeQuery),
    responses((status = 200, description = "What has gone.", body = DeletedView))
)]
async fn run_delete(
    State(face): State<Face>,
    Path(run_id): Path<String>,
    Query(CascadeQuery { cascade }): Query<CascadeQuery>,
) -> Answer<DeletedView> {
    face.answer(|app, ctx| async move { app.run_delete(&ctx, &run_id, cascade).await }).await
}

/// Stops a run: no block of it is claimed or written by a machine any more.
#[utoipa::path(
    post, path = "/v1/runs/{run_id}/cancel", tag = "runs", params(("run_id" = String, Path)),
    responses((status = 200, description = "The cancelled run.", body = RunView))
)]
async fn run_cancel(State(face): State<Face>, Path(run_id): Path<String>) -> Answer<RunView> {
    face.answer(|app, ctx| async move { app.run_cancel(&ctx, &run_id).await }).await
}

/// Re-opens a cancelled run where it stopped.
#[utoipa::path(
    post, path = "/v1/runs/{run_id}/resume", tag = "runs", params(("run_id" = String, Path)),
    responses((status = 200, description = "The running run.", body = RunView))
)]
async fn run_resume(State(face): State<Face>, Path(run_id): Path<String>) -> Answer<RunView> {
    face.answer(|app, ctx| async move { app.run_resume(&ctx, &run_id).await }).await
}

/// Changes what a run may spend. One that had stopped for want of money goes on.
#[utoipa::path(
    put, path = "/v1/runs/{run_id}/budget", tag = "runs", request_body = BudgetBody,
    params(("run_id" = String, Path)),
    responses((status = 200, description = "The run.", body = RunView))
)]
async fn run_budget(
    State(face): State<Face>,
    Path(run_id): Path<String>,
    Json(body): Json<BudgetBody>,
) -> Answer<RunView> {
    let command = RunBudget { run_id, budget_usd: body.budget_usd };
    face.answer(|app, ctx| async move { app.run_budget(&ctx, command).await }).await
}

/// Gives every failed block a new set of attempts.
#[utoipa::path(
    post, path = "/v1/runs/{run_id}/retry-failed", tag = "runs",
    params(("run_id" = String, Path)),
    responses((status = 200, description = "The running run.", body = RunView))
)]
async fn run_retry_failed(State(face): State<Face>, Path(run_id): Path<String>) -> Answer<RunView> {
    face.answer(|app, ctx| async move { app.run_retry_failed(&ctx, &run_id).await }).await
}
