//! Paragraphs: titles, bullets and numbers, and where they are inherited from.

use super::{File, LAYOUT, MASTER, blocks, check, p, page, shape};

#[test]
fn what_placeholders_are_for() {
    let of = |kind: &str, text: &str| shape(Some(kind), &p("", text));
    let shapes = [
        of("type='ctrTitle'", "Title"),
        of("type='subTitle' idx='1'", "Subtitle"),
        of("idx='1'", "Body"),
        shape(None, &p("", "Box")),
        of("type='ftr'", "Footer"),
        of("type='dt'", "Today"),
        of("type='sldNum'", "7"),
        of("type='body'", " "),
    ];
    insta::assert_snapshot!(blocks(&shapes.concat()), @r#"
    heading "Title"
    paragraph "Subtitle"
    paragraph "Body"
    paragraph "Box"
    page_footer "Footer"
    page_footer "Today"
    page_footer "7"
    "#);
}

/// Own properties, then those of the shape, the layout's place, the master's, its styles.
#[test]
fn bullets_are_inherited() {
    const BULLET: &str = "<a:buChar char='•'/>";
    let level = |level: u8, marker: &str| format!("<a:lvl{level}pPr>{marker}</a:lvl{level}pPr>");
    let list = |levels: &str| format!("<a:lstStyle>{levels}</a:lstStyle>");
    let mut file = File::new(&[&[
        shape(Some("idx='1'"), &(p("", "by the style") + &p("<a:pPr lvl='1'/>", "by the layout"))),
        shape(Some("idx='1'"), &p("<a:pPr><a:buNone/></a:pPr>", "own")),
        shape(Some("idx='1'"), &(list(&level(1, "<a:buNone/>")) + &p("", "of the shape"))),
        shape(
            Some("idx='2'"),
            &(p("", "no place of that name") + &p("<a:pPr lvl='2'/>", "by the master")),
        ),
        shape(Some("type='title'"), &(p("", "title") + &p("<a:pPr lvl='1'/>", "indented"))),
        shape(None, &(p("", "box") + &p("<a:pPr><a:buBlip/></a:pPr>", "own bullet"))),
        shape(None, &(list(&level(1, BULLET)) + &p("", "bullet of the shape"))),
    ]
    .concat()]);
    let place = shape(Some("type='body' idx='1'"), &list(&level(2, "<a:buNone/>")));
    file.put(LAYOUT, &page("p:sldLayout", &place));
    let place = shape(Some("type='body'"), &list(&level(3, "<a:buNone/>")));
    let styles = [1, 2, 3].map(|number| level(number, BULLET)).concat();
    let titles = level(1, "<a:buNone/>");
    let styles = format!(
        "<p:txStyles><p:titleStyle>{titles}</p:titleStyle><p:bodyStyle>{styles}</p:bodyStyle>\
         </p:txStyles></p:sldMaster>"
    );
    let master = page("p:sldMaster", &place).replace("</p:sldMaster>", &styles);
    file.put(MASTER, &master);
    insta::assert_snapshot!(file.blocks(), @r#"
    list_item "by the style"
    paragraph "by the layout"
    paragraph "own"
    paragraph "of the shape"
    list_item "no place of that name"
    paragraph "by the master"
    heading "title"
    list_item "indented"
    paragraph "box"
    list_item "own bullet"
    list_item "bullet of the shape"
    "#);
}

fn number(kind: &str) -> String {
    format!("<a:pPr><a:buAutoNum type='{kind}'/></a:pPr>")
}

/// Items with their markers, one in another.
fn outline(shapes: &str) -> String {
    let document = File::new(&[shapes]).document().expect("slides");
    let depth = |parent: &str| {
        let mut depth = 0;
        let mut at = parent.to_owned();
        while let Some((kind, index)) = at.trim_start_matches("#/").split_once('/') {
            let items = if kind == "groups" { &document.groups } else { &document.texts };
            depth += usize::from(kind == "groups");
            let parent = items[index.parse::<usize>().expect("an index")].parent.clone();
            at = parent.expect("a parent").to;
        }
        depth
    };
    let lines = document.texts.iter().map(|item| {
        let parent = item.parent.as_ref().expect("a parent");
        let indent = "  ".repeat(depth(&parent.to) - 1);
        format!(
            "{indent}[{}] {}",
            item.marker.as_deref().unwrap_or("-"),
            item.text.as_deref().unwrap_or_default()
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn lists_nest_and_count() {
    let at = |level: u8, marker: &str, text: &str| {
        p(&format!("<a:pPr lvl='{level}'>{marker}</a:pPr>"), text)
    };
    let (one, a) = ("<a:buAutoNum type='arabicPeriod'/>", "<a:buAutoNum type='alphaLcParenR'/>");
    let paragraphs = [
        at(0, one, "first"),
        at(1, a, "inside"),
        at(1, a, "inside, too"),
        "<a:p/>".to_owned(),
        at(2, "", "deep"),
        at(0, one, "second"),
        at(1, a, "anew"),
        at(1, "<a:buNone/>", "what that means"),
        at(0, one, "third"),
        at(0, "<a:buNone/>", "between"),
        at(0, one, "anew"),
        at(0, "<a:buChar char='-'/>", "bullet"),
        at(0, one, "anew"),
        at(9, "", "deepest"),
    ];
    insta::assert_snapshot!(outline(&shape(None, &paragraphs.concat())), @"
      [1.] first
        [a)] inside
        [b)] inside, too
          [] deep
      [2.] second
        [a)] anew
    [-] what that means
      [3.] third
    [-] between
      [1.] anew
      [] bullet
      [1.] anew
        [] deepest
    ");
    // The first may stand deeper than what follows.
    let paragraphs = [at(3, a, "deep"), at(1, a, "less"), at(2, a, "more")].concat();
    insta::assert_snapshot!(outline(&shape(None, &paragraphs)), @"
    [a)] deep
    [a)] less
      [a)] more
    ");
}

#[test]
fn numbers_are_written_as_they_are_seen() {
    let kinds = [
        "arabicPlain",
        "arabicParenBoth",
        "alphaUcPeriod",
        "romanLcParenR",
        "romanUcPeriod",
        "circleNumDbPlain",
        "thaiNumPeriod",
        "",
    ];
    let paragraphs: String = kinds.iter().map(|kind| p(&number(kind), kind)).collect();
    let from = |first: &str| {
        let kind = format!("arabicPeriod' startAt='{first}");
        p(&number(&kind), first) + &p(&number(&kind), "next")
    };
    let paragraphs = paragraphs + &["4", "4294967295", "-1"].map(from).concat();
    insta::assert_snapshot!(outline(&shape(None, &paragraphs)), @"
    [1] arabicPlain
    [(1)] arabicParenBoth
    [A.] alphaUcPeriod
    [i)] romanLcParenR
    [I.] romanUcPeriod
    [1] circleNumDbPlain
    [1.] thaiNumPeriod
    [4.] 4
    [5.] next
    [4294967295.] 4294967295
    [4294967295.] next
    [1.] -1
    [2.] next
    ");
}

#[test]
fn runs_breaks_fields_and_formulas() {
    check(
        &shape(
            None,
            "<a:p><a:r><a:t>A </a:t></a:r><a:hlinkClick/><a:r><a:t>link</a:t></a:r><a:br/>\
             <a:fld type='slidenum'><a:t>7</a:t></a:fld></a:p>",
        ),
        &[r#"paragraph "A link\n7""#],
    );
    check(
        "<mc:AlternateContent><mc:Choice Requires='a14'><p:sp><p:txBody><a:p><a14:m><m:oMath>\
         <m:r><m:t>x=1</m:t></m:r></m:oMath></a14:m></a:p></p:txBody></p:sp></mc:Choice>\
         <mc:Fallback><p:pic/></mc:Fallback></mc:AlternateContent>",
        &[r#"paragraph "x=1""#],
    );
}
