//! A bucket on loopback: as much of S3 as a store of objects asks for, and its troubles.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use gloss_app::{Clock, SystemClock};
use gloss_core_model::Timestamp;
use gloss_core_model::hash::sha256_hex;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Small, so that a handful of objects has pages.
const PAGE: usize = 2;
const BODY_BYTES_MAX: usize = 8 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    None,
    /// Every request is answered with this status and code.
    Says(u16, &'static str),
    /// So many requests are told to slow down.
    SlowDown(u32),
    /// Nothing is ever answered.
    Hangs,
    /// Half of an object is sent, and then the connection ends.
    Cuts,
}

#[derive(Debug)]
struct Kept {
    bytes: Bytes,
    modified: Timestamp,
}

#[derive(Debug)]
struct Shelf {
    objects: BTreeMap<String, Kept>,
    trouble: Trouble,
    /// Methods in the order they came.
    asked: Vec<String>,
}

#[derive(Debug, Clone)]
struct Shared(Arc<Mutex<Shelf>>);

#[derive(Debug)]
pub(super) struct Bucket {
    address: SocketAddr,
    shared: Shared,
    serving: JoinHandle<()>,
}

impl Bucket {
    pub(super) const NAME: &str = "docs";
    pub(super) const KEY_ID: &str = "AKIAGLOSS";

    pub(super) async fn start() -> Self {
        let shelf = Shelf { objects: BTreeMap::new(), trouble: Trouble::None, asked: Vec::new() };
        let shared = Shared(Arc::new(Mutex::new(shelf)));
        let router = Router::new()
            .fallback(answer)
            .layer(axum::extract::DefaultBodyLimit::max(BODY_BYTES_MAX))
            .with_state(shared.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("serves");
        });
        Self { address, shared, serving }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shared.0.lock().expect("not poisoned")
    }

    pub(super) fn trouble(&self, trouble: Trouble) {
        let mut shelf = self.shelf();
        shelf.trouble = trouble;
        shelf.asked.clear();
    }

    /// What was asked since the trouble began.
    pub(super) fn asked(&self) -> String {
        self.shelf().asked.join(" ")
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.shelf().objects.keys().cloned().collect()
    }

    pub(super) fn put(&self, key: &str, bytes: &'static [u8]) {
        let kept = Kept { bytes: bytes.into(), modified: now() };
        self.shelf().objects.insert(key.to_owned(), kept);
    }

    pub(super) fn remove(&self, key: &str) {
        self.shelf().objects.remove(key).expect("it is there");
    }

    pub(super) fn age(&self, key: &str, by: Duration) {
        let ms = i64::try_from(by.as_millis()).expect("some hours");
        let mut shelf = self.shelf();
        let kept = shelf.objects.get_mut(key).expect("it is there");
        kept.modified = kept.modified.plus_ms(-ms);
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn now() -> Timestamp {
    SystemClock::default().now()
}

async fn answer(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let trouble = {
        let mut shelf = shared.0.lock().expect("not poisoned");
        shelf.asked.push(method.to_string());
        let trouble = shelf.trouble;
        if let Trouble::SlowDown(left) = trouble {
            shelf.trouble = left.checked_sub(1).map_or(Trouble::None, Trouble::SlowDown);
        }
        trouble
    };
    match trouble {
        Trouble::Says(status, code) => return error(status, code, &method),
        Trouble::SlowDown(left) if left > 0 => return error(503, "SlowDown", &method),
        Trouble::Hangs => return std::future::pending().await,
        _ => {}
    }
    if let Err(code) = signed(&headers, &body) {
        return error(403, code, &method);
    }
    let path = uri.path().strip_prefix(&format!("/{}", Bucket::NAME));
    let Some(path) = path else { return error(404, "NoSuchBucket", &method) };
    let mut shelf = shared.0.lock().expect("not poisoned");
    match path.strip_prefix('/').filter(|key| !key.is_empty()) {
        None => list(&shelf, uri.query().unwrap_or_default()),
        Some(key) => shelf.object(&method, key, body, trouble),
    }
}

impl Shelf {
    fn object(&mut self, method: &Method, key: &str, body: Bytes, trouble: Trouble) -> Response {
        if *method == Method::PUT {
            self.objects.insert(key.to_owned(), Kept { bytes: body, modified: now() });
            return [(header::ETAG, "\"etag\"")].into_response();
        }
        if *method == Method::DELETE {
            self.objects.remove(key);
            return StatusCode::NO_CONTENT.into_response();
        }
        let Some(kept) = self.objects.get(key) else { return error(404, "NoSuchKey", method) };
        let modified = SystemTime::UNIX_EPOCH
            + Duration::from_millis(kept.modified.as_millis().unsigned_abs());
        let length = kept.bytes.len().to_string();
        let head = [
            (header::LAST_MODIFIED, httpdate::fmt_http_date(modified)),
            (header::ETAG, "\"etag\"".to_owned()),
            (header::CONTENT_LENGTH, length),
        ];
        match (method.as_str(), trouble) {
            ("HEAD", _) => head.into_response(),
            (_, Trouble::Cuts) => {
                let half = kept.bytes.slice(..kept.bytes.len() / 2);
                let cut = std::io::ErrorKind::ConnectionReset;
                let parts = futures::stream::iter([Ok(half), Err(std::io::Error::from(cut))]);
                (head, axum::body::Body::from_stream(parts)).into_response()
            }
            _ => (head, kept.bytes.clone()).into_response(),
        }
    }
}

/// ListObjectsV2, with pages that are too short for anybody.
fn list(shelf: &Shelf, query: &str) -> Response {
    let value = |name: &str| {
        let pair = query.split('&').filter_map(|pair| pair.split_once('='));
        let mut found = pair.filter(|(known, _)| *known == name).map(|(_, value)| value);
        found.next().unwrap_or_default().replace("%2F", "/")
    };
    assert_eq!(value("list-type"), "2", "{query}");
    let (prefix, after) = (value("prefix"), value("continuation-token"));
    let mut keys =
        shelf.objects.iter().filter(|(key, _)| key.starts_with(&prefix) && **key > after);
    let page: Vec<_> = keys.by_ref().take(PAGE).collect();
    let more = keys.next().is_some();
    let items: String = page
        .iter()
        .map(|(key, kept)| {
            let (modified, size) = (kept.modified.to_rfc3339(), kept.bytes.len());
            format!(
                "<Contents><Key>{key}</Key><LastModified>{modified}</LastModified>\
                 <ETag>\"etag\"</ETag><Size>{size}</Size></Contents>"
            )
        })
        .collect();
    let next = page
        .last()
        .filter(|_| more)
        .map(|(key, _)| format!("<NextContinuationToken>{key}</NextContinuationToken>"));
    let next = next.unwrap_or_default();
    let xml = format!(
        "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>{more}</IsTruncated>\
         <KeyCount>{}</KeyCount>{next}{items}</ListBucketResult>",
        page.len()
    );
    ([(header::CONTENT_TYPE, "application/xml")], xml).into_response()
}

/// As much as can be said without the secret: who, where, and that the bytes are those signed.
fn signed(headers: &HeaderMap, body: &[u8]) -> Result<(), &'static str> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let authorization = text("authorization");
    let scope = format!("AWS4-HMAC-SHA256 Credential={}/", Bucket::KEY_ID);
    if !authorization.starts_with(&scope) {
        return Err("InvalidAccessKeyId");
    }
    let (_, signature) = authorization.split_once("Signature=").unwrap_or_default();
    let scoped = authorization.contains("/eu-west-1/s3/aws4_request");
    if !scoped || signature.len() != 64 || text("x-amz-security-token") != "once" {
        return Err("SignatureDoesNotMatch");
    }
    if text("x-amz-content-sha256") != sha256_hex(&[body]) {
        return Err("XAmzContentSHA256Mismatch");
    }
    Ok(())
}

fn error(status: u16, code: &str, method: &Method) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    let text = format!(
        "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>as told</Message></Error>"
    );
    // A HEAD has no body, so nobody hears the code.
    if *method == Method::HEAD { status.into_response() } else { (status, text).into_response() }
}
