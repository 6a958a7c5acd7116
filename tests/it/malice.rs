//! No file can hurt us: the whole corpus of malice goes through the child process.

use std::time::Instant;

use futures::{StreamExt, stream};
use gloss_app::ops::DocumentIngest;
use gloss_app::views::DocumentView;
use gloss_app::{App, Ctx};
use gloss_testkit::files::{Malice, malice};
use gloss_testkit::{Backend, Database};

/// Files that a fast machine reads in the time they are given, and a slow one does not.
const SLOW: &[&str] = &[
    "a-form-that-draws-itself.pdf",
    "never-closed.html",
    "attributes.html",
    "one-long-line.csv",
    "ragged.csv",
    "many-brackets.md",
];

/// As many as there are processors here.
const AT_ONCE: usize = 2;

/// `--nocapture` prints the seconds that each took.
#[tokio::test(flavor = "multi_thread")]
async fn every_file_is_refused_or_read_and_nothing_dies() {
    let database = Database::fresh(Backend::Sqlite).await.expect("a database");
    let app = crate::formats::open(&database).await;
    let outcomes: Vec<(String, String)> =
        stream::iter(malice()).map(|file| offer(&app, file)).buffered(AT_ONCE).collect().await;
    let lines: Vec<String> = outcomes
        .into_iter()
        .map(|(name, outcome)| match SLOW.contains(&name.as_str()) {
            true if outcome.contains("processor time") || outcome.ends_with("blocks") => {
                format!("{name}: read, or given up in time")
            }
            _ => format!("{name}: {outcome}"),
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
    assert_eq!(app.store().check().await.expect("checks"), []);
    app.close().await;
}

async fn offer(app: &App, file: Malice) -> (String, String) {
    let Malice { file_name, bytes } = file;
    let started = Instant::now();
    let ingest = DocumentIngest { file_name: file_name.clone(), bytes, title: None, project: None };
    let outcome = match app.document_ingest(&Ctx::local(), ingest).await {
        Ok(view) => match view.document.conversion {
            Some(conversion) => format!("{} blocks", conversion.total_blocks),
            None => {
                let DocumentView { status, error_code, error, .. } = view.document;
                format!("{status} ({}): {}", error_code.expect("a code"), error.expect("why"))
            }
        },
        Err(error) => format!("refused ({}): {error}", error.code),
    };
    let short: String = file_name.chars().take(60).collect();
    println!("{:6.2} s  {short}", started.elapsed().as_secs_f32());
    (short, outcome)
}
