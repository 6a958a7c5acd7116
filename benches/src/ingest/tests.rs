//! What the figures mean, on documents small enough to count by hand.

use super::align::{in_order, inversions, one_to_one, similarity};
use super::cells;
use super::corpus::{Block, Truth};
use super::normal;
use super::score::score;

fn block(kind: &str, text: &str) -> Block {
    Block { kind: kind.to_owned(), text: text.to_owned(), ..Block::default() }
}

fn item(level: u32, text: &str) -> Block {
    Block { level, ..block("list_item", text) }
}

fn table(rows: &[&[&str]]) -> Block {
    let rows = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect());
    Block { rows: rows.collect(), ..block("table", "") }
}

fn truth(blocks: Vec<Block>) -> Truth {
    let (furniture, optional) = (Vec::new(), Vec::new());
    let (format, writer) = ("md".to_owned(), "hand".to_owned());
    Truth { format, writer, pages: None, blocks, furniture, optional }
}

#[test]
fn text_is_compared_without_what_readers_write_differently() {
    for (raw, plain) in [
        ("## A **bold**  `word`", "A bold word"),
        ("•\tfirst\u{ad} item", "first item"),
        ("\u{f0b7} item", "item"),
        ("12. item", "item"),
        ("3.14 is not a mark", "3.14 is not a mark"),
        ("see [the page](https://x.y/z) [sic][^2]", "see the page [sic]"),
        ("“R&amp;D” – it’s…", "\"R&D\" - it's..."),
        ("\u{feff}ﬁrst\u{a0}line\nsecond", "first line second"),
        ("A title\n=======", "A title"),
        ("```python\na = 1\n```", "a = 1"),
        ("-", "-"),
        ("---", "---"),
    ] {
        assert_eq!(normal::text(raw), plain, "{raw}");
    }
}

#[test]
fn a_cell_has_no_white_space_and_no_needless_fraction() {
    assert_eq!(normal::cell("two\nlines"), "twolines");
    assert_eq!(normal::cell("42.0"), "42");
    assert_eq!(normal::cell("-7.00"), "-7");
    assert_eq!(normal::cell("4.20"), "4.20");
    assert_eq!(normal::cell("v2.0"), "v2.0");
}

#[test]
fn similarity_counts_edits_and_gives_up_below_the_threshold() {
    let chars = |text: &str| text.chars().collect::<Vec<_>>();
    assert_eq!(similarity(&chars("abcdefghij"), &chars("abcdefghix"), 0.9), 0.9);
    assert_eq!(similarity(&chars("abcdefghij"), &chars("abcdefghij"), 0.9), 1.0);
    assert_eq!(similarity(&chars("abcdefghij"), &chars("abcdefxyij"), 0.9), 0.0);
    assert_eq!(similarity(&chars("0123456789"), &chars("123456789"), 0.9), 0.9);
    assert_eq!(similarity(&chars("kitten"), &chars("sitting"), 0.5), 1.0 - 3.0 / 7.0);
}

#[test]
fn pairs_rise_first_and_then_take_what_is_left() {
    let (a, b) = ([1, 2, 3, 4], [2, 3, 1, 4]);
    let same = |i: usize, j: usize| f64::from(u8::from(a[i] == b[j]));
    assert_eq!(in_order(4, 4, same), [(1, 0), (2, 1), (3, 3)]);
    let all = one_to_one(4, 4, same);
    assert_eq!(all, [(0, 2), (1, 0), (2, 1), (3, 3)]);
    assert_eq!(inversions(&all), (2, 6));
}

#[test]
fn what_is_read_exactly_scores_one_everywhere() {
    let blocks = vec![block("heading", "A title"), item(0, "one"), table(&[&["a", "b"], &["1"]])];
    let score = score(&truth(blocks.clone()), &blocks);
    assert_eq!((score.blocks.precision(), score.blocks.recall()), (1.0, 1.0));
    assert_eq!((score.cells.f1(), score.words.f1(), score.order()), (1.0, 1.0, 1.0));
}

#[test]
fn a_wrong_type_is_no_block_but_still_words_and_order() {
    let truth = truth(vec![block("heading", "A title"), block("paragraph", "Some text")]);
    let found = [block("paragraph", "A title"), block("paragraph", "Some text")];
    let score = score(&truth, &found);
    assert_eq!(score.blocks.f1(), 0.5);
    assert_eq!((score.any.f1(), score.words.f1()), (1.0, 1.0));
    assert_eq!(score.class("heading").f1(), 0.0);
}

#[test]
fn nested_items_may_be_blocks_or_part_of_the_outermost() {
    let truth = truth(vec![item(0, "one"), item(1, "inside"), item(0, "two")]);
    let flat = score(&truth, &[item(0, "one"), item(0, "inside"), item(0, "two")]);
    let folded = score(&truth, &[item(0, "- one\n  - inside"), item(0, "- two")]);
    assert_eq!((flat.blocks.f1(), folded.blocks.f1()), (1.0, 1.0));
}

#[test]
fn a_table_cut_in_two_keeps_its_cells_and_is_no_table() {
    let whole = [table(&[&["h", "k"], &["1", "2"], &["3", ""], &["5", "6"]])];
    let halves = [table(&[&["h", "k"], &["1", "2"]]), table(&[&["3", ""], &["5", "6"]])];
    let score = score(&truth(whole.to_vec()), &halves);
    assert_eq!(score.cells.f1(), 1.0);
    assert_eq!(score.class("table").f1(), 0.0);
}

#[test]
fn a_cell_in_the_wrong_column_is_wrong() {
    let wanted = cells::rows(&table(&[&["a", "", "c"]]).rows);
    let found = cells::rows(&table(&[&["a", "c"]]).rows);
    let hits = cells::compare(&wanted, &found);
    assert_eq!((hits.right, hits.wanted, hits.found), (1, 2, 2));
}

#[test]
fn furniture_leaks_only_into_content_and_only_as_whole_words() {
    let mut truth = truth(vec![block("paragraph", "Some text")]);
    truth.furniture = vec!["Report page 1".to_owned(), "Report page 12".to_owned()];
    let inside = [block("paragraph", "Some Report page 12 text")];
    assert_eq!(score(&truth, &inside).leaked, (1, 2));
    let typed = [block("page_footer", "Report page 12"), block("paragraph", "Some text")];
    let score = score(&truth, &typed);
    assert_eq!((score.leaked, score.blocks.f1(), score.words.f1()), ((0, 2), 1.0, 1.0));
}

#[test]
fn what_may_be_added_counts_neither_way_and_what_is_wanted_still_counts() {
    let mut truth = truth(vec![block("heading", "Same"), block("paragraph", "Some text")]);
    truth.optional = vec!["Same".to_owned()];
    let twice =
        [block("heading", "Same"), block("heading", "Same"), block("paragraph", "Some text")];
    let score = score(&truth, &twice);
    assert_eq!((score.blocks.f1(), score.words.f1(), score.order()), (1.0, 1.0, 1.0));
}
