//! One small document in every format: a heading, a paragraph, two list items and a table, as far
//! as the format has them.

use super::office::{docx, pptx, xlsx};
use super::pdf::{PdfFile, escaped};

/// Where they are kept for `gloss doctor formats`.
pub const SAMPLES_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/samples");

const TITLE: &str = "Service agreement";
const TEXT: &str = "The provider keeps the service running day and night.";
const ITEMS: [&str; 2] = ["Notice is given in writing.", "Fees are due in advance."];
const ROWS: [[&str; 2]; 3] = [["Service", "Fee"], ["Hosting", "120"], ["Support", "80"]];

/// File names and bytes, one for each format.
pub fn samples() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("sample.md", markdown().into_bytes()),
        ("sample.txt", format!("{TITLE}\n\n{TEXT}\n").into_bytes()),
        ("sample.docx", word()),
        ("sample.pdf", print()),
        ("sample.pptx", slides()),
        ("sample.xlsx", sheet()),
        ("sample.html", web().into_bytes()),
        ("sample.csv", lines(",").into_bytes()),
    ]
}

fn lines(separator: &str) -> String {
    ROWS.iter().map(|row| row.join(separator) + "\n").collect()
}

fn markdown() -> String {
    let [first, second] = ITEMS;
    let [head, rest @ ..] = ROWS.map(|row| format!("| {} |\n", row.join(" | ")));
    format!("# {TITLE}\n\n{TEXT}\n\n- {first}\n- {second}\n\n{head}|---|---|\n{}", rest.concat())
}

fn web() -> String {
    let items: String = ITEMS.iter().map(|item| format!("<li>{item}</li>")).collect();
    let rows = ROWS.iter().map(|row| {
        let cells: String = row.iter().map(|cell| format!("<td>{cell}</td>")).collect();
        format!("<tr>{cells}</tr>")
    });
    let rows: String = rows.collect();
    format!(
        "<!DOCTYPE html>\n<html><body><h1>{TITLE}</h1><p>{TEXT}</p><ul>{items}</ul>\
         <table>{rows}</table></body></html>\n"
    )
}

fn word() -> Vec<u8> {
    let paragraph = |properties: &str, text: &str| {
        format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let bullet = "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>";
    let items: String = ITEMS.iter().map(|item| paragraph(bullet, item)).collect();
    let rows = ROWS.iter().map(|row| {
        let cells = row.iter().map(|cell| format!("<w:tc>{}</w:tc>", paragraph("", cell)));
        format!("<w:tr>{}</w:tr>", cells.collect::<String>())
    });
    let rows: String = rows.collect();
    let grid = "<w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>";
    let heading = paragraph("<w:pStyle w:val=\"Heading1\"/>", TITLE);
    let text = paragraph("", TEXT);
    docx(&format!("{heading}{text}{items}<w:tbl><w:tblPr/>{grid}{rows}</w:tbl>")).bytes()
}

fn slides() -> Vec<u8> {
    let shape = |id: u8, kind: &str, paragraphs: &str| {
        format!(
            "<p:sp><p:nvSpPr><p:cNvPr id=\"{id}\" name=\"{kind} {id}\"/><p:cNvSpPr/><p:nvPr>\
             <p:ph type=\"{kind}\"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x=\"0\" \
             y=\"{id}000000\"/><a:ext cx=\"8000000\" cy=\"900000\"/></a:xfrm></p:spPr>\
             <p:txBody><a:bodyPr/>{paragraphs}</p:txBody></p:sp>"
        )
    };
    let bullet = |text: &str| {
        format!("<a:p><a:pPr><a:buChar char=\"•\"/></a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>")
    };
    let title = shape(2, "title", &format!("<a:p><a:r><a:t>{TITLE}</a:t></a:r></a:p>"));
    let items: String = ITEMS.iter().map(|item| bullet(item)).collect();
    pptx(&(title + &shape(3, "body", &items))).bytes()
}

fn sheet() -> Vec<u8> {
    let rows = (1..).zip(ROWS).map(|(n, [label, value])| {
        let label = format!("<c r=\"A{n}\" t=\"inlineStr\"><is><t>{label}</t></is></c>");
        let value = match value.parse::<u32>() {
            Ok(number) => format!("<c r=\"B{n}\"><v>{number}</v></c>"),
            Err(_) => format!("<c r=\"B{n}\" t=\"inlineStr\"><is><t>{value}</t></is></c>"),
        };
        format!("<row r=\"{n}\">{label}{value}</row>")
    });
    xlsx(&rows.collect::<String>()).bytes()
}

fn print() -> Vec<u8> {
    let mut page = String::new();
    let mut put = |font: &str, size: u8, x: u16, y: u16, text: &str| {
        page += &format!("BT /{font} {size} Tf {x} {y} Td ({}) Tj ET\n", escaped(text));
    };
    put("F2", 18, 72, 760, TITLE);
    put("F1", 11, 72, 725, TEXT);
    for (n, item) in (0..).zip(ITEMS) {
        // The bullet of the font's own encoding.
        put("F1", 11, 82, 700 - 16 * n, "\u{2022}");
        put("F1", 11, 96, 700 - 16 * n, item);
    }
    for (n, [label, value]) in (0..).zip(ROWS) {
        put("F1", 11, 78, 645 - 20 * n, label);
        put("F1", 11, 228, 645 - 20 * n, value);
    }
    page += "0.5 w\n";
    for n in 0..=3 {
        page += &format!("72 {0} m 372 {0} l S\n", 659 - 20 * n);
    }
    for x in [72, 222, 372] {
        page += &format!("{x} 659 m {x} 599 l S\n");
    }
    // One byte a character, as the fonts are encoded.
    PdfFile::of_pages(&[page.replace('\u{2022}', "\\225")]).bytes()
}
