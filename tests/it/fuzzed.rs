//! What fuzzing begins with and what it found: each input through its parser once more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use futures::{StreamExt, stream};
use gloss_app::ops::DocumentIngest;
use gloss_app::{App, Ctx};
use gloss_ingest::{Converted, Limits, reply};
use gloss_testkit::{Backend, Database};

#[path = "../../fuzz/wrapped.rs"]
mod wrapped;

/// What a target does with an input.
enum Entry {
    /// No library of others has a part in it: it may refuse, and nothing else.
    Ours(fn(&[u8])),
    /// The input is a file of this format.
    File(&'static str),
    /// The input is one part of a file of this format.
    Part(&'static str),
    /// The input is what a PDF draws on its pages.
    Pages,
}

impl Entry {
    /// A format and a file of it.
    fn file(&self, input: &[u8]) -> Option<(&'static str, Vec<u8>)> {
        match self {
            Self::Ours(_) => None,
            Self::File(format) => Some((format, input.to_vec())),
            Self::Part(format) => {
                let file = wrapped::Package::of(format).with(input);
                Some((format, file.expect("the name of a part in the first line")))
            }
            Self::Pages => Some(("pdf", wrapped::pdf_pages(input))),
        }
    }
}

const TARGETS: &[(&str, Entry)] = &[
    ("csv", Entry::File("csv")),
    ("docling_json", Entry::Ours(docling_json)),
    ("docx", Entry::File("docx")),
    ("docx_part", Entry::Part("docx")),
    ("html", Entry::File("html")),
    ("pdf", Entry::File("pdf")),
    ("pdf_pages", Entry::Pages),
    ("pptx", Entry::File("pptx")),
    ("pptx_part", Entry::Part("pptx")),
    ("reply", Entry::Ours(reply)),
    ("text", Entry::Ours(text)),
    ("xlsx", Entry::File("xlsx")),
    ("xlsx_part", Entry::Part("xlsx")),
];

fn docling_json(bytes: &[u8]) {
    let _ = Converted::from_docling("fuzzed", bytes, &Limits::DEFAULT);
}

fn reply(bytes: &[u8]) {
    let _ = reply::read(bytes, &Limits::DEFAULT);
}

fn text(bytes: &[u8]) {
    let _ = gloss_ingest::convert_text(bytes, &Limits::DEFAULT);
}

/// Seeds are for people to read and for fuzzing to grow from: large ones serve neither.
const INPUT_BYTES_MAX: usize = 20_000;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> =
        entries.map(|entry| name(entry).into_string().expect("a plain name")).collect();
    names.sort();
    names
}

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = fuzz().join("corpus").join(target);
    let inputs = names(&folder).into_iter().map(|name| {
        let bytes = fs::read(folder.join(&name)).expect("an input");
        (format!("{target}/{name}"), bytes)
    });
    inputs.collect()
}

#[test]
fn every_target_has_inputs_and_all_are_replayed() {
    let replayed: Vec<&str> = TARGETS.iter().map(|(target, _)| *target).collect();
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).expect("a manifest");
    let bins = manifest.split("[[bin]]").skip(1);
    let name = |bin: &str| bin.split('"').nth(1).expect("a name").to_owned();
    let built: BTreeSet<String> = bins.map(name).collect();
    assert_eq!(Vec::from_iter(built), replayed, "targets in fuzz/Cargo.toml, and replayed here");
    assert_eq!(names(&fuzz().join("corpus")), replayed, "folders of inputs, and replayed here");
    for target in replayed {
        let inputs = corpus(target);
        assert!(!inputs.is_empty(), "{target} has no inputs");
        for (name, bytes) in inputs {
            let size = bytes.len();
            assert!(size <= INPUT_BYTES_MAX, "{name} has {size} bytes: minimise it");
        }
    }
    for name in names(&fuzz().join("dictionaries")) {
        let target = name.strip_suffix(".dict").expect("a dictionary");
        assert!(replayed_target(target), "{name} is of no target");
    }
}

fn replayed_target(target: &str) -> bool {
    TARGETS.iter().any(|(known, _)| *known == target)
}

#[test]
fn our_own_parsers_bear_it() {
    for (target, entry) in TARGETS {
        let Entry::Ours(parse) = entry else { continue };
        for (name, bytes) in corpus(target) {
            println!("{name}");
            parse(&bytes);
        }
    }
}

/// `--nocapture` prints what became of each.
#[tokio::test(flavor = "multi_thread")]
async fn every_reader_bears_it() {
    let database = Database::fresh(Backend::Sqlite).await.expect("a database");
    let app = crate::formats::open(&database).await;
    // As many at once as there are processors here.
    let outcomes = stream::iter(files()).map(|file| offer(&app, file)).buffered(2);
    let outcomes: Vec<String> = outcomes.collect().await;
    println!("{}", outcomes.join("\n"));
    assert_eq!(app.store().check().await.expect("checks"), []);
    app.close().await;
}

/// Every input as the file that its target makes of it.
fn files() -> Vec<(String, DocumentIngest)> {
    let mut files = Vec::new();
    for (target, entry) in TARGETS {
        for (name, input) in corpus(target) {
            let Some((format, bytes)) = entry.file(&input) else { continue };
            let file_name = format!("input.{format}");
            files.push((name, DocumentIngest { file_name, bytes, title: None, project: None }));
        }
    }
    files
}

/// Read, or refused with a reason.
async fn offer(app: &App, (name, command): (String, DocumentIngest)) -> String {
    let outcome = match app.document_ingest(&Ctx::local(), command).await {
        Ok(view) => match view.document.conversion {
            Some(conversion) => format!("{} blocks", conversion.total_blocks),
            None => view.document.error.expect("a reason"),
        },
        Err(error) => error.message,
    };
    assert!(!outcome.is_empty(), "{name} has no reason");
    format!("{name}: {outcome}")
}
