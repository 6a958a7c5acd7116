//! From the paragraphs of a story to blocks: the body is one, and each header, each cell.

use std::collections::{HashMap, HashSet};

use gloss_ingest::IngestError;
use gloss_ingest::docling::{DocumentBuilder, Marker};

use crate::office::drawing::Chart;
use crate::office::package::{Package, Relationships};
use crate::office::tree::Element;

use super::is_no_text;
use super::line::{Float, Line};
use super::lists::Lists;
use super::numbering::{Number, Numbering};
use super::paragraph::Paragraph;
use super::styles::{Role, Styles};

pub(super) struct Writer<'w, 'p> {
    pub(super) package: &'w mut Package<'p>,
    styles: &'w Styles,
    numbering: Numbering,
    pub(super) builder: DocumentBuilder,
    /// The parts that the part being read names, by the ids of their relationships.
    related: HashMap<String, String>,
    /// Charts and diagrams that were read. None is read twice, whoever shows it.
    drawn: HashSet<String>,
    /// Charts in the cells of a table that is being read.
    charts: Vec<Option<Chart>>,
    lists: Lists,
    /// Lines of code so far, and how many empty ones follow.
    code: Option<(String, usize)>,
    pub(super) sections: Vec<Section>,
}

/// Which headers and footers the pages of a section have.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) has_first: bool,
    /// Kind (`headerReference`), pages (`default`, `first`, `even`) and relationship.
    pub(super) references: Vec<(String, String, String)>,
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
            drawn: HashSet::new(),
            charts: Vec::new(),
            lists: Lists::default(),
            code: None,
            sections: Vec::new(),
        }
    }

    /// Goes on with another part.
    pub(super) fn enter(&mut self, relationships: &Relationships) {
        let drawn = ["chart", "diagramData"].into_iter();
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
        // What is drawn in an item of a list stands in the list.
        if number.is_none() {
            let is_first = |float: &Float<'_>| matches!(float, Float::Picture { is_first: true });
            let (first, others) = floats.into_iter().partition(is_first);
            floats = others;
            self.floats(first, true)?;
        }
        let is_item = self.text(paragraph, line, number);
        self.floats(floats, !is_item)
    }

    /// Counts a paragraph that is in a list.
    fn count(&mut self, paragraph: &Paragraph, line: &Line<'_>) -> Option<Number> {
        let (num, level) = paragraph.num?;
        if paragraph.is_gone && line.text.trim().is_empty() {
            return None;
        }
        Some(self.numbering.next(num, level).unwrap_or_default())
    }

    /// Writes the text of a paragraph; answers whether it is an item of a list.
    fn text(&mut self, paragraph: Paragraph, line: Line<'_>, number: Option<Number>) -> bool {
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
            (Role::Text | Role::Code, Some(number)) => {
                let Some(place) = paragraph.place(&number) else { return false };
                self.end_code();
                let marker = Marker { enumerated: !number.text.is_empty(), text: number.text };
                self.lists.item(&mut self.builder, place, marker, text.to_owned());
                return true;
            }
            (Role::Text | Role::Code, None) => match line.boxes.as_slice() {
                _ if line.is_formula() => self.write("formula", text.to_owned()),
                // Of several boxes each says which one is ticked.
                [is_ticked] => {
                    let label = if *is_ticked { "checkbox_selected" } else { "checkbox_unselected" };
                    self.write(label, text.replace(BOXES, "").trim().to_owned());
                }
                _ => self.write("text", text.to_owned()),
            },
        }
        false
    }

    fn write(&mut self, label: &str, text: String) {
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
    }

    fn floats(&mut self, floats: Vec<Float<'_>>, is_apart: bool) -> Result<(), IngestError> {
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
                    let mut texts = Vec::new();
                    self.diagram(&id, &mut texts)?;
                    texts.into_iter().for_each(|text| self.write("text", text));
                }
            }
        }
        Ok(())
    }

    /// Writes a chart, which is a picture if it plots nothing that is known.
    pub(super) fn draw(&mut self, chart: Option<Chart>) {
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

    fn chart(&mut self, id: &str) -> Result<Option<Chart>, IngestError> {
        let Some(name) = self.drawing(id) else { return Ok(None) };
        Ok(self.package.part(&name)?.as_ref().and_then(Chart::read))
    }

    /// The part of a drawing, unless it was read before.
    fn drawing(&mut self, id: &str) -> Option<String> {
        let name = self.related.get(id)?;
        self.drawn.insert(name.clone()).then(|| name.clone())
    }

    /// The texts of a diagram's shapes.
    fn diagram(&mut self, id: &str, texts: &mut Vec<String>) -> Result<(), IngestError> {
        let Some(name) = self.drawing(id) else { return Ok(()) };
        let Some(part) = self.package.part(&name)? else { return Ok(()) };
        let tree = part.tree()?;
        let points = tree.root().and_then(|root| root.child("ptLst"));
        for point in points.into_iter().flat_map(Element::children) {
            let kind = point.attribute("type");
            let is_shown = kind.is_none_or(|kind| matches!(&*kind, "node" | "asst" | "doc"));
            if let Some(text) = point.child("t").filter(|_| is_shown) {
                self.texts(text, texts)?;
            }
        }
        Ok(())
    }

    /// The texts of all paragraphs in an element where nothing but text can be, such as a cell.
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
        let line = Line::read(element, paragraph.style, self.styles);
        self.count(&paragraph, &line);
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
                Float::Diagram(id) => self.diagram(&id, texts)?,
            }
        }
        Ok(())
    }
}

impl Section {
    fn read(properties: Element<'_>) -> Self {
        let references = properties.children().filter_map(|child| {
            let pages = child.attribute("type").unwrap_or_else(|| "default".into()).into_owned();
            Some((child.name().to_owned(), pages, child.relation("id")?.into_owned()))
        });
        Self {
            has_first: super::values::switch(properties, "titlePg") == Some(true),
            references: references.collect(),
        }
    }
}
