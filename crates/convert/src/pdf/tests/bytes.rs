//! Files: what is read out of bytes, and how bytes are refused.

use gloss_ingest::{IngestError, Limits};
use insta::assert_snapshot;

/// A PDF whose pages show `contents`, set in the font /F.
fn pdf(contents: &[&str]) -> Vec<u8> {
    pdf_with_form(contents, "")
}

/// The same, where `/X Do` paints `form`.
fn pdf_with_form(contents: &[&str], form: &str) -> Vec<u8> {
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned(), String::new()];
    objects.push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned());
    objects.push(format!(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Length {} \
         /Resources << /Font << /F 3 0 R >> >> >>\nstream\n{form}\nendstream",
        form.len()
    ));
    let mut kids = Vec::new();
    for content in contents {
        let page = objects.len() + 1;
        kids.push(format!("{page} 0 R"));
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {} 0 R \
             /Resources << /Font << /F 3 0 R >> /XObject << /X 4 0 R >> >> >>",
            page + 1
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    let (kids, count) = (kids.join(" "), contents.len());
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>");
    let mut file = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let start = file.len();
    file += &format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1);
    for offset in &offsets {
        file += &format!("{offset:010} 00000 n \n");
    }
    let size = offsets.len() + 1;
    file += &format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.into_bytes()
}

fn read(bytes: &[u8]) -> Result<String, IngestError> {
    let (document, _) = super::super::read(bytes, &Limits::DEFAULT)?;
    Ok(document
        .texts
        .iter()
        .map(|text| {
            let prov = &text.prov[0];
            let bbox = prov.bbox;
            let said = text.text.as_deref().unwrap_or("");
            let (label, page) = (&text.label, prov.page_no);
            format!(
                "{label} p{page} [{:.0} {:.0} {:.0} {:.0}] {said}",
                bbox.l, bbox.t, bbox.r, bbox.b
            )
        })
        .collect::<Vec<_>>()
        .join("\n"))
}

#[test]
fn text_is_placed_by_its_matrices() {
    let content = "BT /F 20 Tf 50 700 Td (A heading) Tj ET \
        q 1 0 0 1 50 600 cm BT 12 TL /F 10 Tf 1 0 0 1 0 0 Tm [(W) 80 (ords of a ) -20 (para)] TJ \
        (graph,) Tj (as long as it has to be, and) ' (no more) ' ET Q \
        BT /F 10 Tf 50 540 Td (and not two.) Tj 0 -40 Td /F 14 Tf (Another heading) Tj ET";
    assert_snapshot!(read(&pdf(&[content])).unwrap(), @"
    title p1 [50 85 140 104] A heading
    text p1 [50 192 170 226] Words of a paragraph, as long as it has to be, and no more
    text p1 [50 252 104 262] and not two.
    section_header p1 [50 290 153 303] Another heading
    ");
}

/// A form may close no more than it opened: what its caller had set stays as it was.
#[test]
fn a_form_leaves_its_caller_alone() {
    let content = "q 1 0 0 1 50 600 cm /Span BMC q /X Do Q EMC \
        BT /F 10 Tf 0 0 Td (Below it, where it was meant to be.) Tj ET Q";
    let form = "BT /F 10 Tf 0 40 Td (Painted by the form.) Tj ET Q Q Q EMC EMC";
    assert_snapshot!(read(&pdf_with_form(&[content], form)).unwrap(), @"
    text p1 [50 152 139 162] Painted by the form.
    text p1 [50 192 205 202] Below it, where it was meant to be.
    ");
}

#[test]
fn bytes_that_are_no_pdf_are_unreadable() {
    assert_snapshot!(
        read(b"hello").unwrap_err(),
        @"not a readable pdf file: it does not begin as a PDF does; open it in its program and save it again, or ask for another copy"
    );
    assert_snapshot!(
        read(b"%PDF-1.4\nnothing more").unwrap_err(),
        @"not a readable pdf file: it is damaged or cut off; open it in its program and save it again, or ask for another copy"
    );
}

#[test]
fn a_picture_without_text_needs_ocr() {
    let picture = "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q";
    assert_eq!(read(&pdf(&[picture, picture])), Err(IngestError::NeedsOcr { pages: 2 }));
}

/// A cover, or a scan between pages of text, is a block that shows that something is there.
#[test]
fn a_page_that_is_a_picture_is_told() {
    let picture = "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q";
    let text = "BT /F 10 Tf 50 700 Td (Words of a paragraph that ends here.) Tj ET";
    let more = "BT /F 10 Tf 50 400 Td (Other words, and in another place of the page) Tj ET";
    let read = super::super::read(&pdf(&[text, picture, more]), &Limits::DEFAULT);
    let (document, notes) = read.unwrap();
    let told = gloss_ingest::docling::read(&document).blocks.into_iter();
    let told = told.map(|block| format!("{} {:?}", block.block_type, block.locator));
    let notes = notes.iter().map(|note| format!("{}: {}", note.code, note.message));
    assert_snapshot!(told.chain(notes).collect::<Vec<_>>().join("\n"), @r##"
    paragraph DoclingJsonPointer { pointer: "#/texts/0", page_no: Some(1) }
    figure DoclingJsonPointer { pointer: "#/pictures/0", page_no: Some(2) }
    paragraph DoclingJsonPointer { pointer: "#/texts/1", page_no: Some(3) }
    pages_need_ocr: page 2 of 3 is a scan and needs OCR: to read what stands there, set GLOSS_DOCLING_URL to a docling-serve, delete this document and ingest the file again
    "##);
}

#[test]
fn too_many_pages_are_refused() {
    let limits = Limits { pages_max: 1, ..Limits::DEFAULT };
    let bytes = pdf(&["", ""]);
    assert_snapshot!(super::super::read(&bytes, &limits).unwrap_err(), @"it has 2 pages: the limit is 1; split the file, or save it again from its program");
}

#[test]
fn damaged_bytes_never_panic() {
    let whole = pdf(&["BT /F 10 Tf 50 700 Td (Some text on a page) Tj ET 0 0 m 9 9 l S"]);
    for cut in 0..whole.len() {
        let _ = read(&whole[..cut]);
        let mut flipped = whole.clone();
        flipped[cut] ^= 0x15;
        let _ = read(&flipped);
    }
}
