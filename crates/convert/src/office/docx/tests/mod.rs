//! Word files, and the blocks that are read out of them.

mod bounds;
mod drawings;
mod lists;
mod pages;
mod paragraphs;
mod properties;
mod tables;

use std::io::{Cursor, Write};

use gloss_ingest::docling::DoclingDocument;
use gloss_ingest::{Converted, Limits};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Styles as Word writes them.
const STYLES: &str = r#"<w:styles>
    <w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
    <w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>
    <w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/>
        <w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/>
        <w:basedOn w:val="berschrift1"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="Klausel"><w:name w:val="Clause"/>
        <w:basedOn w:val="berschrift2"/></w:style>
    <w:style w:type="paragraph" w:styleId="TOCHeading"><w:name w:val="TOC Heading"/>
        <w:basedOn w:val="berschrift1"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="Body"><w:name w:val="My body"/>
        <w:basedOn w:val="berschrift1"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="Chapter"><w:name w:val="Chapter title"/>
        <w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="Subtitle"><w:name w:val="Subtitle"/>
        <w:basedOn w:val="berschrift1"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="Beschriftung"><w:name w:val="caption"/></w:style>
    <w:style w:type="paragraph" w:styleId="Figure"><w:name w:val="Figure"/>
        <w:basedOn w:val="Beschriftung"/></w:style>
    <w:style w:type="paragraph" w:styleId="SourceCode"><w:name w:val="Source Code"/></w:style>
    <w:style w:type="paragraph" w:styleId="ListBullet"><w:name w:val="List Bullet"/>
        <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="Secret"><w:name w:val="Secret"/>
        <w:rPr><w:vanish/></w:rPr></w:style>
    <w:style w:type="character" w:styleId="Veiled"><w:name w:val="Veiled"/>
        <w:rPr><w:vanish/></w:rPr></w:style>
    <w:style w:type="paragraph" w:styleId="A"><w:name w:val="a"/><w:basedOn w:val="B"/></w:style>
    <w:style w:type="paragraph" w:styleId="B"><w:name w:val="b"/><w:basedOn w:val="A"/></w:style>
    </w:styles>"#;

/// List 1 has bullets, list 2 is `1.`, `1.1.`, `(a)`, `i)`; list 3 is list 2 from 7; list 4 counts
/// articles, list 5 on with list 2, list 6 has neither numbers nor bullets.
const NUMBERING: &str = r#"<w:numbering>
    <w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>
        <w:lvlText w:val="&#xf0b7;"/></w:lvl></w:abstractNum>
    <w:abstractNum w:abstractNumId="1">
        <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>
            <w:pPr><w:ind w:left="720"/></w:pPr></w:lvl>
        <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>
            <w:lvlText w:val="%1.%2."/></w:lvl>
        <w:lvl w:ilvl="2"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/></w:lvl>
        <w:lvl w:ilvl="3"><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%4)"/></w:lvl>
    </w:abstractNum>
    <w:abstractNum w:abstractNumId="2">
        <w:lvl w:ilvl="0"><w:numFmt w:val="upperRoman"/><w:lvlText w:val="Article %1."/></w:lvl>
        <w:lvl w:ilvl="1"><w:isLgl/><w:lvlText w:val="§ %1.%2"/></w:lvl></w:abstractNum>
    <w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:numFmt w:val="none"/>
        <w:lvlText w:val=""/></w:lvl></w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
    <w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
    <w:num w:numId="3"><w:abstractNumId w:val="1"/>
        <w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
    <w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num>
    <w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num>
    <w:num w:numId="6"><w:abstractNumId w:val="3"/></w:num>
    </w:numbering>"#;

/// A file of a body and of parts that it names: the kind of each, and its XML. Their relationships
/// are `r0`, `r1` and so on.
fn file(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let relationship = |id: &str, kind: &str, target: &str| {
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        format!(r#"<Relationship Id="{id}" Type="{office}/{kind}" Target="{target}"/>"#)
    };
    let all = |inside: &str| format!("<Relationships>{inside}</Relationships>");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut part = |name: &str, xml: &str| {
        zip.start_file(name, stored).expect("a part begins");
        zip.write_all(xml.as_bytes()).expect("a part is written");
    };
    part("[Content_Types].xml", "<Types/>");
    part("_rels/.rels", &all(&relationship("r", "officeDocument", "word/document.xml")));
    part(
        "word/document.xml",
        &format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>"),
    );
    let mut named = String::new();
    for (number, (kind, xml)) in parts.iter().enumerate() {
        named += &relationship(&format!("r{number}"), kind, &format!("{kind}{number}.xml"));
        part(&format!("word/{kind}{number}.xml"), xml);
    }
    part("word/_rels/document.xml.rels", &all(&named));
    zip.finish().expect("an archive ends").into_inner()
}

fn document(body: &str, parts: &[(&str, &str)]) -> Result<DoclingDocument, String> {
    let bytes = file(body, parts);
    crate::office::read_docx(&bytes, &Limits::DEFAULT).map_err(|error| error.to_string())
}

fn converted(body: &str, parts: &[(&str, &str)]) -> Result<Converted, String> {
    let limits = Limits::DEFAULT;
    let document = document(body, parts)?;
    Converted::from_document("test", &document, &limits).map_err(|error| error.to_string())
}

/// What is said of a file without text.
const NOTHING: &str = "no blocks extracted: there is no text in it";

/// One line a block: its type and its text.
fn blocks(body: &str, parts: &[(&str, &str)]) -> String {
    match converted(body, parts) {
        Ok(converted) => {
            let lines = converted.blocks.iter();
            let lines = lines.map(|block| format!("{} {:?}", block.block_type, block.content));
            lines.collect::<Vec<_>>().join("\n")
        }
        Err(error) => error,
    }
}

/// Checks the blocks of a body, with the styles and lists above.
#[track_caller]
fn check(body: &str, expect: &str) {
    check_with(&[], body, expect);
}

/// The same of a body that names parts of its own, from `r2` on.
#[track_caller]
fn check_with(parts: &[(&str, &str)], body: &str, expect: &str) {
    let parts = [&[("styles", STYLES), ("numbering", NUMBERING)], parts].concat();
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(blocks(body, &parts), expect.join("\n"), "{body}");
}

/// A paragraph of text.
fn p(text: &str) -> String {
    format!("<w:p>{}</w:p>", r(text))
}

/// A run of text.
fn r(text: &str) -> String {
    format!("<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>")
}

/// A paragraph with properties.
fn styled(properties: &str, text: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr>{}</w:p>", r(text))
}

/// A paragraph of a style.
fn of(style: &str, text: &str) -> String {
    styled(&format!("<w:pStyle w:val='{style}'/>"), text)
}

/// An item of a list.
fn item(num: u32, level: u32, text: &str) -> String {
    styled(&format!("<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{num}'/></w:numPr>"), text)
}
