//! Text as it is compared: what readers may write in different ways is made the same for all.

/// Without what cannot be seen, list marks, Markdown's signs and typographic variants.
pub(super) fn text(raw: &str) -> String {
    let visible: String = raw.chars().filter(|c| !is_invisible(*c)).collect();
    let visible = without_rules(visible.trim());
    let plain = without_links(without_mark(&visible));
    let mut out = String::with_capacity(plain.len());
    for c in entities(&plain).chars() {
        match c {
            '*' | '_' | '`' | '\\' | '~' => {}
            _ => push_plain(&mut out, c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A cell: white space does not count, because lines break inside cells, and 42.0 is 42.
pub(super) fn cell(raw: &str) -> String {
    let text: String = text(raw).split_whitespace().collect();
    match text.split_once('.') {
        Some((whole, zeros))
            if whole.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit())
                && !whole.is_empty()
                && !zeros.is_empty()
                && zeros.bytes().all(|b| b == b'0') =>
        {
            whole.to_owned()
        }
        _ => text,
    }
}

/// Without the fences around code and the line below a heading.
fn without_rules(text: &str) -> String {
    let is_rule = |line: &str| {
        let line = line.trim();
        let underline = |c| line.len() > 1 && line.bytes().all(|b| b == c);
        line.starts_with("```") || underline(b'=') || underline(b'-')
    };
    let kept =
        text.lines().enumerate().filter(|(at, line)| !is_rule(line) || *at == 0 && text == *line);
    kept.map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn push_plain(out: &mut String, c: char) {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
        '“' | '”' | '„' => out.push('"'),
        '‘' | '’' | '‚' => out.push('\''),
        '…' => out.push_str("..."),
        '\u{fb00}' => out.push_str("ff"),
        '\u{fb01}' => out.push_str("fi"),
        '\u{fb02}' => out.push_str("fl"),
        '\u{fb03}' => out.push_str("ffi"),
        '\u{fb04}' => out.push_str("ffl"),
        c => out.push(c),
    }
}

/// Heading signs, quotation signs, bullets and numbers at the start, each with the space behind it.
fn without_mark(text: &str) -> &str {
    let Some((first, rest)) = text.split_once(char::is_whitespace) else { return text };
    let rest = rest.trim_start();
    let is_mark = first.chars().all(|c| c == '#')
        || matches!(first, "-" | "*" | "+" | ">" | "–" | "—" | "o" | "·")
        || matches!(first, "•" | "◦" | "▪" | "‣" | "●" | "○" | "■" | "➢" | "Ø" | "§")
        || first.chars().count() == 1 && first.chars().all(is_private)
        || is_number(first);
    if is_mark && !rest.is_empty() { rest } else { text }
}

/// Where fonts keep signs of their own, Symbol's and Wingdings' bullets among them.
fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}')
}

/// `12.`, `3)`, `a.` or `[^2]:`.
fn is_number(first: &str) -> bool {
    if first.starts_with("[^") {
        return first.ends_with("]:");
    }
    let Some(inner) = first.strip_suffix(['.', ')']) else { return false };
    let digits = !inner.is_empty() && inner.len() <= 3 && inner.bytes().all(|b| b.is_ascii_digit());
    digits || inner.len() == 1 && inner.bytes().all(|b| b.is_ascii_lowercase())
}

/// `[text](address)` becomes `text`, and `[^1]` nothing.
fn without_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['[', ']']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let address = found.strip_prefix("](").and_then(|tail| tail.split_once(')'));
        let note = found.strip_prefix("[^").and_then(|tail| tail.split_once(']'));
        // Only text with an address loses its brackets; `[sic]` keeps them.
        rest = match (address, note) {
            (Some((_, tail)), _) => {
                if let Some(open) = out.rfind('[') {
                    out.remove(open);
                }
                tail
            }
            (None, Some((number, tail))) if number.bytes().all(|b| b.is_ascii_digit()) => tail,
            _ => {
                out.push_str(&found[..1]);
                &found[1..]
            }
        };
    }
    out + rest
}

fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.replace("&nbsp;", " ").replace("&#39;", "'").replace("&amp;", "&")
}
