//! Files that came in, and the formats that can.

use gloss_app::views::{FormatsView, IngestBatchView, IngestView};

use crate::commands::ingest::FilesView;

use super::{count, cut, printable, table};

/// Notes under a table; a whole folder may have one for each file.
const NOTES_MAX: usize = 10;

/// Files left out that are named.
const LEFT_OUT_MAX: usize = 10;

pub(crate) fn ingested(view: &IngestView) -> String {
    let document = &view.document;
    let Some(conversion) = &document.conversion else {
        return format!("{}  {}  {}", document.document_id, document.status, document.title);
    };
    let blocks = count(u64::from(conversion.total_blocks), "block", "blocks");
    let known = match view.outcome.as_str() {
        "existing" => " (ingested before)",
        "read_again" => " (read again)",
        _ => "",
    };
    let mut text = format!("{}  {blocks}  {}{known}", document.document_id, document.title);
    let notes = conversion.notes.iter().map(|note| &note.message).chain(&view.notice);
    for note in notes {
        text.push_str(&format!("\nnote: {note}"));
    }
    text
}

pub(crate) fn ingested_files(view: &FilesView, width: Option<u16>) -> String {
    let FilesView { batch: view, left_out } = view;
    let rows = view.files.iter().map(|file| {
        let document = file.document.as_ref();
        let blocks = document.and_then(|document| document.conversion.as_ref());
        [
            name(&file.file_name),
            file.outcome.replace('_', " "),
            blocks.map(|conversion| conversion.total_blocks.to_string()).unwrap_or_default(),
            document.map(|document| document.document_id.clone()).unwrap_or_default(),
        ]
    });
    let mut text = table(["FILE", "OUTCOME", "BLOCKS", "DOCUMENT"], rows, width);
    let notes: Vec<String> = notes(view).collect();
    for (n, note) in notes.iter().take(NOTES_MAX).enumerate() {
        text.push_str(if n == 0 { "\n\n" } else { "\n" });
        text.push_str(&format!("note: {note}"));
    }
    if let more @ 1.. = notes.len().saturating_sub(NOTES_MAX) {
        text.push_str(&format!("\nand {more} more such notes: `--json` has them all"));
    }
    let kinds = [
        (view.ingested, "ingested"),
        (view.existing, "there already"),
        (view.read_again, "read again"),
        (view.failed, "failed"),
        (view.refused, "refused"),
    ];
    let kinds = kinds.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}"));
    let files = count(view.files.len() as u64, "file", "files");
    text.push_str(&format!("\n\n{files}: {}", kinds.collect::<Vec<_>>().join(", ")));
    if !left_out.is_empty() {
        let named: Vec<String> =
            left_out.iter().take(LEFT_OUT_MAX).map(|file| name(file)).collect();
        let (n, named) = (left_out.len(), named.join(", "));
        text.push_str(&format!("; {n} of other kinds left out: {named}"));
        if let more @ 1.. = n.saturating_sub(LEFT_OUT_MAX) {
            text.push_str(&format!(" and {more} more"));
        }
    }
    text
}

/// Why files have no blocks.
pub(crate) fn reasons(view: &IngestBatchView) -> impl Iterator<Item = String> {
    view.files.iter().filter_map(|file| {
        file.error.as_ref().map(|reason| format!("{}: {reason}", name(&file.file_name)))
    })
}

/// What to do about them, each once and in the order of the files.
pub(crate) fn hints(view: &IngestBatchView) -> Vec<&str> {
    let mut hints: Vec<&str> = Vec::new();
    for hint in view.files.iter().filter_map(|file| file.hint.as_deref()) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    hints
}

/// What readers told of files that have blocks, and what was not done with them.
fn notes(view: &IngestBatchView) -> impl Iterator<Item = String> {
    view.files.iter().flat_map(|file| {
        let conversion = file.document.as_ref().and_then(|document| document.conversion.as_ref());
        let notes = conversion.map_or(&[][..], |conversion| &conversion.notes);
        let notes = notes.iter().map(|note| &note.message).chain(&file.notice);
        notes.map(|note| format!("{}: {note}", name(&file.file_name)))
    })
}

/// A file's name on one line.
fn name(file: &str) -> String {
    printable(file).replace('\n', "?")
}

/// The smoke matrix: one line for each format.
pub(crate) fn formats(view: &FormatsView, width: Option<u16>) -> String {
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let rows = view.formats.iter().map(|format| {
        [
            format.format.clone(),
            if format.passed { "PASS" } else { "FAIL" }.to_owned(),
            word(&format.parsing_tool),
            word(&format.representation_type),
            word(&format.locator_type),
            format.total_blocks.to_string(),
            cut(format.first_block.as_ref().or(format.problem.as_ref()).map_or("", |text| text)),
            format!("{} ms", format.milliseconds),
        ]
    });
    let head =
        ["FORMAT", "RESULT", "TOOL", "REPRESENTATION", "LOCATOR", "BLOCKS", "FIRST BLOCK", "TIME"];
    let passed = view.formats.iter().filter(|format| format.passed).count();
    format!("{}\n\n{passed} of {} formats pass", table(head, rows, width), view.formats.len())
}
