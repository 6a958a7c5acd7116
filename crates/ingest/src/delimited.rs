//! CSV: values between commas, semicolons, tabs or bars, as one table.

use gloss_core_model::SourceType;

use crate::docling::Table;
use crate::values::Values;
use crate::{Converted, IngestError, Limits, encoding};

/// The code that reads CSV, as conversion facts name it.
const CONVERTER: &str = "gloss-csv 2";

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
    let max = limits.cells_max.min(CELLS_MAX);
    let mut values = Values::new(text, delimiter);
    let (mut table, mut count) = (Table::default(), 0);
    while values.record(|value| {
        count += 1;
        if count <= max {
            table.push(value);
        }
    }) {
        table.end_row();
        if count > max {
            let what = format!("it has more than {max} cells by line {}", values.line());
            return Err(IngestError::BeyondLimit { what, max });
        }
    }
    if let Some(line) = values.unclosed() {
        let reason = format!("the quote that line {line} opens is never closed");
        return Err(IngestError::Unreadable { format: SourceType::Csv.as_str(), reason });
    }
    Ok(table)
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
        let mut values = Values::new(sample, delimiter);
        let mut lengths = Vec::new();
        let mut length = 0_usize;
        while lengths.len() < SAMPLE_RECORDS && values.record(|_| length += 1) {
            lengths.push(std::mem::take(&mut length));
        }
        if values.are_loose() {
            return None;
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
