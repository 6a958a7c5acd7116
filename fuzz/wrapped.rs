//! Whole files around one part of them. Changing bytes of an archive mostly breaks its checksums,
//! so what a fuzzer changes is put into a sound file. The suite replays inputs by the same code.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// One folder for each Office format: the parts of a small file that has a bit of everything.
const PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/packages");

/// Parts of an Office file by their names, in order.
pub(crate) struct Package(Vec<(String, Vec<u8>)>);

impl Package {
    /// # Panics
    /// No such folder.
    pub(crate) fn of(format: &str) -> Self {
        let root = Path::new(PACKAGES).join(format);
        let mut parts = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder of parts") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let name = path.strip_prefix(&root).expect("a part below the root");
                let name = name.to_str().expect("a plain name").to_owned();
                parts.push((name, fs::read(path).expect("a part")));
            }
        }
        parts.sort();
        Self(parts)
    }

    /// The file in which one part is another: the first line of `input` names it, what follows is
    /// its content. None if there is no such part.
    pub(crate) fn with(&self, input: &[u8]) -> Option<Vec<u8>> {
        let end = input.iter().position(|byte| *byte == b'\n')?;
        let (changed, content) = (&input[..end], &input[end + 1..]);
        self.0.iter().find(|(name, _)| name.as_bytes() == changed)?;
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (name, kept) in &self.0 {
            let content = if name.as_bytes() == changed { content } else { kept };
            zip.start_file(name.as_str(), stored).expect("a part begins");
            zip.write_all(content).expect("a part is written");
        }
        Some(zip.finish().expect("an archive ends").into_inner())
    }
}

/// A PDF whose pages are drawn by `operators`; a form feed begins the next page. There are
/// Helvetica as `/F1`, its bold as `/F2`, Courier as `/F3`, a font of two bytes a character as
/// `/F4`, and a form `/X` that writes a word.
pub(crate) fn pdf_pages(operators: &[u8]) -> Vec<u8> {
    const FORM: &[u8] = b"BT /F1 9 Tf 300 20 Td (Page 1) Tj ET";
    const RESOURCES: &str = "/Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R /F4 6 0 R >> \
        /XObject << /X 7 0 R >> >>";
    const WIDE: &str = "/Type /Font /Subtype /Type0 /BaseFont /W /Encoding /Identity-H \
        /DescendantFonts [ << /Type /Font /Subtype /CIDFontType2 /BaseFont /W /CIDSystemInfo \
        << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 500 \
        /W [3 [250 300] 36 90 600] >> ]";
    let font = |name| {
        let dictionary = format!("/Type /Font /Subtype /Type1 /BaseFont /{name}");
        (dictionary + " /Encoding /WinAnsiEncoding", None)
    };
    let form = format!("/Type /XObject /Subtype /Form /BBox [0 0 595 842] {RESOURCES}");
    let mut objects: Vec<(String, Option<&[u8]>)> = vec![
        ("/Type /Catalog /Pages 2 0 R".to_owned(), None),
        (String::new(), None),
        font("Helvetica"),
        font("Helvetica-Bold"),
        font("Courier"),
        (WIDE.to_owned(), None),
        (form, Some(FORM)),
    ];
    let mut kids = String::new();
    for drawn in operators.split(|byte| *byte == b'\x0c').take(PAGES_MAX) {
        let number = objects.len() + 1;
        kids += &format!("{number} 0 R ");
        let place = format!("/Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R", number + 1);
        objects.push((format!("/Type /Page {place} {RESOURCES}"), None));
        objects.push((String::new(), Some(drawn)));
    }
    let count = kids.matches('R').count();
    objects[1].0 = format!("/Type /Pages /Kids [{kids}] /Count {count}");
    pdf(&objects)
}

/// As many as headers and footers are told by.
const PAGES_MAX: usize = 8;

/// Numbers the objects, which are dictionaries and maybe streams; the first is the catalogue.
fn pdf(objects: &[(String, Option<&[u8]>)]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = String::new();
    for (number, (dictionary, stream)) in (1..).zip(objects) {
        places += &format!("{:010} 00000 n \n", file.len());
        file.extend(format!("{number} 0 obj\n<< {dictionary} ").bytes());
        match stream {
            None => file.extend(b">>"),
            Some(content) => {
                file.extend(format!("/Length {} >>\nstream\n", content.len()).bytes());
                file.extend(*content);
                file.extend(b"\nendstream");
            }
        }
        file.extend(b"\nendobj\n");
    }
    let (table, count) = (file.len(), objects.len() + 1);
    let head = format!("xref\n0 {count}\n0000000000 65535 f \n{places}");
    let tail = format!("trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    file.extend([head, tail].concat().bytes());
    file
}
