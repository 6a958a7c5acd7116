//! From the tree of a page to its blocks, in one walk.

use gloss_ingest::docling::DoclingDocument;
use gloss_ingest::{IngestError, Limits};
use html5ever::local_name as name;

use super::flow::Flow;
use super::foreign;
use super::page::{Kind, Page};
use super::roles::{Control, Numbering, Role};
use super::tree::{Content, DOCUMENT, Element, Id, Tree};

/// What to do when an element ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Block,
    Apart,
    Code,
    Quote,
    Preformatted,
    /// A heading, or the caption of nothing.
    Text,
    List,
    Item,
    /// An item that stands in no list, and the list that was made for it.
    LoneItem,
    Table,
    TableCaption,
    Row,
    Cell,
    Figure,
    FigureCaption,
    Region,
}

struct Walk<'a> {
    tree: &'a Tree,
    limits: &'a Limits,
    page: Page,
    /// Elements that are open and will have to be ended.
    open: Vec<(Id, End)>,
}

/// Reads a page.
///
/// # Errors
/// A table of more cells than `limits` bears.
pub(super) fn document(tree: &Tree, limits: &Limits) -> Result<DoclingDocument, IngestError> {
    let mut walk = Walk { tree, limits, page: Page::new(), open: Vec::new() };
    walk.run()?;
    Ok(walk.page.finish())
}

impl Walk<'_> {
    fn run(&mut self) -> Result<(), IngestError> {
        let mut next = self.tree.first_child(DOCUMENT);
        while let Some(at) = next {
            let inside = if self.enter(at) { self.tree.first_child(at) } else { None };
            next = match inside {
                Some(child) => Some(child),
                None => self.leave(at)?,
            };
        }
        Ok(())
    }

    /// Ends a node and each that ends with it; answers with what follows.
    fn leave(&mut self, node: Id) -> Result<Option<Id>, IngestError> {
        let mut at = node;
        loop {
            if let Some((_, end)) = self.open.pop_if(|(id, _)| *id == at) {
                self.end(at, end)?;
            }
            if let Some(next) = self.tree.next_sibling(at) {
                return Ok(Some(next));
            }
            match self.tree.parent(at) {
                Some(parent) => at = parent,
                None => return Ok(None),
            }
        }
    }

    /// Answers whether to go on with what is inside.
    fn enter(&mut self, node: Id) -> bool {
        match self.tree.content(node) {
            Content::Text(text) => {
                self.page.text(text);
                false
            }
            Content::Element(element) => {
                let role = Role::of(element);
                let end = if self.page.kind() == Kind::Cell {
                    self.in_cell(node, element, role)
                } else {
                    self.on_page(node, element, role)
                };
                match end {
                    Inside::Skip => false,
                    Inside::Read => true,
                    Inside::Until(end) => {
                        self.open.push((node, end));
                        true
                    }
                }
            }
        }
    }

    /// In a cell everything is text.
    fn in_cell(&mut self, node: Id, element: &Element, role: Role) -> Inside {
        match role {
            Role::Inline | Role::Code => Inside::Read,
            Role::Apart | Role::Cell => self.apart(),
            Role::Hidden | Role::Title => Inside::Skip,
            Role::LineBreak | Role::Picture | Role::Control | Role::Formula | Role::Drawing => {
                self.leaf(node, element, role)
            }
            _ => self.block(),
        }
    }

    fn on_page(&mut self, node: Id, element: &Element, role: Role) -> Inside {
        let kind = self.page.kind();
        match role {
            Role::Inline => Inside::Read,
            Role::Apart => self.apart(),
            Role::Hidden => Inside::Skip,
            Role::Code => {
                self.page.codes += 1;
                self.page.flow().begin_code();
                Inside::Until(End::Code)
            }
            Role::Quote => {
                self.page.quotes += 1;
                self.page.end_block();
                Inside::Until(End::Quote)
            }
            Role::Heading(level) if kind == Kind::Prose => {
                self.page.collect(Kind::Heading(level));
                Inside::Until(End::Text)
            }
            Role::Preformatted => {
                if kind == Kind::Prose {
                    self.page.collect(Kind::Preformatted);
                } else {
                    self.page.end_block();
                }
                self.page.preformatted += 1;
                Inside::Until(End::Preformatted)
            }
            Role::List(numbering) => {
                self.page.begin_list(numbering, number(element, "start").unwrap_or(1));
                Inside::Until(End::List)
            }
            Role::Item => self.item(element),
            Role::Figure if matches!(kind, Kind::Prose | Kind::Item) => {
                self.page.begin_figure();
                Inside::Until(End::Figure)
            }
            Role::Navigation if self.page.may_begin_region() => {
                self.page.begin_region("page header");
                Inside::Until(End::Region)
            }
            Role::Footer if self.page.may_begin_region() => {
                self.page.begin_region("footer");
                Inside::Until(End::Region)
            }
            Role::Table | Role::Rows | Role::Row | Role::Cell | Role::Caption => {
                self.of_table(element, role)
            }
            Role::Block | Role::Heading(_) | Role::Figure | Role::Navigation | Role::Footer => {
                self.block()
            }
            Role::Title
            | Role::LineBreak
            | Role::Picture
            | Role::Control
            | Role::Formula
            | Role::Drawing => self.leaf(node, element, role),
        }
    }

    fn block(&mut self) -> Inside {
        self.page.end_block();
        Inside::Until(End::Block)
    }

    fn apart(&mut self) -> Inside {
        self.page.flow().space();
        Inside::Until(End::Apart)
    }

    fn item(&mut self, element: &Element) -> Inside {
        let end = if self.page.is_in_list() {
            End::Item
        } else {
            self.page.begin_list(Numbering::Bullets, 1);
            End::LoneItem
        };
        self.page.begin_item(number(element, "value"));
        Inside::Until(end)
    }

    fn of_table(&mut self, element: &Element, role: Role) -> Inside {
        if role == Role::Table {
            self.page.begin_table();
            return Inside::Until(End::Table);
        }
        if role == Role::Caption {
            self.page.collect(Kind::Caption);
            let is_tables = element.name == name!("caption");
            return Inside::Until(if is_tables { End::TableCaption } else { End::FigureCaption });
        }
        let Some(table) = self.page.table() else { return self.block() };
        match role {
            Role::Rows => {
                table.begin_rows(element);
                Inside::Read
            }
            Role::Row => {
                table.begin_row();
                Inside::Until(End::Row)
            }
            _ => {
                self.page.collect(Kind::Cell);
                Inside::Until(End::Cell)
            }
        }
    }

    /// What has nothing inside that is read on its own.
    fn leaf(&mut self, node: Id, element: &Element, role: Role) -> Inside {
        match role {
            Role::LineBreak => self.page.line_break(),
            Role::Picture => self.page.picture(element.attribute(&name!("alt"))),
            Role::Title => self.title(node),
            Role::Control => match Control::of(element) {
                Control::Choice { is_chosen } => self.page.choice(is_chosen),
                Control::Text(text) => self.word(text),
                Control::Nothing => {}
            },
            Role::Formula => {
                let text = foreign::formula(self.tree, node, element);
                self.page.flow().push(&text, false);
            }
            _ => self.word(&foreign::title(self.tree, node)),
        }
        Inside::Skip
    }

    fn word(&mut self, text: &str) {
        let flow = self.page.flow();
        flow.space();
        flow.push(text, false);
        flow.space();
    }

    /// Only in the head of a page, and only once, is it the page's.
    fn title(&mut self, node: Id) {
        let parent = self.tree.parent(node).map(|parent| self.tree.content(parent));
        let is_in_head =
            matches!(parent, Some(Content::Element(head)) if head.name == name!("head"));
        if is_in_head && !std::mem::replace(&mut self.page.is_titled, true) {
            let mut flow = Flow::default();
            for text in self.tree.texts(node, |_| false) {
                flow.push(text, false);
            }
            self.page.title(flow.take());
        }
    }

    fn end(&mut self, node: Id, end: End) -> Result<(), IngestError> {
        let page = &mut self.page;
        match end {
            End::Block => page.end_block(),
            End::Apart => page.flow().space(),
            End::Code => page.codes -= 1,
            End::Quote => {
                page.quotes -= 1;
                page.end_block();
            }
            End::Preformatted => {
                page.preformatted -= 1;
                if page.kind() == Kind::Preformatted && page.preformatted == 0 {
                    page.end_collecting();
                } else {
                    page.end_block();
                }
            }
            End::Text => page.end_collecting(),
            End::List => page.end_list(),
            End::Item => page.end_item(),
            End::LoneItem => {
                page.end_item();
                page.end_list();
            }
            End::Table => page.end_table(self.limits)?,
            End::TableCaption => page.end_table_caption(),
            End::Row => {
                if let Some(table) = page.table() {
                    table.end_row(self.limits)?;
                }
            }
            End::Cell => {
                let text = page.end_cell();
                if let (Some(table), Content::Element(cell)) =
                    (page.table(), self.tree.content(node))
                {
                    table.cell(cell, text);
                }
            }
            End::Figure => page.end_figure(),
            End::FigureCaption => page.end_figure_caption(),
            End::Region => page.end_region(),
        }
        Ok(())
    }
}

/// What to do with what stands in an element.
#[derive(Debug, Clone, Copy)]
enum Inside {
    Skip,
    Read,
    Until(End),
}

fn number(element: &Element, attribute: &str) -> Option<i64> {
    let name = if attribute == "start" { name!("start") } else { name!("value") };
    element.attribute(&name)?.trim().parse().ok()
}
