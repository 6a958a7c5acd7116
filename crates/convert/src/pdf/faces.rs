//! The type faces of a document, each once.

use std::collections::BTreeMap;

use unpdf::parser::backend::{ObjectId, PageId, PdfBackend, ResourceScope};

/// What a face says about the text set in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Face {
    pub(super) bold: bool,
    pub(super) italic: bool,
    /// Every glyph is as wide as any other: code, or a typewriter.
    pub(super) mono: bool,
    /// Signs instead of letters, as bullets are set in.
    pub(super) symbol: bool,
}

/// Faces by number, and the names that pages call them by.
#[derive(Debug, Default)]
pub(super) struct Faces {
    faces: Vec<Face>,
    /// Of the page that is being read: the form and the resource name.
    names: BTreeMap<(Option<ObjectId>, Vec<u8>), u16>,
    known_scopes: Vec<Option<ObjectId>>,
}

impl Faces {
    pub(super) fn begin_page(&mut self) {
        self.names.clear();
        self.known_scopes.clear();
    }

    pub(super) fn get(&self, face: u16) -> Face {
        self.faces.get(usize::from(face)).copied().unwrap_or_default()
    }

    /// The number of the face that content of `form` on `page` calls `name`.
    pub(super) fn find(
        &mut self,
        backend: &dyn PdfBackend,
        page: PageId,
        form: Option<ObjectId>,
        name: &[u8],
    ) -> u16 {
        if !self.known_scopes.contains(&form) {
            self.known_scopes.push(form);
            let fonts = backend.page_fonts(ResourceScope { page, form }).unwrap_or_default();
            for font in fonts {
                let mut face = named(&font.base_font, font.bold, font.italic);
                face.mono |= font.fixed_pitch;
                let number = self.number(face);
                self.names.insert((form, font.name), number);
            }
        }
        let number = self.names.get(&(form, name.to_vec())).copied();
        number.unwrap_or_else(|| self.number(Face::default()))
    }

    /// Faces that say the same are the same: a document has at most sixteen.
    pub(super) fn number(&mut self, face: Face) -> u16 {
        let at = self.faces.iter().position(|known| *known == face).unwrap_or_else(|| {
            self.faces.push(face);
            self.faces.len() - 1
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }
}

const BOLD: [&str; 5] = ["bold", "black", "heavy", "-medi", "cmbx"];
const ITALIC: [&str; 4] = ["italic", "oblique", "cmti", "-ital"];
const MONO: [&str; 6] = ["mono", "courier", "cmtt", "typewriter", "consolas", "menlo"];
const SYMBOL: [&str; 4] = ["symbol", "wingding", "webding", "dingbat"];

fn named(base_font: &str, bold: bool, italic: bool) -> Face {
    let name = base_font.to_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| name.contains(word));
    Face {
        bold: bold || holds(&BOLD),
        italic: italic || holds(&ITALIC),
        mono: holds(&MONO),
        symbol: holds(&SYMBOL),
    }
}
