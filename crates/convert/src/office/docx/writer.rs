//! From the paragraphs of a story to blocks: the body is one, and each header, each cell.

use std::collections::HashMap;

use gloss_ingest::IngestError;
use gloss_ingest::docling::{DocumentBuilder, Marker};

use crate::office::drawing::Chart;
use crate::office::package::{Package, Relationships};
use crate::office::tree::Element;

use super::furniture::Section;
use super::is_no_text;
use super::line::{Float, Line};
use super::lists::Lists;
use super::numbering::{Number, Numbering};
use super::paragraph::Paragraph;
use super::styles::{Role, Styles};

pub(super) struct Writer<'w, 'p> {
    pub(super) package: &'w mut Package<'p>,
    pub(super) styles: &'w Styles,
    numbering: Numbering,
    pub(super) builder: DocumentBuilder,
    /// The parts that the part being read names, by the ids of their relationships.
    pub(super) related: HashMap<String, String>,
    /// Charts in the cells of a table that is being read.
    pub(super) charts: Vec<Option<Chart>>,
    lists: Lists,
    /// The begin of a paragraph that goes on in the next.
    pub(super) begun: String,
    /// Lines of code so far, and how many empty ones follow.
    code: Option<(String, usize)>,
    pub(super) sections: Vec<Section>,
}

/// Boxes as content controls show them.
const BOXES: [char; 3] = ['☐', '☒', '☑'];

impl<'w, 'p> Writer<'w, 'p> {
    pub(super) fn new(
        package: &'w mut Package<'p>,
        styles: &'w Styles,
        numbering: Numbering,
    ) -> Self {
        Self {
            package,
            styles,
            numbering,
            builder: DocumentBuilder::new(),
            related: HashMap::new(),
            charts: Vec::new(),
            lists: Lists::default(),
            begun: String::new(),
            code: None,
            sections: Vec::new(),
        }
    }

    /// Goes on with another part.
    pub(super) fn enter(&mut self, relationships: &Relationships) {
        let drawn = ["chart", "chartEx", "diagramData"].into_iter();
        let drawn = drawn.flat_map(|kind| relationships.of_kind(kind));
        self.related = drawn.map(|one| (one.id.clone(), one.target.clone())).collect();
    }

    /// Writes what stands in an element, such as the body.
    pub(super) fn blocks(&mut self, parent: Element<'_>) -> Result<(), IngestError> {
        for child in parent.children() {
            match child.name() {
                "p" => self.paragraph(child)?,
                "tbl" => self.table(child)?,
                "sectPr" => self.sections.push(Section::read(child)),
                "r" | "hyperlink" | "fldSimple" | "oMath" | "oMathPara" => self.paragraph(child)?,
                _ if is_no_text(child) => {}
                _ => self.blocks(child)?,
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, element: Element<'_>) -> Result<(), IngestError> {
        if let Some(section) = element.at(&["pPr", "sectPr"]) {
            self.sections.push(Section::read(section));
        }
        let paragraph = Paragraph::read(element, self.styles);
        let mut line = Line::read(element, paragraph.style, self.styles);
        let number = self.count(&paragraph, &line);
        let mut floats = std::mem::take(&mut line.floats);
        if paragraph.is_begun {
            self.floats(floats, true)?;
            self.begun.push_str(&line.text);
            return Ok(());
        }
        self.go_on(&mut line);
        // What is drawn in an item of a list stands in the list.
        if number.is_none() {
            let is_first = |float: &Float<'_>| matches!(float, Float::Picture { is_first: true });
            let (first, others) = floats.into_iter().partition(is_first);
            floats = others;
            self.floats(first, true)?;
        }
        let is_item = self.text(paragraph, &line, number);
        self.floats(floats, !is_item)
    }

    /// Counts a paragraph that is in a list.
    pub(super) fn count(&mut self, paragraph: &Paragraph, line: &Line<'_>) -> Option<Number> {
        let (num, level) = paragraph.num?;
        let is_nothing = paragraph.is_hidden && line.text.trim().is_empty();
        if paragraph.is_begun || is_nothing {
            return None;
        }
        Some(self.numbering.next(num, level).unwrap_or_default())
    }

    /// Puts in front of a line what it goes on from.
    pub(super) fn go_on(&mut self, line: &mut Line<'_>) {
        line.text.insert_str(0, &std::mem::take(&mut self.begun));
    }

    /// Writes the text of a paragraph; answers whether it is an item of a list.
    fn text(&mut self, paragraph: Paragraph, line: &Line<'_>, number: Option<Number>) -> bool {
        let text = line.text.trim();
        if paragraph.role == Role::Code {
            self.lists.close(&mut self.builder);
            self.code_line(line.text.trim_end());
            return false;
        }
        if text.is_empty() {
            // An empty line ends no list.
            self.end_code();
            return false;
        }
        let numbered = |number: Option<Number>| match number {
            Some(number) if !number.bare.is_empty() => format!("{} {text}", number.bare),
            _ => text.to_owned(),
        };
        match (paragraph.role, number) {
            (Role::Title, _) => self.write("title", text.to_owned()),
            (Role::Heading(level), number) => {
                self.interrupt();
                self.builder.heading(level, numbered(number), None);
            }
            (Role::Caption, number) => self.write("caption", numbered(number)),
            (_, Some(number)) => {
                let Some(place) = paragraph.place(&number) else { return false };
                self.end_code();
                let marker = Marker { enumerated: !number.text.is_empty(), text: number.text };
                self.lists.item(&mut self.builder, place, marker, text.to_owned());
                return true;
            }
            (_, None) => match line.boxes.as_slice() {
                _ if line.is_formula() => {
                    text.lines().for_each(|line| self.write("formula", line.trim().to_owned()));
                }
                // Several boxes stay where they are, each with its own sign.
                [is_ticked] if !text.replace(BOXES, "").trim().is_empty() => {
                    let label =
                        if *is_ticked { "checkbox_selected" } else { "checkbox_unselected" };
                    self.write(label, text.replace(BOXES, "").trim().to_owned());
                }
                _ => self.write("text", text.to_owned()),
            },
        }
        false
    }

    pub(super) fn write(&mut self, label: &str, text: String) {
        self.interrupt();
        self.builder.text(label, text, None);
    }

    /// Paragraphs of code that follow each other are one block.
    fn code_line(&mut self, text: &str) {
        match &mut self.code {
            Some((_, empty)) if text.is_empty() => *empty += 1,
            Some((code, empty)) => {
                code.extend(std::iter::repeat_n('\n', *empty + 1));
                code.push_str(text);
                *empty = 0;
            }
            None if text.is_empty() => {}
            None => self.code = Some((text.to_owned(), 0)),
        }
    }

    fn end_code(&mut self) {
        if let Some((code, _)) = self.code.take() {
            self.builder.text("code", code, None);
        }
    }

    /// Ends what goes on from paragraph to paragraph.
    pub(super) fn interrupt(&mut self) {
        self.lists.close(&mut self.builder);
        self.end_code();
        let begun = std::mem::take(&mut self.begun);
        if !begun.trim().is_empty() {
            self.builder.text("text", begun.trim().to_owned(), None);
        }
    }
}
