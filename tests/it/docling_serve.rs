//! PDF by a docling-serve: what it answers well becomes blocks, whatever else becomes a reason.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use gloss_app::ops::DocumentIngest;
use gloss_app::views::IngestView;
use gloss_app::{ApiKey, App, Config, ConverterConfig, Ctx, DoclingServe, ProviderConfig};
use gloss_testkit::files::samples;
use gloss_testkit::{Backend, Database};
use serde_json::{Value, json};

/// How a server behaves: from a request's line and its headers and body to status and answer.
type Manner = fn(&str, &str) -> (u16, String);

/// A server on loopback that answers every request by its manner until the test is over.
fn serve(manner: Manner) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream, manner));
        }
    });
    format!("http://{address}")
}

fn answer(stream: TcpStream, manner: Manner) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let length = head.to_ascii_lowercase();
        let length = length.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
        let mut body = vec![0; length.and_then(|n| n.parse().ok()).unwrap_or(0)];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let line = head.lines().next().unwrap_or_default().to_owned();
        let rest = format!("{head}{}", String::from_utf8_lossy(&body));
        let (status, text) = manner(&line, &rest);
        if status == 0 {
            // It takes the request and hangs up.
            return;
        }
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", text.len());
        let stream = reader.get_mut();
        if stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(text.as_bytes()))
            .is_err()
        {
            return;
        }
    }
}

/// One heading and one paragraph on page 2.
fn document() -> Value {
    let text = |n: u32, label: &str, text: &str| {
        json!({ "self_ref": format!("#/texts/{n}"), "label": label, "text": text, "orig": text,
                "children": [], "parent": { "$ref": "#/body" }, "content_layer": "body",
                "prov": [{ "page_no": 2, "bbox": { "l": 0, "t": 0, "r": 1, "b": 1 },
                           "charspan": [0, 1] }] })
    };
    json!({
        "schema_name": "DoclingDocument", "version": "1.10.0", "name": "document",
        "body": { "self_ref": "#/body", "children": [{ "$ref": "#/texts/0" },
                  { "$ref": "#/texts/1" }], "label": "unspecified" },
        "texts": [text(0, "section_header", "A scan"), text(1, "text", "Read by a model.")],
    })
}

fn finished(status: &str) -> String {
    json!({ "document": { "json_content": document() }, "status": status, "errors": ["page 3"] })
        .to_string()
}

fn task(status: &str) -> String {
    json!({ "task_id": "t-1", "task_status": status, "task_position": 1 }).to_string()
}

/// As docling-serve does it: a task, two polls, a result.
fn good(line: &str, request: &str) -> (u16, String) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static POLLS: AtomicU32 = AtomicU32::new(0);
    match line.split(' ').nth(1).unwrap_or_default() {
        "/v1/convert/file/async" => {
            let wanted = [
                "X-Api-Key: secret",
                "Accept-Docling-Document-Version: 1.10.0",
                "name=\"to_formats\"",
                "filename=\"document.pdf\"",
                "%PDF-",
            ];
            let request = request.to_ascii_lowercase();
            let missing = wanted.iter().find(|text| !request.contains(&text.to_ascii_lowercase()));
            match missing {
                Some(missing) => (422, format!("no {missing}")),
                None => (200, task("pending")),
            }
        }
        path if path.starts_with("/v1/status/poll/t-1") => {
            let polls = POLLS.fetch_add(1, Ordering::Relaxed);
            (200, task(if polls == 0 { "started" } else { "success" }))
        }
        "/v1/result/t-1" => (200, finished("success")),
        _ => (404, "no such route".to_owned()),
    }
}

/// Every task is done at once; the result is what a test is about.
macro_rules! result {
    ($status:expr, $body:expr) => {
        |line, _| match line.contains("/v1/result/") {
            true => ($status, $body),
            false => (200, task("success")),
        }
    };
}

async fn ingest(base_url: String, seconds: u64) -> String {
    let database = Database::fresh(Backend::Sqlite).await.expect("a database");
    let document = offer(&database, base_url, seconds, None).await.document;
    match (document.conversion, document.error) {
        (Some(conversion), None) => {
            format!("{}: {} blocks", conversion.converter, conversion.total_blocks)
        }
        (_, error) => format!("{}: {}", document.status, error.unwrap_or_default()),
    }
}

async fn offer(
    database: &Database,
    base_url: String,
    seconds: u64,
    title: Option<&str>,
) -> IngestView {
    let docling_serve = Some(DoclingServe {
        base_url,
        api_key: Some(ApiKey::new("secret")),
        timeout: Duration::from_secs(seconds),
    });
    let config = Config {
        database_url: database.url().to_owned(),
        data_dir: database.dir().to_owned(),
        objects: None,
        provider: ProviderConfig::at("http://127.0.0.1:9", None),
        models: Default::default(),
        converters: ConverterConfig { program: None, docling_serve },
        environment: None,
    };
    let app = App::open(config).await.expect("the database opens");
    let (name, bytes) = samples().into_iter().find(|(name, _)| name.ends_with("pdf")).expect("PDF");
    let title = title.map(str::to_owned);
    let command = DocumentIngest { file_name: name.to_owned(), bytes, title, project: None };
    let view = app.document_ingest(&Ctx::local(), command).await.expect("it is kept");
    app.close().await;
    view
}

/// A server that was down is up again: the same document, under the title it was given.
#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_read_again() {
    let database = Database::fresh(Backend::Sqlite).await.expect("a database");
    let down = || serve(|_, _| (503, String::new()));
    let up = serve(result!(200, finished("success")));
    let mut lines = Vec::new();
    let mut ids = Vec::new();
    for (url, title) in
        [(down(), Some("Lease")), (down(), None), (up.clone(), None), (up, Some("Late"))]
    {
        let IngestView { created, outcome, document, .. } = offer(&database, url, 60, title).await;
        lines.push(format!("created {created}, {outcome}: {}", document.title));
        ids.push(document.document_id);
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    insta::assert_snapshot!(lines.join("\n"), @"
    created true, failed: Lease
    created false, failed: Lease
    created false, read_again: Lease
    created false, existing: Lease
    ");
}

async fn check(manner: Manner) -> String {
    let url = serve(manner);
    ingest(url.clone(), 60).await.replace(&url, "URL")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_answers_and_what_becomes_of_it() {
    let nowhere = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its name");
    let answers = [
        ("good", check(good).await),
        (
            "down",
            ingest(format!("http://{nowhere}"), 60).await.replace(&nowhere.to_string(), "HOST"),
        ),
        ("hangs up", check(|_, _| (0, String::new())).await),
        ("never answers", {
            let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
            let url = format!("http://{}", silent.local_addr().expect("an address"));
            ingest(url.clone(), 1).await.replace(&url, "URL")
        }),
        ("never ready", {
            let url = serve(|_, _| (200, task("started")));
            ingest(url.clone(), 1).await.replace(&url, "URL")
        }),
        ("wrong key", check(|_, _| (401, "no".to_owned())).await),
        ("bad request", check(|_, _| (422, "{\"detail\": \"no such field\"}".to_owned())).await),
        ("busy", check(|_, _| (503, String::new())).await),
        ("another server", check(|_, _| (200, "<html>hello</html>".to_owned())).await),
        ("fails", check(|_, _| (200, task("failure"))).await),
        ("a word we do not know", check(|_, _| (200, task("resting"))).await),
        ("only some pages", check(result!(200, finished("partial_success"))).await),
        (
            "no document",
            check(result!(200, json!({ "document": {}, "status": "success" }).to_string())).await,
        ),
        ("garbage", check(result!(200, "{\"document\": 3}".to_owned())).await),
        (
            "another document",
            check(result!(
                200,
                json!({
            "document": { "json_content": { "schema_name": "Other", "version": "9",
                "body": { "self_ref": "#/body" } } }, "status": "success" })
                .to_string()
            ))
            .await,
        ),
        (
            "nothing in it",
            check(result!(
                200,
                json!({
            "document": { "json_content": { "schema_name": "DoclingDocument", "version": "1.10.0",
                "body": { "self_ref": "#/body" } } }, "status": "success" })
                .to_string()
            ))
            .await,
        ),
        (
            "gone meanwhile",
            check(result!(404, "{\"detail\":\"Task not found.\"}".to_owned())).await,
        ),
    ];
    let lines = answers.map(|(what, outcome)| format!("{what}: {outcome}"));
    insta::assert_snapshot!(lines.join("\n"), @r#"
    good: docling-serve: 2 blocks
    down: conversion_failed: docling-serve at http://HOST cannot be reached: start it, or unset GLOSS_DOCLING_URL
    hangs up: conversion_failed: docling-serve at URL cannot be reached: start it, or unset GLOSS_DOCLING_URL
    never answers: conversion_failed: docling-serve at URL did not answer within 1 s
    never ready: conversion_failed: docling-serve at URL is not done after 1 s
    wrong key: conversion_failed: docling-serve at URL refuses the key (HTTP 401 Unauthorized): set GLOSS_DOCLING_API_KEY
    bad request: conversion_failed: docling-serve at URL answered HTTP 422 Unprocessable Entity {"detail": "no such field"}
    busy: conversion_failed: docling-serve at URL answered HTTP 503 Service Unavailable
    another server: conversion_failed: docling-serve at URL sent what is no task (expected value at line 1 column 1): is it a docling-serve?
    fails: conversion_failed: docling-serve at URL ended with `failure`
    a word we do not know: conversion_failed: docling-serve at URL ended with `resting`
    only some pages: conversion_failed: docling-serve at URL ended with `partial_success`: ["page 3"]
    no document: conversion_failed: docling-serve at URL sent a result without a document
    garbage: conversion_failed: docling-serve at URL sent what is no result (invalid type: integer `3`, expected struct FinishedDocument at line 1 column 14): is it a docling-serve?
    another document: conversion_failed: no DoclingDocument came back: its schema is `Other`
    nothing in it: ingest_failed: no blocks extracted: there is no text in it
    gone meanwhile: conversion_failed: docling-serve at URL answered HTTP 404 Not Found {"detail":"Task not found."}
    "#);
}
