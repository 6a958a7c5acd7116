//! What every handler has in hand: the app, and the one way to call it.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use gloss_app::{App, Ctx};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// Exports running at once: each holds a thread until its reader has taken everything.
const EXPORTS_MAX: usize = 16;

#[derive(Debug, Clone)]
pub(crate) struct Face {
    pub(crate) app: App,
    pub(crate) exports: Arc<Semaphore>,
}

/// What most handlers answer.
pub(crate) type Answer<T> = Result<Json<T>, Problem>;
/// What handlers answer that may make something: 201 when they did, 200 when it was there.
pub(crate) type Made<T> = Result<(StatusCode, Json<T>), Problem>;

pub(crate) fn made<T>(created: bool, view: T) -> (StatusCode, Json<T>) {
    (if created { StatusCode::CREATED } else { StatusCode::OK }, Json(view))
}

impl Face {
    pub(crate) fn new(app: App) -> Self {
        Self { app, exports: Arc::new(Semaphore::new(EXPORTS_MAX)) }
    }

    /// Runs one operation in a task of its own and waits for it. A handler's future is dropped when
    /// its client goes away; an operation that has begun still comes to its end.
    pub(crate) async fn ask<T, F>(
        &self,
        operation: impl FnOnce(App, Ctx) -> F,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: Future<Output = gloss_app::Result<T>> + Send + 'static,
    {
        let asked = tokio::spawn(operation(self.app.clone(), Ctx::local()));
        Ok(asked.await.map_err(gloss_app::Error::internal)??)
    }

    pub(crate) async fn answer<T, F>(&self, operation: impl FnOnce(App, Ctx) -> F) -> Answer<T>
    where
        T: Send + 'static,
        F: Future<Output = gloss_app::Result<T>> + Send + 'static,
    {
        self.ask(operation).await.map(Json)
    }
}
