//! One page's text and rules, kept small: all that is held of a page while others are read.

use unpdf::parser::backend::{PageId, PdfBackend};

use super::content;
use super::faces::Faces;
use super::rules::Drawn;
use super::segments::{self, Segment};

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Page {
    /// From 1.
    pub(super) number: u32,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) segments: Vec<Segment>,
    pub(super) drawn: Drawn,
    /// Has text that no one can read.
    pub(super) unreadable: bool,
    /// Has content that could not be decoded.
    pub(super) lost: bool,
}

pub(super) fn read(backend: &dyn PdfBackend, number: u32, page: PageId, faces: &mut Faces) -> Page {
    let mut ink = content::read(backend, page, faces);
    let segments = segments::of_page(&ink.words, &ink.drawn, faces);
    ink.drawn.level.shrink_to_fit();
    ink.drawn.upright.shrink_to_fit();
    Page {
        number,
        width: ink.width,
        height: ink.height,
        segments,
        drawn: ink.drawn,
        unreadable: ink.unreadable,
        lost: ink.lost,
    }
}

impl Page {
    /// Whether one picture covers more than `share` of the page.
    pub(super) fn is_picture(&self, share: f32) -> bool {
        let page = (self.width * self.height).abs();
        self.drawn.pictures.iter().any(|area| area.width() * area.height() > share * page)
    }
}
