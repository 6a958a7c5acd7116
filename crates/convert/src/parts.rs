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
/// sheet beyond `limits`. Broken XML is left to the reader, which may bear it.
pub(crate) fn check(
    source_type: SourceType,
    name: &str,
    xml: impl BufRead,
    limits: &Limits,
) -> Result<(), IngestError> {
    let is_sheet = source_type == SourceType::Xlsx && name.starts_with("xl/worksheets/");
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = false;
    let (mut buffer, mut depth, mut used) = (Vec::new(), 0_usize, UsedRange::default());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::DocType(_)) => {
                let reason = format!("`{}` declares a document type", shown(name));
                return Err(unreadable(source_type, reason));
            }
            Ok(Event::Start(tag)) => {
                depth += 1;
                if depth > limits.depth_max {
                    let what = format!("`{}` has deeper nested elements", shown(name));
                    return Err(beyond(what, limits.depth_max as u64));
                }
                used.take(is_sheet, &tag);
            }
            Ok(Event::Empty(tag)) => used.take(is_sheet, &tag),
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    if used.cells() > limits.cells_max {
        let what = format!("`{}` uses a range of {} cells", shown(name), used.cells());
        return Err(beyond(what, limits.cells_max));
    }
    Ok(())
}

/// The rectangle around all cells that a sheet mentions: readers make room for the whole of it.
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
    fn take(&mut self, is_sheet: bool, tag: &BytesStart<'_>) {
        let attribute = match tag.local_name().as_ref() {
            _ if !is_sheet => return,
            b"c" => "r",
            b"mergeCell" => "ref",
            _ => return,
        };
        let Ok(Some(value)) = tag.try_get_attribute(attribute) else { return };
        for corner in value.value.split(|byte| *byte == b':') {
            let Some((column, row)) = cell(corner) else { continue };
            self.rows = (self.rows.0.min(row), self.rows.1.max(row));
            self.columns = (self.columns.0.min(column), self.columns.1.max(column));
        }
    }

    fn cells(self) -> u64 {
        let span = |(from, to): (u64, u64)| to.saturating_sub(from).saturating_add(1);
        if self.rows.0 == u64::MAX { 0 } else { span(self.rows).saturating_mul(span(self.columns)) }
    }
}

/// Column and row of a name such as `BC42`, both from 1.
fn cell(name: &[u8]) -> Option<(u64, u64)> {
    let letters = name.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let column = name[..letters].iter().try_fold(0_u64, |column, letter| {
        let digit = u64::from(letter.to_ascii_uppercase() - b'A') + 1;
        column.checked_mul(26)?.checked_add(digit)
    })?;
    let row = std::str::from_utf8(&name[letters..]).ok()?.parse().ok()?;
    (letters > 0).then_some((column, row))
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
            check(sheet, "<a><c r='B2'/><c r='K11'/></a>"),
            check(sheet, "<a><c r='B2'/><c r='L11'/></a>"),
            check(sheet, "<a><mergeCell ref='A1:XFD1048576'/></a>"),
            check("xl/styles.xml", "<a><c r='A1'/><c r='XFD1048576'/></a>"),
            check("a.xml", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
            check("a.xml", "<a><b"),
        ];
        insta::assert_snapshot!(answers.join("\n"), @"");
    }

    #[test]
    fn cell_names() {
        let names = ["A1", "Z1", "AA10", "XFD1048576", "1", "A", "", "A1B", "ZZZZZZZZZZZZZZZZZZ1"];
        let read = names.map(|name| format!("{name}: {:?}", cell(name.as_bytes())));
        insta::assert_snapshot!(read.join("\n"), @"");
        assert_eq!(UsedRange::default().cells(), 0);
    }
}
