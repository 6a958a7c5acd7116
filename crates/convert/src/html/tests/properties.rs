//! No word that a page shows is lost, said twice or put elsewhere.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::converted;

/// A page as it was made: elements with what is in them, and words.
#[derive(Debug, Clone)]
enum Node {
    Word,
    Hidden,
    Inside(&'static str, Vec<Node>),
}

/// Elements that may hold any other, as HTML's parser has it. Those that close others, or move
/// them, are written with what makes them whole.
const ELEMENTS: &[&str] = &[
    "div",
    "section",
    "article",
    "main",
    "blockquote",
    "span",
    "b",
    "em",
    "code",
    "ul",
    "ol",
    "menu",
    "dl",
    "figure",
    "figcaption",
    "details",
    "summary",
    "center",
    "label",
    "pre",
    "ins",
    "fieldset",
    "header",
    "aside",
    "address",
    "table",
    "caption",
    "item",
    "term",
    "p",
    "h2",
];

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let leaf = prop_oneof![4 => Just(Node::Word), 1 => Just(Node::Hidden)];
    let node = leaf.prop_recursive(6, 60, 5, |inner| {
        (prop::sample::select(ELEMENTS), prop::collection::vec(inner, 0..5))
            .prop_map(|(name, inside)| Node::Inside(name, inside))
    });
    prop::collection::vec(node, 1..5)
}

/// Writes a page with numbered words; `in_text` says that only text may follow.
fn write(nodes: &[Node], in_text: bool, page: &mut String, words: &mut usize) {
    for node in nodes {
        match node {
            Node::Word => {
                *words += 1;
                let _ = write!(page, " w{words} ");
            }
            Node::Hidden => page.push_str("<script>no</script><span hidden>no</span><!-- no -->"),
            Node::Inside(name, inside) => element(name, inside, in_text, page, words),
        }
    }
}

fn element(name: &str, inside: &[Node], in_text: bool, page: &mut String, words: &mut usize) {
    let (before, after, text) = match name {
        "p" | "h2" if !in_text => (format!("<{name}>"), format!("</{name}>"), true),
        "table" if !in_text => ("<table><tr><td>".into(), "</table>".into(), false),
        "caption" if !in_text => {
            ("<table><caption>".into(), "</caption><tr><td>&nbsp;</table>".into(), false)
        }
        "item" if !in_text => ("<ul><li>".into(), "</ul>".into(), false),
        "term" if !in_text => ("<dl><dd>".into(), "</dl>".into(), false),
        "b" | "em" | "span" | "code" | "label" | "ins" => {
            (format!("<{name}>"), format!("</{name}>"), true)
        }
        _ if in_text || matches!(name, "p" | "h2" | "table" | "caption" | "item" | "term") => {
            (String::new(), String::new(), in_text)
        }
        _ => (format!("<{name}>"), format!("</{name}>"), false),
    };
    page.push_str(&before);
    write(inside, text, page, words);
    page.push_str(&after);
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Text after a nested list belongs to the item before it, and a figure's caption may find a
    /// picture later: everything else is in the order of the page.
    #[test]
    fn every_word_is_said_once(nodes in nodes()) {
        let (mut page, mut count) = (String::new(), 0);
        write(&nodes, false, &mut page, &mut count);
        let expect: Vec<String> = (1..=count).map(|n| format!("w{n}")).collect();
        let found = converted(page.as_bytes()).map(|converted| converted.blocks);
        let contents: Vec<String> =
            found.unwrap_or_default().into_iter().map(|block| block.content).collect();
        let mut said: Vec<&str> = contents.iter().flat_map(|content| words(content)).collect();
        if page.contains("<li>") || page.contains("<dd>") || page.contains("<figcaption>") {
            said.sort_by_key(|word| word[1..].parse::<usize>().unwrap_or(usize::MAX));
        }
        prop_assert_eq!(said, expect, "{}", page);
    }

    /// Whatever bytes there are, nothing panics, and the same bytes are read the same.
    #[test]
    fn any_tags_are_read(
        tags in prop::collection::vec(
            (prop::sample::select(TAGS), any::<bool>(), "[ a-z<&\u{ad}\u{a0}]{0,4}"),
            0..60,
        )
    ) {
        let mut page = String::new();
        for (tag, is_end, text) in tags {
            let _ = write!(page, "<{}{tag}>{text}", if is_end { "/" } else { "" });
        }
        prop_assert_eq!(converted(page.as_bytes()), converted(page.as_bytes()));
    }
}

const TAGS: &[&str] = &[
    "a",
    "b",
    "body",
    "br",
    "button",
    "caption",
    "code",
    "col",
    "dd",
    "div",
    "dl",
    "dt",
    "figure",
    "figcaption",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "head",
    "html",
    "img alt=i",
    "input type=checkbox",
    "li",
    "math",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "select",
    "svg",
    "table",
    "tbody",
    "td",
    "td rowspan=2 colspan=3",
    "template",
    "textarea",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
    "mi",
    "foreignObject",
    "annotation-xml encoding=text/html",
    "plaintext",
];
