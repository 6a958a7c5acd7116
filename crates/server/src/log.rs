//! One line per request: what was asked by its route, how it ended, how long it took.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;

/// Names the route, not the URL: a query may hold a title or a file name.
pub(crate) async fn requests(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let status = response.status().as_u16();
    let duration_ms = started.elapsed().as_millis();
    tracing::info!(%method, route, status, duration_ms, "answered {method} {route}");
    response
}
