//! Takes out of a transcript what differs from run to run, and keeps what is the same thing the
//! same: the first id is `ID1` wherever it stands.

use std::path::Path;

/// Names given to ids, hashes and ports in order of appearance.
#[derive(Debug, Default)]
pub struct Normal {
    ids: Vec<String>,
    hashes: Vec<String>,
}

impl Normal {
    pub fn text(&mut self, text: &str, dir: &Path) -> String {
        let text = text.replace(&dir.display().to_string(), "DIR");
        let mut out = String::new();
        let mut word = String::new();
        for c in text.chars() {
            if c.is_ascii_alphanumeric() || c == '-' {
                word.push(c);
            } else {
                out.push_str(&self.word(&std::mem::take(&mut word)));
                out.push(c);
            }
        }
        out.push_str(&self.word(&word));
        let out = mask(&out, "127.0.0.1:", |c| c.is_ascii_digit(), "127.0.0.1:PORT");
        let out =
            mask(&out, "TIME:", |c| c.is_ascii_digit() || matches!(c, ':' | '.' | 'Z'), "TIME");
        let out = mask(&out, "answered, about ", |c| c.is_ascii_digit(), "answered, about N");
        let out = milliseconds(&seconds(&out));
        out.lines().map(|line| database(line.trim_end())).collect::<Vec<_>>().join("\n")
    }

    /// The other way round: `ID1` in a command is the id it stands for.
    pub fn restore(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (i, id) in self.ids.iter().enumerate().rev() {
            text = text.replace(&format!("ID{}", i + 1), id);
        }
        text
    }

    fn word(&mut self, word: &str) -> String {
        let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        let uuid = word.len() == 36
            && word.char_indices().all(|(i, c)| match i {
                8 | 13 | 18 | 23 => c == '-',
                _ => hex(c),
            });
        if uuid {
            return format!("ID{}", place(&mut self.ids, word));
        }
        if word.len() == 64 && word.chars().all(hex) {
            return format!("HASH{}", place(&mut self.hashes, word));
        }
        let time = word.len() == 13 && word.chars().nth(10) == Some('T');
        if time { "TIME".to_owned() } else { word.to_owned() }
    }
}

/// `database  sqlite 3.51.3, migrations…` is the same page on both databases.
fn database(line: &str) -> String {
    match line.strip_prefix("database  ").and_then(|rest| rest.split_once(", ")) {
        Some((_, rest)) => format!("database  KIND VERSION, {rest}"),
        None => line.to_owned(),
    }
}

fn place(seen: &mut Vec<String>, word: &str) -> usize {
    if let Some(at) = seen.iter().position(|other| other == word) {
        return at + 1;
    }
    seen.push(word.to_owned());
    seen.len()
}

/// Replaces `prefix` and the characters after it that belong to it.
fn mask(text: &str, prefix: &str, belongs: impl Fn(char) -> bool, by: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(prefix) {
        out.push_str(&rest[..at]);
        out.push_str(by);
        rest = rest[at + prefix.len()..].trim_start_matches(&belongs);
    }
    out + rest
}

/// `31 ms` at the end of a line is `N ms`.
fn milliseconds(text: &str) -> String {
    let line = |line: &str| match line.trim_end().strip_suffix(" ms") {
        Some(rest) if rest.ends_with(|c: char| c.is_ascii_digit()) => {
            format!("{}N ms", rest.trim_end_matches(|c: char| c.is_ascii_digit()))
        }
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// `in 1.4 s` is `in N s`, `"elapsed_ms": 1400` is `"elapsed_ms": N`.
fn seconds(text: &str) -> String {
    let number = |c: char| c.is_ascii_digit() || c == '.';
    let text = mask(text, "\"elapsed_ms\": ", number, "\"elapsed_ms\": N");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(" in ") {
        let after = &rest[at + 4..];
        let tail = after.trim_start_matches(number);
        if tail.len() < after.len() && tail.starts_with(" s,") {
            out.push_str(&rest[..at]);
            out.push_str(" in N");
            rest = tail;
        } else {
            out.push_str(&rest[..at + 4]);
            rest = after;
        }
    }
    out + rest
}
