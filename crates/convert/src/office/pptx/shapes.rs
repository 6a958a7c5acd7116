//! The shapes of a slide: text, tables, pictures, charts and diagrams.

use std::borrow::Cow;
use std::collections::HashMap;

use gloss_ingest::IngestError;
use gloss_ingest::docling::{BoundingBox, DocumentBuilder, Provenance};

use super::deck::Deck;
use super::geometry::{Rect, Transform, in_reading_order, is_on};
use super::lists::Lists;
use super::markers::{Levels, Marker, level};
use super::placeholders::{Layout, Placeholder, Role, non_visual};
use super::slide::{INVISIBLE, at};
use super::table;
use crate::office::drawing::{Chart, diagram, paragraph};
use crate::office::package::{Package, Part};
use crate::office::tree::Element;

/// What shapes are read with.
pub(super) struct Shapes<'s, 'p> {
    pub(super) package: &'s mut Package<'p>,
    pub(super) deck: &'s mut Deck,
    pub(super) builder: &'s mut DocumentBuilder,
    pub(super) layout: &'s Layout,
    /// Parts with charts and diagrams, by the ids of their relationships.
    pub(super) drawn: &'s HashMap<&'s str, &'s str>,
    pub(super) page_no: u32,
}

impl Shapes<'_, '_> {
    /// Reads what a slide or a group holds.
    ///
    /// # Errors
    /// A table of more cells than the limits bear; a part that is broken.
    pub(super) fn read(
        &mut self,
        holder: Element<'_>,
        transform: Transform,
    ) -> Result<(), IngestError> {
        let shapes = holder.children().filter(|shape| {
            matches!(shape.name(), "sp" | "grpSp" | "pic" | "graphicFrame" | "contentPart")
        });
        let layout = self.layout;
        let shapes = shapes.map(|shape| {
            let inherited = || layout.rect(Placeholder::of(shape)?);
            (shape, Rect::of(shape).or_else(inherited))
        });
        for (shape, rect) in in_reading_order(shapes) {
            let is_hidden = property(shape, "hidden").is_some_and(|hidden| is_on(&hidden));
            if is_hidden {
                self.builder.open_group("unspecified", "hidden", INVISIBLE);
            }
            let place = rect.map_or_else(|| self.whole_slide(), |rect| transform.on_slide(rect));
            self.shape(shape, at(self.page_no, place), transform)?;
            if is_hidden {
                self.builder.close_group();
            }
        }
        Ok(())
    }

    fn whole_slide(&self) -> BoundingBox {
        let (r, b) = self.deck.slide_size;
        BoundingBox { r, b, ..BoundingBox::default() }
    }

    fn shape(
        &mut self,
        shape: Element<'_>,
        at: Provenance,
        transform: Transform,
    ) -> Result<(), IngestError> {
        match shape.name() {
            "grpSp" => self.read(shape, transform.inside(shape))?,
            // Handwriting is a part with strokes.
            "pic" | "contentPart" => self.picture(shape, at),
            "graphicFrame" => self.frame(shape, at)?,
            _ => {
                if let Some(body) = shape.child("txBody") {
                    self.text(body, Placeholder::of(shape), &at);
                }
            }
        }
        Ok(())
    }

    fn picture(&mut self, shape: Element<'_>, at: Provenance) {
        let picture = self.builder.picture(at);
        if let Some(text) = alternative_text(shape) {
            self.builder.picture_caption(picture, text);
        }
    }

    /// A frame around what is no plain shape.
    fn frame(&mut self, frame: Element<'_>, at: Provenance) -> Result<(), IngestError> {
        let data = frame.at(&["graphic", "graphicData"]);
        let Some(inside) = data.and_then(|data| data.children().next()) else { return Ok(()) };
        match inside.name() {
            "tbl" => {
                let limits = self.package.limits();
                if let Some((rows, columns, cells)) = table::read(inside, limits)? {
                    self.builder.table(rows, columns, cells, at);
                }
            }
            "chart" => self.chart(frame, inside, at)?,
            "relIds" => self.diagram(inside, &at)?,
            // What another program made is seen as a picture of it.
            _ => self.picture(frame, at),
        }
        Ok(())
    }

    fn chart(
        &mut self,
        frame: Element<'_>,
        chart: Element<'_>,
        at: Provenance,
    ) -> Result<(), IngestError> {
        let part = self.drawn_part(chart, "id")?;
        let chart = part.map(|part| Chart::read(&part)).transpose()?.flatten();
        match chart {
            Some(chart) if chart.data.num_rows > 0 => {
                self.builder.chart(chart.title, chart.data, at);
            }
            Some(Chart { title: Some(title), .. }) => {
                let picture = self.builder.picture(at);
                self.builder.picture_caption(picture, title);
            }
            _ => self.picture(frame, at),
        }
        Ok(())
    }

    fn diagram(&mut self, ids: Element<'_>, at: &Provenance) -> Result<(), IngestError> {
        let Some(part) = self.drawn_part(ids, "dm")? else { return Ok(()) };
        let mut lists = Lists::default();
        for (level, text) in diagram(&part)? {
            lists.item(self.builder, (level, Marker::Bullet), text, at.clone());
        }
        lists.close(self.builder);
        Ok(())
    }

    /// The part that an element names, if this is the first to do so.
    fn drawn_part(&mut self, element: Element<'_>, id: &str) -> Result<Option<Part>, IngestError> {
        let id = element.relation(id).unwrap_or_default();
        match self.drawn.get(id.as_ref()) {
            Some(name) if self.package.is_first(name) => self.package.part(name),
            _ => Ok(None),
        }
    }

    fn text(&mut self, body: Element<'_>, placeholder: Option<Placeholder>, at: &Provenance) {
        let own = Levels::read(body.child("lstStyle"));
        let mut lists = Lists::default();
        for inside in body.children().filter(|inside| inside.is("p")) {
            let text = paragraph(inside).trim().to_owned();
            if text.is_empty() {
                continue;
            }
            let label = match placeholder.map(|placeholder| placeholder.role) {
                Some(Role::Date | Role::Footer | Role::SlideNumber) => {
                    self.builder.page_furniture("page_footer", text, at.clone());
                    continue;
                }
                Some(Role::Title) => "title",
                _ => "paragraph",
            };
            let properties = inside.child("pPr");
            let level = level(properties);
            let inherited = || self.layout.marker(placeholder?, level);
            let marker = properties.and_then(Marker::of).or_else(|| own.at(level));
            match marker.or_else(inherited) {
                Some(Marker::Nothing) => {}
                None if level == 0 => {}
                // What is indented and says nothing of bullets is a list all the same.
                marker => {
                    let marker = marker.unwrap_or(Marker::Bullet);
                    lists.item(self.builder, (level, marker), text, at.clone());
                    continue;
                }
            }
            lists.interrupt(self.builder, level);
            self.builder.text(label, text, at.clone());
        }
        lists.close(self.builder);
    }
}

/// What a shape says of itself, such as `descr`.
fn property<'t>(shape: Element<'t>, name: &str) -> Option<Cow<'t, str>> {
    non_visual(shape)?.child("cNvPr")?.attribute(name)
}

/// What the author says that a picture shows. The name of a file, which programs put there, says
/// nothing.
fn alternative_text(shape: Element<'_>) -> Option<String> {
    const IMAGES: [&str; 9] =
        [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf"];
    let text = property(shape, "descr")?.trim().to_owned();
    let end = text.to_ascii_lowercase();
    let is_file = IMAGES.into_iter().any(|image| end.ends_with(image));
    (!text.is_empty() && !is_file).then_some(text)
}
