//! Larger files, one row for each file and reader.

use serde_json::{Value, json};

use super::corpus::Document;
use super::report::ours;
use super::score::bag_of_words;
use super::tools::Run;
use crate::figures::{rounded, table};

const COLUMNS: [&str; 9] =
    ["file", "tool", "MB", "seconds", "MB/s", "pages/s", "× ours", "MB RAM", "words"];

pub(super) fn rows(documents: &[&Document], runs: &[Run]) -> Vec<Value> {
    let big = documents.iter().filter(|it| it.big);
    big.flat_map(|document| runs.iter().filter_map(|run| row(document, run, ours(runs)))).collect()
}

fn row(document: &Document, run: &Run, ours: Option<&Run>) -> Option<Value> {
    let reading = run.readings.get(&document.file)?;
    let file = document.file.file_name()?.to_string_lossy();
    let megabytes = document.bytes as f64 / 1e6;
    if let Some(error) = &reading.error {
        return Some(json!({
            "file": file, "tool": run.tool, "MB": rounded(megabytes), "error": error,
        }));
    }
    let same = ours.and_then(|ours| ours.readings.get(&document.file));
    let same = same.filter(|same| same.error.is_none()).map_or(f64::NAN, |same| same.seconds);
    let pages = document.truth.pages.map_or(f64::NAN, f64::from);
    Some(json!({
        "file": file,
        "tool": run.tool,
        "MB": rounded(megabytes),
        "seconds": rounded(reading.seconds),
        "MB/s": rounded(megabytes / reading.seconds),
        "pages/s": rounded(pages / reading.seconds),
        "× ours": rounded(reading.seconds / same),
        "MB RAM": reading.peak_rss_mb.map(f64::round),
        // That nothing was left out to be fast.
        "words": rounded(bag_of_words(&document.truth, &reading.blocks).f1()),
    }))
}

pub(super) fn table_of(rows: Vec<Value>) -> Value {
    if rows.is_empty() {
        return Value::Array(rows);
    }
    for row in &rows {
        if let Some(error) = row["error"].as_str() {
            println!("FAILED: {} by {}: {error}", row["file"], row["tool"]);
        }
    }
    table("Larger files", &COLUMNS, rows)
}
