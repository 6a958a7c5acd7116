//! PDF files that go round in circles, or promise more than there is.

use super::super::pdf::PdfFile;
use super::Malice;

const HELLO: &str = "BT /F1 12 Tf 72 700 Td (Hello) Tj ET";

pub(super) fn all() -> Vec<Malice> {
    vec![
        Malice::new("pages-in-a-circle.pdf", circle()),
        Malice::new("a-page-tree-of-5000-levels.pdf", deep_tree()),
        Malice::new("a-billion-pages.pdf", counted("2000000000")),
        Malice::new("minus-one-page.pdf", counted("-1")),
        Malice::new("a-form-that-draws-itself.pdf", self_drawing()),
        Malice::new("brackets.pdf", with_content(&"[".repeat(200_000))),
        Malice::new("dictionaries.pdf", with_content(&"<<".repeat(200_000))),
        Malice::new("never-ends.pdf", with_content(&format!("({}", "(".repeat(200_000)))),
        Malice::new("saves-forever.pdf", with_content(&"q ".repeat(500_000))),
        Malice::new(
            "far-away.pdf",
            with_content("BT /F1 1e30 Tf 1e38 -1e38 Td (x) Tj NaN inf Td ET"),
        ),
        Malice::new("letter-by-letter.pdf", with_content(&letters(20_000))),
        Malice::new("a-table-of-rules.pdf", with_content(&rules(3_000))),
        Malice::new("widths.pdf", widths()),
        Malice::new("the-table-points-at-itself.pdf", looping_table()),
        Malice::new("objects-that-point-at-each-other.pdf", ping_pong()),
        Malice::new("length-of-4-gigabytes.pdf", long_length()),
        Malice::new("only-a-header.pdf", "%PDF-1.7\n"),
        Malice::new("no-pages.pdf", PdfFile::of_pages(&[]).bytes()),
        Malice::new("an-empty-page.pdf", PdfFile::of_pages(&[String::new()]).bytes()),
        Malice::new("nested-arrays.pdf", nested_object("[", "]")),
        Malice::new("nested-dictionaries.pdf", nested_object("<< /A ", ">>")),
    ]
}

fn with_content(content: &str) -> Vec<u8> {
    PdfFile::of_pages(&[format!("{HELLO}\n{content}")]).bytes()
}

fn circle() -> Vec<u8> {
    let mut file = PdfFile::new("<< /Type /Catalog /Pages 2 0 R >>");
    file.object("<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 /Parent 3 0 R >>");
    file.object("<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 /Parent 2 0 R >>");
    file.bytes()
}

fn deep_tree() -> Vec<u8> {
    let mut file = PdfFile::new("<< /Type /Catalog /Pages 2 0 R >>");
    for n in 0..5000 {
        file.object(&format!("<< /Type /Pages /Kids [{} 0 R] /Count 1 >>", n + 3));
    }
    file.object("<< /Type /Page /MediaBox [0 0 595 842] >>");
    file.bytes()
}

fn counted(count: &str) -> Vec<u8> {
    let mut file = PdfFile::new("<< /Type /Catalog /Pages 2 0 R >>");
    file.object(&format!("<< /Type /Pages /Kids [3 0 R] /Count {count} >>"));
    file.object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e20 -1e20] >>");
    file.bytes()
}

fn self_drawing() -> Vec<u8> {
    let mut file = PdfFile::new("<< /Type /Catalog /Pages 2 0 R >>");
    file.object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    file.object(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /XObject << /X 5 0 R >> >> >>",
    );
    file.stream("", b"/X Do");
    file.stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 595 842] \
         /Resources << /XObject << /X 5 0 R >> >>",
        b"/X Do /X Do /X Do /X Do",
    );
    file.bytes()
}

fn letters(n: usize) -> String {
    let letter =
        |n: usize| format!("BT /F1 5 Tf {} {} Td (w) Tj ET\n", 10 + n % 100 * 6, 10 + n / 100 * 4);
    (0..n).map(letter).collect()
}

/// A grid of lines, which is what tables are found by.
fn rules(n: usize) -> String {
    (0..n).map(|n| format!("{0} 0 m {0} 842 l S 0 {0} m 595 {0} l S\n", n as f32 / 6.0)).collect()
}

fn widths() -> Vec<u8> {
    let mut file = PdfFile::new("<< /Type /Catalog /Pages 2 0 R >>");
    file.object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    file.object(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>",
    );
    file.stream("", HELLO.as_bytes());
    file.object(
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [ << \
         /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) \
         /Ordering (Identity) /Supplement 0 >> /W [0 2147483647 500 0 4294967295 600] >> ] >>",
    );
    file.bytes()
}

fn looping_table() -> Vec<u8> {
    let bytes = PdfFile::of_pages(&[HELLO.to_owned()]).bytes();
    let text = String::from_utf8(bytes).expect("plain text");
    let at = text.find("xref\n").expect("a table");
    text.replace("/Root 1 0 R", &format!("/Root 1 0 R /Prev {at}")).into_bytes()
}

fn ping_pong() -> Vec<u8> {
    let mut file = PdfFile::new("2 0 R");
    file.object("1 0 R");
    file.bytes()
}

fn long_length() -> Vec<u8> {
    let bytes = PdfFile::of_pages(&[HELLO.to_owned()]).bytes();
    let text = String::from_utf8(bytes).expect("plain text");
    text.replace(&format!("/Length {}", HELLO.len()), "/Length 4294967295").into_bytes()
}

fn nested_object(open: &str, close: &str) -> Vec<u8> {
    let mut file = PdfFile::new("<< /Type /Catalog /Pages 2 0 R /X 3 0 R >>");
    file.object("<< /Type /Pages /Kids [] /Count 0 >>");
    file.object(&(open.repeat(100_000) + &close.repeat(100_000)));
    file.bytes()
}
