//! What a paragraph is: its style, and what it says of itself.

use crate::office::tree::Element;

use super::lists::Place;
use super::numbering::Number;
use super::styles::{Role, Style, Styles};
use super::values::{indent, number, numbering, switch, value};

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Paragraph {
    pub(super) style: Style,
    pub(super) role: Role,
    /// The list that counts it, and its level.
    pub(super) num: Option<(u32, u8)>,
    indent: Option<i32>,
    /// Whether its list is its own, and not its style's.
    is_own_list: bool,
    /// Whether its end is hidden: then it counts only if it says something.
    pub(super) is_hidden: bool,
    /// Whether what follows goes on in it: its end was deleted, or it is a large first letter.
    pub(super) is_begun: bool,
}

impl Paragraph {
    pub(super) fn read(paragraph: Element<'_>, styles: &Styles) -> Self {
        let Some(properties) = paragraph.child("pPr") else {
            return Self::of(styles.style(None));
        };
        let style = value(properties, "pStyle");
        let mut read = Self::of(styles.style(style.as_deref()));
        let (num, level) = numbering(properties);
        read.is_own_list = num.is_some();
        let level = level.or(read.style.level.filter(|_| num.is_none())).unwrap_or(0);
        // List 0 takes a paragraph out of the list of its style.
        read.num = num.or(read.style.num).filter(|num| *num > 0).map(|num| (num, level));
        read.indent = indent(properties);
        if read.role == Role::Text
            && let Some(level @ 0..9) = number(properties, "outlineLvl")
        {
            read.role = Role::Heading(level + 1);
        }
        if let Some(mark) = properties.child("rPr") {
            read.is_begun = mark.child("del").or_else(|| mark.child("moveFrom")).is_some();
            read.is_hidden = switch(mark, "vanish") == Some(true);
        }
        let initial = properties.child("framePr").and_then(|frame| frame.attribute("dropCap"));
        read.is_begun |= initial.is_some_and(|kind| kind != "none");
        read
    }

    fn of(style: Style) -> Self {
        let num = style.num.filter(|num| *num > 0).map(|num| (num, style.level.unwrap_or(0)));
        Self { style, role: style.role, num, ..Self::default() }
    }

    /// Where it stands as an item of a list.
    pub(super) fn place(&self, number: &Number) -> Option<Place> {
        let (num, level) = self.num?;
        let by_style = self.style.indent;
        let by_list =
            if self.is_own_list { number.indent.or(by_style) } else { by_style.or(number.indent) };
        let indent = self.indent.or(by_list).unwrap_or(0);
        Some(Place { num, level, indent })
    }
}
