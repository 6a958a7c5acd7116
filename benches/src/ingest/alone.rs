//! One file in a process of its own, from the start of the process to its end: program beside
//! program, as somebody meets them who has one file to read.

use std::io::{Seek, Write};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::corpus::Document;
use super::{child, ours, tools};
use crate::figures::{median, rounded, table};

/// The field's readers that are libraries; the others are programs, and timed as such anyway.
const LIBRARIES: [&str; 2] = ["docling", "markitdown"];
const ROUNDS: usize = 3;
/// What starts and stops by chance is little beside this.
const LONG: Duration = Duration::from_secs(5);
const COLUMNS: [&str; 5] = ["file", "tool", "MB", "seconds", "× ours"];

/// One small file of each format, and all the large ones.
pub(super) fn rows(documents: &[&Document], readers: &[&str], python: &Path) -> Vec<Value> {
    let small = documents.iter().find(|it| !it.big);
    let chosen = small.into_iter().chain(documents.iter().filter(|it| it.big));
    chosen.flat_map(|document| of_file(document, readers, python)).collect()
}

fn of_file(document: &Document, readers: &[&str], python: &Path) -> Vec<Value> {
    let file = &document.file;
    let ours = seconds(|| child::measure(&mut ours::alone(&document.truth.format, file)));
    let theirs = LIBRARIES.iter().filter(|library| readers.contains(library));
    let theirs = theirs.map(|library| {
        let read = || {
            let name = named(file)?;
            child::fed(tools::script(library, python).arg("--once"), name)
        };
        (*library, seconds(read))
    });
    let all: Vec<_> = std::iter::once(("gloss", ours)).chain(theirs).collect();
    all.into_iter()
        .map(|(tool, seconds)| {
            json!({
                "file": file.file_name().map(|name| name.to_string_lossy()),
                "tool": tool,
                "MB": rounded(document.bytes as f64 / 1e6),
                "seconds": rounded(seconds),
                "× ours": rounded(seconds / ours),
            })
        })
        .collect()
}

/// The median of some rounds, of one where that is long enough; no number if it cannot be read.
fn seconds(read: impl Fn() -> Result<child::Done, String>) -> f64 {
    let mut rounds = Vec::new();
    while rounds.len() < ROUNDS {
        let Ok(done) = read() else { return f64::NAN };
        rounds.push(done.wall.as_secs_f64());
        if done.wall > LONG {
            break;
        }
    }
    median(&rounds)
}

/// A file's name as a process can read it from its standard input.
fn named(file: &Path) -> Result<std::fs::File, String> {
    let write = || {
        let mut named = tempfile::tempfile()?;
        named.write_all(file.as_os_str().as_encoded_bytes())?;
        named.rewind()?;
        Ok(named)
    };
    write().map_err(|error: std::io::Error| error.to_string())
}

pub(super) fn table_of(rows: Vec<Value>) -> Value {
    if rows.is_empty() {
        return Value::Array(rows);
    }
    table("From the start of a process to its end", &COLUMNS, rows)
}
