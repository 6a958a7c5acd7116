//! What slides share: layouts and masters, which are read once, and the authors of comments.

use std::collections::HashMap;
use std::rc::Rc;

use gloss_ingest::IngestError;

use super::placeholders::{Layout, Master};
use crate::office::package::{Package, Relationships};

#[derive(Debug)]
pub(super) struct Deck {
    /// Width and height in EMU.
    pub(super) slide_size: (f32, f32),
    /// Who wrote comments, by the id of the author.
    pub(super) authors: HashMap<String, String>,
    layouts: HashMap<String, Rc<Layout>>,
    masters: HashMap<String, Rc<Master>>,
}

/// Of slides that do not say how large they are: four to three.
const SLIDE_SIZE: (f32, f32) = (9_144_000.0, 6_858_000.0);

impl Deck {
    pub(super) fn new(slide_size: Option<(f32, f32)>) -> Self {
        Self {
            slide_size: slide_size.unwrap_or(SLIDE_SIZE),
            authors: HashMap::new(),
            layouts: HashMap::new(),
            masters: HashMap::new(),
        }
    }

    /// The layout of a slide; an empty one if it has none.
    ///
    /// # Errors
    /// A layout or a master that is broken.
    pub(super) fn layout(
        &mut self,
        package: &mut Package<'_>,
        slide: &Relationships,
    ) -> Result<Rc<Layout>, IngestError> {
        let Some(name) = slide.first("slideLayout") else { return Ok(Rc::default()) };
        if let Some(layout) = self.layouts.get(name) {
            return Ok(Rc::clone(layout));
        }
        let relationships = package.relationships(name)?;
        let master = match relationships.first("slideMaster") {
            Some(master) => self.master(package, master)?,
            None => Rc::default(),
        };
        let layout = match package.part(name)? {
            Some(part) => Layout::read(part.tree()?.root(), master),
            None => Layout::read(None, master),
        };
        let layout = Rc::new(layout);
        self.layouts.insert(name.to_owned(), Rc::clone(&layout));
        Ok(layout)
    }

    fn master(&mut self, package: &mut Package<'_>, name: &str) -> Result<Rc<Master>, IngestError> {
        if let Some(master) = self.masters.get(name) {
            return Ok(Rc::clone(master));
        }
        let master = match package.part(name)? {
            Some(part) => Master::read(part.tree()?.root()),
            None => Master::default(),
        };
        let master = Rc::new(master);
        self.masters.insert(name.to_owned(), Rc::clone(&master));
        Ok(master)
    }
}
