//! `/v1/runs/{run_id}/export`: a run's records as a stream that is never whole in memory.

use std::io::{self, Write};
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::channel::mpsc::{self, Receiver, Sender};
use futures::stream::Peekable;
use futures::{SinkExt, Stream, StreamExt, stream};
use gloss_app::ops::ExportRequest;
use gloss_app::{App, Ctx, Error};
use gloss_export::Format;
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Path, Query, flag};
use crate::face::Face;
use crate::problem::Problem;

/// An export leaves in pieces of about this size. Bytes.
const CHUNK_BYTES: usize = 64 << 10;
/// Pieces that wait for a slow reader.
const CHUNKS_MAX: usize = 4;
/// A reader that takes nothing for this long has lost its export.
const STALL_MAX: Duration = Duration::from_secs(60);

pub(crate) fn routes() -> OpenApiRouter<Face> {
    OpenApiRouter::new().routes(routes!(export_write))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// `jsonl` or `csv`.
    #[serde(default = "jsonl")]
    #[param(required = false)]
    format: String,
    /// Staged data too, marked as drafts.
    #[serde(default, deserialize_with = "flag")]
    #[param(required = false)]
    include_staged: bool,
    /// Say where the data came from.
    #[serde(default, deserialize_with = "flag")]
    #[param(required = false)]
    with_provenance: bool,
}

fn jsonl() -> String {
    Format::Jsonl.to_string()
}

/// Writes every block of a run in order, with what was confirmed about it.
#[utoipa::path(
    get, path = "/v1/runs/{run_id}/export", tag = "runs",
    params(("run_id" = String, Path), ExportQuery),
    responses((
        status = 200, description = "One record per block. A broken stream is half an export.",
        content((String = "application/x-ndjson"), (String = "text/csv"))
    ))
)]
async fn export_write(
    State(face): State<Face>,
    Path(run_id): Path<String>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Problem> {
    let ExportQuery { format, include_staged, with_provenance } = query;
    let format: Format =
        format.parse().map_err(|error| Problem::invalid("invalid_format", format!("{error}")))?;
    let request = ExportRequest { run_id, format, include_staged, with_provenance };
    let name = format!("attachment; filename=\"{}.{format}\"", request.run_id);
    let mut parts = start(&face, request)?.peekable();
    if let Some(Part::Failed(_)) = Pin::new(&mut parts).peek().await
        && let Some(Part::Failed(error)) = parts.next().await
    {
        return Err(error.into());
    }
    let media = format.media_type().to_owned();
    let headers = [(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(chunks(parts))).into_response())
}

/// What the writing side tells the reading side. Only `Last` ends an export; a channel that closes
/// without it has lost something.
enum Part {
    Chunk(Bytes),
    Last(Bytes),
    Failed(Error),
}

/// The writer is synchronous and waits for slow readers, so it gets a thread that may wait.
fn start(face: &Face, request: ExportRequest) -> Result<Receiver<Part>, Problem> {
    let permit = face.exports.clone().try_acquire_owned().map_err(|_| {
        let detail = "as many exports are running as may run at once";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "exports_busy", detail)
            .hint("try again when one of them is done")
    })?;
    let (sender, receiver) = mpsc::channel(CHUNKS_MAX);
    let (app, handle) = (face.app.clone(), Handle::current());
    tokio::task::spawn_blocking(move || handle.block_on(write(app, request, sender, permit)));
    Ok(receiver)
}

async fn write(app: App, request: ExportRequest, parts: Sender<Part>, _: OwnedSemaphorePermit) {
    let mut last = parts.clone();
    let out = Chunks { parts, chunk: Vec::new() };
    let part = match app.export_write(&Ctx::local(), &request, out).await {
        Ok((out, _)) => Part::Last(out.chunk.into()),
        Err(error) => Part::Failed(error),
    };
    // A reader that has gone, or takes nothing, sees its stream end without the last part.
    let _ = timeout(STALL_MAX, last.send(part)).await;
}

/// A file for the export, a channel behind it.
struct Chunks {
    parts: Sender<Part>,
    chunk: Vec<u8>,
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.chunk.extend_from_slice(bytes);
        if self.chunk.len() >= CHUNK_BYTES {
            let part = Part::Chunk(std::mem::take(&mut self.chunk).into());
            // Unconstrained: this is one long poll to tokio, whose budget for it may be spent.
            let sent = tokio::task::unconstrained(timeout(STALL_MAX, self.parts.send(part)));
            let sent = futures::executor::block_on(sent).map_err(|_| io::ErrorKind::TimedOut)?;
            sent.map_err(|_| io::ErrorKind::BrokenPipe)?;
        }
        Ok(bytes.len())
    }

    /// What is left goes with the last part.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn chunks(parts: Peekable<Receiver<Part>>) -> impl Stream<Item = io::Result<Bytes>> {
    stream::unfold(Some(parts), async |parts| {
        let mut parts = parts?;
        Some(match parts.next().await {
            Some(Part::Chunk(bytes)) => (Ok(bytes), Some(parts)),
            Some(Part::Last(bytes)) => (Ok(bytes), None),
            Some(Part::Failed(error)) => {
                tracing::warn!(code = error.code, "an export was broken off: {error}");
                (Err(io::Error::other(error)), None)
            }
            None => (Err(io::ErrorKind::UnexpectedEof.into()), None),
        })
    })
}
