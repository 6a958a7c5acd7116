//! Office files: parts in a ZIP archive, no larger than readers need.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An archive in the making. Parts bear no time, so that the same parts are the same bytes.
#[derive(Debug, Default)]
pub struct Package {
    parts: Vec<(String, Vec<u8>)>,
}

impl Package {
    #[must_use]
    pub fn part(mut self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        self.parts.push((name.to_owned(), content.into()));
        self
    }

    /// Takes the place of a part of the same name.
    #[must_use]
    pub fn with(mut self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        self.parts.retain(|(known, _)| known != name);
        self.part(name, content)
    }

    pub fn bytes(self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9));
        for (name, content) in self.parts {
            zip.start_file(name, options).expect("a part begins");
            zip.write_all(&content).expect("a part is written");
        }
        zip.finish().expect("an archive ends").into_inner()
    }
}

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A package whose main part is `main`, of the given content type.
fn package(main: &str, content_type: &str, others: &[(&str, &str)]) -> Package {
    let mut types = format!(r#"<Override PartName="/{main}" ContentType="{content_type}"/>"#);
    for (name, content_type) in others {
        types += &format!(r#"<Override PartName="/{name}" ContentType="{content_type}"/>"#);
    }
    let types = format!(
        "{XML}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.\
         relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         {types}</Types>"
    );
    let root = relationships(&[("rId1", "officeDocument", main)]);
    Package::default().part("[Content_Types].xml", types).part("_rels/.rels", root)
}

/// Ids, kinds and targets.
fn relationships(all: &[(&str, &str, &str)]) -> String {
    let each = all.iter().map(|(id, kind, target)| {
        format!(r#"<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
    });
    let each: String = each.collect();
    format!("{XML}<Relationships xmlns=\"{PACKAGE}/relationships\">{each}</Relationships>")
}

/// A Word document around the given paragraphs and tables, with styles `Heading1`, `Heading2` and a
/// bullet list as number 1.
pub fn docx(body: &str) -> Package {
    const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let heading = |level: u8| {
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"Heading{level}\"><w:name w:val=\"heading \
             {level}\"/><w:pPr><w:outlineLvl w:val=\"{}\"/></w:pPr></w:style>",
            level - 1
        )
    };
    let styles = heading(1) + &heading(2);
    package(
        "word/document.xml",
        &format!("{TYPE}.document.main+xml"),
        &[
            ("word/styles.xml", &format!("{TYPE}.styles+xml")),
            ("word/numbering.xml", &format!("{TYPE}.numbering+xml")),
        ],
    )
    .part(
        "word/_rels/document.xml.rels",
        relationships(&[("rId1", "styles", "styles.xml"), ("rId2", "numbering", "numbering.xml")]),
    )
    .part(
        "word/document.xml",
        format!("{XML}<w:document xmlns:w=\"{W}\"><w:body>{body}</w:body></w:document>"),
    )
    .part("word/styles.xml", format!("{XML}<w:styles xmlns:w=\"{W}\">{styles}</w:styles>"))
    .part(
        "word/numbering.xml",
        format!(
            "{XML}<w:numbering xmlns:w=\"{W}\"><w:abstractNum w:abstractNumId=\"0\">\
             <w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"bullet\"/>\
             <w:lvlText w:val=\"•\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\">\
             <w:abstractNumId w:val=\"0\"/></w:num></w:numbering>"
        ),
    )
}

/// A presentation with one slide around the given shapes.
pub fn pptx(shapes: &str) -> Package {
    const P: &str = "http://schemas.openxmlformats.org/presentationml/2006/main";
    const A: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
    const TYPE: &str = "application/vnd.openxmlformats-officedocument.presentationml";
    let namespaces = format!("xmlns:p=\"{P}\" xmlns:a=\"{A}\" xmlns:r=\"{OFFICE}\"");
    package(
        "ppt/presentation.xml",
        &format!("{TYPE}.presentation.main+xml"),
        &[("ppt/slides/slide1.xml", &format!("{TYPE}.slide+xml"))],
    )
    .part(
        "ppt/presentation.xml",
        format!(
            "{XML}<p:presentation {namespaces}><p:sldIdLst><p:sldId id=\"256\" r:id=\"rId1\"/>\
             </p:sldIdLst><p:sldSz cx=\"9144000\" cy=\"6858000\"/></p:presentation>"
        ),
    )
    .part(
        "ppt/_rels/presentation.xml.rels",
        relationships(&[("rId1", "slide", "slides/slide1.xml")]),
    )
    .part(
        "ppt/slides/slide1.xml",
        format!(
            "{XML}<p:sld {namespaces}><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/>\
             <p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{shapes}</p:spTree></p:cSld></p:sld>"
        ),
    )
}

/// A workbook with one sheet around the given rows.
pub fn xlsx(rows: &str) -> Package {
    const S: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    package(
        "xl/workbook.xml",
        &format!("{TYPE}.sheet.main+xml"),
        &[("xl/worksheets/sheet1.xml", &format!("{TYPE}.worksheet+xml"))],
    )
    .part(
        "xl/workbook.xml",
        format!(
            "{XML}<workbook xmlns=\"{S}\" xmlns:r=\"{OFFICE}\"><sheets>\
             <sheet name=\"Fees\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
        ),
    )
    .part(
        "xl/_rels/workbook.xml.rels",
        relationships(&[("rId1", "worksheet", "worksheets/sheet1.xml")]),
    )
    .part(
        "xl/worksheets/sheet1.xml",
        format!("{XML}<worksheet xmlns=\"{S}\"><sheetData>{rows}</sheetData></worksheet>"),
    )
}
