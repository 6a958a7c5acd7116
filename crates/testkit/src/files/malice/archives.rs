//! Office files whose archive lies, explodes or leads elsewhere.

use super::super::office::{Package, docx, pptx, xlsx};
use super::Malice;

const MIB: usize = 1024 * 1024;
const TEXT: &str = "<w:p><w:r><w:t>Hello</w:t></w:r></w:p>";

pub(super) fn all() -> Vec<Malice> {
    let word = || docx(TEXT).bytes();
    vec![
        Malice::new(
            "ratio-1000.docx",
            docx(TEXT).part("word/media/a.bin", vec![0; 64 * MIB]).bytes(),
        ),
        Malice::new("ratio-in-xml.docx", docx(&spaces(64 * MIB)).bytes()),
        Malice::new("archives-in-archives.docx", nested()),
        Malice::new("20000-parts.xlsx", many_parts().bytes()),
        Malice::new("says-it-is-small.docx", lying(&word(), 10)),
        Malice::new("says-it-is-large.docx", lying(&word(), u32::MAX - 1)),
        Malice::new("one-part-many-names.docx", overlapping(&docx(&spaces(MIB - 500)).bytes())),
        Malice::new("encrypted.docx", encrypted(&word())),
        Malice::new("names-that-climb.docx", climbing().bytes()),
        Malice::new("a-presentation.docx", pptx("").bytes()),
        Malice::new("a-workbook.pptx", xlsx("").bytes()),
        Malice::new("just-a-zip.xlsx", Package::default().part("a.txt", "hello").bytes()),
        Malice::new("no-main-part.docx", Package::default().part("word/x.xml", "<x/>").bytes()),
        Malice::new("a-document.pdf", word()),
    ]
}

fn spaces(n: usize) -> String {
    TEXT.to_owned() + &" ".repeat(n)
}

/// Ten archives inside each other, as an attachment.
fn nested() -> Vec<u8> {
    let inner =
        (0..10).fold(vec![0; MIB], |bytes, _| Package::default().part("inner.zip", bytes).bytes());
    docx(TEXT).part("word/embeddings/inner.zip", inner).bytes()
}

fn many_parts() -> Package {
    (0..20_000).fold(xlsx(""), |package, n| package.part(&format!("xl/x/{n}.xml"), "<x/>"))
}

/// Changes the unpacked size that every header of the document part gives.
fn lying(archive: &[u8], size: u32) -> Vec<u8> {
    let name = b"word/document.xml";
    let mut bytes = archive.to_vec();
    for (signature, size_at, name_at) in [(b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)] {
        for at in 0..bytes.len().saturating_sub(name_at + name.len()) {
            let is_it =
                bytes[at..].starts_with(signature) && bytes[at + name_at..].starts_with(name);
            if is_it {
                bytes[at + size_at..at + size_at + 4].copy_from_slice(&size.to_le_bytes());
            }
        }
    }
    bytes
}

/// A central directory in which 5,000 names stand for the same packed bytes.
fn overlapping(archive: &[u8]) -> Vec<u8> {
    let end = archive.len() - 22;
    let directory_at = u32::from_le_bytes(archive[end + 16..end + 20].try_into().expect("4 bytes"));
    let directory = &archive[directory_at as usize..end];
    let copies = 5000 / entries(archive, end) + 1;
    let mut bytes = archive[..directory_at as usize].to_vec();
    for _ in 0..copies {
        bytes.extend(directory);
    }
    let count = (entries(archive, end) * copies) as u16;
    let size = (directory.len() * copies) as u32;
    let mut tail = archive[end..].to_vec();
    tail[8..10].copy_from_slice(&count.to_le_bytes());
    tail[10..12].copy_from_slice(&count.to_le_bytes());
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    bytes.extend(tail);
    bytes
}

fn entries(archive: &[u8], end: usize) -> usize {
    usize::from(u16::from_le_bytes([archive[end + 10], archive[end + 11]]))
}

/// Sets the flag that says a part is encrypted.
fn encrypted(archive: &[u8]) -> Vec<u8> {
    let mut bytes = archive.to_vec();
    for (signature, flags_at) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        for at in 0..bytes.len().saturating_sub(flags_at) {
            if bytes[at..].starts_with(signature) {
                bytes[at + flags_at] |= 1;
            }
        }
    }
    bytes
}

fn climbing() -> Package {
    let names =
        ["../../../../tmp/climbed", "/tmp/absolute", "word/..\\..\\c", "C:\\x", "a\n\u{1b}[2J"];
    names.iter().fold(docx(TEXT), |package, name| package.part(name, "climbed"))
}
