//! Items that hold items, as web pages have them: lists in items, menus, captions of pictures.

use super::build::{DocumentBuilder, Marker, text_item};
use super::document::{
    ContentLayer, Item, Meta, Provenance, Ref, TableCell, TableData, TabularChart,
};

/// The index of a group or a text that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    Group(usize),
    Text(usize),
}

impl DocumentBuilder {
    /// Opens a group, such as a `list`; what comes belongs to it until it is closed.
    pub fn open_group(&mut self, label: &str, name: &str, content_layer: ContentLayer) {
        let index = self.add_group(label, name, content_layer);
        self.open.push(Holder::Group(index));
        self.open_list = None;
    }

    /// Opens an item of the list that is open. Its text is known when it is closed.
    pub fn open_item(&mut self) {
        self.open_list = None;
        let index = self.document.texts.len();
        self.add_text(Item::default());
        self.open.push(Holder::Text(index));
    }

    /// Closes the group that was opened last, and drops it if it is empty.
    pub fn close_group(&mut self) {
        let Some(Holder::Group(index)) = self.open.pop() else { return };
        self.open_list = None;
        let is_last = index + 1 == self.document.groups.len();
        if is_last && self.document.groups[index].children.is_empty() {
            self.document.groups.pop();
            self.holder().children.pop();
        }
    }

    /// Closes the item that was opened last: its text, and its label if it is no `list_item`. One
    /// that says and holds nothing is dropped.
    pub fn close_item(
        &mut self,
        label: &str,
        marker: Marker,
        text: String,
        at: impl Into<Option<Provenance>>,
    ) {
        let Some(Holder::Text(index)) = self.open.pop() else { return };
        let said = text_item(label, text, at);
        let item = &mut self.document.texts[index];
        if item.children.is_empty() && said.text.as_ref().is_some_and(String::is_empty) {
            // Without children it is the last text of all.
            self.document.texts.pop();
            self.holder().children.pop();
            return;
        }
        item.label = said.label;
        item.text = said.text;
        item.orig = said.orig;
        item.prov = said.prov;
        if label == "list_item" {
            item.enumerated = Some(marker.enumerated);
            item.marker = Some(marker.text);
        }
    }

    /// Text that belongs to page furniture, such as the title of a web page.
    pub fn furniture(&mut self, label: &str, text: String) {
        self.add_text(Item {
            content_layer: ContentLayer::Furniture,
            ..text_item(label, text, None)
        });
    }

    /// Says what a picture shows, by its number.
    pub fn picture_caption(&mut self, picture: usize, text: String) {
        let self_ref = format!("#/texts/{}", self.document.texts.len());
        let Some(picture) = self.document.pictures.get_mut(picture) else { return };
        picture.captions.push(Ref::new(self_ref.clone()));
        self.document.texts.push(Item {
            self_ref,
            parent: Some(Ref::new(picture.self_ref.clone())),
            content_layer: picture.content_layer,
            ..text_item("caption", text, None)
        });
    }

    /// A picture of what a table says.
    pub fn chart(
        &mut self,
        caption: Option<String>,
        chart_data: TableData,
        at: impl Into<Option<Provenance>>,
    ) {
        let picture = self.picture(at);
        let tabular_chart = Some(TabularChart { chart_data });
        self.document.pictures[picture].meta = Some(Meta { tabular_chart });
        if let Some(caption) = caption {
            self.picture_caption(picture, caption);
        }
    }

    /// A table with what it says above itself.
    pub fn captioned_table(
        &mut self,
        caption: Option<String>,
        num_rows: u32,
        num_cols: u32,
        cells: Vec<TableCell>,
        at: impl Into<Option<Provenance>>,
    ) {
        let captions = caption.map(|caption| {
            let at = Ref::new(format!("#/texts/{}", self.document.texts.len()));
            self.text("caption", caption, None);
            at
        });
        self.table(num_rows, num_cols, cells, at);
        if let Some(table) = self.document.tables.last_mut() {
            table.captions.extend(captions);
        }
    }

    /// Whatever came so far is page furniture, but for what is still open.
    pub fn furniture_so_far(&mut self) {
        let open = &self.open;
        let document = &mut self.document;
        for (index, group) in document.groups.iter_mut().enumerate() {
            if !open.contains(&Holder::Group(index)) {
                group.content_layer = ContentLayer::Furniture;
            }
        }
        for (index, text) in document.texts.iter_mut().enumerate() {
            if !open.contains(&Holder::Text(index)) {
                text.content_layer = ContentLayer::Furniture;
            }
        }
        for item in document.tables.iter_mut().chain(&mut document.pictures) {
            item.content_layer = ContentLayer::Furniture;
        }
    }

    pub(super) fn add_group(&mut self, label: &str, name: &str, layer: ContentLayer) -> usize {
        let index = self.document.groups.len();
        let group = self.held(Item {
            self_ref: format!("#/groups/{index}"),
            label: label.to_owned(),
            name: Some(name.to_owned()),
            content_layer: layer,
            ..Item::default()
        });
        self.document.groups.push(group);
        index
    }

    /// Makes an item a child of what is open.
    pub(super) fn held(&mut self, mut item: Item) -> Item {
        let holder = self.holder();
        holder.children.push(Ref::new(item.self_ref.clone()));
        item.parent = Some(Ref::new(holder.self_ref.clone()));
        if holder.content_layer != ContentLayer::Body {
            item.content_layer = holder.content_layer;
        }
        item
    }

    fn holder(&mut self) -> &mut Item {
        match self.open.last() {
            None => &mut self.document.body,
            Some(Holder::Group(index)) => &mut self.document.groups[*index],
            Some(Holder::Text(index)) => &mut self.document.texts[*index],
        }
    }
}
