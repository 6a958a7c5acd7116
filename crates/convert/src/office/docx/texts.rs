//! Text where nothing else can be: in the cells of a table, in notes.

use gloss_ingest::IngestError;

use crate::office::tree::Element;

use super::is_no_text;
use super::line::{Float, Line};
use super::paragraph::Paragraph;
use super::writer::Writer;

impl Writer<'_, '_> {
    /// The texts of all paragraphs in an element where nothing but text can be, such as a cell.
    pub(super) fn all_texts(&mut self, parent: Element<'_>) -> Result<Vec<String>, IngestError> {
        let mut texts = Vec::new();
        self.texts(parent, &mut texts)?;
        let begun = std::mem::take(&mut self.begun);
        texts.extend(Some(begun.trim().to_owned()).filter(|begun| !begun.is_empty()));
        Ok(texts)
    }

    pub(super) fn texts(
        &mut self,
        parent: Element<'_>,
        texts: &mut Vec<String>,
    ) -> Result<(), IngestError> {
        for child in parent.children() {
            match child.name() {
                "p" | "r" | "hyperlink" | "fldSimple" | "oMath" | "oMathPara" => {
                    self.texts_of(child, texts)?;
                }
                "tr" if child.at(&["trPr", "del"]).is_some() => {}
                _ if is_no_text(child) => {}
                _ => self.texts(child, texts)?,
            }
        }
        Ok(())
    }

    fn texts_of(
        &mut self,
        element: Element<'_>,
        texts: &mut Vec<String>,
    ) -> Result<(), IngestError> {
        let paragraph = Paragraph::read(element, self.styles);
        let mut line = Line::read(element, paragraph.style, self.styles);
        self.count(&paragraph, &line);
        if paragraph.is_begun {
            self.begun.push_str(&std::mem::take(&mut line.text));
        } else {
            self.go_on(&mut line);
        }
        let text = line.text.trim();
        if !text.is_empty() {
            texts.push(text.to_owned());
        }
        for float in line.floats {
            match float {
                Float::Picture { .. } => {}
                Float::Chart(id) => {
                    let chart = self.chart(&id)?;
                    self.charts.push(chart);
                }
                Float::Box(inside) => self.texts(inside, texts)?,
                Float::Drawn(text) => texts.push(text.trim().to_owned()),
                Float::Diagram(id) => texts.extend(self.diagram(&id)?),
            }
        }
        Ok(())
    }
}
