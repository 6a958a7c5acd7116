//! Transcripts: what is found in which text.

use gloss_core_model::{BlockType, ConvUid, Locator, Representation, SourceType, Tool};
use insta::assert_snapshot;

use crate::{CONVERTER, Converted, EXTENSIONS, Limits, convert_text, detect};

fn read(text: &str) -> Converted {
    convert_text(text.as_bytes(), &Limits::DEFAULT).unwrap()
}

/// One line per block: index, type, byte range, first line.
fn table(text: &str) -> String {
    let lines = read(text).blocks.into_iter().map(|block| {
        let Locator::TextOffsetRange { start_offset, end_offset } = block.locator else {
            panic!("a text has no JSON pointers");
        };
        let n_more = block.content.lines().count() - 1;
        let more = if n_more > 0 { format!(" (+{n_more})") } else { String::new() };
        let first = block.content.lines().next().unwrap_or_default();
        format!("{} {} {start_offset}..{end_offset} {first:?}{more}", block.index, block.block_type)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn refusal(result: Result<impl std::fmt::Debug, crate::IngestError>) -> String {
    result.unwrap_err().to_string()
}

const FIXTURE: &str = "\
---
author: Ada
---

# Report *one*

Two lines of
text with `code`.

| a | b |
|---|---|
| 1 | 2 |

- [x] done
- [ ] open

  still the second item
  1. nested

```rust
fn main() {}
```

    indented
    code

> quoted
> [q]: /inside-the-quote

***

<div>html</div>

See [x] and [^n].

[x]: https://example.org/x
[y]: https://example.org/y 'never used'
[x]: https://example.org/again

[^n]: A note.
";

#[test]
fn every_kind_of_block() {
    assert_snapshot!(table(FIXTURE), @r##"
    0 other 0..19 "---" (+2)
    1 heading 21..35 "# Report *one*"
    2 paragraph 37..67 "Two lines of" (+1)
    3 table 69..98 "| a | b |" (+2)
    4 list_item 100..110 "- [x] done"
    5 list_item 111..158 "- [ ] open" (+3)
    6 code_block 160..184 "```rust" (+2)
    7 code_block 186..207 "    indented" (+1)
    8 other 209..242 "> quoted" (+1)
    9 divider 244..247 "***"
    10 html_block 249..264 "<div>html</div>"
    11 paragraph 266..283 "See [x] and [^n]."
    12 definition 285..311 "[x]: https://example.org/x"
    13 definition 312..351 "[y]: https://example.org/y 'never used'"
    14 definition 352..382 "[x]: https://example.org/again"
    15 footnote 384..397 "[^n]: A note."
    "##);
}

#[test]
fn facts_of_a_conversion() {
    let Converted { facts, title, representation, .. } = read("# Ünïcode\r\n\r\ntext 😀\r\n");
    let expected = ConvUid::of(
        Tool::Mdast,
        Representation::MarkdownBytes,
        "# Ünïcode\r\n\r\ntext 😀\r\n".as_bytes(),
    );
    assert_eq!(facts.conv_uid, expected);
    assert_eq!(representation.len(), 26);
    assert_snapshot!(
        format!(
            "{} {} by {}: {} blocks, {} characters, {:?}, title {title:?}",
            facts.tool, facts.representation, facts.converter, facts.total_blocks,
            facts.total_characters, facts.block_type_freq,
        ),
        @r#"mdast markdown_bytes by pulldown-cmark 0.13: 2 blocks, 15 characters, {Heading: 1, Paragraph: 1}, title Some("Ünïcode")"#
    );
}

#[test]
fn the_converter_is_the_one_we_depend_on() {
    let manifest = include_str!("../../../Cargo.toml");
    let version = CONVERTER.strip_prefix("pulldown-cmark ").unwrap();
    assert!(manifest.contains(&format!("pulldown-cmark = {{ version = \"{version}\"")));
}

#[test]
fn text_files_take_the_same_path() {
    let text = "Dear all,\n\n1. first\n2. second\n";
    let md = read(text);
    let txt = convert_text(text.as_bytes(), &Limits::DEFAULT).unwrap();
    assert_eq!(md, txt);
}

#[test]
fn a_byte_order_mark_belongs_to_no_block() {
    assert_snapshot!(table("\u{feff}# A\n\nb\n"), @r##"
    0 heading 3..6 "# A"
    1 paragraph 8..9 "b"
    "##);
    assert_snapshot!(table("\u{feff}---\nkey: 1\n---\nb\n"), @r#"
    0 other 3..17 "---" (+2)
    1 paragraph 18..19 "b"
    "#);
}

#[test]
fn front_matter_stands_at_the_start_only() {
    assert_snapshot!(table("a\n\n---\n\nb\n\n---\n\nc\n"), @r#"
    0 paragraph 0..1 "a"
    1 divider 3..6 "---"
    2 paragraph 8..9 "b"
    3 divider 11..14 "---"
    4 paragraph 16..17 "c"
    "#);
    assert_snapshot!(table("---\n\nnot: yaml\n\n---\n"), @r#"
    0 divider 0..3 "---"
    1 paragraph 5..14 "not: yaml"
    2 divider 16..19 "---"
    "#);
    assert_snapshot!(table("a\n\n---\nb\n---\n"), @r#"
    0 paragraph 0..1 "a"
    1 divider 3..6 "---"
    2 heading 7..12 "b" (+1)
    "#);
}

#[test]
fn definitions() {
    // A repeated label, in one paragraph and after it; a title over two lines.
    assert_snapshot!(table("[a]: /1\r\n[a]: /2\r\n[b]: /3 'two\r\nlines'\r\ntext\r\n"), @r#"
    0 definition 0..7 "[a]: /1"
    1 definition 9..16 "[a]: /2"
    2 definition 18..38 "[b]: /3 'two" (+1)
    3 paragraph 40..44 "text"
    "#);
    // Inside other blocks they are part of those.
    assert_snapshot!(table("- [a]: /1\n- b\n\n> [c]: /2\n\n[^f]: [d]: /3\n\n[e]: /4\n"), @r#"
    0 list_item 0..9 "- [a]: /1"
    1 list_item 10..13 "- b"
    2 other 15..24 "> [c]: /2"
    3 footnote 26..39 "[^f]: [d]: /3"
    4 definition 41..48 "[e]: /4"
    "#);
}

#[test]
fn footnotes_and_lists() {
    let text = "a[^1]\n\n[^1]: one\n\n    more\n[^1]: again\n[^2]: unused\nlazy\n";
    assert_snapshot!(table(text), @r#"
    0 paragraph 0..5 "a[^1]"
    1 footnote 7..26 "[^1]: one" (+2)
    2 footnote 27..38 "[^1]: again"
    3 footnote 39..56 "[^2]: unused" (+1)
    "#);
    assert_snapshot!(table("* a\n\n  b\n* c\n- d\n1. e\n   - f\n-\n"), @r#"
    0 list_item 0..8 "* a" (+2)
    1 list_item 9..12 "* c"
    2 list_item 13..16 "- d"
    3 list_item 17..28 "1. e" (+1)
    4 list_item 29..30 "-"
    "#);
}

#[test]
fn indentation() {
    let text = "\tcode\n\n     more\n\npara\n\n   # heading\n  ```\n  x\n  ```\n  - item\n";
    assert_snapshot!(table(text), @r##"
    0 code_block 0..16 "\tcode" (+2)
    1 paragraph 18..22 "para"
    2 heading 27..36 "# heading"
    3 code_block 39..52 "```" (+2)
    4 list_item 53..61 "  - item"
    "##);
}

#[test]
fn titles() {
    let titles = ["# *A* `b` [c](/d)", "## x\n\n#\n\ny\n=\nz", "A\nb\n===", "> # quoted", "text"]
        .map(|text| format!("{text:?} -> {:?}", read(text).title));
    assert_snapshot!(titles.join("\n"), @r###"
    "# *A* `b` [c](/d)" -> Some("A b c")
    "## x\n\n#\n\ny\n=\nz" -> Some("y")
    "A\nb\n===" -> Some("A b")
    "> # quoted" -> None
    "text" -> None
    "###);
}

#[test]
fn refused_content() {
    let check = |bytes: &[u8], limits| refusal(convert_text(bytes, &limits));
    let small = Limits { blocks_max: 2, ..Limits::DEFAULT };
    let refusals = [
        check(b"", Limits::DEFAULT),
        check("\u{feff} \r\n\t\n".as_bytes(), Limits::DEFAULT),
        check(b"caf\xe9", Limits::DEFAULT),
        check(b"a\0b", Limits::DEFAULT),
        check(b"-\n-\n-", small),
    ];
    assert_snapshot!(refusals.join("\n"), @"
    the file is empty: look whether it was saved, or copied to its end
    no blocks extracted: there is no text in it
    byte 3 is not valid UTF-8: save the file again as UTF-8
    byte 1 is NUL, which text never holds: save the file again as UTF-8 text
    more than 2 blocks: split the file
    ");
}

#[test]
fn detection() {
    let check = |name, bytes: &[u8]| match detect(name, bytes) {
        Ok(source_type) => format!("{name}: {source_type}"),
        Err(error) => format!("{name}: {error}"),
    };
    let answers = [
        check("notes.md", b"# a"),
        check("dir.d/NOTES.Markdown", b""),
        check("a.b.txt", "\u{feff}ü".as_bytes()),
        check("notes", b"# a"),
        check(".md", b"# a"),
        check("scan.pdf", b"%PDF-1.7"),
        check("empty.docx", b""),
        check("text.pdf", b"hello"),
        check("scan.md", b"%PDF-1.7"),
        check("letter.txt", b"PK\x03\x04..."),
        check("image.txt", b"\x89PNG\r\n\x1a\n"),
        check("wide.txt", b"\xff\xfea\0"),
        check("data.md", b"a\0b"),
    ];
    assert_snapshot!(answers.join("\n"), @"
    notes.md: md
    dir.d/NOTES.Markdown: md
    a.b.txt: txt
    notes: `notes` has no file extension: name it .md, .markdown, .txt, .docx, .pdf, .pptx, .xlsx, .html, .htm or .csv
    .md: `.md` has no file extension: name it .md, .markdown, .txt, .docx, .pdf, .pptx, .xlsx, .html, .htm or .csv
    scan.pdf: pdf
    empty.docx: docx
    text.pdf: the name ends in .pdf but the content looks like text: save it as a PDF or give it its own extension
    scan.md: the name ends in .md but the content looks like a PDF document: save it as UTF-8 text or give it its own extension
    letter.txt: the name ends in .txt but the content looks like a ZIP archive (docx, pptx and xlsx are ZIP archives too): save it as UTF-8 text or give it its own extension
    image.txt: the name ends in .txt but the content looks like a PNG image: save it as UTF-8 text or give it its own extension
    wide.txt: the name ends in .txt but the content looks like UTF-16 text: save it as UTF-8 text or give it its own extension
    data.md: the name ends in .md but the content looks like binary data: save it as UTF-8 text or give it its own extension
    ");
    assert!(EXTENSIONS.iter().all(|e| SourceType::from_extension(e).is_some()));
}

#[test]
fn deep_nesting_is_only_deep() {
    let quotes = ">".repeat(100_000) + " deep\n";
    let list = "- ".repeat(10_000) + "deep\n";
    let brackets = "[".repeat(50_000) + &"*a ".repeat(50_000);
    let stairs: String = (0..1000).map(|n| "  ".repeat(n) + "- x\n").collect();
    let types = [quotes, list, brackets, stairs]
        .map(|text| read(&text).blocks.iter().map(|b| b.block_type).collect::<Vec<_>>());
    assert_eq!(types[0], [BlockType::Other]);
    assert_eq!(types[1], [BlockType::ListItem]);
    assert_eq!(types[2], [BlockType::Paragraph]);
    assert_eq!(types[3], [BlockType::ListItem]);
}
