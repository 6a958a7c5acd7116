//! Styles: what a paragraph is, by its style and by what that is based on.

use std::collections::HashMap;

use crate::office::tree::Element;

use super::values::{indent, number, numbering, switch, value};

/// What a paragraph is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Role {
    #[default]
    Text,
    Title,
    /// Levels count from 1.
    Heading(u32),
    Caption,
    Code,
}

/// What is known of a style, with what it takes over from others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) role: Role,
    /// The list that its paragraphs are items of; 0 is none.
    pub(super) num: Option<u32>,
    pub(super) level: Option<u8>,
    pub(super) indent: Option<i32>,
    pub(super) is_hidden: Option<bool>,
}

#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    default: Style,
}

/// A style as it stands in the file.
#[derive(Debug, Default)]
struct Definition {
    id: String,
    name: String,
    based_on: Option<String>,
    /// From 0; 9 is body text.
    outline: Option<u32>,
    own: Style,
}

const BODY_TEXT: u32 = 9;

/// How far styles are followed to what they are based on: they may be based on each other.
const BASES_MAX: usize = 16;

const CODE: &[&str] = &[
    "sourcecode",
    "code",
    "codeblock",
    "codelisting",
    "htmlpreformatted",
    "preformattedtext",
    "preformatted",
    "verbatim",
];

impl Styles {
    pub(super) fn read(root: Element<'_>) -> Self {
        let mut definitions = HashMap::new();
        let mut default = None;
        for style in root.children().filter(|child| child.is("style")) {
            let Some(definition) = Definition::read(style) else { continue };
            let is_default = style.attribute("default").is_some_and(|on| on != "0");
            if is_default && style.attribute("type").is_some_and(|kind| kind == "paragraph") {
                default = Some(definition.id.clone());
            }
            definitions.insert(definition.id.clone(), definition);
        }
        let resolve = |definition: &Definition| resolved(&chain(definition, &definitions));
        let styles: HashMap<_, _> =
            definitions.iter().map(|(id, definition)| (id.clone(), resolve(definition))).collect();
        let default = default.and_then(|id| styles.get(&id).copied()).unwrap_or_default();
        Self { styles, default }
    }

    /// The style of an id. Of one that is not defined the id alone may tell; without an id it is
    /// the style of most paragraphs.
    pub(super) fn style(&self, id: Option<&str>) -> Style {
        let Some(id) = id else { return self.default };
        self.styles.get(id).copied().unwrap_or_else(|| {
            resolved(&[&Definition { id: id.to_owned(), ..Definition::default() }])
        })
    }
}

impl Definition {
    fn read(style: Element<'_>) -> Option<Self> {
        let mut own = Style::default();
        let mut outline = None;
        if let Some(properties) = style.child("pPr") {
            (own.num, own.level) = numbering(properties);
            own.indent = indent(properties);
            outline = number(properties, "outlineLvl");
        }
        own.is_hidden = style.child("rPr").and_then(|properties| switch(properties, "vanish"));
        Some(Self {
            id: style.attribute("styleId")?.into_owned(),
            name: value(style, "name").unwrap_or_default().into_owned(),
            based_on: value(style, "basedOn").map(Into::into),
            outline,
            own,
        })
    }

    fn is_called(&self, names: &[&str]) -> bool {
        let is_one = |label: &str| {
            let plain: String = label.chars().filter(|letter| *letter != ' ').collect();
            names.iter().any(|name| plain.eq_ignore_ascii_case(name))
        };
        is_one(&self.id) || is_one(&self.name)
    }
}

/// A style and what it is based on, nearest first.
fn chain<'d>(
    style: &'d Definition,
    definitions: &'d HashMap<String, Definition>,
) -> Vec<&'d Definition> {
    let base = |style: &&'d Definition| definitions.get(style.based_on.as_ref()?);
    std::iter::successors(Some(style), base).take(BASES_MAX).collect()
}

/// What a style says, or else the nearest that it is based on.
fn resolved(chain: &[&Definition]) -> Style {
    Style {
        role: role(chain),
        num: chain.iter().find_map(|style| style.own.num),
        level: chain.iter().find_map(|style| style.own.level),
        indent: chain.iter().find_map(|style| style.own.indent),
        is_hidden: chain.iter().find_map(|style| style.own.is_hidden),
    }
}

fn role(chain: &[&Definition]) -> Role {
    let Some(own) = chain.first() else { return Role::Text };
    if own.id == "Title" || own.name.eq_ignore_ascii_case("title") {
        return Role::Title;
    }
    if chain.iter().any(|style| style.is_called(&["caption"])) {
        return Role::Caption;
    }
    if own.is_called(&["subtitle"]) {
        return Role::Text;
    }
    let outline = chain.iter().find_map(|style| style.outline);
    let outline = outline.filter(|level| *level < BODY_TEXT).map(|level| level + 1);
    // What is said to be body text is no heading by what it is based on.
    let named = 1 + chain.iter().skip(1).take_while(|style| style.outline != Some(9)).count();
    let named = if own.outline == Some(BODY_TEXT) { 1 } else { named };
    let mut labels = chain.iter().take(named).flat_map(|style| [&style.id, &style.name]);
    if let Some(label) = labels.find(|label| label.to_ascii_lowercase().contains("heading"))
        && let Some(level) = outline.or_else(|| heading_level(label))
    {
        return Role::Heading(level);
    }
    if chain.iter().any(|style| style.is_called(CODE)) {
        return Role::Code;
    }
    let is_titles = chain.iter().take(2).any(|style| style.is_called(&["title", "subtitle"]));
    outline.filter(|_| !is_titles).map_or(Role::Text, Role::Heading)
}

/// The level in a name such as `heading 2` or `Heading2`; 1 if it has none and is a name of its
/// own, such as `TOC Heading`.
fn heading_level(label: &str) -> Option<u32> {
    let digits: String = label
        .chars()
        .skip_while(|letter| !letter.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    if digits.is_empty() {
        return label.contains("Heading").then_some(1);
    }
    Some(digits.parse().unwrap_or(BODY_TEXT).clamp(1, BODY_TEXT))
}
