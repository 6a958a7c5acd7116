//! PDF files: numbered objects, a table of where they stand, a trailer.

use std::fmt::Write;

/// A file in the making. Object 1 is the catalogue; the others are numbered as they are added.
#[derive(Debug)]
pub struct PdfFile {
    objects: Vec<Vec<u8>>,
}

impl PdfFile {
    pub fn new(catalogue: &str) -> Self {
        Self { objects: vec![catalogue.as_bytes().to_vec()] }
    }

    /// A plain object; answers with its number.
    pub fn object(&mut self, body: &str) -> usize {
        self.objects.push(body.as_bytes().to_vec());
        self.objects.len()
    }

    /// A stream with its length; answers with its number.
    pub fn stream(&mut self, dictionary: &str, content: &[u8]) -> usize {
        let mut object =
            format!("<< {dictionary} /Length {} >>\nstream\n", content.len()).into_bytes();
        object.extend(content);
        object.extend(b"\nendstream");
        self.objects.push(object);
        self.objects.len()
    }

    /// Pages with the given drawing operators, in Helvetica (`/F1`) and Helvetica bold (`/F2`).
    pub fn of_pages(pages: &[String]) -> Self {
        let mut file = Self::new("<< /Type /Catalog /Pages 2 0 R >>");
        let kids: String = (0..pages.len()).map(|n| format!("{} 0 R ", 5 + 2 * n)).collect();
        file.object(&format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()));
        for font in ["Helvetica", "Helvetica-Bold"] {
            file.object(&format!(
                "<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>"
            ));
        }
        for page in pages {
            let content = file.objects.len() + 2;
            file.object(&format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R \
                 /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
            ));
            file.stream("", page.as_bytes());
        }
        file
    }

    pub fn bytes(self) -> Vec<u8> {
        let mut bytes = b"%PDF-1.7\n".to_vec();
        let mut places = String::new();
        let count = self.objects.len() + 1;
        for (n, object) in self.objects.into_iter().enumerate() {
            let _ = writeln!(places, "{:010} 00000 n ", bytes.len());
            bytes.extend(format!("{} 0 obj\n", n + 1).as_bytes());
            bytes.extend(object);
            bytes.extend(b"\nendobj\n");
        }
        let table = bytes.len();
        let head = format!("xref\n0 {count}\n0000000000 65535 f \n{places}");
        let tail = format!("trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        bytes.extend(head.as_bytes());
        bytes.extend(tail.as_bytes());
        bytes
    }
}

/// A text as it stands between parentheses.
pub fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)")
}
