//! Workbooks, and the blocks that are read out of them.

mod beside;
mod bounds;
mod cells;
mod properties;
mod tables;

use std::io::{Cursor, Write};

use gloss_core_model::Locator;
use gloss_ingest::{Converted, Limits};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A workbook that is being made.
struct Book {
    parts: Vec<(String, String)>,
    sheets: String,
    related: String,
}

/// The relationships of a part: id, kind and target.
fn related(all: &[(&str, &str, &str)]) -> String {
    let one = |(id, kind, target): &(&str, &str, &str)| {
        format!("<Relationship Id='{id}' Type='http://x/{kind}' Target='{target}'/>")
    };
    format!("<Relationships>{}</Relationships>", all.iter().map(one).collect::<String>())
}

impl Book {
    /// A workbook with one sheet.
    fn new(sheet: &str) -> Self {
        Self { parts: Vec::new(), sheets: String::new(), related: String::new() }
            .sheet("One", sheet)
    }

    /// A workbook with a sheet of rows.
    fn of_rows(rows: &str) -> Self {
        Self::new(&format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"))
    }

    fn sheet(mut self, name: &str, sheet: &str) -> Self {
        let number = self.parts.len();
        let part = format!("xl/worksheets/sheet{number}.xml");
        self.sheets += &format!("<sheet name='{name}' r:id='s{number}'/>");
        self = self.related(&format!("s{number}"), "worksheet", &format!("/{part}"));
        self.part(&part, sheet)
    }

    /// A sheet in the words of the workbook.
    fn entry(mut self, entry: &str) -> Self {
        self.sheets += entry;
        self
    }

    /// A relationship of the workbook.
    fn related(mut self, id: &str, kind: &str, target: &str) -> Self {
        let all = related(&[(id, kind, target)]);
        self.related +=
            all.trim_start_matches("<Relationships>").trim_end_matches("</Relationships>");
        self
    }

    fn part(mut self, name: &str, content: &str) -> Self {
        self.parts.push((name.to_owned(), content.to_owned()));
        self
    }

    fn strings(self, strings: &str) -> Self {
        self.related("strings", "sharedStrings", "sharedStrings.xml")
            .part("xl/sharedStrings.xml", &format!("<sst>{strings}</sst>"))
    }

    fn styles(self, styles: &str) -> Self {
        self.related("styles", "styles", "styles.xml")
            .part("xl/styles.xml", &format!("<styleSheet>{styles}</styleSheet>"))
    }

    fn file(&self) -> Vec<u8> {
        let Self { parts, sheets, related: workbook } = self;
        let own = [
            ("_rels/.rels", related(&[("a", "officeDocument", "xl/workbook.xml")])),
            ("xl/workbook.xml", format!("<workbook><sheets>{sheets}</sheets></workbook>")),
            ("xl/_rels/workbook.xml.rels", format!("<Relationships>{workbook}</Relationships>")),
        ];
        let own = own.iter().map(|(name, content)| (*name, content.as_str()));
        zipped(own.chain(parts.iter().map(|(name, content)| (name.as_str(), content.as_str()))))
    }

    #[track_caller]
    fn check(&self, expect: &str) {
        let expect: Vec<&str> =
            expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(blocks(&self.file(), &Limits::DEFAULT), expect.join("\n"));
    }
}

fn zipped<'p>(parts: impl Iterator<Item = (&'p str, &'p str)>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in parts {
        zip.start_file(name, stored).expect("a part begins");
        zip.write_all(content.as_bytes()).expect("a part is written");
    }
    zip.finish().expect("an archive ends").into_inner()
}

fn converted(file: &[u8], limits: &Limits) -> Result<Converted, String> {
    crate::office::read_xlsx(file, limits)
        .and_then(|document| Converted::from_document("test", &document, limits))
        .map_err(|error| error.to_string())
}

/// One line a block: its type, its page and its text.
fn blocks(file: &[u8], limits: &Limits) -> String {
    match converted(file, limits) {
        Ok(converted) => {
            let lines = converted.blocks.iter().map(|block| {
                let page = match block.locator {
                    Locator::DoclingJsonPointer { page_no: Some(page), .. } => format!(" {page}"),
                    _ => String::new(),
                };
                format!("{}{page} {:?}", block.block_type, block.content)
            });
            lines.collect::<Vec<_>>().join("\n")
        }
        Err(error) => error,
    }
}

/// A sheet of cells that say `text`, in rows as they come.
fn cells(all: &[(&str, &str)]) -> String {
    let one = |(name, text): &(&str, &str)| {
        format!("<row><c r='{name}' t='inlineStr'><is><t>{text}</t></is></c></row>")
    };
    all.iter().map(one).collect()
}
