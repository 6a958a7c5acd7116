//! Lists, tables, figures and page furniture, as they begin and end.

use gloss_ingest::docling::{ContentLayer, Marker};
use gloss_ingest::{IngestError, Limits};

use super::flow::Flow;
use super::grid::Grid;
use super::page::{Collector, Kind, Page, checkbox};
use super::roles::Numbering;

/// A figure: the first picture in it is the one that is meant.
#[derive(Debug, Default)]
pub(super) struct Figure {
    picture: Option<usize>,
    instead: Option<String>,
    caption: Option<String>,
}

/// What holds the items that come.
#[derive(Debug)]
pub(super) enum Holder {
    List { numbering: Numbering, next: i64 },
    Item(Marker),
    Region,
}

impl Page {
    pub(super) fn begin_list(&mut self, numbering: Numbering, start: i64) {
        self.end_text();
        let name = match numbering {
            Numbering::Bullets => "list",
            Numbering::Numbers => "ordered list",
            Numbering::Terms => "description list",
        };
        self.builder.open_group("list", name, ContentLayer::Body);
        self.holders.push(Holder::List { numbering, next: start });
    }

    pub(super) fn end_list(&mut self) {
        self.end_text();
        self.builder.close_group();
        self.holders.pop();
    }

    pub(super) fn is_in_list(&self) -> bool {
        matches!(self.holders.last(), Some(Holder::List { .. }))
    }

    pub(super) fn begin_item(&mut self, value: Option<i64>) {
        self.collect(Kind::Item);
        let mut marker = Marker { text: String::new(), enumerated: false };
        if let Some(Holder::List { numbering: Numbering::Numbers, next }) = self.holders.last_mut()
        {
            let number = value.unwrap_or(*next);
            *next = number.saturating_add(1);
            marker = Marker { text: format!("{number}."), enumerated: true };
        }
        self.builder.open_item();
        self.holders.push(Holder::Item(marker));
    }

    pub(super) fn end_item(&mut self) {
        let Collector { mut flow, is_chosen, .. } = self.collected();
        let Some(Holder::Item(marker)) = self.holders.pop() else { return };
        let label = is_chosen.map_or("list_item", checkbox);
        self.builder.close_item(label, marker, flow.take(), None);
    }

    /// What stands around every page of a site.
    pub(super) fn begin_region(&mut self, name: &str) {
        self.end_text();
        self.builder.open_group("section", name, ContentLayer::Furniture);
        self.holders.push(Holder::Region);
        self.regions += 1;
    }

    pub(super) fn end_region(&mut self) {
        self.end_text();
        self.builder.close_group();
        self.holders.pop();
        self.regions -= 1;
    }

    pub(super) fn begin_table(&mut self) {
        self.end_text();
        self.tables.push(Grid::default());
    }

    pub(super) fn table(&mut self) -> Option<&mut Grid> {
        self.tables.last_mut()
    }

    pub(super) fn end_cell(&mut self) -> String {
        self.collected().flow.take()
    }

    pub(super) fn end_table(&mut self, limits: &Limits) -> Result<(), IngestError> {
        let Some(mut grid) = self.tables.pop() else { return Ok(()) };
        self.release_captions();
        let caption = grid.caption.take();
        match (grid.finish(limits)?, caption) {
            (Some((rows, columns, cells)), caption) => {
                self.builder.captioned_table(caption, rows, columns, cells, None);
            }
            (None, Some(caption)) => self.builder.text("caption", caption, None),
            (None, None) => {}
        }
        Ok(())
    }

    pub(super) fn end_table_caption(&mut self) {
        let Collector { mut flow, pictures, .. } = self.collected();
        let text = flow.take();
        if !text.is_empty() {
            match self.tables.last_mut() {
                Some(grid) if grid.caption.is_none() => grid.caption = Some(text),
                _ => self.emit("caption", text),
            }
        }
        self.place_pictures(pictures);
    }

    pub(super) fn begin_figure(&mut self) {
        self.end_text();
        self.figures.push(Figure::default());
    }

    pub(super) fn end_figure_caption(&mut self) {
        let Collector { mut flow, pictures, .. } = self.collected();
        let text = flow.take();
        self.place_pictures(pictures);
        match self.figures.last_mut() {
            _ if text.is_empty() => {}
            Some(figure) if figure.caption.is_none() => figure.caption = Some(text),
            _ => self.emit("caption", text),
        }
    }

    pub(super) fn end_figure(&mut self) {
        self.end_text();
        let Some(Figure { picture, instead, caption }) = self.figures.pop() else { return };
        match (picture, caption.or(instead)) {
            (Some(picture), Some(caption)) => self.builder.picture_caption(picture, caption),
            (None, Some(caption)) => self.emit("caption", caption),
            (_, None) => {}
        }
    }

    /// A picture, and the text that may stand instead of it. By HTML's rules an empty one says that
    /// the picture only decorates.
    pub(super) fn picture(&mut self, instead: Option<&str>) {
        let instead = instead.map(|text| {
            let mut flow = Flow::default();
            flow.push(text, false);
            flow.take()
        });
        let decorates = instead.as_ref().is_some_and(String::is_empty);
        match self.kind() {
            Kind::Cell => {
                let flow = self.flow();
                flow.space();
                flow.push(instead.as_deref().unwrap_or_default(), false);
                flow.space();
            }
            _ if decorates && self.figures.is_empty() => {}
            Kind::Item => self.place_picture(instead),
            _ => self.current_mut().pictures.push(instead),
        }
    }

    /// Captions that no picture followed.
    pub(super) fn release_captions(&mut self) {
        for figure in &mut self.figures {
            if figure.picture.is_none()
                && let Some(caption) = figure.caption.take()
            {
                self.builder.text("caption", caption, None);
            }
        }
    }

    pub(super) fn place_pictures(&mut self, pictures: Vec<Option<String>>) {
        for instead in pictures {
            self.place_picture(instead);
        }
    }

    fn place_picture(&mut self, instead: Option<String>) {
        let picture = self.builder.picture(None);
        let instead = instead.filter(|text| !text.is_empty());
        match self.figures.last_mut() {
            Some(figure) if figure.picture.is_none() => {
                figure.picture = Some(picture);
                figure.instead = instead;
            }
            _ => {
                if let Some(text) = instead {
                    self.builder.picture_caption(picture, text);
                }
            }
        }
    }
}
