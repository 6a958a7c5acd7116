//! The words of a paragraph in a drawing.

use crate::office::escapes::decoded;
use crate::office::math::formula;
use crate::office::tree::Element;

/// The text of an `a:p`: its runs, fields and formulas. A break begins a new line.
pub(in crate::office) fn paragraph(paragraph: Element<'_>) -> String {
    let (mut said, mut formula_ends) = (String::new(), None);
    for inside in paragraph.children() {
        match inside.name() {
            "r" | "fld" => {
                let Some(text) = inside.child("t") else { continue };
                let text = text.text();
                if formula_ends == Some(said.len()) && text.starts_with(char::is_alphanumeric) {
                    said.push(' ');
                }
                push(&mut said, &text);
            }
            "br" => said.push('\n'),
            "m" | "oMath" | "oMathPara" => {
                // Its face tells it from the words around it.
                if said.ends_with(char::is_alphanumeric) {
                    said.push(' ');
                }
                push(&mut said, &formula(inside));
                formula_ends = Some(said.len());
            }
            _ => {}
        }
    }
    said
}

/// The paragraphs of what holds text, such as `p:txBody`, that say something.
pub(in crate::office) fn paragraphs(holder: Element<'_>) -> impl Iterator<Item = String> {
    let all = holder.children().filter(|inside| inside.is("p")).map(paragraph);
    all.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Adds what a run says. A vertical tab is a break that went through a clipboard.
fn push(said: &mut String, text: &str) {
    for letter in decoded(text).chars() {
        match letter {
            '\u{b}' | '\n' => said.push('\n'),
            '\t' => said.push('\t'),
            letter if letter.is_control() => {}
            letter => said.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::paragraphs;
    use crate::office::tree::Tree;

    fn check(inside: &str, expect: &[&str]) {
        let xml = format!("<p:txBody>{inside}</p:txBody>");
        let tree = Tree::parse(&xml, 40).expect("well-formed");
        let said: Vec<_> = tree.root().map(paragraphs).into_iter().flatten().collect();
        assert_eq!(said, expect, "{inside}");
    }

    #[test]
    fn words_of_paragraphs() {
        check("<a:p/><a:p><a:pPr lvl='1'/></a:p><a:p><a:r><a:t> </a:t></a:r></a:p>", &[]);
        check(
            "<a:p><a:r><a:rPr/><a:t>one </a:t></a:r><a:r><a:t>two</a:t></a:r><a:br/>\
             <a:fld><a:t>3</a:t></a:fld></a:p><a:p><a:r><a:t>a&#xb;b</a:t></a:r></a:p>",
            &["one two\n3", "a\nb"],
        );
        check(
            "<a:p><a:r><a:t>a_x000B_b_x0000__x0009_c _x _xg000_ _x12_</a:t></a:r>\
             <a:r><a:t> _x005F_x0041_</a:t></a:r></a:p>",
            &["a\nb\tc _x _xg000_ _x12_ _x0041_"],
        );
    }

    #[test]
    fn formulas() {
        let run = |text: &str| format!("<m:r><m:t>{text}</m:t></m:r>");
        let math =
            |inside: String| format!("<a:p><a14:m><m:oMath>{inside}</m:oMath></a14:m></a:p>");
        let of = |name: &str, inside: String| format!("<m:{name}>{inside}</m:{name}>");
        let half = of("f", of("num", run("a+b")) + &of("den", run("2")));
        check(&math(run("x=") + &half), &["x=\\frac{a+b}{2}"]);
        let word = "<a:r><a:t>so</a:t></a:r>";
        let between = math(run("a")).replace("<a:p>", &format!("<a:p>{word}"));
        check(&between.replace("</a:p>", &format!("{word}</a:p>")), &["so a so"]);
        let square = of("sSup", of("e", run("x")) + &of("sup", run("2")));
        check(&math(square.clone()), &["x^{2}"]);
        let root = of("rad", of("radPr", run("no")) + "<m:deg/>" + &of("e", square));
        check(&math(root), &["\\sqrt{x^{2}}"]);
        let both = of("e", run("y")) + &of("sub", run("1")) + &of("sup", run("n+1"));
        check(&math(of("sSubSup", both)), &["y_{1}^{n+1}"]);
    }
}
