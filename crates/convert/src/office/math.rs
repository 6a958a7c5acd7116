//! Formulas, as TeX would have them.

use super::tree::Element;

/// A formula on one line.
pub(super) fn formula(element: Element<'_>) -> String {
    let mut tex = String::new();
    content(element, &mut tex);
    tex
}

fn content(parent: Element<'_>, tex: &mut String) {
    for child in parent.children() {
        write(child, tex);
    }
}

fn write(element: Element<'_>, tex: &mut String) {
    match element.name() {
        // A structure that is none still says something.
        _ if element.children().all(|child| !PARTS.contains(&child.name())) => plain(element, tex),
        "f" => fraction(element, tex),
        "rad" => radical(element, tex),
        "d" => delimited(element, tex),
        "nary" => {
            tex.push_str(operator(character(element, "naryPr", "chr").as_deref()));
            scripts(element, tex);
            part(element, "e", tex);
        }
        "sSub" | "sSup" | "sSubSup" => {
            let mut base = String::new();
            part(element, "e", &mut base);
            let is_long = ["\\frac", "\\sqrt"].iter().any(|command| base.contains(command));
            tex.push_str(&if is_long { format!("{{{base}}}") } else { base });
            scripts(element, tex);
        }
        "sPre" => {
            tex.push_str("{}");
            scripts(element, tex);
            part(element, "e", tex);
        }
        "func" => {
            let mut name = String::new();
            part(element, "fName", &mut name);
            let is_known = FUNCTIONS.contains(&name.trim());
            tex.push_str(if is_known { "\\" } else { "" });
            tex.push_str(&name);
            tex.push('(');
            part(element, "e", tex);
            tex.push(')');
        }
        "acc" | "bar" | "groupChr" => over(element, tex),
        "limLow" => {
            let start = tex.len();
            part(element, "e", tex);
            if tex.get(start..).is_some_and(|name| FUNCTIONS.contains(&name)) {
                tex.insert(start, '\\');
            }
            braced("_", element, "lim", tex);
        }
        "limUpp" => {
            braced("\\overset", element, "lim", tex);
            braced("", element, "e", tex);
        }
        "m" => {
            tex.push_str("\\begin{matrix}");
            rows(element, "mr", tex);
            tex.push_str("\\end{matrix}");
        }
        "eqArr" => rows(element, "e", tex),
        _ => plain(element, tex),
    }
}

/// What structures have inside.
const PARTS: &[&str] = &["num", "den", "e", "deg", "sub", "sup", "fName", "lim", "mr"];

fn plain(element: Element<'_>, tex: &mut String) {
    match element.name() {
        "t" => tex.push_str(&element.text()),
        "del" | "moveFrom" | "delText" | "instrText" => {}
        properties if properties.ends_with("Pr") => {}
        _ => content(element, tex),
    }
}

const FUNCTIONS: &[&str] = &[
    "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan",
    "log", "ln", "exp", "lim", "max", "min", "sup", "inf", "det", "gcd",
];

/// All that stands in the parts of a name.
fn part(element: Element<'_>, name: &str, tex: &mut String) {
    for part in element.children().filter(|child| child.is(name)) {
        content(part, tex);
    }
}

fn braced(before: &str, element: Element<'_>, name: &str, tex: &mut String) {
    tex.push_str(before);
    tex.push('{');
    part(element, name, tex);
    tex.push('}');
}

fn scripts(element: Element<'_>, tex: &mut String) {
    for (name, mark) in [("sub", '_'), ("sup", '^')] {
        let mut script = String::new();
        part(element, name, &mut script);
        if !script.is_empty() {
            tex.extend([mark, '{']);
            tex.push_str(&script);
            tex.push('}');
        }
    }
}

fn fraction(element: Element<'_>, tex: &mut String) {
    let (before, between) = match character(element, "fPr", "type").as_deref() {
        Some("lin" | "skw") => ("", "/"),
        // One above the other without a line, as in `n` over `k`.
        Some("noBar") => ("\\genfrac{}{}{0pt}{}", ""),
        _ => ("\\frac", ""),
    };
    braced(before, element, "num", tex);
    braced(between, element, "den", tex);
}

fn radical(element: Element<'_>, tex: &mut String) {
    let mut degree = String::new();
    part(element, "deg", &mut degree);
    tex.push_str("\\sqrt");
    if !degree.is_empty() {
        tex.push('[');
        tex.push_str(&degree);
        tex.push(']');
    }
    braced("", element, "e", tex);
}

fn delimited(element: Element<'_>, tex: &mut String) {
    let delimiter = |name: &str, usual: &'static str| {
        let own = character(element, "dPr", name);
        match own.as_deref() {
            None => usual.to_owned(),
            Some("") => ".".to_owned(),
            Some(bracket @ ("{" | "}")) => format!("\\{bracket}"),
            Some(other) => other.to_owned(),
        }
    };
    tex.push_str("\\left");
    tex.push_str(&delimiter("begChr", "("));
    let between = character(element, "dPr", "sepChr").unwrap_or_else(|| "|".into());
    for (at, part) in element.children().filter(|child| child.is("e")).enumerate() {
        if at > 0 {
            tex.push_str(&between);
        }
        content(part, tex);
    }
    tex.push_str("\\right");
    tex.push_str(&delimiter("endChr", ")"));
}

/// An accent, a line or a brace over or under something.
fn over(element: Element<'_>, tex: &mut String) {
    let properties = format!("{}Pr", element.name());
    let mark = character(element, &properties, "chr");
    let is_below = character(element, &properties, "pos").is_some_and(|at| at == "bot");
    let command = match (element.name(), mark.as_deref()) {
        ("bar", _) if is_below => "\\underline",
        ("bar", _) | (_, Some("\u{305}" | "¯")) => "\\overline",
        (_, Some("\u{303}" | "~")) => "\\tilde",
        (_, Some("\u{307}")) => "\\dot",
        (_, Some("\u{308}")) => "\\ddot",
        (_, Some("\u{304}")) => "\\bar",
        (_, Some("\u{20d7}" | "→")) => "\\vec",
        (_, Some("⏞")) => "\\overbrace",
        ("groupChr", _) => "\\underbrace",
        _ => "\\hat",
    };
    braced(command, element, "e", tex);
}

fn rows(element: Element<'_>, name: &str, tex: &mut String) {
    for (at, row) in element.children().filter(|child| child.is(name)).enumerate() {
        if at > 0 {
            tex.push_str("\\\\");
        }
        let mut cells = row.children().filter(|child| child.is("e")).peekable();
        if cells.peek().is_none() {
            content(row, tex);
        }
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                tex.push('&');
            }
            content(cell, tex);
        }
    }
}

fn operator(sign: Option<&str>) -> &str {
    match sign {
        None | Some("∫") => "\\int",
        Some("∑") => "\\sum",
        Some("∏") => "\\prod",
        Some("∬") => "\\iint",
        Some("∮") => "\\oint",
        Some("⋃") => "\\bigcup",
        Some("⋂") => "\\bigcap",
        Some(other) => other,
    }
}

/// What a property of a structure says, such as its sign.
fn character<'t>(
    element: Element<'t>,
    properties: &str,
    name: &str,
) -> Option<std::borrow::Cow<'t, str>> {
    element.at(&[properties, name])?.attribute("val")
}
