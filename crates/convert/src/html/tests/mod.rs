//! Pages, and the blocks that are read out of them.

mod bounds;
mod encodings;
mod pages;
mod properties;
mod tables;

use gloss_ingest::{Converted, Limits};

fn converted(html: &[u8]) -> Result<Converted, String> {
    let limits = Limits::DEFAULT;
    super::read(html, &limits)
        .and_then(|document| Converted::from_document("test", &document, &limits))
        .map_err(|error| error.to_string())
}

/// One line a block: its type and its text.
fn blocks(html: &[u8]) -> String {
    match converted(html) {
        Ok(converted) => {
            let lines = converted.blocks.iter();
            let lines = lines.map(|block| format!("{} {:?}", block.block_type, block.content));
            lines.collect::<Vec<_>>().join("\n")
        }
        Err(error) => error,
    }
}

#[track_caller]
fn check(html: &str, expect: &str) {
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(blocks(html.as_bytes()), expect.join("\n"), "{html}");
}
