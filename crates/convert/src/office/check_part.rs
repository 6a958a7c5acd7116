//! Looks an XML part of an Office file over, in one pass and constant memory.

use std::io::BufRead;

use gloss_core_model::SourceType;
use gloss_ingest::{IngestError, Limits};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::check::{beyond, shown};
use super::used_range::UsedRange;
use crate::unreadable;

/// What other programs keep in a file (`customXml/`) is theirs, and may be XML in UTF-16.
pub(super) fn is_xml(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if name.starts_with("customxml/") {
        return false;
    }
    name.ends_with(".xml") || name.ends_with(".rels") || name.ends_with(".vml")
}

/// # Errors
/// A document type, which Office never writes and entities hide in; nesting or a used range of a
/// sheet beyond `limits`. XML that is broken or no UTF-8: readers leave such a part out without a
/// word, and a slide that is not there is an answer nobody gets.
pub(super) fn check(
    source_type: SourceType,
    name: &str,
    xml: impl BufRead,
    limits: &Limits,
) -> Result<(), IngestError> {
    let broken = |what: &str| unreadable(source_type, format!("its part `{}` {what}", shown(name)));
    let is_workbook = source_type == SourceType::Xlsx;
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
                if is_workbook {
                    used.begin(&tag, false).map_err(|what| broken(&what))?;
                }
            }
            Event::Empty(tag) if is_workbook => {
                used.begin(&tag, true).map_err(|what| broken(&what))?;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                used.end(tag.local_name().as_ref());
            }
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

#[cfg(test)]
mod tests {
    use gloss_core_model::SourceType;
    use gloss_ingest::Limits;

    fn check(name: &str, xml: &str) -> String {
        let limits = Limits { depth_max: 3, cells_max: 100, ..Limits::DEFAULT };
        match super::check(SourceType::Xlsx, name, xml.as_bytes(), &limits) {
            Ok(()) => "fine".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    /// Excel keeps the queries of a workbook there, in UTF-16.
    #[test]
    fn what_other_programs_keep_is_theirs() {
        assert!(super::is_xml("xl/Workbook.XML") && super::is_xml("_rels/.rels"));
        assert!(!super::is_xml("customXml/item1.xml") && !super::is_xml("xl/media/image1.png"));
    }

    #[test]
    fn what_no_reader_should_have_to_bear() {
        let sheet = "xl/worksheets/sheet1.xml";
        let of = |cells: &str| check(sheet, &format!("<sheetData>{cells}</sheetData>"));
        let answers = [
            check("a.xml", "<a><b><c><d/></c></b></a>"),
            check("a.xml", "<a><b><c><d></d></c></b></a>"),
            of("<c r='B2'>1</c><c r='K11'>1</c>"),
            of("<c r='B2'>1</c><c r='L11'>1</c>"),
            of("<c r='B2'>1</c><c r='L11'/>"),
            of("<row r='9'><c>1</c></row><row r='108'/><row><c/><c>1</c></row>"),
            of("<row r='9'><c>1</c></row><row r='57'/><row><c/><c>1</c></row>"),
            of("<row r='1048577'><c>1</c></row>"),
            check(sheet, "<a><mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells></a>"),
            check("xl/elsewhere.xml", "<a><mergeCells><mergeCell ref='A1:A102'/></mergeCells></a>"),
            check("customXml/item1.xml", "<a><c r='mine'>1</c><row r='too'/></a>"),
            check("a.xml", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
            check("a.xml", "<a><b"),
            check("a.xml", "<a><b>"),
            check("a.xml", "<a><b></a></b>"),
        ];
        insta::assert_snapshot!(answers.join("\n"), @"
        fine
        its part `a.xml` nests elements too deeply: the limit is 3; split the file, or save it again from its program
        fine
        its part `xl/worksheets/sheet1.xml` uses a range of 110 cells: the limit is 100; split the file, or save it again from its program
        fine
        its part `xl/worksheets/sheet1.xml` uses a range of 202 cells: the limit is 100; split the file, or save it again from its program
        fine
        not a readable xlsx file: its part `xl/worksheets/sheet1.xml` names a row `1048577`, which no sheet has; open it in its program and save it again, or ask for another copy
        its part `xl/worksheets/sheet1.xml` uses a range of 17179869184 cells: the limit is 100; split the file, or save it again from its program
        its part `xl/elsewhere.xml` uses a range of 102 cells: the limit is 100; split the file, or save it again from its program
        fine
        not a readable xlsx file: its part `a.xml` declares a document type, which Office never writes; open it in its program and save it again, or ask for another copy
        not a readable xlsx file: its part `a.xml` is no well-formed XML; open it in its program and save it again, or ask for another copy
        not a readable xlsx file: its part `a.xml` is cut off; open it in its program and save it again, or ask for another copy
        not a readable xlsx file: its part `a.xml` is no well-formed XML; open it in its program and save it again, or ask for another copy
        ");
    }
}
