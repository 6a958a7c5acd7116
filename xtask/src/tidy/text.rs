//! What holds for all text: words that do not stay, and scenarios that have a title.

use super::{File, Finding, scan};

/// In halves, so that this list does not find itself.
const WORDS: &[&str] = &[concat!("FIX", "ME"), concat!("X", "XX")];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        for word in WORDS {
            let lines = file.lines().filter(|(_, line)| has_word(line, word));
            findings.extend(lines.map(|(number, _)| {
                let what = format!("{word} does not stay: do it now, or describe it in an issue");
                Finding::new(file, number, what)
            }));
        }
        findings.extend(scenario_without_title(file));
    }
    findings
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let after = &line[at + word.len()..];
        !line[..at].ends_with(scan::is_of_word) && !after.starts_with(scan::is_of_word)
    })
}

fn scenario_without_title(file: &File) -> Option<Finding> {
    let is_scenario = file.path.starts_with("tests/scenarios/") && file.path.ends_with(".md");
    let what = "a scenario begins with `# ` and what it shows";
    (is_scenario && !file.text.starts_with("# ")).then(|| Finding::new(file, 1, what))
}
