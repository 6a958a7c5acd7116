//! Runs, fields, changes and what paragraphs are by their styles.

use super::{check, converted, document, of, p, r, styled};

#[test]
fn a_paragraph_is_one_text() {
    check(
        &format!(
            "<w:p>{}<w:r><w:rPr><w:b/></w:rPr><w:t>ph</w:t></w:r>{}</w:p><w:p/>{}",
            r("Em"),
            r("asis  a &amp; b "),
            p("  ")
        ),
        r#"paragraph "Emphasis  a & b""#,
    );
    check(
        "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/><w:t>d</w:t>\
         <w:br w:type='page'/><w:t>e</w:t><w:noBreakHyphen/><w:t>f</w:t><w:softHyphen/><w:t>g</w:t>\
         <w:lastRenderedPageBreak/><w:ptab/><w:t>h</w:t></w:r></w:p>",
        r#"paragraph "a\tb\nc\nd\ne-fg\th""#,
    );
}

#[test]
fn what_stands_around_runs_is_read_through() {
    let body = format!(
        "<w:p><w:hyperlink r:id='x'>{}</w:hyperlink><w:smartTag><w:smartTagPr/>{}</w:smartTag>\
         <w:customXml>{}</w:customXml><w:sdt><w:sdtPr><w:alias w:val='no'/></w:sdtPr><w:sdtContent>\
         {}</w:sdtContent></w:sdt><w:bdo w:val='rtl'>{}</w:bdo><w:bookmarkStart/></w:p>",
        r("a"),
        r("b"),
        r("c"),
        r("d"),
        r("e")
    );
    check(&body, r#"paragraph "abcde""#);
    check(
        &format!(
            "<w:sdt><w:sdtContent>{}<w:customXml>{}</w:customXml></w:sdtContent></w:sdt>{}",
            p("a"),
            p("b"),
            r("c")
        ),
        "paragraph \"a\"\nparagraph \"b\"\nparagraph \"c\"",
    );
    check(
        "<w:p><w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>とうきょう</w:t></w:r></w:rt><w:rubyBase>\
         <w:r><w:t>東京</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>",
        r#"paragraph "東京(とうきょう)""#,
    );
}

#[test]
fn changes_are_read_as_accepted() {
    check(
        &format!(
            "<w:p>{}<w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins>{}</w:ins></w:p>\
             <w:p><w:moveFrom>{}</w:moveFrom></w:p><w:p><w:moveTo>{}</w:moveTo></w:p>\
             <w:ins>{}</w:ins><w:del>{}</w:del>",
            r("in "),
            r("new"),
            r("gone"),
            r("here"),
            p("more"),
            p("less")
        ),
        r#"paragraph "in new"
           paragraph "here"
           paragraph "more""#,
    );
    // The end of the first paragraph was deleted.
    check(
        &format!("{}{}", styled("<w:rPr><w:del/></w:rPr>", "one and "), p("two")),
        r#"paragraph "one and two""#,
    );
    // From there to the end of the next one.
    let next = "<w:p><w:del><w:r><w:delText>two</w:delText></w:r></w:del></w:p>";
    check(
        &format!("{}{next}{}", styled("<w:rPr><w:del/></w:rPr>", "one"), p("three")),
        r#"paragraph "one"
           paragraph "three""#,
    );
    check(
        &format!("{}{}", styled("<w:framePr w:dropCap='drop'/>", "O"), p("nce upon a time")),
        r#"paragraph "Once upon a time""#,
    );
    check(&styled("<w:rPr><w:del/></w:rPr>", "last"), r#"paragraph "last""#);
}

#[test]
fn hidden_text_is_left_out() {
    let run = |properties: &str, text: &str| {
        format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")
    };
    check(
        &format!(
            "<w:p>{}{}{}{}</w:p>",
            r("a"),
            run("<w:vanish/>", "no"),
            run("<w:rStyle w:val='Veiled'/>", "no"),
            run("<w:vanish w:val='0'/>", "b")
        ),
        r#"paragraph "ab""#,
    );
    let (hidden, shown) = (r("no"), run("<w:vanish w:val='false'/>", "shown"));
    let secret = "<w:pPr><w:pStyle w:val='Secret'/></w:pPr>";
    check(&format!("<w:p>{secret}{hidden}{shown}</w:p>"), r#"paragraph "shown""#);
}

#[test]
fn fields_show_their_results() {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>");
    let (begin, separate, end) = (mark("begin"), mark("separate"), mark("end"));
    let instruction = "<w:r><w:instrText>REF x</w:instrText></w:r>";
    check(
        &format!("<w:p>{}{begin}{instruction}{separate}{}{end}{}</w:p>", r("see "), r("1"), r(".")),
        r#"paragraph "see 1.""#,
    );
    check(
        &format!(
            "<w:p>{begin}{instruction}{begin}{separate}{}{end}{separate}{}{end}</w:p>",
            r("no"),
            r("yes")
        ),
        r#"paragraph "yes""#,
    );
    check(
        &format!("<w:p><w:fldSimple w:instr='PAGE'>{}</w:fldSimple></w:p>", r("7")),
        "paragraph \"7\"",
    );
    // Fields that go on in other paragraphs, or never end.
    check(
        &format!("<w:p>{begin}{instruction}{separate}{}</w:p><w:p>{}{end}</w:p>", r("a"), r("b")),
        "paragraph \"a\"\nparagraph \"b\"",
    );
    check(
        &format!("<w:p>{begin}{}</w:p>{}", r("kept"), p("too")),
        "paragraph \"kept\"\nparagraph \"too\"",
    );
    check(
        "<w:p><w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox><w:default w:val='0'/>\
         <w:checked/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:fldChar \
         w:fldCharType='end'/><w:t> yes </w:t><w:fldChar w:fldCharType='begin'><w:ffData>\
         <w:ddList><w:result w:val='1'/><w:listEntry w:val='a'/><w:listEntry w:val='b'/></w:ddList>\
         </w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>",
        r#"paragraph "☒ yes b""#,
    );
}

#[test]
fn symbols_are_what_they_show() {
    check(
        "<w:p><w:r><w:sym w:font='Wingdings' w:char='F0FC'/><w:sym w:font='Symbol' w:char='F061'/>\
         <w:sym w:font='Symbol' w:char='B7'/><w:sym w:font='Mine' w:char='2603'/>\
         <w:sym w:font='Wingdings 2' w:char='F052'/><w:sym w:char='x'/></w:r><w:r><w:rPr><w:rFonts w:ascii='Symbol'/></w:rPr><w:t>\u{f062} G\
         </w:t></w:r></w:p>",
        r#"paragraph "✓α•☃☑β Γ""#,
    );
}

#[test]
fn styles_say_what_a_paragraph_is() {
    check(
        &[
            of("Title", "Lease"),
            of("Subtitle", "of a house"),
            of("berschrift1", "One"),
            of("Klausel", "Two"),
            of("TOCHeading", "Contents"),
            of("Body", "text"),
            of("Chapter", "Three"),
            of("Heading3", "Four"),
            of("Figure", "Figure 1"),
            of("A", "a"),
            of("Unknown", "b"),
            styled("<w:outlineLvl w:val='2'/>", "Five"),
            styled("<w:outlineLvl w:val='9'/>", "c"),
        ]
        .concat(),
        r#"heading "Lease"
           paragraph "of a house"
           heading "One"
           heading "Two"
           heading "Contents"
           paragraph "text"
           heading "Three"
           heading "Four"
           caption "Figure 1"
           paragraph "a"
           paragraph "b"
           heading "Five"
           paragraph "c""#,
    );
    let body = [of("Klausel", "x"), of("Heading3", "y"), of("Title", "T")].concat();
    let parts = [("styles", super::STYLES)];
    let texts = document(&body, &parts).unwrap().texts.into_iter();
    let levels: Vec<_> = texts.map(|item| (item.label, item.level)).collect();
    let expect = [("section_header", Some(2)), ("section_header", Some(3)), ("title", None)];
    assert_eq!(levels, expect.map(|(label, level)| (label.to_owned(), level)));
    assert_eq!(converted(&body, &parts).unwrap().title.as_deref(), Some("T"));
}

#[test]
fn lines_of_code_are_one_block() {
    check(
        &[
            of("SourceCode", "if a:"),
            of("SourceCode", "    b"),
            of("SourceCode", " "),
            of("SourceCode", "c"),
            of("SourceCode", ""),
            p("text"),
            of("SourceCode", "d"),
        ]
        .concat(),
        r#"code_block "if a:\n    b\n\nc"
           paragraph "text"
           code_block "d""#,
    );
}

#[test]
fn boxes_are_ticked_or_not() {
    let tick = |value: &str, sign: &str| {
        format!(
            "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val='{value}'/></w14:checkbox>\
             </w:sdtPr>\
             <w:sdtContent>{}</w:sdtContent></w:sdt>",
            r(sign)
        )
    };
    let (ticked, empty) = (tick("1", "☒"), tick("0", "☐"));
    check(&format!("<w:p>{ticked}{}</w:p>", r(" yes")), r#"checkbox "☒ yes""#);
    check(&format!("<w:p>{ticked}</w:p>"), r#"paragraph "☒""#);
    check(
        &format!("<w:p>{ticked}{}{empty}{}</w:p>", r(" yes "), r(" no")),
        r#"paragraph "☒ yes ☐ no""#,
    );
    let document = document(&format!("<w:p>{empty}{}</w:p>", r("no")), &[]).unwrap();
    assert_eq!(document.texts[0].label, "checkbox_unselected");
}

#[test]
fn formulas_are_written_as_tex() {
    let t = |text: &str| format!("<m:r><m:t>{text}</m:t></m:r>");
    let of = |name: &str, inside: &str| format!("<m:{name}>{inside}</m:{name}>");
    let pair = |name: &str, one: &str, other: &str| {
        of(name, &[of(one, &t("a")), of(other, &t("b"))].concat())
    };
    let sum = "<m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub/>".to_owned() + &of("sup", &t("n"));
    let all = [
        pair("f", "num", "den"),
        pair("rad", "deg", "e"),
        pair("sSup", "e", "sup"),
        of("nary", &(sum + &of("e", &t("k")))),
        of(
            "d",
            &("<m:dPr><m:begChr m:val='{'/><m:endChr m:val=''/></m:dPr>".to_owned()
                + &of("e", &t("x"))),
        ),
        pair("func", "fName", "e"),
        pair("limLow", "e", "lim"),
        of("m", &of("mr", &[of("e", &t("1")), of("e", &t("2"))].concat())),
        of("acc", &("<m:accPr><m:chr m:val='\u{303}'/></m:accPr>".to_owned() + &of("e", &t("y")))),
        of("sSub", &[of("e", &pair("f", "num", "den")), of("sub", &t("1"))].concat()),
    ];
    let formula = of("oMath", &all.concat());
    check(
        &format!("<w:p><m:oMathPara>{formula}{}</m:oMathPara></w:p>", of("oMath", &t("c=d"))),
        &[
            r#"other "\\frac{a}{b}\\sqrt[a]{b}a^{b}\\sum^{n}k\\left\\{x\\right.a(b)a_{b}"#,
            r#"\\begin{matrix}1&2\\end{matrix}\\tilde{y}{\\frac{a}{b}}_{1}""#,
            "\nother \"c=d\"",
        ]
        .concat(),
    );
    check(
        &format!("<w:p>{}{}{}</w:p>", r("where "), of("oMath", &t("x")), r(" is")),
        r#"paragraph "where x is""#,
    );
    check(
        &format!("<w:p>{}{}{}</w:p>", r("so"), of("oMath", &t(" x ")), of("oMath", &t("y"))),
        r#"paragraph "so x y""#,
    );
}
