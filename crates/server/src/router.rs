//! All routes in one place, behind the guards.

use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use axum::{Json, Router};
use gloss_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::extract::JSON_BYTES_MAX;
use crate::face::Face;
use crate::problem::Problem;
use crate::token::Token;
use crate::{
    auth, contents, documents, export, health, log, models, openapi, overlays, projects, runs,
    schemas,
};

/// The whole REST API as one service: `/health` for anybody on this machine, `/v1` for the token.
pub fn router(app: App, token: Token) -> Router {
    guarded(Face::new(app), token)
}

pub(crate) fn guarded(face: Face, token: Token) -> Router {
    let (v1, _) = v1().split_for_parts();
    let (health, _) = health::routes().split_for_parts();
    let v1 = v1
        .route("/v1/openapi.json", get(async || Json(openapi())))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(JSON_BYTES_MAX))
        .layer(from_fn_with_state(token, auth::bearer));
    health
        .method_not_allowed_fallback(wrong_method)
        .merge(v1)
        .fallback(not_found)
        .layer(from_fn(auth::loopback))
        .layer(from_fn(log::requests))
        .with_state(face)
}

pub(crate) fn v1() -> OpenApiRouter<Face> {
    projects::routes()
        .merge(documents::routes())
        .merge(contents::routes())
        .merge(schemas::routes())
        .merge(runs::routes())
        .merge(overlays::routes())
        .merge(export::routes())
        .merge(models::routes())
}

async fn not_found(uri: Uri) -> Problem {
    let detail = format!("there is nothing at {}", uri.path());
    Problem::new(StatusCode::NOT_FOUND, "route_not_found", detail)
        .hint("GET /v1/openapi.json lists the routes")
}

async fn wrong_method(method: Method, uri: Uri) -> Problem {
    let detail = format!("{} does not take {method}", uri.path());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
        .hint("the Allow header says what it takes")
}
