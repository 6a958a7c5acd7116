//! Excel workbooks: the tables of their sheets, what is drawn over them, and comments.
//!
//! A page is a sheet. What stands together on it is a table; places are counted in cells.

mod amounts;
mod area;
mod comments;
mod date_formats;
mod drawings;
mod formats;
mod groups;
mod overlaps;
mod regions;
mod sheet;
mod strings;
mod tables;
#[cfg(test)]
mod tests;
mod workbook;

use gloss_ingest::docling::{BesideLayer, ContentLayer, DoclingDocument, DocumentBuilder};
use gloss_ingest::{IngestError, Limits};

use super::check::beyond;
use super::package::Package;
use area::Area;
use comments::Comments;
use drawings::{Drawn, What};
use sheet::Sheet;
use tables::{Label, Table};
use workbook::{Kind, SheetEntry, Workbook};

/// # Errors
/// A part that is missing or makes no sense; more than the limits bear.
pub(super) fn read(package: &mut Package<'_>) -> Result<DoclingDocument, IngestError> {
    let workbook = Workbook::read(package)?;
    let mut reader = Reader {
        limits: package.limits(),
        builder: DocumentBuilder::new(),
        comments: Vec::new(),
        text_bytes: 0,
        tables: 0,
    };
    for (page_no, entry) in (1..).zip(&workbook.sheets) {
        reader.sheet(page_no, entry, &workbook, package)?;
    }
    Ok(reader.finish())
}

struct Reader<'a> {
    limits: &'a Limits,
    builder: DocumentBuilder,
    /// The names of sheets, and what was said about their cells.
    comments: Vec<(String, Comments)>,
    /// Of all cells: many may name one string.
    text_bytes: u64,
    tables: usize,
}

/// What a sheet says somewhere.
enum Item {
    Table(Table),
    Drawn(What),
}

impl Reader<'_> {
    fn sheet(
        &mut self,
        page_no: u32,
        entry: &SheetEntry,
        workbook: &Workbook,
        package: &mut Package<'_>,
    ) -> Result<(), IngestError> {
        let mut items = Vec::new();
        if let Some((kind, name)) = &entry.part
            && package.is_first(name)
        {
            if *kind == Kind::Cells {
                let sheet = sheet::read(&package.required(name)?, &workbook.shared)?;
                self.tables(sheet, &mut items)?;
            }
            self.beside(entry, name, workbook, package, &mut items)?;
        }
        let whole = items.iter().fold(Area::default(), |whole, (area, _)| whole.and(*area));
        self.builder.page(page_no, whole.right as f32, whole.bottom as f32);
        let layer = if entry.is_hidden {
            ContentLayer::Beside(BesideLayer::Invisible)
        } else {
            ContentLayer::Body
        };
        self.builder.open_group("sheet", &entry.name, layer);
        for (area, item) in items {
            self.place(item, area, page_no);
        }
        self.builder.close_group();
        Ok(())
    }

    fn tables(
        &mut self,
        sheet: Sheet<'_>,
        items: &mut Vec<(Area, Item)>,
    ) -> Result<(), IngestError> {
        let Limits { representation_bytes_max, cells_max, blocks_max, .. } = *self.limits;
        let bytes_max = representation_bytes_max as u64;
        self.text_bytes += sheet.cells.iter().map(|cell| cell.text.len() as u64).sum::<u64>();
        if self.text_bytes > bytes_max {
            return Err(beyond("its cells hold too many bytes".into(), bytes_max));
        }
        let merged: u64 = sheet.merged.iter().map(|area| u64::from(area.columns())).sum();
        if merged > cells_max {
            return Err(beyond(format!("it merges {merged} columns in a sheet"), cells_max));
        }
        let regions = regions::regions(sheet);
        self.tables += regions.len();
        if self.tables > blocks_max {
            return Err(IngestError::TooManyBlocks { blocks_max });
        }
        for region in regions {
            items.push((region.area, Item::Table(tables::table(region, self.limits)?)));
        }
        Ok(())
    }

    /// What stands over and beside the cells of a sheet, in parts of its own.
    fn beside(
        &mut self,
        entry: &SheetEntry,
        name: &str,
        workbook: &Workbook,
        package: &mut Package<'_>,
        items: &mut Vec<(Area, Item)>,
    ) -> Result<(), IngestError> {
        let relationships = package.relationships(name)?;
        let mut comments = Comments::default();
        let mut drawn = Vec::new();
        for drawing in relationships.of_kind("drawing") {
            if package.is_first(&drawing.target) {
                drawn.append(&mut drawings::read(&drawing.target, package)?);
            }
        }
        for notes in relationships.of_kind("comments") {
            if package.is_first(&notes.target) {
                comments.read_notes(&notes.target, package)?;
            }
        }
        for threads in relationships.of_kind("threadedComment") {
            if package.is_first(&threads.target) {
                comments.read_threads(&threads.target, &workbook.people, package)?;
            }
        }
        drawn.sort_by_key(|it| pass(&it.what));
        items.extend(drawn.into_iter().map(|Drawn { area, what }| (area, Item::Drawn(what))));
        items.sort_by_key(|(area, _)| area.top);
        self.comments.push((entry.name.clone(), comments));
        Ok(())
    }

    fn place(&mut self, item: Item, area: Area, page_no: u32) {
        let (builder, at) = (&mut self.builder, area.on(page_no));
        match item {
            Item::Table(Table { label, area, cells }) => {
                if let Some(Label { area, text }) = label {
                    builder.text("text", text, area.on(page_no));
                }
                builder.table(area.rows(), area.columns(), cells, area.on(page_no));
            }
            Item::Drawn(What::Text(text)) => builder.text("text", text, at),
            Item::Drawn(What::Picture) => {
                builder.picture(at);
            }
            Item::Drawn(What::Chart(chart)) => builder.chart(chart.title, chart.data, at),
        }
    }

    fn finish(self) -> DoclingDocument {
        let mut builder = self.builder;
        let notes = ContentLayer::Beside(BesideLayer::Notes);
        for (sheet, comments) in self.comments {
            for comment in comments.into_comments() {
                let name = format!("comment-{sheet}-{}", comment.cell);
                builder.open_group("comment_section", &name, notes);
                for said in comment.said() {
                    builder.text("text", said, None);
                }
                builder.close_group();
            }
        }
        builder.finish()
    }
}

/// Where several things begin in one row, tables come first, and pictures before charts.
fn pass(what: &What) -> u8 {
    match what {
        What::Text(_) => 0,
        What::Picture => 1,
        What::Chart(_) => 2,
    }
}
