//! Text in other encodings, under other names, and tables without end.

use super::Malice;

const CSV: &str = "Größe,Preis\nklein,1 €\n";

pub(super) fn all() -> Vec<Malice> {
    let utf_16 = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let latin_1 = |text: &str| -> Vec<u8> {
        text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
    };
    let page = "<html><body><h1>Größe</h1><p>klein</p></body></html>";
    vec![
        Malice::new("utf-16.csv", utf_16(CSV)),
        Malice::new("utf-16.html", utf_16(page)),
        Malice::new("utf-16.txt", utf_16("Größe")),
        Malice::new("latin-1.csv", latin_1(CSV)),
        Malice::new("latin-1.html", latin_1(page)),
        Malice::new("latin-1.txt", latin_1("Größe")),
        Malice::new("with-a-mark.csv", format!("\u{feff}{CSV}")),
        Malice::new("with-a-mark.md", "\u{feff}# Größe\n"),
        Malice::new("nul.md", "a\0b"),
        Malice::new("nul.csv", "a,b\0\n1,2\n"),
        Malice::new("a-picture.md", b"\x89PNG\r\n\x1a\n123".as_slice()),
        Malice::new("a-picture.pdf", b"\x89PNG\r\n\x1a\n123".as_slice()),
        Malice::new("an-old-document.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1123".as_slice()),
        Malice::new("one-long-line.csv", "a,".repeat(200_000)),
        Malice::new("one-quote.csv", format!("a,b\n\"{}", "x\n".repeat(200_000))),
        Malice::new("ragged.csv", (0..400).map(|n| "x,".repeat(n) + "\n").collect::<String>()),
        Malice::new("brackets.md", "[".repeat(900_000)),
        Malice::new("many-brackets.md", "[".repeat(8 * 1024 * 1024)),
        Malice::new("quotes.md", ">".repeat(500_000)),
        Malice::new("emphasis.md", "*a_ ".repeat(200_000)),
        Malice::new("../../../etc/cron.d/climbs.md", "# Climbs\n"),
        Malice::new("C:\\windows\\climbs.md", "# Climbs\n"),
        Malice::new("a\u{202e}fdp.md", "# Turned round\n"),
        Malice::new(format!("{}.md", "long".repeat(2_000)), "# Long\n"),
        Malice::new("program.exe", "MZ"),
        Malice::new("no-extension", "text"),
    ]
}
