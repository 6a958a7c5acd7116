//! The page as it is put together: running text becomes blocks, and blocks find their place.

use gloss_ingest::docling::{DoclingDocument, DocumentBuilder};

use super::flow::Flow;
use super::grid::Grid;
use super::structures::{Figure, Holder};

/// What running text becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Prose,
    Heading(u32),
    Caption,
    Preformatted,
    /// All of it, whatever blocks it is made of.
    Item,
    Cell,
}

#[derive(Debug)]
pub(super) struct Collector {
    kind: Kind,
    pub(super) flow: Flow,
    /// Other texts of pictures that stand in it.
    pub(super) pictures: Vec<Option<String>>,
    /// Of what a form offers.
    pub(super) is_chosen: Option<bool>,
}

impl Collector {
    fn new(kind: Kind) -> Self {
        Self { kind, flow: Flow::default(), pictures: Vec::new(), is_chosen: None }
    }
}

pub(super) struct Page {
    pub(super) builder: DocumentBuilder,
    body: Collector,
    /// What is collected apart from the body, the innermost last.
    inner: Vec<Collector>,
    pub(super) holders: Vec<Holder>,
    pub(super) figures: Vec<Figure>,
    pub(super) tables: Vec<Grid>,
    pub(super) regions: usize,
    is_headed: bool,
    pub(super) is_titled: bool,
    /// Open elements that keep white space, name code, or quote.
    pub(super) preformatted: usize,
    pub(super) codes: usize,
    pub(super) quotes: usize,
}

impl Page {
    pub(super) fn new() -> Self {
        Self {
            builder: DocumentBuilder::new(),
            body: Collector::new(Kind::Prose),
            inner: Vec::new(),
            holders: Vec::new(),
            figures: Vec::new(),
            tables: Vec::new(),
            regions: 0,
            is_headed: false,
            is_titled: false,
            preformatted: 0,
            codes: 0,
            quotes: 0,
        }
    }

    pub(super) fn finish(mut self) -> DoclingDocument {
        self.end_block();
        self.builder.finish()
    }

    pub(super) fn kind(&self) -> Kind {
        self.current().kind
    }

    /// Whether nothing is open that page furniture would be a part of.
    pub(super) fn may_begin_region(&self) -> bool {
        self.inner.is_empty() && self.figures.is_empty() && self.quotes + self.regions == 0
    }

    pub(super) fn text(&mut self, text: &str) {
        let as_is = self.preformatted > 0 && self.kind() != Kind::Cell;
        let is_code = self.codes > 0;
        let flow = &mut self.current_mut().flow;
        if as_is {
            flow.push_as_is(text);
        } else {
            flow.push(text, is_code);
        }
    }

    pub(super) fn flow(&mut self) -> &mut Flow {
        &mut self.current_mut().flow
    }

    pub(super) fn line_break(&mut self) {
        match self.kind() {
            Kind::Cell => self.flow().space(),
            _ if self.preformatted > 0 => self.flow().push_as_is("\n"),
            _ => self.flow().line_break(),
        }
    }

    pub(super) fn choice(&mut self, is_chosen: bool) {
        match self.kind() {
            Kind::Prose => self.end_block(),
            Kind::Item if self.flow().is_empty() => {}
            _ => return self.flow().space(),
        }
        self.current_mut().is_chosen = Some(is_chosen);
    }

    /// A block of text begins or ends.
    pub(super) fn end_block(&mut self) {
        match self.kind() {
            Kind::Prose => self.flush(),
            Kind::Cell => self.flow().space(),
            _ => self.flow().line(),
        }
    }

    /// Something that is no text follows, and what stands before it comes first.
    pub(super) fn end_text(&mut self) {
        match self.kind() {
            Kind::Item | Kind::Cell => self.end_block(),
            _ => self.flush(),
        }
    }

    pub(super) fn collect(&mut self, kind: Kind) {
        self.end_text();
        self.inner.push(Collector::new(kind));
    }

    /// What was collected since [`Self::collect`] becomes blocks.
    pub(super) fn end_collecting(&mut self) {
        self.flush();
        self.inner.pop();
    }

    /// What was collected, for who knows what to do with it.
    pub(super) fn collected(&mut self) -> Collector {
        self.inner.pop().unwrap_or_else(|| Collector::new(Kind::Prose))
    }

    /// What the page calls itself.
    pub(super) fn title(&mut self, title: String) {
        if !title.is_empty() {
            self.builder.furniture("title", title);
        }
    }

    fn flush(&mut self) {
        let Collector { kind, mut flow, pictures, is_chosen } = {
            let kind = self.kind();
            std::mem::replace(self.current_mut(), Collector::new(kind))
        };
        let is_code = flow.is_code();
        let text = if kind == Kind::Preformatted { flow.take_as_is() } else { flow.take() };
        if !text.is_empty() {
            match kind {
                Kind::Heading(level) => self.heading(level, text),
                Kind::Caption => self.emit("caption", text),
                Kind::Preformatted => self.emit("code", text),
                _ if is_chosen.is_some() => {
                    self.emit(is_chosen.map_or("text", checkbox), text);
                }
                _ => self.emit(if is_code { "code" } else { "text" }, text),
            }
        }
        self.place_pictures(pictures);
    }

    fn heading(&mut self, level: u32, text: String) {
        self.release_captions();
        if self.regions == 0 && !self.is_headed {
            self.is_headed = true;
            self.builder.furniture_so_far();
        }
        match level {
            1 => self.builder.text("title", text, None),
            _ => self.builder.heading(level - 1, text, None),
        }
    }

    pub(super) fn emit(&mut self, label: &str, text: String) {
        self.release_captions();
        self.builder.text(label, text, None);
    }

    fn current(&self) -> &Collector {
        self.inner.last().unwrap_or(&self.body)
    }

    pub(super) fn current_mut(&mut self) -> &mut Collector {
        self.inner.last_mut().unwrap_or(&mut self.body)
    }
}

pub(super) const fn checkbox(is_chosen: bool) -> &'static str {
    if is_chosen { "checkbox_selected" } else { "checkbox_unselected" }
}
