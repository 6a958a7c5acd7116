//! What a document holds, and how the kept bytes are doing.

use gloss_app::views::{BlockView, ObjectsView, Page};
use serde_json::Value;

use super::{count, cut, page};

pub(crate) fn blocks(view: &Page<BlockView>) -> String {
    let blocks = view.items.iter().map(|block| {
        let place = place(&block.block_locator);
        let BlockView { block_index, block_type, block_content, .. } = block;
        format!("[{block_index}] {block_type} · {place}\n    {}", cut(block_content))
    });
    page(blocks.collect::<Vec<_>>().join("\n"), view, "blocks")
}

fn place(locator: &Value) -> String {
    let number = |name: &str| locator.get(name).and_then(Value::as_u64);
    if let (Some(start), Some(end)) = (number("start_offset"), number("end_offset")) {
        return format!("bytes {start} to {end}");
    }
    let pointer = locator.get("pointer").and_then(Value::as_str).unwrap_or_default();
    number("page_no")
        .map_or_else(|| pointer.to_owned(), |page_no| format!("page {page_no} · {pointer}"))
}

/// Lines with their head, as the others of the doctor.
pub(super) fn objects(view: &ObjectsView) -> String {
    let kept = |n: u64, bytes: u64| format!("{}, {}", count(n, "object", "objects"), size(bytes));
    let mut text = format!("objects   {}: ", view.place);
    if !view.complete {
        return text + "not looked through\n";
    }
    text.push_str(&kept(view.objects, view.bytes));
    if !view.contents_read {
        text.push_str(", contents not read");
    }
    text.push('\n');
    let mut line = |what: String| text.push_str(&format!("{:10}{what}\n", ""));
    if view.young > 0 {
        let young = count(view.young, "object", "objects");
        line(format!("{young} of the last hour without a document: left alone"));
    }
    if view.orphans > 0 {
        let what = kept(view.orphans, view.orphan_bytes);
        line(format!("{what}, without a document:"));
        for key in &view.orphan_keys {
            line(format!("- {key}"));
        }
        if view.orphans > view.orphan_keys.len() as u64 {
            line(format!("- and {} more", view.orphans - view.orphan_keys.len() as u64));
        }
        if view.collected == 0 {
            line("`gloss doctor --collect` deletes them".to_owned());
        }
    }
    if view.collected > 0 {
        line(format!("{} deleted", kept(view.collected, view.collected_bytes)));
    }
    for (n, what) in [(view.missing, "missing"), (view.damaged, "damaged")] {
        if n > 0 {
            line(format!("{} {what}", count(n, "object is", "objects are")));
        }
    }
    text
}

fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    let mut shown = (bytes as f64, "bytes");
    for unit in units {
        if shown.0 < 1000.0 {
            break;
        }
        shown = (shown.0 / 1000.0, unit);
    }
    match shown {
        (_, "bytes") => count(bytes, "byte", "bytes"),
        (amount, unit) => format!("{amount:.1} {unit}"),
    }
}
