//! A docling-serve over HTTP, for scans and for pages that only a layout model can read.
//!
//! Source: docling-serve 1.38, `/v1/convert/file/async`, `/v1/status/poll`, `/v1/result`. The
//! asynchronous form, because the other one ends with a 504 when a file takes long.

use std::sync::Arc;
use std::time::Duration;

use gloss_core_model::{FailureCode, SourceType};
use gloss_ingest::docling::SCHEMA_VERSION;
use gloss_ingest::reply::Failure;
use gloss_ingest::{Converted, Limits};
use gloss_llm::ApiKey;
use gloss_llm::http::{self, Form, Part, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::Instant;

/// One request of ours, reading included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);
/// How long one poll may wait at the server. Seconds.
const POLL_WAIT: &str = "5";
/// Between polls, whatever the server's waiting comes to.
const POLL_PAUSE: Duration = Duration::from_millis(250);
/// Polls in a row that may go wrong.
const POLLS_LOST_MAX: u32 = 5;
/// What is said of a task, and of a refusal.
const TASK_BYTES_MAX: usize = 64 * 1024;
/// Kept of an error's text.
const DETAIL_CHARS_MAX: usize = 300;

/// Where it is, and what it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoclingServe {
    pub base_url: String,
    pub api_key: Option<ApiKey>,
    /// For a whole conversion.
    pub timeout: Duration,
}

#[derive(Deserialize)]
struct Task {
    task_id: String,
    task_status: String,
    #[serde(default)]
    error_message: Option<String>,
}

#[derive(Deserialize)]
struct Finished {
    document: FinishedDocument,
    status: String,
    #[serde(default)]
    errors: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct FinishedDocument {
    json_content: Option<Box<RawValue>>,
}

impl DoclingServe {
    /// As conversion facts name it.
    pub(crate) const CONVERTER: &str = "docling-serve";
    /// A long scan takes minutes on a machine without a GPU.
    pub const TIMEOUT_DEFAULT: Duration = Duration::from_secs(30 * 60);

    pub(super) async fn convert(
        &self,
        source_type: SourceType,
        bytes: &Arc<[u8]>,
        limits: &Limits,
    ) -> Result<Converted, Failure> {
        let finished = self.ask(source_type, bytes, limits).await?;
        let finished: Finished = serde_json::from_slice(&finished).map_err(|error| {
            self.failed(&format!("sent what is no result ({error}): is it a docling-serve?"))
        })?;
        if finished.status != "success" {
            let errors = finished.errors.as_ref().map_or("", |errors| errors.get());
            let what = format!("ended with `{}`: {}", cut(&finished.status), cut(errors));
            return Err(self.failed(&what));
        }
        let json = finished.document.json_content;
        let json = json.ok_or_else(|| self.failed("sent a result without a document"))?;
        let limits = *limits;
        let read = move || {
            Converted::from_docling(Self::CONVERTER, json.get().as_bytes(), &limits)
                .map_err(|error| Failure::from(&error))
        };
        let read = tokio::task::spawn_blocking(read).await;
        read.map_err(|error| self.failed(&error.to_string())).and_then(|read| read)
    }

    /// The finished result as it came, after as many polls as it takes.
    async fn ask(
        &self,
        source_type: SourceType,
        bytes: &Arc<[u8]>,
        limits: &Limits,
    ) -> Result<Vec<u8>, Failure> {
        let client = http::client(REQUEST_TIMEOUT.min(self.timeout));
        let until = Instant::now() + self.timeout;
        let post = client.post(self.url("convert/file/async")).multipart(form(source_type, bytes));
        let mut task = self.task(post).await?;
        let mut polls_lost = 0;
        loop {
            match task.task_status.as_str() {
                "success" | "partial_success" => break,
                "pending" | "started" => {}
                status => {
                    let why = task.error_message.unwrap_or_default();
                    let what = format!("ended with `{}` {}", cut(status), cut(&why));
                    return Err(self.failed(what.trim_end()));
                }
            }
            if Instant::now() > until {
                let seconds = self.timeout.as_secs();
                return Err(self.failed(&format!("is not done after {seconds} s")));
            }
            tokio::time::sleep(POLL_PAUSE).await;
            let poll = client.get(self.url(&format!("status/poll/{}", segment(&task.task_id))));
            match self.task(poll.query(&[("wait", POLL_WAIT)])).await {
                Ok(polled) => (task, polls_lost) = (polled, 0),
                // Half an hour's work is not thrown away for a connection that broke.
                Err(_) if polls_lost < POLLS_LOST_MAX => polls_lost += 1,
                Err(failure) => return Err(failure),
            }
        }
        let result = client.get(self.url(&format!("result/{}", segment(&task.task_id))));
        self.send(result, limits.representation_bytes_max).await
    }

    async fn task(&self, request: RequestBuilder) -> Result<Task, Failure> {
        let body = self.send(request, TASK_BYTES_MAX).await?;
        serde_json::from_slice(&body).map_err(|error| {
            self.failed(&format!("sent what is no task ({error}): is it a docling-serve?"))
        })
    }

    async fn send(&self, request: RequestBuilder, bytes_max: usize) -> Result<Vec<u8>, Failure> {
        let mut request = request.header("Accept-Docling-Document-Version", SCHEMA_VERSION);
        if let Some(key) = &self.api_key {
            request = request.header("X-Api-Key", key.expose());
        }
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        let body = http::body(response, bytes_max)
            .await
            .map_err(|error| self.failed(&format!("broke off its answer ({error})")))?;
        if status.is_success() {
            return Ok(body);
        }
        let text = cut(&String::from_utf8_lossy(&body));
        Err(self.failed(&match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                format!("refuses the key (HTTP {status}): set GLOSS_DOCLING_API_KEY")
            }
            _ => format!("answered HTTP {status} {text}").trim_end().to_owned(),
        }))
    }

    fn url(&self, path: &str) -> String {
        format!("{}/v1/{path}", self.base_url.trim_end_matches('/'))
    }

    fn unreachable(&self, error: &http::Error) -> Failure {
        let what = if error.is_timeout() {
            format!("did not answer within {} s", REQUEST_TIMEOUT.min(self.timeout).as_secs())
        } else {
            "cannot be reached: start it, or unset GLOSS_DOCLING_URL".to_owned()
        };
        self.failed(&what)
    }

    fn failed(&self, what: &str) -> Failure {
        let reason = format!("docling-serve at {} {what}", self.base_url);
        Failure::conversion(FailureCode::ConverterFailed, reason)
    }
}

fn form(source_type: SourceType, bytes: &Arc<[u8]>) -> Form {
    let part = Part::bytes(bytes.to_vec()).file_name(format!("document.{source_type}"));
    let fields = [
        ("to_formats", "json"),
        ("from_formats", source_type.as_str()),
        ("image_export_mode", "placeholder"),
        ("target_type", "inbody"),
        ("abort_on_error", "true"),
    ];
    let form = Form::new().part("files", part);
    fields.into_iter().fold(form, |form, (name, value)| form.text(name, value))
}

/// An id of theirs as a part of a path: nothing in it leads elsewhere.
fn segment(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

fn cut(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(DETAIL_CHARS_MAX).collect()
}
