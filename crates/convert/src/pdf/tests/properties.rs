//! Whatever stands wherever: nothing panics, nothing is lost, and the same is said twice.

use proptest::prelude::*;

use super::super::blocks::{Block, Kind};
use super::super::headings::Outline;
use super::super::layout;
use super::pages;

/// Every letter that is told, wherever, in order of the alphabet.
fn letters(blocks: &[Block]) -> Vec<char> {
    let mut told = String::new();
    for block in blocks {
        told.push_str(&block.text);
        match &block.kind {
            Kind::ListItem { marker, .. } => told.push_str(marker),
            Kind::Table(table) => {
                table.rows.iter().flatten().for_each(|cell| told.push_str(&cell.text));
            }
            _ => {}
        }
    }
    sorted(&told)
}

fn sorted(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    letters.sort_unstable();
    letters
}

fn line() -> impl Strategy<Value = (u16, u16, u8, bool, Vec<String>)> {
    let word = prop_oneof![
        6 => "[a-zA-Z]{1,9}",
        1 => Just("•".to_owned()),
        1 => "[0-9]{1,2}\\.",
        1 => "(–|o|Table|1:|page)",
    ];
    (0..60_u16, 0..80_u16, 6..20_u8, any::<bool>(), prop::collection::vec(word, 1..9))
}

fn rule() -> impl Strategy<Value = (bool, u16, u16, u16)> {
    (any::<bool>(), 0..60_u16, 0..80_u16, 1..60_u16)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_words_and_rules_are_told_completely(
        lines in prop::collection::vec(line(), 0..60),
        rules in prop::collection::vec(rule(), 0..25),
        page_of in prop::collection::vec(0..3_usize, 60),
    ) {
        let mut texts = vec![String::new(); 3];
        let mut all = String::new();
        for (at, (x, y, size, bold, words)) in lines.iter().enumerate() {
            // Each line is unlike any other, so that none is a copy that may be dropped.
            let text = format!("{} w{at}x", words.join(" "));
            all += &text;
            let bold = if *bold { "b" } else { "" };
            texts[page_of[at]] += &format!("{} {} {size}{bold} {text}\n", x * 10, y * 10);
        }
        for (at, (level, x, y, long)) in rules.iter().enumerate() {
            let (x, y) = (x * 10, y * 10);
            let (sign, to) = if *level { ("-", x + long * 10) } else { ("|", y + long * 10) };
            texts[page_of[at]] += &format!("{sign} {x} {y} {to}\n");
        }
        let text = texts.join("===\n");
        let blocks = layout::blocks(pages(&text), &Outline::default());
        prop_assert_eq!(letters(&blocks), sorted(&all));
        prop_assert_eq!(layout::blocks(pages(&text), &Outline::default()), blocks);
    }
}
