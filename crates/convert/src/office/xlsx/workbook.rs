//! The workbook: which sheets there are, and what all of them share.

use std::collections::HashMap;

use gloss_ingest::IngestError;

use super::comments::{self, People};
use super::formats::Formats;
use super::sheet::Shared;
use super::strings;
use crate::office::check::beyond;
use crate::office::package::{Package, Relationships};
use crate::office::tree::Element;

#[derive(Debug)]
pub(super) struct Workbook {
    pub(super) sheets: Vec<SheetEntry>,
    pub(super) shared: Shared,
    pub(super) people: People,
}

/// A sheet as the workbook names it.
#[derive(Debug)]
pub(super) struct SheetEntry {
    pub(super) name: String,
    pub(super) is_hidden: bool,
    /// None for sheets of macros and of dialogs, which say nothing.
    pub(super) part: Option<(Kind, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Cells,
    /// One chart on a page of its own.
    Chart,
}

impl Workbook {
    /// # Errors
    /// No workbook; XML that is broken; more sheets than the limits bear.
    pub(super) fn read(package: &mut Package<'_>) -> Result<Self, IngestError> {
        let name = package.main()?;
        let part = package.required(&name)?;
        let relationships = package.relationships(&name)?;
        let tree = part.tree()?;
        let root = tree.root();
        let sheets = root.and_then(|root| root.child("sheets"));
        let sheets = sheets_of(sheets, &relationships);
        let sheets_max = package.limits().pages_max;
        if sheets.len() > sheets_max {
            let what = format!("it has {} sheets", sheets.len());
            return Err(beyond(what, sheets_max as u64));
        }
        let mut shared = Shared::default();
        if let Some(part) = package.related(&relationships, "sharedStrings")? {
            shared.strings = strings::read(&part)?;
        }
        if let Some(part) = package.related(&relationships, "styles")? {
            shared.formats = Formats::read(&part)?;
        }
        let begins = root.and_then(|root| root.child("workbookPr")?.attribute("date1904"));
        shared.formats.is_1904 = begins.is_some_and(|it| matches!(&*it, "1" | "true" | "on"));
        let people = package.related(&relationships, "person")?;
        let people = people.map(|part| comments::people(&part)).transpose()?.unwrap_or_default();
        Ok(Self { sheets, shared, people })
    }
}

fn sheets_of(sheets: Option<Element<'_>>, relationships: &Relationships) -> Vec<SheetEntry> {
    let mut parts = HashMap::new();
    for (word, kind) in [("worksheet", Kind::Cells), ("chartsheet", Kind::Chart)] {
        let known = relationships.of_kind(word);
        parts.extend(known.map(|known| (known.id.as_str(), (kind, known.target.as_str()))));
    }
    let entry = |sheet: Element<'_>| {
        let part = sheet.relation("id").and_then(|id| parts.get(&*id).copied());
        SheetEntry {
            name: crate::office::name(&sheet.attribute("name").unwrap_or_default()),
            is_hidden: sheet.attribute("state").is_some_and(|state| state != "visible"),
            part: part.map(|(kind, name)| (kind, name.to_owned())),
        }
    };
    sheets.into_iter().flat_map(Element::children).filter(|it| it.is("sheet")).map(entry).collect()
}
