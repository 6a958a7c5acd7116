//! The tables that people read.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::corpus::Document;
use super::score::{Score, differences, score};
use super::tools::Run;
use crate::figures::{rounded, table};

const COLUMNS: [&str; 18] = [
    "tool", "files", "errors", "P", "R", "F1", "any", "heading", "list", "prose", "table", "cells",
    "order", "words", "leak", "MB/s", "× ours", "MB RAM",
];

/// Characters of a block in an explanation.
const SHOWN: usize = 150;

pub(super) const LEGEND: &str = "\
P, R, F1: blocks of the right type with the right text (90 % of it), one to one. any: F1 whatever
the type. heading … table: F1 of that type; – where a tool has no such type. cells: F1 of
(row, column, text). order: 1 − the share of pairs the wrong way round. words: F1 of the bag of
words. leak: running headers, footers and navigation found in content. × ours: their time over
ours for the files that both read, by programs that run already: ours starts a process for most
files, theirs do not, but for pandoc and pdftotext. MB RAM: the median peak of a process.
";

pub(super) fn quality(format: &str, documents: &[&Document], runs: &[Run]) -> Option<Value> {
    let small: Vec<_> = documents.iter().copied().filter(|it| !it.big).collect();
    if small.is_empty() || runs.is_empty() {
        return None;
    }
    let has_code = small.iter().any(|it| it.truth.blocks.iter().any(|b| b.kind == "code_block"));
    let rows: Vec<Value> = runs.iter().map(|run| row(&small, run, ours(runs))).collect();
    let mut columns = COLUMNS.to_vec();
    if has_code {
        columns.insert(11, "code");
    }
    if small.iter().all(|it| it.truth.furniture.is_empty()) {
        columns.retain(|column| *column != "leak");
    }
    if small.iter().any(|it| it.truth.pages.is_some()) {
        columns.insert(columns.len() - 2, "pages/s");
    }
    let title = format!("{format}: {} documents", small.len());
    Some(json!({ "format": format, "rows": table(&title, &columns, rows) }))
}

pub(super) fn ours(runs: &[Run]) -> Option<&Run> {
    runs.iter().find(|run| run.tool == "gloss")
}

fn row(documents: &[&Document], run: &Run, ours: Option<&Run>) -> Value {
    let mut sum = Score::default();
    let (mut seconds, mut bytes, mut pages, mut errors) = (0.0, 0, 0, 0);
    let (mut theirs, mut ours_seconds) = (0.0, 0.0);
    let (mut peaks, mut writers) = (Vec::new(), BTreeMap::<&str, Score>::new());
    for document in documents {
        let Some(reading) = run.readings.get(&document.file) else { continue };
        let score = score(&document.truth, &reading.blocks);
        sum.add(&score);
        writers.entry(&document.truth.writer).or_default().add(&score);
        if reading.error.is_some() {
            errors += 1;
            continue;
        }
        seconds += reading.seconds;
        bytes += document.bytes;
        pages += document.truth.pages.unwrap_or(0);
        peaks.extend(reading.peak_rss_mb);
        let same = ours.and_then(|ours| ours.readings.get(&document.file));
        if let Some(same) = same.filter(|same| same.error.is_none()) {
            theirs += reading.seconds;
            ours_seconds += same.seconds;
        }
    }
    let mut row = figures(&sum, run);
    row.insert("tool".to_owned(), json!(run.tool));
    let writers = writers.iter().map(|(writer, sum)| ((*writer).to_owned(), figures(sum, run)));
    row.insert("writers".to_owned(), writers.map(|(k, v)| (k, Value::Object(v))).collect());
    row.insert("version".to_owned(), json!(run.version));
    row.insert("files".to_owned(), json!(documents.len()));
    row.insert("errors".to_owned(), json!(errors));
    row.insert("MB/s".to_owned(), rounded(bytes as f64 / 1e6 / seconds));
    row.insert("pages/s".to_owned(), rounded(f64::from(pages) / seconds));
    row.insert("× ours".to_owned(), rounded(theirs / ours_seconds));
    row.insert("MB RAM".to_owned(), rounded(crate::figures::median(&peaks).round()));
    Value::Object(row)
}

fn figures(sum: &Score, run: &Run) -> Map<String, Value> {
    let mut row = Map::new();
    let mut put = |name: &str, value: f64| row.insert(name.to_owned(), rounded(value));
    put("P", sum.blocks.precision());
    put("R", sum.blocks.recall());
    put("F1", sum.blocks.f1());
    put("any", sum.any.f1());
    put("order", sum.order());
    put("words", sum.words.f1());
    put("leak", sum.leak());
    let classes = [("heading", "heading"), ("list", "list_item"), ("table", "table")];
    for (name, class) in classes.into_iter().chain([("code", "code_block")]) {
        if run.tells(class) {
            put(name, sum.class(class).f1());
        }
    }
    put("prose", sum.class("prose").f1());
    if run.tells("table") {
        put("cells", sum.cells.f1());
    }
    row
}

/// Says what was not measured, and why, where nobody can miss it.
pub(super) fn missing(missing: Vec<(String, String)>) -> Value {
    for (what, why) in &missing {
        println!("NOT MEASURED: {what}: {why}");
    }
    let pairs = missing.into_iter().map(|(what, why)| (what, Value::String(why)));
    Value::Object(pairs.collect())
}

/// What each reader lost and added in each document, as many of each as asked for.
pub(super) fn explain(documents: &[&Document], runs: &[Run], most: usize) {
    for (document, run) in documents.iter().flat_map(|it| runs.iter().map(move |run| (it, run))) {
        let Some(reading) = run.readings.get(&document.file).filter(|_| !document.big) else {
            continue;
        };
        let (lost, added) = differences(&document.truth, &reading.blocks);
        if lost.is_empty() && added.is_empty() {
            continue;
        }
        let (file, tool) = (document.file.display(), &run.tool);
        println!("{file} by {tool}: {} lost, {} added", lost.len(), added.len());
        let lost = lost.iter().take(most).map(|text| ("- ", text));
        for (sign, text) in lost.chain(added.iter().take(most).map(|text| ("+ ", text))) {
            println!("  {sign}{}", text.chars().take(SHOWN).collect::<String>());
        }
    }
}
