//! What fuzzing begins with and what it found: each input through its parser once more.

use std::path::{Path, PathBuf};

use gloss_app::Ctx;
use gloss_app::ops::DocumentIngest;
use gloss_ingest::{Converted, Limits, reply};
use gloss_testkit::{Backend, Database};

fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let entries = std::fs::read_dir(&folder).expect("every target has a corpus");
    let inputs: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    assert!(!inputs.is_empty(), "{} is empty", folder.display());
    inputs
}

fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("an input")
}

/// What no library of others has a part in is called right here: it may refuse, and nothing else.
#[test]
fn our_own_parsers_bear_it() {
    for path in corpus("docling_json") {
        let _ = Converted::from_docling("fuzzed", &bytes(&path), &Limits::DEFAULT);
    }
    for path in corpus("reply") {
        let _ = reply::read(bytes(&path).as_slice(), &Limits::DEFAULT);
    }
    for path in corpus("text") {
        let _ = gloss_ingest::convert_text(&bytes(&path), &Limits::DEFAULT);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reader_bears_it() {
    let database = Database::fresh(Backend::Sqlite).await.expect("a database");
    let app = crate::formats::open(&database).await;
    for format in ["docx", "pptx", "xlsx", "html", "csv", "pdf"] {
        for path in corpus(format) {
            let file_name = format!("input.{format}");
            let command =
                DocumentIngest { file_name, bytes: bytes(&path), title: None, project: None };
            let outcome = app.document_ingest(&Ctx::local(), command).await;
            let reason = match outcome {
                Ok(view) => view.document.error,
                Err(error) => Some(error.message),
            };
            assert!(reason.is_none_or(|reason| !reason.is_empty()), "{}", path.display());
        }
    }
    app.close().await;
}
