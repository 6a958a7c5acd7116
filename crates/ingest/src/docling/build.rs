//! Makes a DoclingDocument, item by item in reading order.

use super::build_nested::Holder;
use super::document::{
    ContentLayer, DoclingDocument, Item, NAME, Page, Provenance, Ref, SCHEMA_NAME, SCHEMA_VERSION,
    Size, TableCell, TableData,
};

/// Collects items. Lists open with their first item and end with whatever is no list item.
#[derive(Debug)]
pub struct DocumentBuilder {
    pub(super) document: DoclingDocument,
    /// The index of the list that the last item belongs to.
    pub(super) open_list: Option<usize>,
    /// What holds what comes, outermost first; the body if there is none.
    pub(super) open: Vec<Holder>,
}

/// What the first column of a list item says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    pub text: String,
    pub enumerated: bool,
}

impl Default for DocumentBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl DocumentBuilder {
    pub fn new() -> Self {
        let document = DoclingDocument {
            body: Item::root("#/body", ContentLayer::Body),
            form_items: Vec::new(),
            furniture: Item::root("#/furniture", ContentLayer::Furniture),
            groups: Vec::new(),
            key_value_items: Vec::new(),
            name: NAME.to_owned(),
            pages: std::collections::BTreeMap::new(),
            pictures: Vec::new(),
            schema_name: SCHEMA_NAME.to_owned(),
            tables: Vec::new(),
            texts: Vec::new(),
            version: SCHEMA_VERSION.to_owned(),
        };
        Self { document, open_list: None, open: Vec::new() }
    }

    /// Declares a page, numbered from 1, with its size in points.
    pub fn page(&mut self, page_no: u32, width: f32, height: f32) {
        let size = Size { height, width };
        self.document.pages.insert(page_no, Page { page_no, size });
    }

    /// A heading; levels count from 1.
    pub fn heading(&mut self, level: u32, text: String, prov: impl Into<Option<Provenance>>) {
        let item = Item { level: Some(level), ..text_item("section_header", text, prov) };
        self.add_to_body(item);
    }

    /// Text with one of docling's labels, such as `text`, `code` or `caption`.
    pub fn text(&mut self, label: &str, text: String, prov: impl Into<Option<Provenance>>) {
        self.add_to_body(text_item(label, text, prov));
    }

    pub fn list_item(&mut self, marker: Marker, text: String, prov: Provenance) {
        let list = self.open_list.unwrap_or_else(|| self.begin_list());
        let mut item = text_item("list_item", text, prov);
        item.enumerated = Some(marker.enumerated);
        item.marker = Some(marker.text);
        item.self_ref = format!("#/texts/{}", self.document.texts.len());
        item.parent = Some(Ref::new(format!("#/groups/{list}")));
        self.document.groups[list].children.push(Ref::new(item.self_ref.clone()));
        self.document.texts.push(item);
        self.open_list = Some(list);
    }

    /// A running header (`page_header`) or footer (`page_footer`).
    pub fn page_furniture(
        &mut self,
        label: &str,
        text: String,
        prov: impl Into<Option<Provenance>>,
    ) {
        let mut item = text_item(label, text, prov);
        item.content_layer = ContentLayer::Furniture;
        self.add_text(item);
    }

    /// A table of `num_rows` × `num_cols`; cells may span and be missing.
    pub fn table(
        &mut self,
        num_rows: u32,
        num_cols: u32,
        cells: Vec<TableCell>,
        at: impl Into<Option<Provenance>>,
    ) {
        let data = TableData { num_cols, num_rows, table_cells: cells };
        let item = Item {
            self_ref: format!("#/tables/{}", self.document.tables.len()),
            label: "table".to_owned(),
            data: Some(data),
            prov: at.into().into_iter().collect(),
            ..Item::default()
        };
        let item = self.held(item);
        self.document.tables.push(item);
        self.open_list = None;
    }

    /// A picture of which nothing is known but where it is; answers with its number.
    pub fn picture(&mut self, at: impl Into<Option<Provenance>>) -> usize {
        let number = self.document.pictures.len();
        let item = Item {
            self_ref: format!("#/pictures/{number}"),
            label: "picture".to_owned(),
            prov: at.into().into_iter().collect(),
            ..Item::default()
        };
        let item = self.held(item);
        self.document.pictures.push(item);
        self.open_list = None;
        number
    }

    pub fn finish(self) -> DoclingDocument {
        self.document
    }

    fn begin_list(&mut self) -> usize {
        self.add_group("list", "list", ContentLayer::Body)
    }

    fn add_to_body(&mut self, item: Item) {
        self.open_list = None;
        self.add_text(item);
    }

    pub(super) fn add_text(&mut self, mut item: Item) {
        item.self_ref = format!("#/texts/{}", self.document.texts.len());
        let item = self.held(item);
        self.document.texts.push(item);
    }
}

pub(super) fn text_item(label: &str, text: String, prov: impl Into<Option<Provenance>>) -> Item {
    let prov = prov.into().map(|mut prov| {
        prov.charspan = (0, text.chars().count() as u64);
        prov
    });
    Item {
        label: label.to_owned(),
        orig: Some(text.clone()),
        text: Some(text),
        prov: prov.into_iter().collect(),
        ..Item::default()
    }
}
