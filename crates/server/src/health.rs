//! `/health`: whether the program and its database answer, for whoever watches over them.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::face::{Answer, Face};
use crate::problem::Problem;

pub(crate) fn routes() -> OpenApiRouter<Face> {
    OpenApiRouter::new().routes(routes!(database_status))
}

/// All is well.
#[derive(Debug, Serialize, ToSchema)]
struct HealthView {
    /// Always `ok`; anything else is a problem with status 503.
    status: &'static str,
    /// `sqlite` or `postgres`.
    database: String,
}

/// Whether the database answers. Needs no token and tells no secrets.
#[utoipa::path(
    get, path = "/health", tag = "health", security(()),
    responses((status = 200, description = "It does.", body = HealthView))
)]
async fn database_status(State(face): State<Face>) -> Answer<HealthView> {
    let asked = face.ask(|app, _| async move { app.database_status().await }).await;
    let database = asked.map_err(|_| {
        let detail = "the database does not answer";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "database_away", detail)
            .hint("`gloss db status` says more")
    })?;
    Ok(axum::Json(HealthView { status: "ok", database: database.kind }))
}
