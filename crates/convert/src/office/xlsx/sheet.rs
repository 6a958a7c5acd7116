//! A sheet as its part has it: what each cell shows, and which cells are merged.
//!
//! Sheets are long, so they are read event by event and never as a tree.

use std::borrow::Cow;

use gloss_ingest::IngestError;

use super::area::{self, Area};
use super::formats::Formats;
use super::strings;
use crate::office::escapes;
use crate::office::package::Part;
use crate::office::xml::{Event, Events, Tag, XmlError};

/// A cell that has a value, and what it shows of it.
#[derive(Debug)]
pub(super) struct Cell<'b> {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) text: Cow<'b, str>,
}

#[derive(Debug, Default)]
pub(super) struct Sheet<'b> {
    pub(super) cells: Vec<Cell<'b>>,
    pub(super) merged: Vec<Area>,
}

/// What cells of all sheets refer to.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) strings: Vec<String>,
    pub(super) formats: Formats,
}

/// # Errors
/// XML that is broken.
pub(super) fn read<'b>(part: &Part, shared: &'b Shared) -> Result<Sheet<'b>, IngestError> {
    let mut reader =
        Reader { events: part.events(), shared, sheet: Sheet::default(), row: 0, column: 0 };
    reader.sheet().map_err(|error| part.failed(error))?;
    Ok(reader.sheet)
}

struct Reader<'x, 'b> {
    events: Events<'x>,
    shared: &'b Shared,
    sheet: Sheet<'b>,
    /// Where the next row or cell stands if it does not say where.
    row: u32,
    column: u32,
}

impl<'b> Reader<'_, 'b> {
    fn sheet(&mut self) -> Result<(), XmlError> {
        let mut is_inside = false;
        while let Some(event) = self.events.next()? {
            match event {
                Event::Start(_) if !is_inside => is_inside = true,
                Event::Start(tag) if tag.name() == "sheetData" => self.rows()?,
                Event::Start(tag) if tag.name() == "mergeCells" => self.merged()?,
                Event::Start(_) => self.events.skip()?,
                Event::End | Event::Text(_) => {}
            }
        }
        Ok(())
    }

    fn rows(&mut self) -> Result<(), XmlError> {
        while let Some(event) = self.events.next()? {
            match event {
                Event::Start(tag) if tag.name() == "row" => {
                    let named = tag.attribute("r").and_then(|name| area::row(&name));
                    self.row = named.unwrap_or(self.row);
                    self.column = 0;
                    self.cells()?;
                    self.row = self.row.saturating_add(1);
                }
                Event::Start(_) => self.events.skip()?,
                Event::Text(_) => {}
                Event::End => break,
            }
        }
        Ok(())
    }

    fn cells(&mut self) -> Result<(), XmlError> {
        while let Some(event) = self.events.next()? {
            match event {
                Event::Start(tag) if tag.name() == "c" => self.cell(tag)?,
                Event::Start(_) => self.events.skip()?,
                Event::Text(_) => {}
                Event::End => break,
            }
        }
        Ok(())
    }

    fn cell(&mut self, tag: Tag<'_>) -> Result<(), XmlError> {
        let named = tag.attribute("r").and_then(|name| area::cell(&name));
        let (row, column) = named.unwrap_or((self.row, self.column));
        self.column = column.saturating_add(1);
        let (mut value, mut inline) = (None, None);
        while let Some(event) = self.events.next()? {
            match event {
                Event::Start(tag) => match tag.name() {
                    "v" => value = Some(strings::text(&mut self.events)?),
                    "is" => inline = Some(strings::rich(&mut self.events)?),
                    _ => self.events.skip()?,
                },
                Event::Text(_) => {}
                Event::End => break,
            }
        }
        let text = match (inline, value) {
            (Some(text), _) => Some(text).filter(|text| !text.is_empty()).map(Cow::Owned),
            (None, Some(value)) => self.shown(tag, &value),
            (None, None) => None,
        };
        self.sheet.cells.extend(text.map(|text| Cell { row, column, text }));
        Ok(())
    }

    /// What a cell shows of a value; none if there is no value. A format may show nothing of one.
    fn shown(&self, tag: Tag<'_>, value: &str) -> Option<Cow<'b, str>> {
        if value.is_empty() {
            return None;
        }
        let shared = self.shared;
        let style = || tag.attribute("s").and_then(|style| style.parse().ok());
        let shown = match tag.attribute("t").as_deref() {
            Some("s") => {
                let number = value.trim().parse::<usize>().ok();
                let string = number.and_then(|number| shared.strings.get(number));
                return Some(Cow::Borrowed(string.map_or("", String::as_str)));
            }
            Some("b") => match value.trim() {
                "0" | "false" => Cow::Borrowed("False"),
                _ => Cow::Borrowed("True"),
            },
            Some("d") => shared.formats.date(value, style()),
            Some("n") | None => shared.formats.number(value, style()),
            Some(_) => escapes::decoded(value),
        };
        Some(Cow::Owned(shown.into_owned()))
    }

    fn merged(&mut self) -> Result<(), XmlError> {
        while let Some(event) = self.events.next()? {
            match event {
                Event::Start(tag) => {
                    let named = tag.attribute("ref").and_then(|name| Area::named(&name));
                    self.sheet.merged.extend(named.filter(|_| tag.name() == "mergeCell"));
                    self.events.skip()?;
                }
                Event::Text(_) => {}
                Event::End => break,
            }
        }
        Ok(())
    }
}
