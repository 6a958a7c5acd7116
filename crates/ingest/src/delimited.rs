//! CSV: values between commas, semicolons, tabs or bars, as one table.

use csv::{Reader, ReaderBuilder, StringRecord};
use gloss_core_model::SourceType;

use crate::docling::Table;
use crate::{Converted, IngestError, Limits, encoding};

/// The code that reads CSV, as conversion facts name it.
const CONVERTER: &str = "gloss-csv 1 on csv 1.4";

/// The likelier ones first, where two divide a file alike: amounts have commas in them, and few
/// values a tab.
const DELIMITERS: [u8; 4] = *b"\t;|,";
/// What is looked at to find the delimiter.
const SAMPLE_RECORDS: usize = 100;
const SAMPLE_BYTES: usize = 64 * 1024;
/// The structure of so many cells is as long as a representation may be.
const CELLS_MAX: u64 = 4_000_000;

/// Reads CSV as one table, whose first record is its header. Records may differ in length.
///
/// # Errors
/// A quote that is never closed; more cells than `limits` bear; nothing in it.
pub fn convert_csv(bytes: &[u8], limits: &Limits) -> Result<Converted, IngestError> {
    Converted::from_table(CONVERTER, &read(bytes, limits)?, limits)
}

fn read(bytes: &[u8], limits: &Limits) -> Result<Table, IngestError> {
    if bytes.is_empty() {
        return Err(IngestError::Empty);
    }
    let text = encoding::decode(bytes, None);
    let (delimiter, text) = declared(&text).unwrap_or_else(|| (sniffed(&text), &text));
    if let Some(line) = quotes(text, delimiter).unclosed {
        let reason = format!("the quote that line {line} opens is never closed");
        return Err(IngestError::Unreadable { format: SourceType::Csv.as_str(), reason });
    }
    let max = limits.cells_max.min(CELLS_MAX);
    let mut reader = reader(text, delimiter);
    let (mut record, mut table) = (StringRecord::new(), Table::default());
    while next(&mut reader, &mut record) {
        if (table.values() + record.len()) as u64 > max {
            let line = record.position().map_or(0, csv::Position::line);
            let what = format!("it has more than {max} cells by line {line}");
            return Err(IngestError::BeyondLimit { what, max });
        }
        table.push_row(record.iter());
    }
    Ok(table)
}

fn reader(text: &str, delimiter: u8) -> Reader<&[u8]> {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// A reader of records of any length out of memory has nothing to fail of.
fn next(reader: &mut Reader<&[u8]>, record: &mut StringRecord) -> bool {
    reader.read_record(record).unwrap_or(false)
}

/// What a first line such as `sep=;` says, which Excel writes and reads, and the text after it.
fn declared(text: &str) -> Option<(u8, &str)> {
    let (line, rest) = text.split_once('\n')?;
    let delimiter = line.trim_end_matches('\r').strip_prefix("sep=")?;
    match delimiter.as_bytes() {
        [byte] if DELIMITERS.contains(byte) => Some((*byte, rest)),
        _ => None,
    }
}

/// The delimiter that stands behind all quotes, and by which most of the first records have the
/// same number of values, above one.
fn sniffed(text: &str) -> u8 {
    let sample = &text[..text.floor_char_boundary(SAMPLE_BYTES)];
    let agreeing = |delimiter: u8| {
        if quotes(sample, delimiter).loose {
            return None;
        }
        let mut reader = reader(sample, delimiter);
        let (mut record, mut lengths) = (StringRecord::new(), Vec::new());
        while lengths.len() < SAMPLE_RECORDS && next(&mut reader, &mut record) {
            lengths.push(record.len());
        }
        lengths.sort_unstable();
        let runs = lengths.chunk_by(|a, b| a == b).filter(|run| run[0] > 1);
        runs.map(<[usize]>::len).max()
    };
    let (mut best, mut most) = (b',', None);
    for delimiter in DELIMITERS {
        let agreeing = agreeing(delimiter);
        if agreeing > most {
            (best, most) = (delimiter, agreeing);
        }
    }
    best
}

#[derive(Default)]
struct Quotes {
    /// Something stands between a closing quote and the next delimiter.
    loose: bool,
    /// The line, from 1, whose quote swallows the rest of the text.
    unclosed: Option<usize>,
}

fn quotes(text: &str, delimiter: u8) -> Quotes {
    let bytes = text.as_bytes();
    let ends = |byte: u8| matches!(byte, b'\n' | b'\r') || byte == delimiter;
    let mut quotes = Quotes::default();
    let mut at = 0;
    while let Some(quote) = next_quote(text, at) {
        at = quote + 1;
        // Quotes within a value that did not begin with one are letters.
        if quote.checked_sub(1).is_some_and(|before| !ends(bytes[before])) {
            continue;
        }
        let Some(end) = quoted_end(text, at) else {
            let lines = bytes[..quote].iter().filter(|byte| **byte == b'\n').count();
            return Quotes { unclosed: Some(lines + 1), ..quotes };
        };
        quotes.loose |= bytes.get(end).is_some_and(|byte| !ends(*byte));
        at = end;
    }
    quotes
}

/// Behind the quote that closes what was opened before `from`. Two quotes are one of the value.
fn quoted_end(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at = next_quote(text, at)? + 1;
        if text.as_bytes().get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

fn next_quote(text: &str, from: usize) -> Option<usize> {
    text[from..].find('"').map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The table as its block has it, or what is wrong.
    fn check(bytes: &[u8], expect: &str) {
        let found = match convert_csv(bytes, &Limits { cells_max: 12, ..Limits::DEFAULT }) {
            Ok(converted) => converted.blocks[0].content.clone(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expect, "{}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn files_as_programs_write_them() {
        check(b"a,b\n1,2\n", "a | b\n1 | 2");
        check(b"a;b\r\n1,5;2,5\r\n", "a | b\n1,5 | 2,5");
        check(b"1,5;2,5\n3,5;4,5\n", "1,5 | 2,5\n3,5 | 4,5");
        check(b"a\tb\nx, y\tz\n", "a | b\nx, y | z");
        check(b"a|b\n1|2", "a | b\n1 | 2");
        check(b"sep=;\na;b,c\n", "a | b,c");
        check(
            b"one column\nHello, world\nFine\nWell\n",
            "one column | \nHello | world\nFine | \nWell | ",
        );
        check(
            b"\"a, b\",\"say \"\"hi\"\"\"\n\"two\nlines\",x\n",
            "a, b | say \"hi\"\ntwo lines | x",
        );
        check(b"\"\"\"\",\";\",\"a\"\n", "\" | ; | a");
        check(b"a,b,c\n1\n,2\n", "a | b | c\n1 |  | \n | 2 | ");
        check(b"5\" pipe,6\" pipe\n", "5\" pipe | 6\" pipe");
        check("\u{feff}Größe,Preis\n".as_bytes(), "Größe | Preis");
        check(b"Gr\xf6\xdfe,Preis\nklein,1 \x80\n", "Größe | Preis\nklein | 1 €");
        check(b"\xff\xfea\0,\0b\0", "a | b");
    }

    #[test]
    fn files_that_are_refused() {
        check(b"", "the file is empty: look whether it was saved, or copied to its end");
        check(b"\n\n", "no blocks extracted: there is no text in it");
        check(
            b"a,b\n1,\"2\n3,4\n",
            "not a readable csv file: the quote that line 2 opens is never closed; \
             open it in its program and save it again, or ask for another copy",
        );
        check(
            b"a,b,c\n1,2,3\n4,5,6\n7,8,9\nx,y,z",
            "it has more than 12 cells by line 5: the limit is 12; \
             split the file, or save it again from its program",
        );
    }

    proptest! {
        /// What a writer of RFC 4180 wrote comes back, whatever the values hold.
        #[test]
        fn every_value_is_in_its_place(
            rows in prop::collection::vec(prop::collection::vec("[a-z,;\"\n é]{1,6}", 3), 1..5),
        ) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always)
                .from_writer(Vec::new());
            rows.iter().for_each(|row| writer.write_record(row).expect("memory"));
            let table = read(&writer.into_inner().expect("memory"), &Limits::DEFAULT)?;
            prop_assert_eq!(table.values(), rows.len() * 3);
            for ((row, column), text) in table.cells() {
                prop_assert_eq!(text, &rows[row as usize][column as usize]);
            }
        }

        #[test]
        fn nothing_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = convert_csv(&bytes, &Limits::DEFAULT);
        }
    }
}
