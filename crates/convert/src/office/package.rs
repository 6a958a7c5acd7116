//! The parts of an Office file, and how they point at each other.
//!
//! Names of parts are keys and never paths; what stands outside of the file is never fetched.

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read};

use gloss_core_model::SourceType;
use gloss_ingest::{IngestError, Limits};
use zip::ZipArchive;

use super::check::{beyond, broken, shown};
use super::tree::{Element, Tree};
use super::xml::{Events, XmlError};
use crate::unreadable;

/// An Office file that was looked over.
#[derive(Debug)]
pub(super) struct Package<'a> {
    source_type: SourceType,
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Where a part stands in the archive, by its name in small letters: names are compared so.
    places: HashMap<String, usize>,
    limits: &'a Limits,
    /// Parts that were said, by the same names: see [`Self::is_first`].
    said: HashSet<String>,
    /// What may still be unpacked. A part may be asked for again, but not without end.
    bytes_left: u64,
}

/// The text of a part, and its name for messages.
#[derive(Debug)]
pub(super) struct Part {
    source_type: SourceType,
    name: String,
    xml: String,
    depth_max: usize,
}

/// Where a part points, by the ids of its relationships.
#[derive(Debug, Default)]
pub(super) struct Relationships(Vec<Relationship>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relationship {
    pub(super) id: String,
    /// The last word of its type, such as `slideLayout`.
    pub(super) kind: String,
    /// The name of a part of this file.
    pub(super) target: String,
}

impl<'a> Package<'a> {
    /// # Errors
    /// A broken archive.
    pub(super) fn open(
        source_type: SourceType,
        bytes: &'a [u8],
        limits: &'a Limits,
    ) -> Result<Self, IngestError> {
        let archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(source_type, &error))?;
        let names = archive.file_names().enumerate();
        let places = names.filter_map(|(at, name)| Some((key(&name.ok()?), at))).collect();
        // Each part once as what it is, and once more where several readers look.
        let bytes_left = limits.unpacked_bytes_max.saturating_mul(2);
        Ok(Self { source_type, archive, places, limits, said: HashSet::new(), bytes_left })
    }

    pub(super) fn limits(&self) -> &'a Limits {
        self.limits
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.places.contains_key(&key(name))
    }

    /// Whether nobody asked this of a part before: whatever points at it once more, what it says
    /// comes once.
    pub(super) fn is_first(&mut self, name: &str) -> bool {
        self.said.insert(key(name))
    }

    /// The part of a name; none if there is no such part.
    ///
    /// # Errors
    /// A part that cannot be unpacked, or is not UTF-8; parts that were asked for too often.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Part>, IngestError> {
        let Some(at) = self.places.get(&key(name)).copied() else { return Ok(None) };
        let damaged =
            |what: &str| unreadable(self.source_type, format!("its part `{}` {what}", shown(name)));
        let part = self.archive.by_index(at).map_err(|error| broken(self.source_type, &error))?;
        let mut bytes = Vec::new();
        let read = part.take(self.bytes_left + 1).read_to_end(&mut bytes);
        let read = read.map_err(|_| damaged("is damaged"))? as u64;
        if read > self.bytes_left {
            let max = self.limits.unpacked_bytes_max;
            return Err(beyond("its parts unpack to too many bytes".into(), max));
        }
        self.bytes_left -= read;
        let xml = String::from_utf8(bytes).map_err(|_| damaged("is not UTF-8"))?;
        let depth_max = self.limits.depth_max;
        Ok(Some(Part { source_type: self.source_type, name: name.to_owned(), xml, depth_max }))
    }

    /// The part of a name, which a file cannot be without.
    ///
    /// # Errors
    /// As [`Self::part`]; no such part.
    pub(super) fn required(&mut self, name: &str) -> Result<Part, IngestError> {
        self.part(name)?.ok_or_else(|| {
            unreadable(self.source_type, format!("its part `{}` is missing", shown(name)))
        })
    }

    /// The part that the first relationship of a kind leads to; none if there is none.
    ///
    /// # Errors
    /// As [`Self::part`].
    pub(super) fn related(
        &mut self,
        relationships: &Relationships,
        kind: &str,
    ) -> Result<Option<Part>, IngestError> {
        relationships.first(kind).map_or(Ok(None), |name| self.part(name))
    }

    /// Where a part points within the file; the file itself has no name. What it points at outside
    /// is left out.
    ///
    /// # Errors
    /// As [`Self::part`]; XML that is broken.
    pub(super) fn relationships(&mut self, name: &str) -> Result<Relationships, IngestError> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let slash = if folder.is_empty() { "" } else { "/" };
        let Some(part) = self.part(&format!("{folder}{slash}_rels/{file}.rels"))? else {
            return Ok(Relationships::default());
        };
        let tree = part.tree()?;
        let all = tree.root().into_iter().flat_map(Element::children);
        Ok(Relationships(all.filter_map(|element| relationship(folder, element)).collect()))
    }

    /// The part that the file is about, such as `word/document.xml`.
    ///
    /// # Errors
    /// As [`Self::relationships`]; no such part.
    pub(super) fn main(&mut self) -> Result<String, IngestError> {
        let relationships = self.relationships("")?;
        let main = relationships.first("officeDocument").filter(|main| self.has(main));
        main.map(str::to_owned)
            .ok_or_else(|| unreadable(self.source_type, "the part with its text is missing"))
    }
}

fn relationship(folder: &str, element: Element<'_>) -> Option<Relationship> {
    if element.attribute("TargetMode").is_some_and(|mode| mode == "External") {
        return None;
    }
    let kind = element.attribute("Type")?;
    Some(Relationship {
        id: element.attribute("Id")?.into_owned(),
        kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
        target: resolve(folder, &element.attribute("Target")?),
    })
}

/// The name of a part as seen from a folder.
fn resolve(folder: &str, target: &str) -> String {
    let from = if target.starts_with('/') { "" } else { folder };
    let mut steps: Vec<&str> = Vec::new();
    for step in from.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

fn key(name: &str) -> String {
    name.trim_start_matches('/').to_ascii_lowercase()
}

impl Relationships {
    /// Where the first relationship of a kind leads.
    pub(super) fn first(&self, kind: &str) -> Option<&str> {
        self.of_kind(kind).next().map(|known| known.target.as_str())
    }

    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Relationship> {
        self.0.iter().filter(move |known| known.kind == kind)
    }
}

impl Part {
    /// # Errors
    /// XML that is broken, or nests too deeply.
    pub(super) fn tree(&self) -> Result<Tree<'_>, IngestError> {
        Tree::parse(&self.xml, self.depth_max).map_err(|error| self.failed(error))
    }

    /// For parts that are too long for a tree. Failures of it are told by [`Self::failed`].
    pub(super) fn events(&self) -> Events<'_> {
        Events::new(&self.xml, self.depth_max)
    }

    pub(super) fn failed(&self, error: XmlError) -> IngestError {
        let name = shown(&self.name);
        let what = match error {
            XmlError::Malformed => "is no well-formed XML",
            XmlError::DocType => "declares a document type, which Office never writes",
            XmlError::TooDeep => {
                let what = format!("its part `{name}` nests elements too deeply");
                return beyond(what, self.depth_max as u64);
            }
        };
        unreadable(self.source_type, format!("its part `{name}` {what}"))
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn names_of_parts_as_other_parts_have_them() {
        let names = [
            resolve("ppt/slides", "../slideLayouts/slideLayout1.xml"),
            resolve("ppt/slides", "/ppt/media/image1.png"),
            resolve("", "word/document.xml"),
            resolve("word", "./charts//chart1.xml"),
            resolve("word", "../../../etc/passwd"),
        ];
        assert_eq!(
            names,
            [
                "ppt/slideLayouts/slideLayout1.xml",
                "ppt/media/image1.png",
                "word/document.xml",
                "word/charts/chart1.xml",
                "etc/passwd",
            ]
        );
    }
}
