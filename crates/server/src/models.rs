//! `/v1/models`: what is known of models.

use axum::extract::State;
use gloss_app::views::ModelView;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::face::{Answer, Face};

pub(crate) fn routes() -> OpenApiRouter<Face> {
    OpenApiRouter::new().routes(routes!(model_list))
}

/// Models with their windows, prices and capabilities, and whether their provider has a key.
#[utoipa::path(
    get, path = "/v1/models", tag = "models",
    responses((status = 200, description = "All of them.", body = Vec<ModelView>))
)]
async fn model_list(State(face): State<Face>) -> Answer<Vec<ModelView>> {
    face.answer(|app, _| async move { Ok(app.model_list()) }).await
}
