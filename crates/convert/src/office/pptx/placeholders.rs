//! What placeholders inherit: from the same place of their layout, and of its master.

use std::collections::HashMap;
use std::rc::Rc;

use super::geometry::Rect;
use super::markers::{Levels, Marker};
use crate::office::tree::Element;

/// What a shape was put on the slide for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Title,
    /// Body, subtitle, or whatever else holds content.
    Content,
    Date,
    Footer,
    SlideNumber,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placeholder {
    pub(super) role: Role,
    /// Tells places for content of a layout apart.
    index: u32,
}

impl Placeholder {
    /// What a shape's `nvPr` says of it.
    pub(super) fn of(shape: Element<'_>) -> Option<Self> {
        let ph = non_visual(shape)?.at(&["nvPr", "ph"])?;
        let role = match ph.attribute("type").as_deref() {
            Some("title" | "ctrTitle") => Role::Title,
            Some("dt") => Role::Date,
            Some("ftr") => Role::Footer,
            Some("sldNum") => Role::SlideNumber,
            _ => Role::Content,
        };
        let index = ph.attribute("idx").and_then(|index| index.parse().ok()).unwrap_or(0);
        Some(Self { role, index })
    }
}

/// What a shape says of itself besides how it looks: `p:nvSpPr`, `p:nvPicPr` and the like.
pub(super) fn non_visual(shape: Element<'_>) -> Option<Element<'_>> {
    let found = |inside: &Element<'_>| inside.name().starts_with("nv");
    shape.children().next().filter(found)
}

/// What a place passes on.
#[derive(Debug, Default)]
struct Place {
    rect: Option<Rect>,
    levels: Levels,
}

#[derive(Debug, Default)]
pub(super) struct Layout {
    by_index: HashMap<u32, Place>,
    by_role: HashMap<Role, Place>,
    master: Rc<Master>,
}

#[derive(Debug, Default)]
pub(super) struct Master {
    by_role: HashMap<Role, Place>,
    titles: Levels,
    bodies: Levels,
}

impl Layout {
    pub(super) fn read(root: Option<Element<'_>>, master: Rc<Master>) -> Self {
        let mut layout = Self { master, ..Self::default() };
        for (placeholder, place) in root.into_iter().flat_map(places) {
            if placeholder.role == Role::Content {
                layout.by_index.entry(placeholder.index).or_insert(place);
            } else {
                layout.by_role.entry(placeholder.role).or_insert(place);
            }
        }
        layout
    }

    pub(super) fn rect(&self, placeholder: Placeholder) -> Option<Rect> {
        let own = self.place(placeholder).and_then(|place| place.rect);
        own.or_else(|| self.master.by_role.get(&placeholder.role)?.rect)
    }

    /// What stands before the paragraphs of a level, if the layout or the master says so.
    pub(super) fn marker(&self, placeholder: Placeholder, level: u8) -> Option<Marker> {
        let own = self.place(placeholder).and_then(|place| place.levels.at(level));
        own.or_else(|| self.master.marker(placeholder.role, level))
    }

    fn place(&self, placeholder: Placeholder) -> Option<&Place> {
        match placeholder.role {
            Role::Content => self.by_index.get(&placeholder.index),
            role => self.by_role.get(&role),
        }
    }
}

impl Master {
    pub(super) fn read(root: Option<Element<'_>>) -> Self {
        let styles = root.and_then(|root| root.child("txStyles"));
        let levels = |name: &str| Levels::read(styles.and_then(|styles| styles.child(name)));
        let mut by_role = HashMap::new();
        for (placeholder, place) in root.into_iter().flat_map(places) {
            by_role.entry(placeholder.role).or_insert(place);
        }
        Self { by_role, titles: levels("titleStyle"), bodies: levels("bodyStyle") }
    }

    fn marker(&self, role: Role, level: u8) -> Option<Marker> {
        let style = match role {
            Role::Title => &self.titles,
            Role::Content => &self.bodies,
            // Furniture has no lists.
            Role::Date | Role::Footer | Role::SlideNumber => return None,
        };
        let own = self.by_role.get(&role).and_then(|place| place.levels.at(level));
        own.or_else(|| style.at(level))
    }
}

fn places(root: Element<'_>) -> impl Iterator<Item = (Placeholder, Place)> {
    let shapes = root.at(&["cSld", "spTree"]).into_iter().flat_map(Element::children);
    shapes.filter_map(|shape| {
        let levels = Levels::read(shape.at(&["txBody", "lstStyle"]));
        Some((Placeholder::of(shape)?, Place { rect: Rect::of(shape), levels }))
    })
}
