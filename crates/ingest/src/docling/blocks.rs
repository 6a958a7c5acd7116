//! The blocks of a DoclingDocument, in reading order.
//!
//! Depth-first over the body, then over the furniture. Groups are transparent but for inline ones,
//! which are one text in several styles. Each item is read once, whatever points at it; a stack
//! of our own bears any depth.

use std::collections::HashSet;

use gloss_core_model::{Block, BlockType, Locator};

use super::document::{ContentLayer, DoclingDocument, Item, Ref, TableCell, TableData};

/// What a document says, apart from its identity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// The first title that belongs to the body.
    pub title: Option<String>,
    pub blocks: Vec<Block>,
}

/// Reads the blocks of any converter's document.
pub fn read(document: &DoclingDocument) -> Reading {
    let mut reader = Reader {
        document,
        seen: HashSet::new(),
        reading: Reading::default(),
        grid_cells_left: GRID_CELLS_MAX,
    };
    for root in [&document.body, &document.furniture] {
        reader.walk(root);
    }
    reader.reading
}

struct Reader<'a> {
    document: &'a DoclingDocument,
    seen: HashSet<&'a str>,
    reading: Reading,
    grid_cells_left: usize,
}

/// What is left to visit: an item, and the block type of the page furniture it stands in.
type Visit<'a> = (&'a str, Option<BlockType>);

impl<'a> Reader<'a> {
    fn walk(&mut self, root: &'a Item) {
        let mut stack: Vec<Visit<'a>> = Vec::new();
        push(&mut stack, &root.children, None);
        while let Some((pointer, furniture)) = stack.pop() {
            let Some(item) = find(self.document, pointer) else { continue };
            if !self.seen.insert(pointer) {
                continue;
            }
            let furniture = furniture.or_else(|| page_furniture(item));
            if pointer.starts_with("#/groups/") {
                self.group(pointer, item, furniture, &mut stack);
            } else {
                self.item(pointer, item, furniture, &mut stack);
            }
        }
    }

    fn group(
        &mut self,
        pointer: &str,
        group: &'a Item,
        furniture: Option<BlockType>,
        stack: &mut Vec<Visit<'a>>,
    ) {
        push(stack, &group.children, furniture);
        if group.label == "inline" {
            let text = self.inline(group);
            let block_type = furniture.unwrap_or(BlockType::Paragraph);
            self.add(pointer, group, block_type, text);
        }
    }

    fn item(
        &mut self,
        pointer: &'a str,
        item: &'a Item,
        furniture: Option<BlockType>,
        stack: &mut Vec<Visit<'a>>,
    ) {
        let block_type = furniture.unwrap_or_else(|| block_type(item));
        // By what it is: in page furniture a table has another type, and the same rows.
        let content = match (self::block_type(item), &item.data) {
            (_, Some(data)) => self.rows(data),
            (BlockType::Figure, None) => self.figure(item),
            _ => self.text(item),
        };
        // What stands in the cells of a table is in its rows already.
        let inside = if item.data.is_some() { &item.captions } else { &item.children };
        push(stack, inside, furniture);
        if item.label == "title" && furniture.is_none() && self.reading.title.is_none() {
            self.reading.title = Some(one_line(&content)).filter(|title| !title.is_empty());
        }
        self.add(pointer, item, block_type, content);
    }

    /// An item's own text; of one without any, that of the inline group that stands for it.
    fn text(&mut self, item: &'a Item) -> String {
        let own = item.text.as_deref().filter(|text| !text.trim().is_empty());
        if let Some(text) = own.or(item.orig.as_deref()).filter(|text| !text.trim().is_empty()) {
            return ticked(item, text);
        }
        let Some(first) = item.children.first() else { return String::new() };
        match find(self.document, &first.to).filter(|group| group.label == "inline") {
            Some(group) if self.seen.insert(&first.to) => self.inline(group),
            _ => String::new(),
        }
    }

    /// The texts of an inline group as one, and no blocks of their own.
    fn inline(&mut self, group: &'a Item) -> String {
        let mut joined = String::new();
        for child in &group.children {
            let Some(item) = find(self.document, &child.to) else { continue };
            let Some(text) = item.text.as_deref().filter(|_| child.to.starts_with("#/texts/"))
            else {
                continue;
            };
            if self.seen.insert(&child.to) {
                join(&mut joined, text.trim());
            }
        }
        joined
    }

    fn rows(&mut self, data: &TableData) -> String {
        let size = (data.num_rows, data.num_cols);
        if !has_grid(size, &mut self.grid_cells_left) {
            return words(data.table_cells.iter().map(|cell| cell.text.as_str()));
        }
        let place = |cell: &TableCell| (cell.start_row_offset_idx, cell.start_col_offset_idx);
        let mut cells: Vec<_> = data.table_cells.iter().collect();
        cells.sort_by_key(|cell| place(cell));
        cells.dedup_by_key(|cell| place(cell));
        rows(size, cells.into_iter().map(|cell| (place(cell), cell.text.as_str())))
    }

    /// What a picture shows: its caption, and what it plots.
    fn figure(&mut self, item: &Item) -> String {
        let captions = self.captions(item);
        let Some(chart) = item.meta.as_ref().and_then(|meta| meta.tabular_chart.as_ref()) else {
            return captions;
        };
        let rows = self.rows(&chart.chart_data);
        match (captions.is_empty(), rows.trim().is_empty()) {
            (_, true) => captions,
            (true, false) => rows,
            (false, false) => format!("{captions}\n{rows}"),
        }
    }

    fn captions(&self, item: &Item) -> String {
        let texts = item.captions.iter().filter_map(|caption| find(self.document, &caption.to));
        texts.filter_map(|caption| caption.text.as_deref()).collect::<Vec<_>>().join(" ")
    }

    fn add(&mut self, pointer: &str, item: &Item, block_type: BlockType, content: String) {
        let content = without_nul(content);
        if content.trim().is_empty() && block_type != BlockType::Figure {
            return;
        }
        let index = u32::try_from(self.reading.blocks.len()).unwrap_or(u32::MAX);
        let locator = Locator::DoclingJsonPointer {
            pointer: pointer.to_owned(),
            page_no: item.prov.first().map(|prov| prov.page_no),
        };
        self.reading.blocks.push(Block { index, block_type, locator, content });
    }
}

/// Databases refuse NUL in text.
pub(super) fn without_nul(mut text: String) -> String {
    if text.contains('\0') {
        text.retain(|letter| letter != '\0');
    }
    text
}

/// Whether a box is ticked is half of what it says.
fn ticked(item: &Item, text: &str) -> String {
    match item.label.as_str() {
        "checkbox_selected" => format!("☒ {text}"),
        "checkbox_unselected" => format!("☐ {text}"),
        _ => text.to_owned(),
    }
}

fn push<'a>(stack: &mut Vec<Visit<'a>>, children: &'a [Ref], furniture: Option<BlockType>) {
    stack.extend(children.iter().rev().map(|child| (child.to.as_str(), furniture)));
}

/// The item that a pointer such as `#/texts/5` names.
fn find<'a>(document: &'a DoclingDocument, pointer: &str) -> Option<&'a Item> {
    let (kind, index) = pointer.strip_prefix("#/")?.split_once('/')?;
    let items = match kind {
        "texts" => &document.texts,
        "groups" => &document.groups,
        "tables" => &document.tables,
        "pictures" => &document.pictures,
        "key_value_items" => &document.key_value_items,
        "form_items" => &document.form_items,
        _ => return None,
    };
    items.get(index.parse::<usize>().ok()?)
}

/// The type of what repeats on every page, told by where it stands.
///
/// Whatever stands before the first heading of a web page is `furniture` too: menus are, but a
/// paragraph there keeps its own type.
fn page_furniture(item: &Item) -> Option<BlockType> {
    if item.content_layer != ContentLayer::Furniture {
        return None;
    }
    match (item.label.as_str(), item.name.as_deref()) {
        ("page_footer", _) | (_, Some("page footer" | "footer")) => Some(BlockType::PageFooter),
        ("page_header" | "title" | "list" | "list_item", _) | (_, Some("page header")) => {
            Some(BlockType::PageHeader)
        }
        _ => None,
    }
}

fn block_type(item: &Item) -> BlockType {
    match item.label.to_ascii_lowercase().as_str() {
        "title" | "section_header" => BlockType::Heading,
        "paragraph" | "text" | "inline" => BlockType::Paragraph,
        "list_item" => BlockType::ListItem,
        "code" => BlockType::CodeBlock,
        "table" | "document_index" => BlockType::Table,
        "picture" | "chart" => BlockType::Figure,
        "caption" => BlockType::Caption,
        "footnote" => BlockType::Footnote,
        "page_header" => BlockType::PageHeader,
        "page_footer" => BlockType::PageFooter,
        "checkbox_selected" | "checkbox_unselected" => BlockType::Checkbox,
        "form" => BlockType::FormRegion,
        "key_value_region" => BlockType::KeyValueRegion,
        _ => BlockType::Other,
    }
}

/// Places in all grids of a document, empty ones too. A table for which none are left is read as
/// plain text: sizes in a file may lie.
pub(super) const GRID_CELLS_MAX: usize = 20_000_000;

/// Whether a table of so many rows and columns is read as such; takes its places off those that are
/// left.
pub(super) fn has_grid((num_rows, num_cols): (u32, u32), grid_cells_left: &mut usize) -> bool {
    let places = (num_rows as usize).saturating_mul(num_cols as usize);
    let has_grid = (1..=*grid_cells_left).contains(&places);
    if has_grid {
        *grid_cells_left -= places;
    }
    has_grid
}

/// What a table says that has no grid.
pub(super) fn words<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    texts.map(one_line).collect::<Vec<_>>().join(" ")
}

/// Rows as lines, cells between ` | `, spans not repeated. A cell is one line, or rows could not be
/// told apart. Cells are given with their rows and columns, in this order, each once.
pub(super) fn rows<'t>(
    (num_rows, num_cols): (u32, u32),
    cells: impl Iterator<Item = ((u32, u32), &'t str)>,
) -> String {
    let mut cells = cells.peekable();
    let mut lines = String::new();
    for row in 0..num_rows {
        if row > 0 {
            lines.push('\n');
        }
        let mut separators = 0;
        while let Some(((_, column), text)) = cells.next_if(|((at, _), _)| *at == row) {
            if column < num_cols {
                separate(&mut lines, column - separators);
                push_line(&mut lines, text);
                separators = column;
            }
        }
        separate(&mut lines, num_cols - 1 - separators);
    }
    lines
}

fn separate(lines: &mut String, times: u32) {
    lines.extend(std::iter::repeat_n(" | ", times as usize));
}

fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    push_line(&mut line, text);
    line
}

/// Appends the words of a text with one space between them.
fn push_line(line: &mut String, text: &str) {
    if is_plain_line(text) {
        line.push_str(text);
        return;
    }
    let mut words = text.split_whitespace();
    line.extend(words.next());
    for word in words {
        line.push(' ');
        line.push_str(word);
    }
}

/// Whether a text is such a line already, looking at bytes alone. Most cells are.
fn is_plain_line(text: &str) -> bool {
    let (mut before, mut is_plain) = (b' ', true);
    // Most are so short that to stop early would take longer.
    for byte in text.bytes() {
        is_plain &= matches!(byte, b' '..=b'~') & !((byte == b' ') & (before == b' '));
        before = byte;
    }
    is_plain && (before != b' ' || text.is_empty())
}

/// Appends a piece of a sentence. docling cuts the white space between pieces off, so it is put
/// back, but not before what closes a phrase and not after what opens one.
fn join(joined: &mut String, piece: &str) {
    let opens = joined.ends_with(['(', '[', '{', '“', '‘', '«', '/', '\u{2011}']);
    let closes =
        piece.starts_with([',', '.', ';', ':', '!', '?', ')', ']', '}', '”', '’', '»', '/']);
    if !(joined.is_empty() || piece.is_empty() || opens || closes) {
        joined.push(' ');
    }
    joined.push_str(piece);
}
