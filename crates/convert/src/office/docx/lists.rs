//! Lists as they open, nest and close while paragraphs come.

use gloss_ingest::docling::{ContentLayer, DocumentBuilder, Marker};

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) num: u32,
    pub(super) level: u8,
    /// Tells which of two lists is inside of the other.
    pub(super) indent: i32,
}

/// The lists that are open, outermost first, each with its last item, which is open too.
#[derive(Debug, Default)]
pub(super) struct Lists(Vec<(Place, Marker, String)>);

impl Lists {
    /// Adds an item, and opens and closes lists so that it stands at its place.
    pub(super) fn item(
        &mut self,
        builder: &mut DocumentBuilder,
        place: Place,
        marker: Marker,
        text: String,
    ) {
        let mut is_sibling = false;
        while let Some(last) =
            self.0.last().map(|(last, ..)| *last).filter(|last| !last.holds(&place))
        {
            is_sibling = last.num == place.num && last.level == place.level;
            self.close_item(builder);
            if is_sibling {
                break;
            }
            builder.close_group();
        }
        if !is_sibling {
            builder.open_group("list", "list", ContentLayer::Body);
        }
        builder.open_item();
        self.0.push((place, marker, text));
    }

    pub(super) fn close(&mut self, builder: &mut DocumentBuilder) {
        while !self.0.is_empty() {
            self.close_item(builder);
            builder.close_group();
        }
    }

    fn close_item(&mut self, builder: &mut DocumentBuilder) {
        if let Some((_, marker, text)) = self.0.pop() {
            builder.close_item("list_item", marker, text, None);
        }
    }
}

impl Place {
    /// Whether an item that follows stands in a list below this one.
    fn holds(&self, next: &Self) -> bool {
        if self.num == next.num { self.level < next.level } else { self.indent < next.indent }
    }
}
