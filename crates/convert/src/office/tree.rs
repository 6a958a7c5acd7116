//! The XML of a part as a tree, in one list: an element is followed by what it holds.
//!
//! Of `mc:AlternateContent` the first choice is read as if it stood there by itself.

use std::borrow::Cow;

use super::xml::{Event, Events, Tag, XmlError};

/// Elements of a part. Names and attributes are borrowed from its text.
#[derive(Debug, Default)]
pub(super) struct Tree<'x> {
    nodes: Vec<Node<'x>>,
}

#[derive(Debug)]
enum Node<'x> {
    /// An element, and the place behind all that it holds.
    Element(Tag<'x>, usize),
    Text(Cow<'x, str>),
}

/// An element of a tree. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'t> {
    nodes: &'t [Node<'t>],
    at: usize,
}

impl<'x> Tree<'x> {
    /// # Errors
    /// See [`XmlError`].
    pub(super) fn parse(xml: &'x str, depth_max: usize) -> Result<Self, XmlError> {
        let mut events = Events::new(xml, depth_max);
        let mut nodes: Vec<Node<'x>> = Vec::new();
        let mut open = Vec::new();
        while let Some(event) = events.next()? {
            match event {
                Event::Start(tag) => {
                    let parent = open.last();
                    let opened = match (tag.name(), parent) {
                        ("AlternateContent", _) => Open::Alternatives { is_chosen: false },
                        ("Choice", Some(Open::Alternatives { is_chosen: false })) => Open::Choice,
                        ("Fallback", Some(Open::Alternatives { is_chosen: false })) => Open::Choice,
                        (_, Some(Open::Alternatives { .. })) => {
                            events.skip()?;
                            continue;
                        }
                        _ => {
                            nodes.push(Node::Element(tag, 0));
                            Open::Element(nodes.len() - 1)
                        }
                    };
                    if let (Open::Choice, Some(Open::Alternatives { is_chosen })) =
                        (&opened, open.last_mut())
                    {
                        *is_chosen = true;
                    }
                    open.push(opened);
                }
                Event::End => {
                    if let Some(Open::Element(at)) = open.pop() {
                        let behind = nodes.len();
                        if let Node::Element(_, end) = &mut nodes[at] {
                            *end = behind;
                        }
                    }
                }
                Event::Text(text) => nodes.push(Node::Text(text)),
            }
        }
        Ok(Self { nodes })
    }

    /// The outermost element; none if there is no element at all.
    pub(super) fn root(&self) -> Option<Element<'_>> {
        Children { nodes: &self.nodes, at: 0, end: self.nodes.len() }.next()
    }
}

/// What is open while a tree is made.
#[derive(Debug)]
enum Open {
    Element(usize),
    Alternatives { is_chosen: bool },
    Choice,
}

impl<'t> Element<'t> {
    /// The local name.
    pub(super) fn name(self) -> &'t str {
        self.tag().name()
    }

    pub(super) fn is(self, name: &str) -> bool {
        self.name() == name
    }

    /// See [`Tag::attribute`].
    pub(super) fn attribute(self, name: &str) -> Option<Cow<'t, str>> {
        self.tag().attribute(name)
    }

    /// See [`Tag::relation`].
    pub(super) fn relation(self, name: &str) -> Option<Cow<'t, str>> {
        self.tag().relation(name)
    }

    /// The elements directly inside.
    pub(super) fn children(self) -> Children<'t> {
        Children { nodes: self.nodes, at: self.at + 1, end: self.end() }
    }

    /// The first element of a name directly inside.
    pub(super) fn child(self, name: &str) -> Option<Self> {
        self.children().find(|child| child.is(name))
    }

    /// What a path of names leads to, each the first of its name.
    pub(super) fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// All elements inside, in the order in which they begin.
    pub(super) fn descendants(self) -> impl Iterator<Item = Self> {
        let nodes = self.nodes;
        (self.at + 1..self.end())
            .filter(move |at| matches!(nodes[*at], Node::Element(..)))
            .map(move |at| Self { nodes, at })
    }

    /// All text inside, as it stands there.
    pub(super) fn text(self) -> Cow<'t, str> {
        let texts = self.nodes[self.at..self.end()].iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_ref()),
            Node::Element(..) => None,
        });
        texts.fold(Cow::Borrowed(""), |joined, text| joined + text)
    }

    fn tag(self) -> Tag<'t> {
        match &self.nodes[self.at] {
            Node::Element(tag, _) => *tag,
            Node::Text(_) => Tag::default(),
        }
    }

    fn end(self) -> usize {
        match &self.nodes[self.at] {
            Node::Element(_, end) => *end,
            Node::Text(_) => self.at,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Children<'t> {
    nodes: &'t [Node<'t>],
    at: usize,
    end: usize,
}

impl<'t> Iterator for Children<'t> {
    type Item = Element<'t>;

    fn next(&mut self) -> Option<Element<'t>> {
        while self.at < self.end {
            let at = self.at;
            match &self.nodes[at] {
                Node::Text(_) => self.at += 1,
                Node::Element(_, end) => {
                    self.at = *end;
                    return Some(Element { nodes: self.nodes, at });
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Element, Tree};

    fn told(element: Element<'_>) -> String {
        let inside: Vec<_> = element.children().map(told).collect();
        format!("{}({})", element.name(), inside.join(" "))
    }

    #[test]
    fn elements_and_what_they_hold() {
        let xml = "<a>1<b x='2'><c/>3</b><!-- --><b/> 4<d>5&lt;</d></a>";
        let tree = Tree::parse(xml, 9).expect("well-formed");
        let root = tree.root().expect("an element");
        assert_eq!(told(root), "a(b(c()) b() d())");
        assert_eq!(root.text(), "13 45<");
        assert_eq!(root.child("d").expect("d").text(), "5<");
        assert_eq!(root.child("b").and_then(|b| b.attribute("x")).as_deref(), Some("2"));
        assert!(root.at(&["b", "c"]).is_some() && root.at(&["b", "d"]).is_none());
        let names: Vec<_> = root.descendants().map(Element::name).collect();
        assert_eq!(names, ["b", "c", "b", "d"]);
        assert!(Tree::parse("", 9).expect("nothing").root().is_none());
    }

    #[test]
    fn the_first_choice_stands_for_all() {
        let choose = |inside: &str| {
            let xml = format!("<a><AlternateContent>{inside}</AlternateContent><z/></a>");
            told(Tree::parse(&xml, 9).expect("well-formed").root().expect("an element"))
        };
        let of = |name: &str, inside: &str| format!("<mc:{name}>{inside}</mc:{name}>");
        let (one, two) = (of("Choice", "<b/><c/>"), of("Choice", "<d/>"));
        let other = of("Fallback", "<e><AlternateContent/></e>");
        let answers = [
            choose(&[one.as_str(), &two, &other].concat()),
            choose(&other),
            choose(""),
            choose(&of("Choice", &["<f>", &of("AlternateContent", &two), "</f>"].concat())),
        ];
        assert_eq!(answers, ["a(b() c() z())", "a(e() z())", "a(z())", "a(f(d()) z())"]);
    }
}
