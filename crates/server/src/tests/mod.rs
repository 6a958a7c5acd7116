//! Transcripts: requests as text in, answers as text out, over a database of their own.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use gloss_app::{ApiKey, App, Clock, Config, ProviderConfig, Stop, WorkerOptions};
use gloss_core_model::id::Uuid;
use gloss_core_model::{OwnerId, Timestamp};
use gloss_simulator::{Options, Simulator};
use http_body_util::BodyExt;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::face::Face;
use crate::router::guarded;
use crate::token::Token;

mod catalogue;
mod contents;
mod documents;
mod export;
mod guards;
mod overlays;
mod projects;
mod runs;
mod schemas;
mod serve;

pub(crate) const TOKEN: &str = "gls_0123456789012345678901234567890123456789";
/// Of all headers, those that say something here.
const SHOWN: [&str; 6] =
    ["allow", "content-disposition", "content-type", "etag", "location", "www-authenticate"];

pub(crate) const HARBOUR: &str = "# Harbour\n\nThe pier is closed.\n\nThe crane is open.\n";
pub(crate) const SCHEMA: &str = r#"{
  "title": "Notes", "type": "object",
  "properties": {"topic": {"type": "string"}, "urgent": {"type": "boolean"}},
  "required": ["topic", "urgent"]
}"#;

/// It is always the same moment, and chance counts.
#[derive(Debug, Default)]
struct StillClock(AtomicU16);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp(1_800_000_000_000)
    }

    fn random(&self) -> [u8; 10] {
        let [high, low] = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        [0, 0, 0, 0, 0, 0, 0, 0, high, low]
    }
}

/// An installation that nobody else knows.
pub(crate) struct Gloss {
    pub(crate) app: App,
    pub(crate) face: Face,
    pub(crate) router: Router,
    /// Ids in order of appearance: they are shown as `<1>`, `<2>`.
    ids: Mutex<Vec<String>>,
    _folder: TempDir,
    _model: Simulator,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn text_of(&self, field: &str) -> String {
        self.json()[field].as_str().unwrap_or_else(|| panic!("no {field} in {self:?}")).to_owned()
    }
}

impl Gloss {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let model = Simulator::start(Options::default()).unwrap();
        let config = Config {
            database_url: format!("sqlite:{}", folder.path().join("gloss.db").display()),
            data_dir: folder.path().to_owned(),
            objects: None,
            provider: ProviderConfig::at(&model.base_url(), Some(ApiKey::new("any"))),
            models: Default::default(),
            converters: Default::default(),
            environment: None,
        };
        let clock = std::sync::Arc::new(StillClock::default());
        let app = App::open_with(config, clock).await.unwrap();
        let face = Face::new(app.clone());
        let router = guarded(face.clone(), Token::new(TOKEN));
        Self { app, face, router, ids: Mutex::default(), _folder: folder, _model: model }
    }

    /// `METHOD PATH`, then header lines, then, after an empty line, the body. Host and token are
    /// added unless they are given; an empty one is left out.
    pub(crate) async fn send(&self, text: &str) -> Reply {
        let response = self.router.clone().oneshot(request(text)).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.into()).unwrap();
        Reply { status: parts.status, headers: parts.headers, text }
    }

    /// The whole answer.
    pub(crate) async fn show(&self, text: &str) -> String {
        let reply = self.send(text).await;
        let mut shown = format!("{}\n", reply.status);
        for name in SHOWN {
            if let Some(value) = reply.headers.get(name) {
                shown += &format!("{name}: {}\n", value.to_str().unwrap());
            }
        }
        let body: Result<Value, _> = serde_json::from_str(&reply.text);
        let body = body.map(|json| format!("{json:#}"));
        shown += &body.unwrap_or_else(|_| reply.text.clone());
        self.named(&shown)
    }

    /// The answer in one line: its status, and its fields that are asked for.
    pub(crate) async fn line(&self, text: &str, fields: &[&str]) -> String {
        let reply = self.send(text).await;
        let json = reply.json();
        let fields = fields.iter().filter_map(|field| {
            let value = json.pointer(&format!("/{field}"))?;
            Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        });
        let fields: Vec<String> = fields.collect();
        self.named(&format!("{} {}", reply.status.as_u16(), fields.join(" | ")))
    }

    /// What went wrong, in one line.
    pub(crate) async fn problem(&self, text: &str) -> String {
        self.line(text, &["code", "detail"]).await
    }

    fn named(&self, text: &str) -> String {
        let mut ids = self.ids.lock().unwrap();
        let mut shown = text.to_owned();
        let mut from = 0;
        while let Some(id) = shown.get(from..from + 36).map(str::to_owned) {
            if id.contains('-') && Uuid::try_parse(&id).is_ok() {
                let known = ids.iter().position(|known| *known == id).unwrap_or_else(|| {
                    ids.push(id);
                    ids.len() - 1
                });
                shown.replace_range(from..from + 36, &format!("<{}>", known + 1));
            }
            from += shown[from..].chars().next().map_or(1, char::len_utf8);
        }
        shown
    }

    /// A document of three blocks, by id.
    pub(crate) async fn document(&self) -> String {
        let ingest = format!("POST /v1/documents?file_name=harbour.md\n\n{HARBOUR}");
        self.send(&ingest).await.text_of("document_id")
    }

    /// A run over it that nobody works on, by id.
    pub(crate) async fn run(&self) -> String {
        let document = self.document().await;
        self.send(&format!("POST /v1/schemas\n\n{SCHEMA}")).await;
        let body = format!(r#"{{"document_id": "{document}", "schema_ref": "notes"}}"#);
        self.send(&format!("POST /v1/runs\n\n{body}")).await.text_of("run_id")
    }

    /// A run whose blocks are all staged, by id.
    pub(crate) async fn staged(&self) -> String {
        let run_id = self.run().await;
        let options = WorkerOptions {
            run: Some((OwnerId::LOCAL, run_id.parse().unwrap())),
            until_idle: true,
            ..WorkerOptions::named("test")
        };
        self.app.worker_run(options, &Stop::default()).await.unwrap();
        run_id
    }
}

pub(crate) fn request(text: &str) -> Request<Body> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
    let mut lines = head.lines();
    let (method, uri) = lines.next().and_then(|line| line.split_once(' ')).unwrap();
    let mut headers = vec![
        ("host".to_owned(), "localhost:7437".to_owned()),
        ("authorization".to_owned(), format!("Bearer {TOKEN}")),
    ];
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        headers.retain(|(known, _)| known != name);
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let builder = Request::builder().method(method).uri(uri);
    let named = headers.iter().filter(|(_, value)| !value.is_empty());
    let builder = named.fold(builder, |builder, (name, value)| builder.header(name, value));
    builder.body(Body::from(body.to_owned())).unwrap()
}
