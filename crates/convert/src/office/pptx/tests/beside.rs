//! What stands beside slides: what is said to them, and what readers noted.

use super::{File, PRESENTATION, SLIDE, p, page, shape};

#[test]
fn notes_are_read_without_what_they_repeat() {
    let mut file = File::new(&[&shape(None, &p("", "Text")), &shape(None, &p("", "Next"))]);
    file.relate(SLIDE, "rId2", "notesSlide", "../notesSlides/notesSlide1.xml");
    file.relate("ppt/slides/slide2.xml", "rId2", "notesSlide", "../notesSlides/notesSlide1.xml");
    let notes = [
        shape(Some("type='sldImg'"), &p("", "no")),
        format!(
            "<p:grpSp>{}</p:grpSp>",
            shape(Some("type='body' idx='1'"), &(p("", "Slowly") + &p("", "please")))
        ),
        shape(Some("type='sldNum'"), &p("", "1")),
    ];
    file.put("ppt/notesSlides/notesSlide1.xml", &page("p:notes", &notes.concat()));
    insta::assert_snapshot!(file.blocks(), @r#"
    paragraph "Text"
    paragraph "Slowly\nplease"
    paragraph p2 "Next"
    "#);
    let notes = file.document().expect("slides").texts.into_iter().nth(1).expect("notes");
    assert_eq!(format!("{:?}", notes.content_layer), "Beside(Notes)");
}

#[test]
fn comments_with_authors_and_replies() {
    let mut file = File::new(&[&shape(None, &p("", "Text"))]);
    file.relate(PRESENTATION, "a1", "commentAuthors", "commentAuthors.xml");
    file.relate(PRESENTATION, "a2", "authors", "authors.xml");
    file.put(
        "ppt/commentAuthors.xml",
        "<p:cmAuthorLst><p:cmAuthor id='0' name='A. Reader' initials='AR'/></p:cmAuthorLst>",
    );
    file.put(
        "ppt/authors.xml",
        "<p188:authorLst><p188:author id='{1}' name='B. Writer' initials=''/></p188:authorLst>",
    );
    file.relate(SLIDE, "c1", "comments", "../comments/comment1.xml");
    file.relate(SLIDE, "c2", "comments", "../comments/modernComment_1.xml");
    file.put(
        "ppt/comments/comment1.xml",
        "<p:cmLst><p:cm authorId='0' dt='2024-01-02T03:04:05' idx='1'><p:pos x='1' y='1'/>\
         <p:text>Too long</p:text></p:cm><p:cm authorId='7'><p:text>Who?</p:text></p:cm>\
         <p:cm authorId='0'><p:text> </p:text></p:cm></p:cmLst>",
    );
    let said = |name: &str, author: &str, inside: &str, text: &str| {
        format!(
            "<p188:{name} id='x' authorId='{author}' created='2024-05-06'>{inside}<p188:txBody>{}\
             </p188:txBody></p188:{name}>",
            p("", text)
        )
    };
    let replies = format!("<p188:replyLst>{}</p188:replyLst>", said("reply", "{2}", "", "No"));
    let thread = said("cm", "{1}", &replies, "Shorter?");
    file.put("ppt/comments/modernComment_1.xml", &format!("<p188:cmLst>{thread}</p188:cmLst>"));
    insta::assert_snapshot!(file.blocks(), @r#"
    paragraph "Text"
    paragraph "[author: A. Reader (AR), time: 2024-01-02T03:04:05]: Too long"
    paragraph "Who?"
    paragraph "[author: B. Writer, time: 2024-05-06]: Shorter?"
    paragraph "[time: 2024-05-06]: No"
    "#);
}
