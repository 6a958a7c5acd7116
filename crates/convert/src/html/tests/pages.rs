//! What becomes which block.

use super::{check, converted};

#[test]
fn paragraphs_are_one_text_each_whatever_their_styles() {
    check(
        "<h1>A</h1><p>one <b>two</b> three<br>four</p>",
        r#"heading "A"
           paragraph "one two three\nfour""#,
    );
    check(
        "<h1>T</h1><p>E<b>mph</b>asis  <i>a</i>,\n<i>b</i>.</p><p>M<sub>2</sub>O (<b>x</b>)\
         <p>said.<a role=doc-noteref href='#1'><sup>1</sup></a></p>",
        r#"heading "T"
           paragraph "Emphasis a, b."
           paragraph "M2O (x)"
           paragraph "said. 1""#,
    );
    check(
        "<h1>T</h1><div>loose <b>text</b><p>para</p>more <a href=x>link</a><div>in</div>end</div>",
        r#"heading "T"
           paragraph "loose text"
           paragraph "para"
           paragraph "more link"
           paragraph "in"
           paragraph "end""#,
    );
    check("<my-a>one</my-a><my-b>two<p>three</my-b>", "paragraph \"one two\"\nparagraph \"three\"");
    check("no markup at all", r#"paragraph "no markup at all""#);
}

#[test]
fn white_space_collapses_and_line_breaks_stay() {
    check(
        "<p>a&nbsp; b\t&amp;\n c &lt;x&gt; — so\u{ad}ft wo<wbr>rd</p><p> &nbsp; </p>",
        r#"paragraph "a b & c <x> — soft word""#,
    );
    check("<p><br>a <br> b<br><br>c<br></p>", r#"paragraph "a\nb\n\nc""#);
    check("<p>x<!-- c -->y <?php 1 ?>z</p>", r#"paragraph "xy z""#);
}

#[test]
fn headings_have_levels_and_the_first_of_all_is_the_title() {
    check(
        "<h1>A<br>two</h1><h2></h2><h2>B <i>c</i></h2><h4><div>D</div><div>E</div></h4>",
        r#"heading "A\ntwo"
           heading "B c"
           heading "D\nE""#,
    );
    let page = b"<title>tab</title><h2>B</h2><h1>The  title</h1><h1>Second</h1>";
    assert_eq!(converted(page).unwrap().title.as_deref(), Some("The title"));
    let levels = |html: &[u8]| {
        let document = super::super::read(html, &gloss_ingest::Limits::DEFAULT).unwrap();
        let texts = document.texts.into_iter();
        texts.map(|item| (item.label, item.level)).collect::<Vec<_>>()
    };
    assert_eq!(
        levels(b"<h1>A</h1><h2>B</h2><h6>C</h6>"),
        [
            ("title".to_owned(), None),
            ("section_header".to_owned(), Some(1)),
            ("section_header".to_owned(), Some(5)),
        ]
    );
}

#[test]
fn items_stand_alone_and_before_what_is_nested_in_them() {
    check(
        "<ul><li>a<ul><li>b</li><li>c<ol><li>d</li></ol>tail</li></ul></li>\
         <li><p>p1 <b>b</b></p><p>p2</p></li><li></li></ul>",
        r#"list_item "a"
           list_item "b"
           list_item "c\ntail"
           list_item "d"
           list_item "p1 b\np2""#,
    );
    check(
        "<ul><li>a<table><tr><td>1<td>2</table><pre>x\n  y</pre></li><ul><li>direct</ul>\
         text in a list<p>more</p></ul><li>orphan</li><dl><dt>term<dd>what it is</dl>",
        r#"list_item "a\nx\n  y"
           table "1 | 2"
           list_item "direct"
           paragraph "text in a list"
           paragraph "more"
           list_item "orphan"
           list_item "term"
           list_item "what it is""#,
    );
}

#[test]
fn items_are_numbered_as_the_page_says() {
    let html = b"<ol start=3><li>a<li value=7>b<li>c</ol><ul><li>d</ul><ol><li value=x>e</ol>";
    let document = super::super::read(html, &gloss_ingest::Limits::DEFAULT).unwrap();
    let markers: Vec<_> =
        document.texts.iter().map(|item| item.marker.clone().unwrap_or_default()).collect();
    assert_eq!(markers, ["3.", "7.", "8.", "", "1."]);
}

#[test]
fn code_keeps_its_white_space() {
    check(
        "<pre><code class=rust>\n  fn a() {\n      b\n  }\n</code></pre><p>use <code>x</code></p>\
         <p><code>alone</code></p><pre>a<br>b</pre><pre> </pre><xmp>1 <b></xmp>",
        r#"code_block "  fn a() {\n      b\n  }"
           paragraph "use x"
           code_block "alone"
           code_block "a\nb"
           code_block "1 <b>""#,
    );
}

#[test]
fn quotes_details_and_addresses_are_paragraphs() {
    check(
        "<blockquote><p>q1</p>q2<footer>who</footer></blockquote><details><summary>s</summary>d\
         </details><address>a<br>b</address><hr><center>c</center>",
        r#"paragraph "q1"
           paragraph "q2"
           paragraph "who"
           paragraph "s"
           paragraph "d"
           paragraph "a\nb"
           paragraph "c""#,
    );
}

#[test]
fn menus_and_footers_are_page_furniture() {
    check(
        "<title>tab</title><p>above</p><ul><li>item</ul><h1>T</h1><ul><li>body</ul>\
         <nav><h2>Menu</h2><a>One</a><ul><li>Two</ul></nav><p>x</p>\
         <footer><h2>Links</h2><ul><li>Three</ul><table><tr><td>1<td>2</table></footer>",
        r#"page_header "tab"
           paragraph "above"
           page_header "item"
           heading "T"
           list_item "body"
           page_header "Menu"
           page_header "One"
           page_header "Two"
           paragraph "x"
           page_footer "Links"
           page_footer "Three"
           page_footer "1 | 2""#,
    );
    check(
        "<nav><h2>Menu</h2></nav><p>above</p><ul><li>no menu</ul>",
        r#"page_header "Menu"
           paragraph "above"
           list_item "no menu""#,
    );
}

#[test]
fn pictures_have_the_caption_or_the_text_that_stands_for_them() {
    check(
        "<figure><img alt=a><figcaption>F <b>1</b></figcaption></figure><p>see <img alt=i> there\
         </p><img src=x><img alt=''><figure><figcaption>F 2</figcaption><img alt=''></figure>",
        r#"figure "F 1"
           paragraph "see there"
           figure "i"
           figure ""
           figure "F 2""#,
    );
    check(
        "<figure><figcaption>T 1</figcaption><table><tr><td>1</table></figure><figure><pre>c</pre>\
         <figcaption>L</figcaption></figure><h2><img alt=logo></h2><ul><li><img alt=x> y</ul>",
        r#"caption "T 1"
           table "1"
           code_block "c"
           caption "L"
           figure "logo"
           list_item "y"
           figure "x""#,
    );
}

#[test]
fn what_is_hidden_is_not_read() {
    check(
        "<style>a</style><script>b</script><template><p>c</p></template><noscript>d</noscript>\
         <p hidden>e</p><p style='color: red; DISPLAY : none !important'>f</p>\
         <p aria-hidden=true>g</p><iframe>h</iframe><input type=hidden value=i>\
         <p style='visibility:hidden'>j</p><datalist><option>k</datalist><p aria-hidden=false>v",
        r#"paragraph "v""#,
    );
}

#[test]
fn forms_say_what_they_offer() {
    check(
        "<form><p><label>Name</label><input value=Joe><button>Go</button></p>\
         <p><input type=radio> R1 <input type=radio checked> <b>R2</b></p>\
         <select><option>o1<option>o2</select><textarea>two\nlines</textarea></form>\
         <ul><li><input type=checkbox checked> done<li><label><input type=checkbox>todo</ul>",
        r#"paragraph "Name Joe Go"
           checkbox "☐ R1"
           checkbox "☒ R2"
           paragraph "o1 o2 two lines"
           checkbox "☒ done"
           checkbox "☐ todo""#,
    );
}

#[test]
fn formulas_and_drawings_are_words() {
    check(
        "<p>x <math alttext='a+b'><mi>a</mi></math> y <math><semantics><mrow><mi>c</mi><mo>=</mo>\
         <mn>1</mn></mrow><annotation>c=1</annotation></semantics></math>.</p>\
         <p>z<svg><title>Mail</title><text>no</text></svg>w</p>",
        r#"paragraph "x a+b y c = 1."
           paragraph "z Mail w""#,
    );
}
