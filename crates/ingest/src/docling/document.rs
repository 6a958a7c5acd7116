//! The parts of a DoclingDocument that Gloss reads and writes.
//!
//! Source: docling-core, schema `DoclingDocument` 1.10.0. Fields stand in alphabetical order, so
//! that what is written has sorted keys; what is not known here is skipped when reading.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub const SCHEMA_NAME: &str = "DoclingDocument";
pub const SCHEMA_VERSION: &str = "1.10.0";
/// What a document that we make is called. The file's own name is no part of what the file says,
/// and the same bytes give the same conversion.
pub const NAME: &str = "document";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoclingDocument {
    pub body: Item,
    #[serde(default)]
    pub form_items: Vec<Item>,
    #[serde(default = "Item::furniture")]
    pub furniture: Item,
    #[serde(default)]
    pub groups: Vec<Item>,
    #[serde(default)]
    pub key_value_items: Vec<Item>,
    #[serde(default)]
    pub name: String,
    /// By page number, 1-based.
    #[serde(default)]
    pub pages: BTreeMap<u32, Page>,
    #[serde(default)]
    pub pictures: Vec<Item>,
    pub schema_name: String,
    #[serde(default)]
    pub tables: Vec<Item>,
    #[serde(default)]
    pub texts: Vec<Item>,
    pub version: String,
}

/// A text, table, picture, group, form or key-value item: whatever stands in the tree.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Item {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captions: Vec<Ref>,
    #[serde(default)]
    pub children: Vec<Ref>,
    #[serde(default)]
    pub content_layer: ContentLayer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<TableData>,
    /// Of list items: whether the marker counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enumerated: Option<bool>,
    /// What the item is, in docling's words; unknown ones are kept.
    #[serde(default)]
    pub label: String,
    /// Of section headers, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orig: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Ref>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prov: Vec<Provenance>,
    pub self_ref: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Item {
    fn furniture() -> Self {
        Self::root("#/furniture", ContentLayer::Furniture)
    }

    pub(super) fn root(self_ref: &str, content_layer: ContentLayer) -> Self {
        Self {
            self_ref: self_ref.to_owned(),
            content_layer,
            label: "unspecified".to_owned(),
            name: Some("_root_".to_owned()),
            ..Self::default()
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentLayer {
    #[default]
    Body,
    Furniture,
    /// `invisible`, `notes`, `background`: layers that stand beside the body.
    #[serde(untagged)]
    Beside(BesideLayer),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BesideLayer {
    Background,
    Invisible,
    Notes,
}

/// A pointer to another item, such as `#/texts/5`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ref {
    #[serde(rename = "$ref")]
    pub to: String,
}

impl Ref {
    pub fn new(to: impl Into<String>) -> Self {
        Self { to: to.into() }
    }
}

/// Where on a page an item stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    #[serde(default)]
    pub bbox: BoundingBox,
    /// Half-open, in characters of the item's text.
    #[serde(default)]
    pub charspan: (u64, u64),
    pub page_no: u32,
}

/// In the page's own unit: points in PDF, EMU in PPTX, cells in XLSX.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct BoundingBox {
    pub b: f32,
    #[serde(default)]
    pub coord_origin: CoordOrigin,
    pub l: f32,
    pub r: f32,
    pub t: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum CoordOrigin {
    #[default]
    #[serde(rename = "TOPLEFT")]
    TopLeft,
    #[serde(rename = "BOTTOMLEFT")]
    BottomLeft,
}

/// What is known of an item beside what it says.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Meta {
    /// Of pictures that are charts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tabular_chart: Option<TabularChart>,
}

/// What a chart plots.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TabularChart {
    #[serde(default)]
    pub chart_data: TableData,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TableData {
    #[serde(default)]
    pub num_cols: u32,
    #[serde(default)]
    pub num_rows: u32,
    #[serde(default)]
    pub table_cells: Vec<TableCell>,
}

/// A cell, at half-open ranges of rows and columns. What docling-core fills in is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCell {
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub col_span: u32,
    #[serde(default, skip_serializing_if = "is_false")]
    pub column_header: bool,
    #[serde(default)]
    pub end_col_offset_idx: u32,
    #[serde(default)]
    pub end_row_offset_idx: u32,
    #[serde(default, skip_serializing_if = "is_false")]
    pub row_header: bool,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub row_span: u32,
    #[serde(default)]
    pub start_col_offset_idx: u32,
    #[serde(default)]
    pub start_row_offset_idx: u32,
    #[serde(default)]
    pub text: String,
}

impl TableCell {
    /// A cell of one row and one column.
    pub const fn at(row: u32, column: u32, text: String) -> Self {
        Self {
            col_span: 1,
            column_header: false,
            end_col_offset_idx: column + 1,
            end_row_offset_idx: row + 1,
            row_header: false,
            row_span: 1,
            start_col_offset_idx: column,
            start_row_offset_idx: row,
            text,
        }
    }
}

impl Default for TableCell {
    fn default() -> Self {
        Self::at(0, 0, String::new())
    }
}

const fn one() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
const fn is_one(n: &u32) -> bool {
    *n == 1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    pub page_no: u32,
    #[serde(default)]
    pub size: Size,
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Size {
    pub height: f32,
    pub width: f32,
}
