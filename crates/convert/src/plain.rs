//! What readers say to their authors, in the words of whoever has the file.

/// What stands in a reader's message, and what to say instead.
const WORDS: &[(&str, &str)] = &[
    ("no document.xml", "the part with its text is missing"),
    ("bad zip", "it is damaged or cut off"),
    ("could not find EOCD", "it is damaged or cut off"),
];

/// Readers put the kind of error and of file in front, which the reason says already.
const HEADS: &[&str] = &["parse error: ", "docx: ", "pptx: ", "xlsx: ", "html: "];

/// The frequent ones in plain words, with the line if there is one; others as they came.
pub(crate) fn plain(reason: &str) -> String {
    let lower = reason.to_lowercase();
    let known = WORDS.iter().find(|(slang, _)| lower.contains(&slang.to_lowercase()));
    let line = reason.rfind(" (line ").map_or("", |at| &reason[at..]);
    match known {
        Some((_, words)) => format!("{words}{line}"),
        None => HEADS.iter().fold(reason, |rest, head| rest.trim_start_matches(head)).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_readers_say_in_plain_words() {
        let said = [
            "parse error: docx: no document.xml",
            "parse error: xlsx: bad zip",
            "parse error: pptx: a new thing (line of it)",
        ];
        insta::assert_snapshot!(said.map(plain).join("\n"), @"
        the part with its text is missing
        it is damaged or cut off
        a new thing (line of it)
        ");
    }
}
