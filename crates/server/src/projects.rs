//! `/v1/projects`: groups of documents.

use axum::extract::State;
use gloss_app::ops::{ProjectCreate, ProjectUpdate};
use gloss_app::views::{DeletedView, Page, ProjectView};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{CascadeQuery, Json, PageQuery, Path, Query};
use crate::face::{Answer, Face, Made, made};

pub(crate) fn routes() -> OpenApiRouter<Face> {
    OpenApiRouter::new().routes(routes!(project_create, project_list)).routes(routes!(
        project_get,
        project_update,
        project_delete
    ))
}

/// A new project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProjectBody {
    /// 1 to 200 characters, of no other project.
    name: String,
    description: Option<String>,
}

/// What is to be different about a project. What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProjectChangeBody {
    name: Option<String>,
    /// Null takes it away.
    #[serde(default, deserialize_with = "said")]
    description: Option<Option<String>>,
}

/// Null is said too.
fn said<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// Makes a project. Its name must be free.
#[utoipa::path(
    post, path = "/v1/projects", tag = "projects", request_body = ProjectBody,
    responses((status = 201, description = "A new project.", body = ProjectView))
)]
async fn project_create(
    State(face): State<Face>,
    Json(ProjectBody { name, description }): Json<ProjectBody>,
) -> Made<ProjectView> {
    let command = ProjectCreate { name, description };
    let view = face.ask(|app, ctx| async move { app.project_create(&ctx, command).await }).await?;
    Ok(made(true, view))
}

/// Projects by name. The default project is always there.
#[utoipa::path(
    get, path = "/v1/projects", tag = "projects", params(PageQuery),
    responses((status = 200, description = "One page.", body = Page<ProjectView>))
)]
async fn project_list(
    State(face): State<Face>,
    Query(query): Query<PageQuery>,
) -> Answer<Page<ProjectView>> {
    face.answer(|app, ctx| async move { app.project_list(&ctx, query.page()).await }).await
}

/// One project, by id or name.
#[utoipa::path(
    get, path = "/v1/projects/{project}", tag = "projects",
    params(("project" = String, Path, description = "Id or name.")),
    responses((status = 200, description = "The project.", body = ProjectView))
)]
async fn project_get(State(face): State<Face>, Path(project): Path<String>) -> Answer<ProjectView> {
    face.answer(|app, ctx| async move { app.project_get(&ctx, &project).await }).await
}

/// Gives a project another name or description.
#[utoipa::path(
    patch, path = "/v1/projects/{project}", tag = "projects", request_body = ProjectChangeBody,
    params(("project" = String, Path, description = "Id or name.")),
    responses((status = 200, description = "The project.", body = ProjectView))
)]
async fn project_update(
    State(face): State<Face>,
    Path(project): Path<String>,
    Json(ProjectChangeBody { name, description }): Json<ProjectChangeBody>,
) -> Answer<ProjectView> {
    let description = description.map(Option::unwrap_or_default);
    let command = ProjectUpdate { project, name, description };
    face.answer(|app, ctx| async move { app.project_update(&ctx, command).await }).await
}

/// Deletes a project, with what is in it only where `cascade` says so. Nothing brings it back.
#[utoipa::path(
    delete, path = "/v1/projects/{project}", tag = "projects",
    params(("project" = String, Path, description = "Id or name."), CascadeQuery),
    responses((status = 200, description = "What has gone.", body = DeletedView))
)]
async fn project_delete(
    State(face): State<Face>,
    Path(project): Path<String>,
    Query(CascadeQuery { cascade }): Query<CascadeQuery>,
) -> Answer<DeletedView> {
    face.answer(|app, ctx| async move { app.project_delete(&ctx, &project, cascade).await }).await
}
