//! What an element is to a reader of the page.

use html5ever::local_name as name;

use super::tree::Element;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Part of the text around it.
    Inline,
    /// The same, but a word of its own.
    Apart,
    /// Text of its own.
    Block,
    Hidden,
    /// What the page calls itself.
    Title,
    LineBreak,
    Heading(u32),
    List(Numbering),
    Item,
    Table,
    /// `thead`, `tbody` or `tfoot`.
    Rows,
    Row,
    Cell,
    /// Of a table or a figure.
    Caption,
    Figure,
    Quote,
    Picture,
    Preformatted,
    Code,
    Navigation,
    Footer,
    Control,
    Formula,
    Drawing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbering {
    Bullets,
    Numbers,
    /// Terms and what they mean.
    Terms,
}

impl Role {
    pub(super) fn of(element: &Element) -> Self {
        // Scripts hide pages until they are ready, and no script runs here.
        let is_whole = matches!(element.name, name!("html") | name!("body"));
        if !is_whole && is_hidden(element) {
            return Self::Hidden;
        }
        if !element.is_html() {
            return match element.name {
                name!("math") => Self::Formula,
                name!("svg") => Self::Drawing,
                _ => Self::Inline,
            };
        }
        let own =
            of_text(&element.name).or_else(|| of_structure(&element.name)).unwrap_or(Self::Inline);
        match (element.attribute(&name!("role")), own) {
            (Some("navigation"), Self::Block | Self::List(_)) => Self::Navigation,
            (Some("contentinfo"), Self::Block) => Self::Footer,
            // The number of a note is no part of the word before it.
            (Some("doc-backlink" | "doc-noteref"), Self::Inline) => Self::Apart,
            // Elements of the page's own making are often containers.
            (_, Self::Inline) if element.name.contains('-') => Self::Apart,
            (_, own) => own,
        }
    }
}

/// Elements that hold text.
fn of_text(name: &str) -> Option<Role> {
    Some(match name {
        "address" | "article" | "aside" | "body" | "center" | "details" | "dialog" | "div"
        | "fieldset" | "form" | "header" | "hgroup" | "hr" | "html" | "legend" | "main"
        | "optgroup" | "p" | "search" | "section" | "summary" => Role::Block,
        "blockquote" => Role::Quote,
        "h1" => Role::Heading(1),
        "h2" => Role::Heading(2),
        "h3" => Role::Heading(3),
        "h4" => Role::Heading(4),
        "h5" => Role::Heading(5),
        "h6" => Role::Heading(6),
        "code" => Role::Code,
        "listing" | "plaintext" | "pre" | "xmp" => Role::Preformatted,
        "audio" | "button" | "canvas" | "label" | "meter" | "object" | "option" | "output"
        | "progress" | "select" | "textarea" | "video" => Role::Apart,
        _ => return None,
    })
}

/// Elements that hold other elements, or nothing.
fn of_structure(name: &str) -> Option<Role> {
    Some(match name {
        "br" => Role::LineBreak,
        "ul" | "menu" | "dir" => Role::List(Numbering::Bullets),
        "ol" => Role::List(Numbering::Numbers),
        "dl" => Role::List(Numbering::Terms),
        "li" | "dt" | "dd" => Role::Item,
        "table" => Role::Table,
        "thead" | "tbody" | "tfoot" => Role::Rows,
        "tr" => Role::Row,
        "td" | "th" => Role::Cell,
        "caption" | "figcaption" => Role::Caption,
        "figure" => Role::Figure,
        "img" => Role::Picture,
        "nav" => Role::Navigation,
        "footer" => Role::Footer,
        "input" => Role::Control,
        "title" => Role::Title,
        "datalist" | "iframe" | "noembed" | "noframes" | "noscript" | "script" | "style"
        | "template" => Role::Hidden,
        _ => return None,
    })
}

/// What the page itself keeps from being shown, as far as its elements say so.
fn is_hidden(element: &Element) -> bool {
    let is_for_eyes_only = |value: &str| matches!(value.trim(), "true" | "1" | "yes");
    element.attribute(&name!("hidden")).is_some()
        || element.attribute(&name!("aria-hidden")).is_some_and(is_for_eyes_only)
        || element.attribute(&name!("style")).is_some_and(hides)
}

fn hides(style: &str) -> bool {
    style.split(';').filter_map(|rule| rule.split_once(':')).any(|(property, value)| {
        let property = property.trim();
        let value = value.split('!').next().unwrap_or_default().trim();
        (property.eq_ignore_ascii_case("display") && value.eq_ignore_ascii_case("none"))
            || (property.eq_ignore_ascii_case("visibility") && value.eq_ignore_ascii_case("hidden"))
    })
}

/// What a form's control says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control<'a> {
    /// A box or button that is or is not chosen.
    Choice {
        is_chosen: bool,
    },
    Text(&'a str),
    Nothing,
}

impl<'a> Control<'a> {
    pub(super) fn of(input: &'a Element) -> Self {
        let kind = input.attribute(&name!("type")).unwrap_or_default().to_ascii_lowercase();
        match kind.as_str() {
            "checkbox" | "radio" => {
                Self::Choice { is_chosen: input.attribute(&name!("checked")).is_some() }
            }
            "hidden" | "password" | "file" | "color" | "range" => Self::Nothing,
            "image" => Self::said(input.attribute(&name!("alt"))),
            _ => Self::said(input.attribute(&name!("value"))),
        }
    }

    fn said(text: Option<&'a str>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }
}
