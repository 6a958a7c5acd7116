//! Lists, and numbers of headings.

use super::{NUMBERING, STYLES, check, document, item, of, p, styled};

/// Markers and texts of list items, with the depth at which they stand.
fn outline(body: &str) -> String {
    let document = document(body, &[("styles", STYLES), ("numbering", NUMBERING)]).unwrap();
    let parent = |at: &str| {
        let (kind, at) = at.strip_prefix("#/")?.split_once('/')?;
        let at: usize = at.parse().ok()?;
        let item = if kind == "texts" { &document.texts[at] } else { &document.groups[at] };
        item.parent.as_ref().map(|parent| parent.to.clone())
    };
    let lines = document.texts.iter().map(|item| {
        let depth = std::iter::successors(Some(item.self_ref.clone()), |at| parent(at)).count();
        let marker = item.marker.as_deref().unwrap_or("-");
        format!("{:.<1$}{marker} {2}", "", depth - 2, item.text.as_deref().unwrap_or_default())
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn items_count_and_nest() {
    let body = [
        item(2, 0, "a"),
        item(2, 1, "b"),
        item(2, 2, "c"),
        item(2, 2, "d"),
        item(2, 3, "e"),
        item(2, 1, "f"),
        item(2, 0, "g"),
        item(2, 1, "h"),
        p("text"),
        item(3, 0, "i"),
        item(5, 0, "j"),
        of("ListBullet", "k"),
        item(6, 0, "l"),
        item(99, 0, "m"),
    ]
    .concat();
    insta::assert_snapshot!(outline(&body), @"
    .1. a
    ...1.1. b
    .....(a) c
    .....(b) d
    .......i) e
    ...1.2. f
    .2. g
    ...2.1. h
    - text
    .7. i
    .8. j
    . k
    . l
    . m
    ");
    let lines = "abcdefgh".chars().map(|text| format!("list_item {:?}\n", text.to_string()));
    let others = "paragraph \"text\"\n".to_owned();
    let more = "ijklm".chars().map(|text| format!("list_item {:?}\n", text.to_string()));
    check(&body, &lines.chain([others]).chain(more).collect::<String>());
}

#[test]
fn empty_lines_end_no_list_and_indents_nest() {
    let indented = |num: u32, left: u32, text: &str| {
        let list = format!("<w:numPr><w:numId w:val='{num}'/></w:numPr>");
        styled(&format!("{list}<w:ind w:left='{left}'/>"), text)
    };
    let body = [
        indented(2, 100, "a"),
        indented(1, 200, "b"),
        "<w:p/>".to_owned(),
        indented(1, 200, "c"),
        indented(2, 100, "d"),
        indented(4, 100, "e"),
    ];
    insta::assert_snapshot!(outline(&body.concat()), @"
    .1. a
    ... b
    ... c
    .2. d
    .Article I. e
    ");
}

#[test]
fn lists_may_be_left_and_be_empty() {
    check(
        &[
            styled("<w:pStyle w:val='ListBullet'/><w:numPr><w:numId w:val='0'/></w:numPr>", "text"),
            item(2, 0, ""),
            item(2, 0, "two"),
            styled("<w:numPr><w:numId w:val='2'/></w:numPr><w:rPr><w:vanish/></w:rPr>", ""),
        ]
        .concat(),
        "paragraph \"text\"\nlist_item \"two\"",
    );
}

#[test]
fn headings_have_their_numbers() {
    let heading = |num: u32, level: u32, text: &str| {
        let list = format!("<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{num}'/></w:numPr>");
        styled(&format!("<w:pStyle w:val='berschrift1'/>{list}"), text)
    };
    check(
        &[
            heading(2, 1, "Before"),
            heading(2, 0, "Service"),
            heading(2, 1, "Fees"),
            item(2, 2, "in advance"),
            heading(2, 1, "Term"),
            heading(2, 2, "Notice"),
            heading(4, 0, "Parties"),
            heading(4, 1, "Scope"),
            heading(1, 0, "Bullet"),
            heading(6, 0, "None"),
        ]
        .concat(),
        r#"heading "1.1 Before"
           heading "1 Service"
           heading "1.1 Fees"
           list_item "in advance"
           heading "1.2 Term"
           heading "(a) Notice"
           heading "Article I. Parties"
           heading "§ 1.1 Scope"
           heading "Bullet"
           heading "None""#,
    );
}

#[test]
fn styles_share_a_list() {
    let styles = r#"<w:styles>
        <w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr>
            <w:numId w:val="2"/></w:numPr></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/>
            <w:basedOn w:val="H1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>
        <w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr>
            </w:pPr></w:style></w:styles>"#;
    let linked = NUMBERING.replace(
        "</w:numbering>",
        "<w:abstractNum w:abstractNumId='9'><w:numStyleLink w:val='L'/></w:abstractNum>\
         <w:num w:numId='9'><w:abstractNumId w:val='9'/></w:num></w:numbering>",
    );
    let body = [of("H1", "a"), of("H2", "b"), of("H2", "c"), of("H1", "d"), item(9, 0, "e")];
    let parts = [("styles", styles), ("numbering", linked.as_str())];
    let document = document(&body.concat(), &parts).unwrap();
    let texts = document.texts.iter().filter_map(|item| item.text.as_deref());
    assert_eq!(texts.collect::<Vec<_>>(), ["1 a", "1.1 b", "1.2 c", "2 d", "e"]);
    assert_eq!(document.texts[4].marker.as_deref(), Some("3."));
}
