//! What html5ever builds a page with.
//!
//! What nobody reads is not kept: comments, scripts, style sheets, most attributes.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};
use std::fmt;

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace, QualName, local_name, ns};

use super::tree::{Content, DOCUMENT, Element, Id, Tree, VOID};

/// An element as html5ever asks for it.
pub(super) struct Name<'a>(Ref<'a, Tree>, Id);

impl Name<'_> {
    /// Names are asked of elements only.
    fn element(&self) -> Option<&Element> {
        match self.0.content(self.1) {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        }
    }
}

impl fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.element().fmt(f)
    }
}

impl ElemName for Name<'_> {
    fn ns(&self) -> &Namespace {
        self.element().map_or(&NO_NAMESPACE, |element| &element.namespace)
    }

    fn local_name(&self) -> &LocalName {
        self.element().map_or(&NO_NAME, |element| &element.name)
    }
}

static NO_NAMESPACE: Namespace = ns!();
static NO_NAME: LocalName = local_name!("");

/// Takes what html5ever finds.
#[derive(Debug)]
pub(super) struct Builder {
    tree: RefCell<Tree>,
}

impl Builder {
    pub(super) fn new(bytes: usize) -> Self {
        Self { tree: RefCell::new(Tree::new(bytes)) }
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.tree.borrow().len()
    }
}

impl TreeSink for Builder {
    type Handle = Id;
    type Output = Tree;
    type ElemName<'a> = Name<'a>;

    fn finish(self) -> Tree {
        self.tree.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Id {
        DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a Id) -> Name<'a> {
        Name(self.tree.borrow(), *target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> Id {
        let mut element = Element::new(name.local, name.ns);
        element.holds_html = flags.mathml_annotation_xml_integration_point;
        element.keep(attrs);
        self.tree.borrow_mut().add_element(element)
    }

    fn create_comment(&self, _: StrTendril) -> Id {
        VOID
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Id {
        VOID
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        self.tree.borrow_mut().insert(*parent, None, child);
    }

    fn append_based_on_parent_node(&self, element: &Id, prev: &Id, child: NodeOrText<Id>) {
        if self.tree.borrow().parent(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(prev, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, _: &Id) -> Id {
        VOID
    }

    fn same_node(&self, one: &Id, other: &Id) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Id, new: NodeOrText<Id>) {
        let mut tree = self.tree.borrow_mut();
        if let Some(parent) = tree.parent(*sibling) {
            tree.insert(parent, Some(*sibling), new);
        }
    }

    fn add_attrs_if_missing(&self, target: &Id, attrs: Vec<Attribute>) {
        if let Some(element) = self.tree.borrow_mut().element_mut(*target) {
            element.keep(attrs);
        }
    }

    fn remove_from_parent(&self, target: &Id) {
        self.tree.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        let mut tree = self.tree.borrow_mut();
        while let Some(child) = tree.first_child(*node) {
            tree.insert(*new_parent, None, NodeOrText::AppendNode(child));
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &Id) -> bool {
        let tree = self.tree.borrow();
        matches!(tree.content(*target), Content::Element(element) if element.holds_html)
    }
}
