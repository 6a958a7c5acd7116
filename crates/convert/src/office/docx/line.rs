//! The text of a paragraph: its runs as one, as the document shows them.

use std::borrow::Cow;

use crate::office::math::formula;
use crate::office::tree::Element;

use super::is_no_text;
use super::styles::{Style, Styles};
use super::symbols::Symbols;
use super::values::{switch, value};

/// What a paragraph says, and what is anchored in it.
#[derive(Debug)]
pub(super) struct Line<'t> {
    pub(super) text: String,
    pub(super) floats: Vec<Float<'t>>,
    /// Boxes to tick, and whether they are ticked.
    pub(super) boxes: Vec<bool>,
    /// Whether there are formulas, and whether there is anything else.
    has_formula: bool,
    has_words: bool,
    fields: Vec<Field>,
    styles: &'t Styles,
    /// Whether text is hidden where nothing else is said.
    is_hidden: bool,
}

/// What stands beside the text.
#[derive(Debug, Clone)]
pub(super) enum Float<'t> {
    /// Whether it stands before all text.
    Picture {
        is_first: bool,
    },
    /// By the id of its relationship.
    Chart(Cow<'t, str>),
    Diagram(Cow<'t, str>),
    /// Paragraphs in a frame of their own.
    Box(Element<'t>),
    /// Words that are drawn, such as a watermark.
    Drawn(Cow<'t, str>),
}

/// A field that is open.
#[derive(Debug)]
struct Field {
    /// Where its instruction begins in the text; none if that is over.
    instruction: Option<usize>,
    /// Where its result begins.
    result: usize,
    /// What a field of a form shows by itself.
    shows: Option<Cow<'static, str>>,
}

/// What a run is set in.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    is_hidden: bool,
    symbols: Option<Symbols>,
}

impl<'t> Line<'t> {
    /// Reads what stands in a paragraph of a style.
    pub(super) fn read(paragraph: Element<'t>, style: Style, styles: &'t Styles) -> Self {
        let mut line = Self {
            text: String::new(),
            floats: Vec::new(),
            boxes: Vec::new(),
            has_formula: false,
            has_words: false,
            fields: Vec::new(),
            styles,
            is_hidden: style.is_hidden == Some(true),
        };
        let run = Run { is_hidden: line.is_hidden, symbols: None };
        if paragraph.is("p") {
            line.content(paragraph, run);
        } else {
            line.inline(paragraph, run);
        }
        line
    }

    /// Whether a formula is all there is.
    pub(super) fn is_formula(&self) -> bool {
        self.has_formula && !self.has_words
    }

    fn is_empty(&self) -> bool {
        !(self.has_formula || self.has_words)
    }

    fn content(&mut self, parent: Element<'t>, run: Run) {
        for child in parent.children() {
            self.inline(child, run);
        }
    }

    fn inline(&mut self, element: Element<'t>, run: Run) {
        match element.name() {
            "t" if !run.is_hidden => self.push(&element.text(), run),
            "tab" | "ptab" if !run.is_hidden => self.text.push('\t'),
            // Also at the end of a page: words on both sides are two.
            "br" | "cr" if !run.is_hidden => self.text.push('\n'),
            "noBreakHyphen" if !run.is_hidden => self.push("-", run),
            "sym" | "symEx" if !run.is_hidden => self.symbol(element),
            "drawing" | "pict" | "object" if !run.is_hidden => self.drawing(element),
            "ruby" if !run.is_hidden => self.ruby(element, run),
            "fldChar" => self.field(element),
            "oMath" if !run.is_hidden => self.formula(element),
            "oMathPara" if !run.is_hidden => {
                for formula in element.children().filter(|child| child.is("oMath")) {
                    self.formula(formula);
                }
            }
            "r" => {
                let run = self.run(element);
                self.content(element, run);
            }
            "sdt" => self.control(element, run),
            // What is hidden; what was deleted, or moved elsewhere; what fields are made of.
            "t" | "drawing" | "pict" | "object" | "ruby" | "oMath" | "oMathPara" | "delText"
            | "instrText" | "delInstrText" => {}
            _ if is_no_text(element) => {}
            _ => self.content(element, run),
        }
    }

    fn run(&self, element: Element<'_>) -> Run {
        let mut run = Run { is_hidden: self.is_hidden, symbols: None };
        if let Some(properties) = element.child("rPr") {
            let by_style = || {
                let style = value(properties, "rStyle")?;
                self.styles.style(Some(&style)).is_hidden
            };
            let is_hidden = switch(properties, "vanish").or_else(by_style);
            run.is_hidden = is_hidden.unwrap_or(run.is_hidden);
            run.symbols = properties.child("rFonts").and_then(|fonts| {
                let font = fonts.attribute("ascii").or_else(|| fonts.attribute("hAnsi"))?;
                Symbols::of(&font)
            });
        }
        run
    }

    fn push(&mut self, text: &str, run: Run) {
        self.has_words = self.has_words || !text.trim().is_empty();
        match run.symbols {
            Some(symbols) => self.text.extend(text.chars().map(|code| symbols.shown(code))),
            None => self.text.push_str(text),
        }
    }

    fn symbol(&mut self, element: Element<'_>) {
        let code = element.attribute("char");
        let code = code.and_then(|code| u32::from_str_radix(code.trim(), 16).ok());
        let Some(code) = code.and_then(char::from_u32).filter(|code| !code.is_control()) else {
            return;
        };
        let symbols = element.attribute("font").and_then(|font| Symbols::of(&font));
        let shown = symbols.map_or(code, |symbols| symbols.shown(code));
        self.push(shown.encode_utf8(&mut [0; 4]), Run::default());
    }

    /// How a word is read stands behind it.
    fn ruby(&mut self, element: Element<'t>, run: Run) {
        if let Some(base) = element.child("rubyBase") {
            self.content(base, run);
        }
        if let Some(reading) = element.child("rt") {
            self.text.push('(');
            self.content(reading, run);
            self.text.push(')');
        }
    }

    fn formula(&mut self, element: Element<'_>) {
        let formula = formula(element);
        if formula.trim().is_empty() {
            return;
        }
        if self.is_formula() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.has_formula = true;
        self.text.push_str(&formula);
    }

    /// A content control is what it holds.
    fn control(&mut self, element: Element<'t>, run: Run) {
        if let Some(tick) = element.at(&["sdtPr", "checkbox"]) {
            self.boxes.push(switch(tick, "checked").unwrap_or(false));
        }
        for content in element.children().filter(|child| child.is("sdtContent")) {
            self.content(content, run);
        }
    }

    /// Of a field only its result is shown. Its instruction is left out when its end is found: one
    /// that never ends is text, so that no word is lost.
    fn field(&mut self, element: Element<'_>) {
        let here = self.text.len();
        match element.attribute("fldCharType").as_deref() {
            Some("begin") => {
                let shows = element.child("ffData").and_then(shown_by_form);
                self.fields.push(Field { instruction: Some(here), result: here, shows });
            }
            Some("separate") => {
                if let Some(field) = self.fields.last_mut()
                    && let Some(start) = field.instruction.take()
                {
                    self.text.truncate(start);
                    field.result = start;
                }
            }
            Some("end") => {
                let Some(field) = self.fields.pop() else { return };
                if let Some(start) = field.instruction {
                    self.text.truncate(start);
                }
                if let Some(shows) = field.shows.filter(|_| self.text.len() <= field.result) {
                    self.push(&shows, Run::default());
                }
            }
            _ => {}
        }
    }

    fn drawing(&mut self, element: Element<'t>) {
        for child in element.children() {
            match child.name() {
                "blip" | "imagedata" => {
                    let is_first = self.is_empty();
                    self.floats.push(Float::Picture { is_first });
                }
                "chart" => self.floats.extend(child.relation("id").map(Float::Chart)),
                "relIds" => self.floats.extend(child.relation("dm").map(Float::Diagram)),
                "txbxContent" | "txBody" => self.floats.push(Float::Box(child)),
                "textpath" => {
                    let drawn = child.attribute("string");
                    self.floats.extend(drawn.map(Float::Drawn));
                }
                // Shapes that say nothing are drawn for their looks; several make a picture.
                "wgp" | "wpc" | "group" => {
                    let (before, is_first) = (self.floats.len(), self.is_empty());
                    self.drawing(child);
                    if self.floats.len() == before {
                        self.floats.push(Float::Picture { is_first });
                    }
                }
                _ => self.drawing(child),
            }
        }
    }
}

/// What a tick box or a choice of a form shows.
fn shown_by_form(form: Element<'_>) -> Option<Cow<'static, str>> {
    if let Some(tick) = form.child("checkBox") {
        let is_ticked = switch(tick, "checked").or_else(|| switch(tick, "default"));
        return Some(if is_ticked == Some(true) { "☒" } else { "☐" }.into());
    }
    let choice = form.child("ddList")?;
    let chosen = value(choice, "result").or_else(|| value(choice, "default"));
    let chosen: usize = chosen.and_then(|at| at.trim().parse().ok()).unwrap_or(0);
    let mut entries = choice.children().filter(|child| child.is("listEntry"));
    Some(entries.nth(chosen)?.attribute("val")?.into_owned().into())
}
