//! Looks an XML part of an Office file over, in one pass and constant memory.

use std::io::BufRead;

use gloss_core_model::SourceType;
use gloss_ingest::{IngestError, Limits};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::package::{beyond, shown};
use crate::unreadable;

pub(crate) fn is_xml(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".xml") || name.ends_with(".rels") || name.ends_with(".vml")
}

/// # Errors
/// A document type, which Office never writes and entities hide in; nesting or a used range of a
/// sheet beyond `limits`. XML that is broken or no UTF-8: readers leave such a part out without a
/// word, and a slide that is not there is an answer nobody gets.
pub(crate) fn check(
    source_type: SourceType,
    name: &str,
    xml: impl BufRead,
    limits: &Limits,
) -> Result<(), IngestError> {
    let broken = |what: &str| unreadable(source_type, format!("its part `{}` {what}", shown(name)));
    let mut reader = Reader::from_reader(xml);
    let (mut buffer, mut depth, mut used) = (Vec::new(), 0_usize, UsedRange::default());
    loop {
        buffer.clear();
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(_)) => return Err(broken("is damaged")),
            Err(_) => return Err(broken("is no well-formed XML")),
        };
        if std::str::from_utf8(&event).is_err() {
            return Err(broken("is not UTF-8"));
        }
        match event {
            Event::DocType(_) => {
                return Err(broken("declares a document type, which Office never writes"));
            }
            Event::Start(tag) => {
                depth += 1;
                if depth > limits.depth_max {
                    let what = format!("its part `{}` nests elements too deeply", shown(name));
                    return Err(beyond(what, limits.depth_max as u64));
                }
                used.take(source_type, name, &tag)?;
            }
            Event::Empty(tag) => used.take_empty(source_type, name, &tag)?,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof if depth > 0 => return Err(broken("is cut off")),
            Event::Eof => break,
            _ => {}
        }
    }
    if used.cells() > limits.cells_max {
        let what = format!("its part `{}` uses a range of {} cells", shown(name), used.cells());
        return Err(beyond(what, limits.cells_max));
    }
    Ok(())
}

/// The rectangle around all cells of a sheet that hold something, and those that are merged.
/// Readers make room for the whole of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct UsedRange {
    rows: (u64, u64),
    columns: (u64, u64),
}

impl Default for UsedRange {
    fn default() -> Self {
        Self { rows: (u64::MAX, 0), columns: (u64::MAX, 0) }
    }
}

impl UsedRange {
    /// A cell without anything in it only has a style; readers pass over it.
    fn take_empty(
        &mut self,
        source_type: SourceType,
        part: &str,
        tag: &BytesStart<'_>,
    ) -> Result<(), IngestError> {
        if tag.local_name().as_ref() == b"c" {
            return Ok(());
        }
        self.take(source_type, part, tag)
    }

    fn take(
        &mut self,
        source_type: SourceType,
        part: &str,
        tag: &BytesStart<'_>,
    ) -> Result<(), IngestError> {
        let is_sheet = source_type == SourceType::Xlsx && part.starts_with("xl/worksheets/");
        let attribute = match tag.local_name().as_ref() {
            _ if !is_sheet => return Ok(()),
            b"c" => "r",
            b"mergeCell" => "ref",
            _ => return Ok(()),
        };
        let Ok(Some(value)) = tag.try_get_attribute(attribute) else { return Ok(()) };
        for corner in value.value.split(|byte| *byte == b':') {
            let (column, row) = cell(corner).ok_or_else(|| {
                let corner = shown(&String::from_utf8_lossy(corner));
                let reason = format!("its part `{}` names a cell `{corner}`", shown(part));
                unreadable(source_type, reason + ", which no sheet has")
            })?;
            self.rows = (self.rows.0.min(row), self.rows.1.max(row));
            self.columns = (self.columns.0.min(column), self.columns.1.max(column));
        }
        Ok(())
    }

    fn cells(self) -> u64 {
        let span = |(from, to): (u64, u64)| to.saturating_sub(from).saturating_add(1);
        if self.rows.0 == u64::MAX { 0 } else { span(self.rows).saturating_mul(span(self.columns)) }
    }
}

/// The last row and column of the format, which Excel and the others keep to.
const LAST_ROW: u64 = 1_048_576;
const LAST_COLUMN: u64 = 16_384;

/// Column and row of a name such as `BC42`, both from 1.
fn cell(name: &[u8]) -> Option<(u64, u64)> {
    let letters = name.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let column = name[..letters].iter().try_fold(0_u64, |column, letter| {
        let digit = u64::from(letter.to_ascii_uppercase() - b'A') + 1;
        column.checked_mul(26)?.checked_add(digit)
    })?;
    let row = std::str::from_utf8(&name[letters..]).ok()?.parse().ok()?;
    let exists = (1..=LAST_COLUMN).contains(&column) && (1..=LAST_ROW).contains(&row);
    exists.then_some((column, row))
}

#[cfg(test)]
mod tests {
    use super::{UsedRange, cell};
    use gloss_core_model::SourceType;
    use gloss_ingest::Limits;

    fn check(name: &str, xml: &str) -> String {
        let limits = Limits { depth_max: 3, cells_max: 100, ..Limits::DEFAULT };
        match super::check(SourceType::Xlsx, name, xml.as_bytes(), &limits) {
            Ok(()) => "fine".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_no_reader_should_have_to_bear() {
        let sheet = "xl/worksheets/sheet1.xml";
        let answers = [
            check(sheet, "<a><b><c r='A1'/></b></a>"),
            check(sheet, "<a><b><c><d/></c></b></a>"),
            check(sheet, "<a><b><c><d></d></c></b></a>"),
            check(sheet, "<a><c r='B2'>1</c><c r='K11'>1</c></a>"),
            check(sheet, "<a><c r='B2'>1</c><c r='L11'>1</c></a>"),
            check(sheet, "<a><c r='B2'>1</c><c r='L11'/></a>"),
            check(sheet, "<a><mergeCell ref='A1:XFD1048576'/></a>"),
            check("xl/styles.xml", "<a><c r='A1'/><c r='XFD1048576'/></a>"),
            check("a.xml", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
            check("a.xml", "<a><b"),
            check("a.xml", "<a><b>"),
            check("a.xml", "<a><b></a></b>"),
        ];
        insta::assert_snapshot!(answers.join("\n"), @"
        fine
        fine
        its part `xl/worksheets/sheet1.xml` nests elements too deeply: the limit is 3; split the file, or save it again from its program
        fine
        its part `xl/worksheets/sheet1.xml` uses a range of 110 cells: the limit is 100; split the file, or save it again from its program
        fine
        its part `xl/worksheets/sheet1.xml` uses a range of 17179869184 cells: the limit is 100; split the file, or save it again from its program
        fine
        not a readable xlsx file: its part `a.xml` declares a document type, which Office never writes; open it in its program and save it again, or ask for another copy
        not a readable xlsx file: its part `a.xml` is no well-formed XML; open it in its program and save it again, or ask for another copy
        not a readable xlsx file: its part `a.xml` is cut off; open it in its program and save it again, or ask for another copy
        not a readable xlsx file: its part `a.xml` is no well-formed XML; open it in its program and save it again, or ask for another copy
        ");
    }

    #[test]
    fn cell_names() {
        let names = ["A1", "Z1", "AA10", "XFD1048576", "1", "A", "", "A1B", "ZZZZZZZZZZZZZZZZZZ1"];
        let read = names.map(|name| format!("{name}: {:?}", cell(name.as_bytes())));
        insta::assert_snapshot!(read.join("\n"), @"
        A1: Some((1, 1))
        Z1: Some((26, 1))
        AA10: Some((27, 10))
        XFD1048576: Some((16384, 1048576))
        1: None
        A: None
        : None
        A1B: None
        ZZZZZZZZZZZZZZZZZZ1: None
        ");
        assert_eq!(UsedRange::default().cells(), 0);
    }
}
