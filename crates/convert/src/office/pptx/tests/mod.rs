//! Presentations, and the blocks that are read out of them.

mod beside;
mod bounds;
mod properties;
mod shapes;
mod slides;
mod text;

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use gloss_core_model::Locator;
use gloss_ingest::docling::DoclingDocument;
use gloss_ingest::{Converted, Limits};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The parts of a file by their names, and the relationships of each.
struct File {
    parts: BTreeMap<String, String>,
    relationships: BTreeMap<String, String>,
}

impl File {
    /// A presentation whose slides hold these shapes, on one layout.
    fn new(slides: &[&str]) -> Self {
        let mut file = Self { parts: BTreeMap::new(), relationships: BTreeMap::new() };
        file.relate("", "rId1", "officeDocument", "ppt/presentation.xml");
        let mut list = String::new();
        for (number, shapes) in (1..).zip(slides) {
            list += &format!("<p:sldId id='{number}' r:id='rId{number}'/>");
            let name = format!("ppt/slides/slide{number}.xml");
            file.relate(PRESENTATION, &format!("rId{number}"), "slide", &format!("/{name}"));
            file.relate(&name, "rId1", "slideLayout", "../slideLayouts/slideLayout1.xml");
            file.put(&name, &page("p:sld", shapes));
        }
        file.put(
            PRESENTATION,
            &format!("<p:presentation><p:sldIdLst>{list}</p:sldIdLst></p:presentation>"),
        );
        file.relate(LAYOUT, "rId1", "slideMaster", "../slideMasters/slideMaster1.xml");
        file.put(LAYOUT, &page("p:sldLayout", ""));
        file.put(MASTER, "<p:sldMaster/>");
        file
    }

    fn put(&mut self, name: &str, content: &str) -> &mut Self {
        self.parts.insert(name.to_owned(), content.to_owned());
        self
    }

    fn relate(&mut self, from: &str, id: &str, kind: &str, to: &str) -> &mut Self {
        let all = self.relationships.entry(from.to_owned()).or_default();
        *all += &format!("<Relationship Id='{id}' Type='http://x/{kind}' Target='{to}'/>");
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        // Packed, what repeats would be a bomb.
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut add = |name: &str, content: &str| {
            zip.start_file(name, stored).expect("a part begins");
            zip.write_all(content.as_bytes()).expect("a part is written");
        };
        for (from, all) in &self.relationships {
            let (folder, file) = from.rsplit_once('/').unwrap_or(("", from));
            let slash = if folder.is_empty() { "" } else { "/" };
            let all = format!("<Relationships>{all}</Relationships>");
            add(&format!("{folder}{slash}_rels/{file}.rels"), &all);
        }
        for (name, content) in &self.parts {
            add(name, content);
        }
        zip.finish().expect("an archive ends").into_inner()
    }

    fn document(&self) -> Result<DoclingDocument, String> {
        let read = crate::office::read_pptx(&self.bytes(), &Limits::DEFAULT);
        read.map_err(|error| error.to_string())
    }

    /// One line a block: its type, its page unless that is the first, and its text.
    fn blocks(&self) -> String {
        let converted = |document| Converted::from_document("test", &document, &Limits::DEFAULT);
        let read = self.document();
        let converted = match read.map(|document| converted(document).map_err(|e| e.to_string())) {
            Ok(Ok(converted)) => converted,
            Ok(Err(error)) | Err(error) => return error,
        };
        let lines = converted.blocks.iter().map(|block| {
            let page = match block.locator {
                Locator::DoclingJsonPointer { page_no: Some(1), .. } => String::new(),
                Locator::DoclingJsonPointer { page_no: Some(page), .. } => format!(" p{page}"),
                _ => " nowhere".to_owned(),
            };
            format!("{}{page} {:?}", block.block_type, block.content)
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

const PRESENTATION: &str = "ppt/presentation.xml";
const LAYOUT: &str = "ppt/slideLayouts/slideLayout1.xml";
const MASTER: &str = "ppt/slideMasters/slideMaster1.xml";
const SLIDE: &str = "ppt/slides/slide1.xml";

/// A slide, or whatever else has shapes.
fn page(element: &str, shapes: &str) -> String {
    format!("<{element}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></{element}>")
}

/// A shape with text; `placeholder` are the attributes of its `p:ph`, and none if it is none.
fn shape(placeholder: Option<&str>, paragraphs: &str) -> String {
    let ph = placeholder.map(|attributes| format!("<p:ph {attributes}/>")).unwrap_or_default();
    format!(
        "<p:sp><p:nvSpPr><p:cNvPr id='2' name='no'/><p:nvPr>{ph}</p:nvPr></p:nvSpPr><p:spPr/>\
         <p:txBody>{paragraphs}</p:txBody></p:sp>"
    )
}

/// A paragraph with properties.
fn p(properties: &str, text: &str) -> String {
    format!("<a:p>{properties}<a:r><a:t>{text}</a:t></a:r></a:p>")
}

/// The blocks of a slide with these shapes.
fn blocks(shapes: &str) -> String {
    File::new(&[shapes]).blocks()
}

/// What is told of a presentation without a word in it.
const NOTHING: &str = "no blocks extracted: there is no text in it";

/// Lines are told as a list of what they say, without their types.
#[track_caller]
fn check(shapes: &str, expect: &[&str]) {
    assert_eq!(blocks(shapes).lines().collect::<Vec<_>>(), expect, "{shapes}");
}
