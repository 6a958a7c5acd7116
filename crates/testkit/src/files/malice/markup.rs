//! XML and HTML that nest, refer, expand or sprawl.

use super::super::office::{docx, pptx, xlsx};
use super::Malice;

const DEEP: usize = 100_000;

pub(super) fn all() -> Vec<Malice> {
    let mut all = sheets();
    all.extend(entities());
    all.extend([
        Malice::new(
            "deep.docx",
            docx(&nested("<w:sdt><w:sdtContent>", "x", "</w:sdtContent></w:sdt>")).bytes(),
        ),
        Malice::new("deep-tables.docx", docx(&tables(200)).bytes()),
        Malice::new("deep.pptx", pptx(&nested("<p:grpSp>", "", "</p:grpSp>")).bytes()),
        Malice::new("deep.html", nested("<div>", "x", "</div>")),
        Malice::new("deep-tables.html", "<table><tr><td>a".repeat(2_000)),
        Malice::new("deep-styles.html", "<b><i><u>".repeat(20_000) + "x"),
        Malice::new("never-closed.html", "<p>abc ".repeat(100_000)),
        Malice::new("attributes.html", format!("<p {}>x</p>", many("a", "=1 ", 100_000))),
        Malice::new("references.html", REFERENCES),
        Malice::new("external-parts.docx", external()),
        Malice::new(
            "namespaces.docx",
            docx(&format!("<w:p {}/>", many("xmlns:a", "='u' ", 50_000))).bytes(),
        ),
        Malice::new("formulas.html", nested("<math><mrow>", "x", "</mrow></math>")),
    ]);
    all
}

fn nested(open: &str, inside: &str, close: &str) -> String {
    open.repeat(DEEP) + inside + &close.repeat(DEEP)
}

fn many(before: &str, after: &str, n: usize) -> String {
    (0..n).map(|n| format!("{before}{n}{after}")).collect()
}

fn tables(depth: usize) -> String {
    let open = "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc>";
    let close = "<w:p/></w:tc></w:tr></w:tbl>";
    open.repeat(depth) + &close.repeat(depth)
}

fn sheets() -> Vec<Malice> {
    let cell = |name: &str| format!("<row><c r=\"{name}\"><v>1</v></c></row>");
    let sheet =
        |cells: &[&str]| xlsx(&cells.iter().map(|name| cell(name)).collect::<String>()).bytes();
    vec![
        Malice::new("two-corners.xlsx", sheet(&["A1", "XFD1048576"])),
        Malice::new("beyond-the-last-row.xlsx", sheet(&["A1", "A4294967295"])),
        Malice::new(
            "no-such-cell.xlsx",
            sheet(&["A99999999999999999999", "ZZZZZZZZZZZZ1", "1A", ""]),
        ),
        Malice::new(
            "merged-everything.xlsx",
            xlsx(
                "<row><c r=\"A1\"><v>1</v></c></row></sheetData><mergeCells>\
                 <mergeCell ref=\"A1:XFD1048576\"/></mergeCells><sheetData>",
            )
            .bytes(),
        ),
    ]
}

fn entities() -> Vec<Malice> {
    let laughs: String = (1..10)
        .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
        .collect();
    let document = |doctype: &str, text: &str| {
        let xml = format!(
            "<?xml version=\"1.0\"?><!DOCTYPE w [{doctype}]><w:document xmlns:w=\"http://schemas.\
             openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>{text}</w:t>\
             </w:r></w:p></w:body></w:document>"
        );
        docx("").with("word/document.xml", xml).bytes()
    };
    vec![
        Malice::new(
            "reads-a-file.docx",
            document("<!ENTITY x SYSTEM \"file:///etc/passwd\">", "&x;"),
        ),
        Malice::new(
            "calls-home.docx",
            document("<!ENTITY % x SYSTEM \"http://127.0.0.1:9/x\"> %x;", "x"),
        ),
        Malice::new(
            "billion-laughs.docx",
            document(&format!("<!ENTITY l0 \"ha\">{laughs}"), "&l9;"),
        ),
    ]
}

const REFERENCES: &str = "<html><head><base href='http://127.0.0.1:9/'>\
    <link rel=stylesheet href='http://127.0.0.1:9/a.css'><script src='//127.0.0.1:9/a.js'></script>\
    <meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'></head><body>\
    <h1>References</h1><p>text</p><img src='file:///etc/passwd'><img src='/etc/passwd'>\
    <img src='http://127.0.0.1:9/a.png'><iframe src='file:///etc/hosts'></iframe>\
    <object data='http://127.0.0.1:9/x'></object></body></html>";

/// Relationships that lead out of the package.
fn external() -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let targets = [
        ("attachedTemplate", "http://127.0.0.1:9/template.dotm"),
        ("image", "http://127.0.0.1:9/a.png"),
        ("image", "file:///etc/passwd"),
        ("oleObject", "\\\\127.0.0.1\\share\\x"),
    ];
    let all: String = (1..)
        .zip(targets)
        .map(|(n, (kind, target))| {
            format!(
                "<Relationship Id=\"rId{n}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\" \
                 TargetMode=\"External\"/>"
            )
        })
        .collect();
    let picture = "<w:p><w:r><w:t>With pictures</w:t></w:r><w:r><w:drawing><a:blip \
        xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"http://schemas.\
        openxmlformats.org/officeDocument/2006/relationships\" r:link=\"rId2\" r:embed=\"rId3\"/>\
        </w:drawing></w:r></w:p>";
    let relationships = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         {all}</Relationships>"
    );
    docx(picture).with("word/_rels/document.xml.rels", relationships).bytes()
}
