//! Lists as paragraphs make them: each has a level, and what it belongs to stands before it.

use gloss_ingest::docling::{self, ContentLayer, DocumentBuilder, Provenance};

use super::markers::{Marker, Numbering};

#[derive(Debug, Default)]
pub(super) struct Lists {
    /// Lists that are open, outermost first.
    open: Vec<List>,
    /// What numbered the last item of each level.
    numbered: [Option<Numbered>; LEVELS],
}

const LEVELS: usize = 9;

#[derive(Debug)]
struct List {
    level: u8,
    /// The item that is open.
    item: Item,
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
        while self.open.len() > 1 && self.open.last().is_some_and(|list| list.level > level) {
            self.close_last(builder);
        }
        match self.open.last() {
            Some(list) if list.level >= level => {
                // The list goes on, with its next item.
                let Some(List { item, .. }) = self.open.pop() else { return };
                close(builder, item);
            }
            _ => builder.open_group("list", "list", ContentLayer::Body),
        }
        let before = self.numbered.get(usize::from(level)).copied().flatten();
        let numbered = next(before, marker);
        self.count(level, numbered);
        let number = numbered.map(|now| now.by.number(now.items.saturating_sub(1)));
        let enumerated = number.is_some();
        let marker = docling::Marker { text: number.unwrap_or_default(), enumerated };
        builder.open_item();
        self.open.push(List { level, item: Item { marker, text, at } });
    }

    /// Closes all lists before a paragraph of a level that is no item. Numbers of outer levels go
    /// on behind it.
    pub(super) fn interrupt(&mut self, builder: &mut DocumentBuilder, level: u8) {
        self.close(builder);
        self.count(level, None);
    }

    /// Says what numbers a level now; what is inside of it begins anew.
    fn count(&mut self, level: u8, now: Option<Numbered>) {
        for (at, numbered) in self.numbered.iter_mut().enumerate().skip(usize::from(level)) {
            *numbered = now.filter(|_| at == usize::from(level));
        }
    }

    /// Closes all lists.
    pub(super) fn close(&mut self, builder: &mut DocumentBuilder) {
        while !self.open.is_empty() {
            self.close_last(builder);
        }
    }

    fn close_last(&mut self, builder: &mut DocumentBuilder) {
        if let Some(list) = self.open.pop() {
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
