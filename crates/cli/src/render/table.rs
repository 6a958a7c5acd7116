//! Tables without lines, as wide as they are or as the terminal allows.

use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width};

use super::printable;

/// Between two columns.
const GAP: usize = 2;

/// What is longer than this and no id may be broken where a line ends.
const WORD_CHARS_MAX: usize = 20;

/// A table of at most `width` characters a line; none is no limit. Ids are never broken: who copies
/// one copies all of it. Where the columns have no room beside each other, each row is a paragraph.
pub(super) fn table<const N: usize>(
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    width: Option<u16>,
) -> String {
    let rows: Vec<[String; N]> =
        rows.into_iter().map(|row| row.map(|cell| printable(&cell))).collect();
    let columns = (0..N).map(|at| Span::of(head[at], rows.iter().map(|row| row[at].as_str())));
    let columns: Vec<Span> = columns.collect();
    let sum = |of: fn(&Span) -> usize| columns.iter().map(|span| of(span) + GAP).sum::<usize>();
    // The gap behind the last column is white space that nobody sees.
    let room = width.map_or(usize::MAX, |width| usize::from(width) + GAP);
    if sum(|span| span.least) > room {
        return paragraphs(head, &rows);
    }
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(head);
    for row in rows {
        table.add_row(row);
    }
    if sum(|span| span.whole) > room {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(clip(room));
    }
    for (column, span) in table.column_iter_mut().zip(&columns) {
        column.set_padding((0, clip(GAP)));
        column.set_constraint(match span.least == span.whole {
            true => ColumnConstraint::ContentWidth,
            false => ColumnConstraint::LowerBoundary(Width::Fixed(clip(span.least))),
        });
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

/// How wide a column is, and how narrow it can be.
struct Span {
    whole: usize,
    least: usize,
}

impl Span {
    fn of<'a>(head: &str, cells: impl Iterator<Item = &'a str>) -> Self {
        let mut span = Self { whole: head.len(), least: head.len() };
        for cell in cells {
            span.whole = span.whole.max(cell.chars().count());
            for word in cell.split_whitespace() {
                let chars = word.chars().count();
                let unbroken = if is_id(word) { chars } else { chars.min(WORD_CHARS_MAX) };
                span.least = span.least.max(unbroken);
            }
        }
        span
    }
}

/// A UUID.
fn is_id(word: &str) -> bool {
    word.len() == 36 && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// One line for each cell that says something.
fn paragraphs<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let indent = head.iter().map(|name| name.len()).max().unwrap_or(0) + GAP;
    let paragraph = |row: &[String; N]| {
        let cells = head.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
        let lines = cells.map(|(name, cell)| format!("{name:indent$}{cell}"));
        lines.collect::<Vec<_>>().join("\n")
    };
    rows.iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
}

fn clip(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn a_table_minds_the_width_and_never_breaks_an_id() {
        let id = "01a1ff61-948f-749f-84cd-2a32e8ef87f3";
        let rows = [
            ["contracts/2024/a-lease-with-a-long-name.docx", "ingested", id],
            ["notes and other things that were said.md", "refused", ""],
        ];
        let shown = [None, Some(120), Some(80), Some(70), Some(60)].map(|width| {
            let rows = rows.map(|row| row.map(str::to_owned));
            let table = table(["FILE", "OUTCOME", "DOCUMENT"], rows, width);
            let fits = |width: u16| table.lines().all(|line| line.len() <= width.into());
            assert!(width.is_none_or(fits), "{width:?}\n{table}");
            assert!(table.contains(id), "{table}");
            format!("{width:?}\n{table}")
        });
        insta::assert_snapshot!(shown.join("\n\n"), @"
        None
        FILE                                          OUTCOME   DOCUMENT
        contracts/2024/a-lease-with-a-long-name.docx  ingested  01a1ff61-948f-749f-84cd-2a32e8ef87f3
        notes and other things that were said.md      refused

        Some(120)
        FILE                                          OUTCOME   DOCUMENT
        contracts/2024/a-lease-with-a-long-name.docx  ingested  01a1ff61-948f-749f-84cd-2a32e8ef87f3
        notes and other things that were said.md      refused

        Some(80)
        FILE                              OUTCOME   DOCUMENT
        contracts/2024/a-lease-with-a-lo  ingested  01a1ff61-948f-749f-84cd-2a32e8ef87f3
        ng-name.docx
        notes and other things that were  refused
        said.md

        Some(70)
        FILE                    OUTCOME   DOCUMENT
        contracts/2024/a-lease  ingested  01a1ff61-948f-749f-84cd-2a32e8ef87f3
        -with-a-long-name.docx
        notes and other things  refused
        that were said.md

        Some(60)
        FILE      contracts/2024/a-lease-with-a-long-name.docx
        OUTCOME   ingested
        DOCUMENT  01a1ff61-948f-749f-84cd-2a32e8ef87f3

        FILE      notes and other things that were said.md
        OUTCOME   refused
        ");
    }
}
