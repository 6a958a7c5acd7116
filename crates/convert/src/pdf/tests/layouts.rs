//! What typography says: one small page for each rule.

use insta::assert_snapshot;

use super::read;

#[test]
fn a_line_that_had_room_for_the_next_word_ends_its_paragraph() {
    let page = "
        50 100 10 The quick brown fox jumps over the lazy dog and runs away from
        50 112 10 the hunter at noon.
        50 124 10 Another paragraph begins here and it has a second line below,
        50 136 10 as one can see.
    ";
    assert_snapshot!(read(page), @"
    1 The quick brown fox jumps over the lazy dog and runs away from the hunter at noon.
    1 Another paragraph begins here and it has a second line below, as one can see.
    ");
}

#[test]
fn larger_or_bold_lines_with_room_around_are_headings() {
    let page = "
        50 100 18b Annual report
        50 140 10 The quick brown fox jumps over the lazy dog and runs away from here
        50 152 10 at noon.
        50 180 10b Results
        50 194 10 The quick brown fox jumps over the lazy dog and runs away from here.
    ";
    assert_snapshot!(read(page), @"
    1 # Annual report
    1 The quick brown fox jumps over the lazy dog and runs away from here at noon.
    1 # Results
    1 The quick brown fox jumps over the lazy dog and runs away from here.
    ");
}

#[test]
fn a_bold_line_inside_a_paragraph_is_no_heading() {
    let page = "
        50 100 10 The quick brown fox jumps over the lazy dog and runs away from
        50 112 10b the hunter at noon, who sees it go and runs after it until night
        50 124 10 falls on both of them.
    ";
    assert_snapshot!(read(page), @"1 The quick brown fox jumps over the lazy dog and runs away from the hunter at noon, who sees it go and runs after it until night falls on both of them.");
}

#[test]
fn bullets_numbers_and_dashes_that_hang_begin_items() {
    let page = "
        50 80 10 The quick brown fox jumps over the lazy dog and runs away from it.
        60 100 10 •
        72 100 10 first item that is long enough to go on in a second line of its own
        72 112 10 and ends
        60 124 10 •
        72 124 10 second item
        60 140 10 1.
        80 140 10 one
        60 152 10 2.
        80 152 10 two
        60 170 10 –
        72 170 10 dashed
        50 190 10 – not an item, but a paragraph that begins with a dash and goes on for
        50 202 10 a line.
    ";
    assert_snapshot!(read(page), @"
    1 The quick brown fox jumps over the lazy dog and runs away from it.
    1 * [•] first item that is long enough to go on in a second line of its own and ends
    1 * [•] second item
    1 * [1.] one
    1 * [2.] two
    1 * [–] dashed
    1 – not an item, but a paragraph that begins with a dash and goes on for a line.
    ");
}

#[test]
fn rules_make_cells_and_a_missing_rule_makes_a_cell_wide() {
    let page = "
        - 50 100 250
        - 50 120 250
        - 50 140 250
        | 50 100 140
        | 150 120 140
        | 250 100 140
        55 114 10 Both columns
        55 134 10 left
        155 134 10 right
    ";
    assert_snapshot!(read(page), @"1 table: Both columns / left | right");
}

#[test]
fn columns_that_keep_their_places_are_a_table_without_rules() {
    let page = "
        50 100 10b Name
        150 100 10b Year
        250 100 10b Price
        50 120 10 Apple tree
        150 120 10 1999
        250 120 10 1.50
        50 140 10 Pear
        250 140 10 2.75
    ";
    assert_snapshot!(read(page), @"1 table: Name | Year | Price / Apple tree | 1999 | 1.50 / Pear |  | 2.75");
}

#[test]
fn a_table_cut_by_a_page_end_is_one_and_says_its_heading_once() {
    let part = |rows: &str| {
        format!(
            "- 50 100 250\n- 50 120 250\n- 50 140 250\n| 50 100 140\n| 150 100 140\n| 250 100 140
             55 114 10b Name\n155 114 10b Price\n{rows}\n"
        )
    };
    let pages =
        part("55 134 10 Pear\n155 134 10 2.75") + "===" + &part("55 134 10 Fig\n155 134 10 3");
    assert_snapshot!(read(&pages), @"1 table: Name | Price / Pear | 2.75 / Fig | 3");
}

#[test]
fn what_repeats_at_page_edges_is_furniture_and_text_goes_on_over_it() {
    let page = |number: u32, text: &str| {
        format!("50 30 9 Annual report\n50 100 10 {text}\n300 780 9 Page {number}\n")
    };
    let pages = page(1, "The quick brown fox jumps over the lazy dog and then it")
        + "==="
        + &page(2, "runs away.");
    assert_snapshot!(read(&pages), @"
    1 top: Annual report
    1 The quick brown fox jumps over the lazy dog and then it runs away.
    1 bottom: Page 1
    2 top: Annual report
    2 bottom: Page 2
    ");
}

#[test]
fn columns_are_read_one_after_the_other() {
    let mut page = String::from("50 80 16b A heading over both of the columns\n");
    for (x, words) in [(50, "left"), (320, "right")] {
        for line in 0..5 {
            let text = format!(
                "{x} {} 10 the {words} column has a line that is {line}.\n",
                110 + 12 * line
            );
            page += &text;
        }
        page += &format!("{x} 170 10 and ends.\n");
    }
    assert_snapshot!(read(&page), @"
    1 # A heading over both of the columns
    1 the left column has a line that is 0. the left column has a line that is 1. the left column has a line that is 2. the left column has a line that is 3. the left column has a line that is 4. and ends.
    1 the right column has a line that is 0. the right column has a line that is 1. the right column has a line that is 2. the right column has a line that is 3. the right column has a line that is 4. and ends.
    ");
}

#[test]
fn words_that_a_line_end_cuts_are_mended() {
    let page = "
        50 80 10 We know the word semi-final well and international too, as we all do
        50 92 10 here, and then there is a line which ends in the middle of an inter-
        50 104 10 national match, which is one more line that ends there with a semi-
        50 116 10 final.
    ";
    assert_snapshot!(read(page), @"1 We know the word semi-final well and international too, as we all do here, and then there is a line which ends in the middle of an international match, which is one more line that ends there with a semi-final.");
}

#[test]
fn captions_say_what_they_count() {
    let page = "
        50 80 10 The quick brown fox jumps over the lazy dog and runs away from it.
        50 110 9b Table 3: Foxes by year
        50 140 10 The quick brown fox jumps over the lazy dog and runs away from it.
    ";
    assert_snapshot!(read(page), @"
    1 The quick brown fox jumps over the lazy dog and runs away from it.
    1 caption: Table 3: Foxes by year
    1 The quick brown fox jumps over the lazy dog and runs away from it.
    ");
}

#[test]
fn a_table_of_contents_is_lines_not_cells() {
    let page = "
        50 80 10 1
        70 80 10 Introduction . . . . . . . . . . . . 1
        50 92 10 2
        70 92 10 Methods . . . . . . . . . . . . . . . 3
        50 104 10 3
        70 104 10 Results . . . . . . . . . . . . . . . 7
    ";
    assert_snapshot!(read(page), @"
    1 1 Introduction . . . . . . . . . . . . 1
    1 2 Methods . . . . . . . . . . . . . . . 3
    1 3 Results . . . . . . . . . . . . . . . 7
    ");
}
