//! Values between delimiters, by RFC 4180 and as programs bend it: any end of line, quotes within
//! values, text behind a closing quote.

use memchr::{memchr, memchr3};

/// Walks over a text, record by record.
#[derive(Debug)]
pub(crate) struct Values<'t> {
    text: &'t str,
    at: usize,
    delimiter: u8,
    is_loose: bool,
    unclosed: Option<usize>,
    /// A value that does not stand in the text as it is.
    joined: String,
}

impl<'t> Values<'t> {
    /// `delimiter` is a letter of ASCII, and no quote or end of line.
    pub(crate) fn new(text: &'t str, delimiter: u8) -> Self {
        let joined = String::new();
        Self { text, at: 0, delimiter, is_loose: false, unclosed: None, joined }
    }

    /// Hands out the values of the next record; lines with nothing are none. False at the end.
    pub(crate) fn record(&mut self, mut take: impl FnMut(&str)) -> bool {
        while self.byte().is_some_and(is_line_end) {
            self.at += 1;
        }
        if self.byte().is_none() {
            return false;
        }
        loop {
            if self.byte() == Some(b'"') {
                take(self.quoted());
            } else {
                take(self.plain());
            }
            let delimiter = Some(self.delimiter);
            let ended_by = self.byte();
            self.at += 1;
            if ended_by != delimiter {
                return true;
            }
        }
    }

    /// Whether something stood between a closing quote and the next delimiter.
    pub(crate) fn are_loose(&self) -> bool {
        self.is_loose
    }

    /// The line, from 1, whose quote swallows the rest of the text.
    pub(crate) fn unclosed(&self) -> Option<usize> {
        self.unclosed.map(|at| self.line_of(at))
    }

    /// The line of the last record's end, from 1.
    pub(crate) fn line(&self) -> usize {
        self.line_of(self.at.saturating_sub(1))
    }

    fn line_of(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// A value up to the next delimiter or end of line.
    fn plain(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let end = memchr3(self.delimiter, b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A value in quotes. Two quotes are one of the value.
    fn quoted(&mut self) -> &str {
        let opened = self.at;
        let mut from = opened + 1;
        self.joined.clear();
        loop {
            let rest = &self.text[from..];
            let Some(end) = memchr(b'"', rest.as_bytes()) else {
                self.unclosed = Some(opened);
                self.at = self.text.len();
                self.joined.push_str(rest);
                return &self.joined;
            };
            self.at = from + end + 1;
            if self.byte() != Some(b'"') {
                let ends =
                    self.byte().is_none_or(|byte| byte == self.delimiter || is_line_end(byte));
                if self.joined.is_empty() && ends {
                    return &rest[..end];
                }
                self.joined.push_str(&rest[..end]);
                break;
            }
            self.joined.push_str(&rest[..=end]);
            from = self.at + 1;
        }
        let behind = self.plain();
        self.is_loose |= !behind.is_empty();
        self.joined.push_str(behind);
        &self.joined
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Values;

    fn records(text: &str) -> (Vec<Vec<String>>, Values<'_>) {
        let mut values = Values::new(text, b',');
        let (mut records, mut record) = (Vec::new(), Vec::new());
        while values.record(|value| record.push(value.to_owned())) {
            records.push(std::mem::take(&mut record));
        }
        (records, values)
    }

    #[test]
    fn what_is_wrong_with_quotes() {
        let (read, values) = records("a,\"b\"c,5\" pipe\n\"d\"\"\"x\n");
        assert_eq!(read, [vec!["a", "bc", "5\" pipe"], vec!["d\"x"]]);
        assert!(values.are_loose() && values.unclosed().is_none());
        let (read, values) = records("a\n\r\n\"b\"\nc,\"d\ne,f\n");
        assert_eq!(read, [vec!["a"], vec!["b"], vec!["c", "d\ne,f\n"]]);
        assert!(!values.are_loose());
        assert_eq!(values.unclosed(), Some(4));
    }

    proptest! {
        /// The field's reader of CSV reads the same.
        #[test]
        fn another_reader_agrees(text in "[a,é\"\r\n]{0,20}") {
            let mut reader = csv::ReaderBuilder::new();
            let mut reader =
                reader.has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.expect("text").iter().map(str::to_owned).collect())
                .collect();
            prop_assert_eq!(records(&text).0, theirs);
        }
    }
}
