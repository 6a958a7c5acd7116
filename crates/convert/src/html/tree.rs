//! A web page in memory: an arena of nodes, so that no depth of it can overflow the stack.

use std::num::NonZeroU32;
use std::ops::Range;

use html5ever::interface::NodeOrText;
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace, local_name, ns};

/// The number of a node, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Id(NonZeroU32);

impl Id {
    const fn of(index: usize) -> Self {
        // Nodes are bounded long before.
        Self(NonZeroU32::MIN.saturating_add(index as u32))
    }

    const fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// Whatever is put into it is gone: comments, and the contents of templates.
pub(super) const VOID: Id = Id::of(0);
pub(super) const DOCUMENT: Id = Id::of(1);

#[derive(Debug, Default)]
struct Links {
    parent: Option<Id>,
    before: Option<Id>,
    after: Option<Id>,
    first: Option<Id>,
    last: Option<Id>,
}

#[derive(Debug)]
enum Data {
    /// A range of the text of all nodes.
    Text(Range<u32>),
    Element(Element),
}

#[derive(Debug)]
struct Node {
    links: Links,
    data: Data,
}

#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: LocalName,
    pub(super) namespace: Namespace,
    attributes: Box<[(LocalName, StrTendril)]>,
    /// Whether it is MathML that holds HTML, which the parser asks.
    pub(super) holds_html: bool,
}

impl Element {
    pub(super) fn new(name: LocalName, namespace: Namespace) -> Self {
        Self { name, namespace, attributes: Box::default(), holds_html: false }
    }

    pub(super) fn attribute(&self, name: &LocalName) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// Whether it is one of HTML's own, and not of MathML or SVG.
    pub(super) fn is_html(&self) -> bool {
        self.namespace == ns!(html)
    }

    /// Its text is read by no one.
    fn is_silent(&self) -> bool {
        matches!(self.name, local_name!("script") | local_name!("style"))
    }

    pub(super) fn keep(&mut self, attributes: Vec<Attribute>) {
        let mut kept = std::mem::take(&mut self.attributes).into_vec();
        for Attribute { name, value } in attributes {
            if is_read(&name.local) && kept.iter().all(|(known, _)| *known != name.local) {
                kept.push((name.local, value));
            }
        }
        self.attributes = kept.into_boxed_slice();
    }
}

/// The attributes that anybody asks for.
fn is_read(name: &str) -> bool {
    matches!(
        name,
        "alt"
            | "alttext"
            | "aria-hidden"
            | "checked"
            | "colspan"
            | "encoding"
            | "hidden"
            | "role"
            | "rowspan"
            | "start"
            | "style"
            | "type"
            | "value"
    )
}

/// What a node is to a reader.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content<'a> {
    Text(&'a str),
    Element(&'a Element),
}

/// A page that was parsed.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    text: String,
}

impl Tree {
    /// An empty page; its source has so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        let mut tree = Self { nodes: Vec::new(), text: String::with_capacity(bytes / 2) };
        for _ in [VOID, DOCUMENT] {
            tree.add_element(Element::new(local_name!(""), ns!()));
        }
        tree
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn content(&self, id: Id) -> Content<'_> {
        match &self.node(id).data {
            Data::Text(range) => Content::Text(&self.text[usize_range(range)]),
            Data::Element(element) => Content::Element(element),
        }
    }

    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        self.node(id).links.parent
    }

    pub(super) fn first_child(&self, id: Id) -> Option<Id> {
        self.node(id).links.first
    }

    pub(super) fn next_sibling(&self, id: Id) -> Option<Id> {
        self.node(id).links.after
    }

    /// The texts below an element, without those in elements to `skip`.
    pub(super) fn texts(&self, root: Id, skip: impl Fn(&Element) -> bool) -> Vec<&str> {
        let mut texts = Vec::new();
        let mut next = self.first_child(root);
        while let Some(at) = next {
            let inside = match self.content(at) {
                Content::Text(text) => {
                    texts.push(text);
                    None
                }
                Content::Element(element) if skip(element) => None,
                Content::Element(_) => self.first_child(at),
            };
            next = inside.or_else(|| self.following(at, root));
        }
        texts
    }

    /// What comes after a node and all that is in it, below `root`.
    fn following(&self, node: Id, root: Id) -> Option<Id> {
        let mut at = node;
        while at != root {
            if let Some(next) = self.next_sibling(at) {
                return Some(next);
            }
            at = self.parent(at)?;
        }
        None
    }

    fn node(&self, id: Id) -> &Node {
        &self.nodes[id.index()]
    }

    fn links(&mut self, id: Id) -> &mut Links {
        &mut self.nodes[id.index()].links
    }

    /// An element that stands nowhere yet.
    pub(super) fn add_element(&mut self, element: Element) -> Id {
        self.add(Data::Element(element))
    }

    pub(super) fn element_mut(&mut self, id: Id) -> Option<&mut Element> {
        match &mut self.nodes[id.index()].data {
            Data::Element(element) => Some(element),
            Data::Text(_) => None,
        }
    }

    fn add(&mut self, data: Data) -> Id {
        let id = Id::of(self.nodes.len());
        self.nodes.push(Node { links: Links::default(), data });
        id
    }

    fn attach(&mut self, parent: Id, before: Option<Id>, after: Option<Id>, child: Id) {
        *self.links(child) =
            Links { parent: Some(parent), before, after, ..std::mem::take(self.links(child)) };
        match before {
            Some(before) => self.links(before).after = Some(child),
            None => self.links(parent).first = Some(child),
        }
        match after {
            Some(after) => self.links(after).before = Some(child),
            None => self.links(parent).last = Some(child),
        }
    }

    pub(super) fn detach(&mut self, id: Id) {
        let links = self.links(id);
        let (parent, before, after) =
            (links.parent.take(), links.before.take(), links.after.take());
        let Some(parent) = parent else { return };
        match before {
            Some(before) => self.links(before).after = after,
            None => self.links(parent).first = after,
        }
        match after {
            Some(after) => self.links(after).before = before,
            None => self.links(parent).last = before,
        }
    }

    /// Puts text between two nodes. It becomes part of the one before if that was written last.
    fn insert_text(&mut self, parent: Id, before: Option<Id>, after: Option<Id>, text: &str) {
        if parent == VOID
            || matches!(&self.node(parent).data, Data::Element(element) if element.is_silent())
        {
            return;
        }
        let start = offset(self.text.len());
        self.text.push_str(text);
        let end = offset(self.text.len());
        if let Some(before) = before
            && let Data::Text(range) = &mut self.nodes[before.index()].data
            && range.end == start
        {
            range.end = end;
            return;
        }
        let id = self.add(Data::Text(start..end));
        self.attach(parent, before, after, id);
    }

    /// Puts a node or text into `parent`, at its end or before another.
    pub(super) fn insert(&mut self, parent: Id, after: Option<Id>, new: NodeOrText<Id>) {
        if let NodeOrText::AppendNode(child) = new {
            self.detach(child);
        }
        let before = match after {
            Some(after) => self.node(after).links.before,
            None => self.node(parent).links.last,
        };
        match new {
            NodeOrText::AppendText(text) => self.insert_text(parent, before, after, &text),
            NodeOrText::AppendNode(VOID) => {}
            NodeOrText::AppendNode(child) => self.attach(parent, before, after, child),
        }
    }
}

/// Sources are far below four gigabytes, and so is their text.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn usize_range(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}
