//! Lists as paragraphs make them: each has a level, and what it belongs to stands before it.

use gloss_ingest::docling::{self, ContentLayer, DocumentBuilder, Provenance};

use super::markers::{Marker, Numbering};

/// Lists that are open, outermost first.
#[derive(Debug, Default)]
pub(super) struct Lists(Vec<List>);

#[derive(Debug)]
struct List {
    level: u8,
    /// The item that is open.
    item: Item,
    numbered: Option<Numbered>,
}

#[derive(Debug)]
struct Item {
    marker: docling::Marker,
    text: String,
    at: Provenance,
}

/// What numbers the last items of a list, and how many of them.
#[derive(Debug, Clone, Copy)]
struct Numbered {
    by: Numbering,
    items: u32,
}

impl Lists {
    pub(super) fn item(
        &mut self,
        builder: &mut DocumentBuilder,
        (level, marker): (u8, Marker),
        text: String,
        at: Provenance,
    ) {
        while self.0.len() > 1 && self.0.last().is_some_and(|list| list.level > level) {
            self.close_last(builder);
        }
        let mut before = None;
        match self.0.last() {
            Some(list) if list.level >= level => {
                // The list goes on, with its next item.
                let Some(List { item, numbered, .. }) = self.0.pop() else { return };
                close(builder, item);
                before = numbered;
            }
            _ => builder.open_group("list", "list", ContentLayer::Body),
        }
        let numbered = next(before, marker);
        let number = numbered.map(|now| now.by.number(now.items.saturating_sub(1)));
        let enumerated = number.is_some();
        let marker = docling::Marker { text: number.unwrap_or_default(), enumerated };
        builder.open_item();
        self.0.push(List { level, item: Item { marker, text, at }, numbered });
    }

    /// Closes all lists.
    pub(super) fn close(&mut self, builder: &mut DocumentBuilder) {
        while !self.0.is_empty() {
            self.close_last(builder);
        }
    }

    fn close_last(&mut self, builder: &mut DocumentBuilder) {
        if let Some(list) = self.0.pop() {
            close(builder, list.item);
            builder.close_group();
        }
    }
}

fn close(builder: &mut DocumentBuilder, item: Item) {
    builder.close_item("list_item", item.marker, item.text, item.at);
}

/// Counts on where the item before is numbered alike, and else anew.
fn next(before: Option<Numbered>, marker: Marker) -> Option<Numbered> {
    let Marker::Number(by) = marker else { return None };
    let items = before.filter(|before| before.by == by).map_or(0, |before| before.items);
    Some(Numbered { by, items: items.saturating_add(1) })
}
