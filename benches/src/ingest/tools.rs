//! Starts each reader over all files of a format, and collects what it found.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::corpus::{Block, Document};
use super::options::Options;
use super::{ours, venv};

/// The field's readers, the script that runs each, and what each reads.
///
/// Docling's PDF reader is not here: it needs models that it downloads.
const FIELD: &[(&str, &[&str])] = &[
    ("docling", &["docx", "pptx", "xlsx", "html", "csv", "md"]),
    ("markitdown", &["docx", "pdf", "pptx", "xlsx", "html", "csv"]),
    ("pandoc", &["docx", "html", "csv", "md"]),
    ("pdftotext", &["pdf"]),
    ("pymupdf4llm", &["pdf"]),
];

/// Processes of our own, one for each file.
const HOUSE: &[(&str, &[&str])] = &[("gloss", &super::options::FORMATS), ("unpdf", &["pdf"])];

/// The exit code with which a script says that its tool is not installed.
const EXIT_MISSING: i32 = 3;

/// What one reader made of one file.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Reading {
    pub(super) file: PathBuf,
    pub(super) seconds: f64,
    pub(super) peak_rss_mb: Option<f64>,
    pub(super) error: Option<String>,
    pub(super) blocks: Vec<Block>,
}

/// What a script says first.
#[derive(Debug, Clone, Deserialize)]
struct Opening {
    version: String,
    types: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Run {
    pub(super) tool: String,
    pub(super) version: String,
    /// The types of block that it can tell; `None` is all.
    pub(super) types: Option<Vec<String>>,
    pub(super) readings: HashMap<PathBuf, Reading>,
}

impl Run {
    pub(super) fn tells(&self, kind: &str) -> bool {
        self.types.as_ref().is_none_or(|types| types.iter().any(|it| it == kind))
    }
}

/// Fails for a name that no reader has.
pub(super) fn check(options: &Options) -> Result<(), String> {
    let known: Vec<&str> = HOUSE.iter().chain(FIELD).map(|(name, _)| *name).collect();
    match options.tools.iter().find(|tool| !known.contains(&tool.as_str())) {
        Some(tool) => Err(format!("there is no reader `{tool}`; there are: {}", known.join(", "))),
        None => Ok(()),
    }
}

pub(super) fn of_format(format: &str, options: &Options) -> Vec<&'static str> {
    let reads = |formats: &[&str]| formats.contains(&format);
    let house = HOUSE
        .iter()
        .filter(|(name, formats)| reads(formats) && (*name == "gloss" || options.wants(name)));
    let field = FIELD.iter().filter(|(name, formats)| reads(formats) && options.wants(name));
    house.chain(field).map(|(name, _)| *name).collect()
}

/// One run for each reader that is there; what is missing, and why, goes into `missing`.
pub(super) fn run_all(
    readers: &[&str],
    documents: &[&Document],
    python: &Path,
    missing: &mut Vec<(String, String)>,
) -> Vec<Run> {
    let mut runs = Vec::new();
    let Some(format) = documents.first().map(|it| it.truth.format.as_str()) else { return runs };
    for reader in readers {
        eprintln!("{format}: {reader} …");
        let in_house = HOUSE.iter().any(|(name, _)| name == reader);
        let run = if in_house {
            run_house(reader, format, documents)
        } else {
            run_script(reader, documents, python)
        };
        match run {
            Ok(run) => runs.push(run),
            Err(why) => missing.push((format!("{reader} for {format}"), why)),
        }
    }
    runs
}

fn run_house(reader: &str, format: &str, documents: &[&Document]) -> Result<Run, String> {
    // As the others: the first file is read once beforehand, unmeasured.
    if let Some(first) = documents.first() {
        ours::read(reader, format, &first.file);
    }
    let read = |document: &&Document| ours::read(reader, format, &document.file);
    let readings: HashMap<_, _> =
        documents.iter().map(read).map(|reading| (reading.file.clone(), reading)).collect();
    if readings.values().all(|reading| reading.error.is_some()) {
        let why = readings.into_values().next().and_then(|reading| reading.error);
        return Err(format!("no file could be read: {}", why.unwrap_or_default()));
    }
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Ok(Run { tool: reader.to_owned(), version, types: None, readings })
}

/// The script that runs a tool of the field. It takes names of files on its standard input.
pub(super) fn script(reader: &str, python: &Path) -> Command {
    let script = venv::scripts().join("tools").join(format!("{reader}_tool.py"));
    let mut command = Command::new(python);
    command.env("PYTHONDONTWRITEBYTECODE", "1").arg(script);
    command
}

fn run_script(reader: &str, documents: &[&Document], python: &Path) -> Result<Run, String> {
    let mut command = script(reader, python);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("python did not start: {error}"))?;
    let names: Vec<_> = documents.iter().map(|it| it.file.to_string_lossy()).collect();
    if let Some(mut stdin) = child.stdin.take() {
        // A script that ends before it reads says why on its own.
        let _ = stdin.write_all(names.join("\n").as_bytes());
    }
    let done = child.wait_with_output().map_err(|error| format!("cannot be read: {error}"))?;
    let said = String::from_utf8_lossy(&done.stderr);
    let last = said.lines().next_back().unwrap_or("no word").to_owned();
    if done.status.code() == Some(EXIT_MISSING) {
        return Err(last);
    }
    let text = String::from_utf8_lossy(&done.stdout);
    let mut lines = text.lines();
    let opening: Opening = lines
        .next()
        .and_then(|line| serde_json::from_str(line).ok())
        .ok_or_else(|| format!("it did not start: {last}"))?;
    let read: Vec<Reading> = lines.filter_map(|line| serde_json::from_str(line).ok()).collect();
    let mut readings: HashMap<_, _> = read.into_iter().map(|it| (it.file.clone(), it)).collect();
    for document in documents {
        let lost = || Reading {
            file: document.file.clone(),
            error: Some(format!("the reader's process ended: {last}")),
            ..Reading::default()
        };
        readings.entry(document.file.clone()).or_insert_with(lost);
    }
    let Opening { version, types } = opening;
    Ok(Run { tool: reader.to_owned(), version, types: Some(types), readings })
}
