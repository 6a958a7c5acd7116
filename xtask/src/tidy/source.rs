//! How Rust files look: a first sentence, sizes, and what never stays in.

use super::{File, Finding, scan};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const MAIN_LINES_MAX: usize = 15;
const COLUMNS_MAX: usize = 100;

/// `path::function`, too long when the rule came. Entries may only leave.
const LONG_FUNCTIONS_ALLOWED: &[&str] = &[];

/// Expected output stands in these, and under a `tests` folder beside the code, as it is printed.
const WIDE_FILES: &[&str] = &["tests.rs", "properties.rs"];

const BANNED: &[(&str, &str)] = &[
    ("#[ignore", "a test that does not run is not a test; fix it or remove it"),
    ("#[should_panic", "compare what is returned instead; a panic says too little"),
    ("dbg!", "left over from debugging; remove it"),
    ("todo!", "finish it, or return an error that says what is missing"),
    ("unimplemented!", "finish it, or return an error that says what is missing"),
];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_source()) {
        let code = scan::code(&file.text);
        findings.extend(opening(file));
        findings.extend(length(file));
        findings.extend(wide_lines(file));
        findings.extend(long_functions(file));
        findings.extend(banned(file, &code));
        findings.extend(bare_allows(file, &code));
    }
    findings.extend(spent_allowances(files, LONG_FUNCTIONS_ALLOWED));
    findings
}

fn opening(file: &File) -> Option<Finding> {
    let what = "the file does not open with `//!`; say in one sentence what it is for";
    (!file.text.starts_with("//!")).then(|| Finding::new(file, 1, what))
}

fn length(file: &File) -> Option<Finding> {
    let n_lines = file.text.lines().count();
    let is_main = file.path.ends_with("/src/main.rs");
    let (lines_max, advice) = match is_main {
        true => (MAIN_LINES_MAX, "move what it does to a module it calls"),
        false => (FILE_LINES_MAX, "split it where a reader would pause"),
    };
    let what = format!("{n_lines} lines, {lines_max} allowed; {advice}");
    (n_lines > lines_max).then(|| Finding::new(file, n_lines, what))
}

fn wide_lines(file: &File) -> Vec<Finding> {
    let in_src = file.path.split_once("/src/").map_or("", |(_, inner)| inner);
    if WIDE_FILES.contains(&file.name())
        || in_src.starts_with("tests/")
        || in_src.contains("/tests/")
    {
        return Vec::new();
    }
    let unbreakable = scan::lines_inside_literals(&file.text);
    let wide = file.lines().filter(|(_, line)| line.chars().count() > COLUMNS_MAX);
    let breakable = wide.filter(|(number, line)| {
        !unbreakable.contains(number) && !["r#\"", "@\"", "://"].iter().any(|t| line.contains(t))
    });
    breakable
        .map(|(number, line)| {
            let columns = line.chars().count();
            let what = format!("{columns} columns, {COLUMNS_MAX} allowed; break the line");
            Finding::new(file, number, what)
        })
        .collect()
}

fn long_functions(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, line, n_lines) in too_long(&file.text) {
        if !LONG_FUNCTIONS_ALLOWED.contains(&format!("{}::{name}", file.path).as_str()) {
            let what = format!(
                "{name} has {n_lines} lines, {FUNCTION_LINES_MAX} allowed; give a part of it a name"
            );
            findings.push(Finding::new(file, line, what));
        }
    }
    findings
}

/// Name, line and length. The lines of a literal, such as an expected output, do not count: they
/// are text to read, not steps to follow.
fn too_long(source: &str) -> Vec<(String, usize, usize)> {
    let text = scan::lines_inside_literals(source);
    let code = scan::code(source);
    let functions = scan::functions(&code).into_iter().map(|function| {
        let lines = function.line..function.line + function.n_lines;
        let n_lines = lines.filter(|line| text.binary_search(line).is_err()).count();
        (function.name.to_owned(), function.line, n_lines)
    });
    functions.filter(|(_, _, n_lines)| *n_lines > FUNCTION_LINES_MAX).collect()
}

/// The ratchet: an allowance whose function became short, or left, has to leave too.
pub(super) fn spent_allowances(files: &[File], allowed: &[&str]) -> Vec<Finding> {
    let is_needed = |entry: &str| {
        let (path, name) = entry.split_once("::").unwrap_or((entry, ""));
        files.iter().any(|file| {
            file.path == path && too_long(&file.text).iter().any(|(long, _, _)| long == name)
        })
    };
    let spent = allowed.iter().filter(|entry| !is_needed(entry));
    spent
        .map(|entry| Finding {
            path: "xtask/src/tidy/source.rs".to_owned(),
            line: 1,
            what: format!("{entry} is no longer too long; remove it from LONG_FUNCTIONS_ALLOWED"),
        })
        .collect()
}

fn banned(file: &File, code: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (word, why) in BANNED {
        let uses = code.match_indices(word);
        let uses = uses.filter(|(at, _)| !code[..*at].ends_with(scan::is_of_word));
        findings.extend(uses.map(|(at, _)| {
            Finding::new(file, scan::line_of(code, at), format!("{word} is not allowed: {why}"))
        }));
    }
    findings
}

fn bare_allows(file: &File, code: &str) -> Vec<Finding> {
    let attributes = ["#[allow(", "#![allow("].into_iter().flat_map(|a| code.match_indices(a));
    let bare = attributes.filter(|(at, _)| {
        let attribute = code[*at..].split(']').next().unwrap_or_default();
        !attribute.contains("reason")
    });
    bare.map(|(at, _)| {
        let what = "`allow` without a reason; prefer `expect`, and write `reason = \"…\"`";
        Finding::new(file, scan::line_of(code, at), what)
    })
    .collect()
}
