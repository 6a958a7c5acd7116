//! `/admin/*`: statistics to read, faults to change while a demonstration runs.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};

use crate::dialect::Anthropic;
use crate::gate::Why;
use crate::server::refusal;
use crate::state::{Settings, State, Stats};

pub(crate) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/admin/stats", get(stats))
        .route("/admin/faults", get(faults).put(change))
        .route("/admin/reset", post(reset))
}

async fn stats(Shared(state): Shared<Arc<State>>) -> Json<Stats> {
    Json(state.stats())
}

async fn faults(Shared(state): Shared<Arc<State>>) -> Json<Settings> {
    Json(state.settings())
}

/// Takes bytes, so that `curl -d` works without a content type.
async fn change(Shared(state): Shared<Arc<State>>, body: Bytes) -> Response {
    let read = serde_json::from_slice(&body).map_err(|error| error.to_string());
    match read.and_then(|settings| state.change(settings).map_err(|error| error.to_string())) {
        Ok(()) => Json(state.settings()).into_response(),
        Err(message) => refusal(&Anthropic, &Why::Invalid(message).into(), "req_none"),
    }
}

async fn reset(Shared(state): Shared<Arc<State>>) -> Json<Stats> {
    state.reset();
    Json(state.stats())
}
