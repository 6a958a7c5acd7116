//! What holds for the blocks of any text, however strange.

use gloss_core_model::Locator;
use proptest::prelude::*;

use crate::{Converted, IngestError, Limits, convert_text};

/// Pieces that meet in strange ways when they are put together.
const PIECES: &[&str] = &[
    "# Title\n",
    "Setext\n===\n",
    "## ",
    "text ",
    "more text\n",
    "\n",
    "\n\n",
    "  \n",
    " ",
    "   ",
    "    indented\n",
    "\t",
    "\ttabbed\n",
    "- item\n",
    "- ",
    "* a\n  * b\n",
    "1. one\n",
    "1) ",
    "-\n",
    "- [x] done\n",
    "- [ ] ",
    "> quote\n",
    ">",
    "> > ",
    "```\n",
    "```rust\nfn f() {}\n```\n",
    "~~~\n",
    "---\n",
    "---\nkey: value\n---\n",
    "***\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "|",
    "|-|\n",
    "[a]: /url\n",
    "[a]: /other \"title\n",
    "over lines\"\n",
    "[b]:\n",
    "[^1]: note\n",
    "[^1]",
    "[^1]:",
    "[",
    "]",
    "[a]",
    "(/url)",
    "<div>\n",
    "</div>\n",
    "<!-- ",
    "-->\n",
    "<b>",
    "`",
    "``",
    "**",
    "_",
    "~~",
    "\\",
    "&amp;",
    "é",
    "日本\n",
    "😀",
    "\u{a0}",
    "\u{feff}",
    "\u{2028}",
    "\u{0b}",
    "\u{0c}",
    "\r",
    ":::\n",
];

fn markdown() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..24);
    (pieces, any::<bool>(), any::<bool>()).prop_map(|(pieces, bom, crlf)| {
        let text = pieces.concat();
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        if bom { format!("\u{feff}{text}") } else { text }
    })
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == '\u{feff}')
}

fn range(locator: &Locator) -> std::ops::Range<usize> {
    match locator {
        Locator::TextOffsetRange { start_offset, end_offset } => {
            usize::try_from(*start_offset).unwrap()..usize::try_from(*end_offset).unwrap()
        }
        Locator::DoclingJsonPointer { .. } => panic!("a text has no JSON pointers"),
    }
}

/// Checks every promise that `convert` makes about blocks.
pub(crate) fn check_promises(text: &str) {
    let converted = convert_text(text.as_bytes(), &Limits::DEFAULT);
    let Converted { facts, representation, blocks, .. } = match converted {
        Ok(converted) => converted,
        Err(error) => {
            let empty = if text.is_empty() { IngestError::Empty } else { IngestError::NoBlocks };
            assert_eq!(error, empty);
            assert!(is_blank(text), "nothing was found in {text:?}");
            return;
        }
    };
    assert_eq!(representation, text.as_bytes());
    let mut cursor = 0;
    let mut rebuilt = String::new();
    for (n, block) in blocks.iter().enumerate() {
        let range = range(&block.locator);
        assert_eq!(block.index as usize, n);
        assert!(cursor <= range.start && range.start < range.end, "{range:?} in {text:?}");
        assert_eq!(text.get(range.clone()), Some(block.content.as_str()));
        assert!(!block.content.ends_with(['\n', '\r']), "{:?}", block.content);
        let gap = &text[cursor..range.start];
        assert!(is_blank(gap), "{gap:?} is lost from {text:?}");
        rebuilt.push_str(gap);
        rebuilt.push_str(&block.content);
        cursor = range.end;
    }
    assert!(is_blank(&text[cursor..]), "{:?} is lost from {text:?}", &text[cursor..]);
    rebuilt.push_str(&text[cursor..]);
    assert_eq!(rebuilt, text);
    assert_eq!(facts.total_blocks as usize, blocks.len());
    assert_eq!(facts.block_type_freq.values().sum::<u32>(), facts.total_blocks);
}

/// Cases are cheap here, so there are many.
fn config() -> ProptestConfig {
    ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() }
}

/// Characters that mean something to Markdown, and some that only seem to.
const PUNCTUATION: &str = "[-#>*+=_`~|:\\[\\]()<>!&\\\\\"' \t\r\n\u{a0}aé1.\u{feff}]{0,120}";

proptest! {
    #![proptest_config(config())]

    #[test]
    fn markdown_is_covered(text in markdown()) {
        check_promises(&text);
    }

    #[test]
    fn any_text_is_covered(text in "[^\u{0}]{0,200}") {
        check_promises(&text);
    }

    #[test]
    fn any_punctuation_is_covered(text in PUNCTUATION) {
        check_promises(&text);
    }

    #[test]
    fn any_bytes_give_blocks_or_a_reason(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = convert_text(&bytes, &Limits::DEFAULT);
    }
}
