//! What is drawn: pictures, charts, diagrams and boxes of text.

use gloss_ingest::IngestError;

use crate::office::drawing::{Chart, diagram};

use super::line::Float;
use super::writer::Writer;

impl Writer<'_, '_> {
    /// Writes what is anchored in a paragraph, in its list or apart from it.
    pub(super) fn floats(
        &mut self,
        floats: Vec<Float<'_>>,
        is_apart: bool,
    ) -> Result<(), IngestError> {
        for float in floats {
            if is_apart {
                self.interrupt();
            }
            match float {
                Float::Picture { .. } => {
                    self.builder.picture(None);
                }
                Float::Chart(id) => {
                    let chart = self.chart(&id)?;
                    self.draw(chart);
                }
                Float::Box(inside) => self.blocks(inside)?,
                Float::Drawn(text) => self.write("text", text.trim().to_owned()),
                Float::Diagram(id) => {
                    let texts = self.diagram(&id)?;
                    texts.into_iter().for_each(|text| self.write("text", text));
                }
            }
        }
        Ok(())
    }

    /// Writes a chart, which is a picture if it plots nothing that is known.
    fn draw(&mut self, chart: Option<Chart>) {
        match chart {
            Some(chart) => self.builder.chart(chart.title, chart.data, None),
            None => {
                self.builder.picture(None);
            }
        }
    }

    /// Charts that stood in cells, which hold text only.
    pub(super) fn draw_charts(&mut self) {
        for chart in std::mem::take(&mut self.charts) {
            self.draw(chart);
        }
    }

    pub(super) fn chart(&mut self, id: &str) -> Result<Option<Chart>, IngestError> {
        let Some(name) = self.drawing(id) else { return Ok(None) };
        self.package.part(&name)?.map_or(Ok(None), |part| Chart::read(&part))
    }

    /// The part of a drawing, unless it was read before.
    fn drawing(&mut self, id: &str) -> Option<String> {
        self.related.get(id).filter(|name| self.package.is_first(name)).cloned()
    }

    /// What the shapes of a diagram say.
    pub(super) fn diagram(&mut self, id: &str) -> Result<Vec<String>, IngestError> {
        let Some(name) = self.drawing(id) else { return Ok(Vec::new()) };
        let outline = self.package.part(&name)?.map_or(Ok(Vec::new()), |part| diagram(&part))?;
        Ok(outline.into_iter().map(|(_, text)| text).collect())
    }
}
