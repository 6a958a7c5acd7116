//! Who may depend on whom. A crate is here for the line it draws, so the lines are data.

use super::manifest::{Dependency, Section, dependencies};
use super::{File, Finding};

/// The folder of a crate, and which of our crates it may use. Allowed is not required.
/// A new arrow is one line in this table, for a reviewer to see.
const LAW: &[(&str, &[&str])] = &[
    ("core-model", &[]),
    ("queue", &["core-model"]),
    ("policy", &["core-model"]),
    ("ledger", &["core-model"]),
    ("ingest", &["core-model"]),
    ("convert", &["core-model", "ingest"]),
    ("objects", &["core-model"]),
    ("llm", &["core-model"]),
    ("export", &["core-model"]),
    ("store", &["core-model", "queue", "policy", "ledger"]),
    ("simulator", &["llm"]),
    (
        "app",
        &["core-model", "store", "objects", "llm", "ingest", "export", "queue", "policy", "ledger"],
    ),
    ("server", &["app", "convert", "core-model", "export"]),
    ("cli", &["app", "convert", "core-model", "export", "server", "simulator"]),
    ("xtask", &[]),
];

/// They see everything, and nothing but tests sees them.
const FOR_TESTS: &[&str] = &["benches", "testkit", "tests"];

/// Elsewhere dev-dependencies are free; these two are tested without the rest of the house.
const ALONE_IN_TESTS: &[&str] = &["core-model", "queue"];

/// A heavy library, and the crates that exist to keep it from the others.
const OWNERS: &[(&str, &[&str])] = &[
    ("axum", &["server", "simulator"]),
    ("html5ever", &["convert"]),
    ("object_store", &["objects"]),
    ("pulldown-cmark", &["ingest"]),
    // objects makes no client: it is given one of llm's, and speaks through it.
    ("reqwest", &["llm", "objects"]),
    // The testkit makes and locks databases, which is nobody's operation; benches measures what
    // the driver can do without us.
    ("sqlx", &["store", "testkit", "benches"]),
    // benches shows what the library does without us.
    ("unpdf", &["convert", "benches"]),
];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_manifest()) {
        for dependency in dependencies(&file.text) {
            let wrong = file.krate().and_then(|krate| objection(krate, &dependency));
            findings.extend(wrong.map(|what| Finding::new(file, dependency.line, what)));
        }
    }
    findings
}

fn objection(krate: &str, dependency: &Dependency) -> Option<String> {
    let tests_only = dependency.section == Section::Dev;
    match dependency.name.strip_prefix("gloss-") {
        Some(_) if tests_only && ALONE_IN_TESTS.contains(&krate) => {
            Some(format!("{krate} is tested without our other crates; move the test to their side"))
        }
        Some(used) if !tests_only => against_the_law(krate, used),
        None if !tests_only => against_an_owner(krate, &dependency.name),
        _ => None,
    }
}

fn against_the_law(krate: &str, used: &str) -> Option<String> {
    if FOR_TESTS.contains(&krate) {
        return None;
    }
    let allowed =
        LAW.iter().find(|(name, _)| *name == krate).map_or(&[][..], |(_, allowed)| allowed);
    if allowed.contains(&used) {
        return None;
    }
    let mut wanted = allowed.to_vec();
    wanted.push(used);
    Some(format!(
        "{krate} may not use {used}; go through a crate it may use, or make the line in \
         xtask/src/tidy/law.rs `(\"{krate}\", &{wanted:?}),` and say why"
    ))
}

fn against_an_owner(krate: &str, library: &str) -> Option<String> {
    let (_, owners) = OWNERS.iter().find(|(name, _)| *name == library)?;
    (!owners.contains(&krate)).then(|| {
        let owners = owners.join(" and ");
        format!("only {owners} may use {library}; ask {owners} for what {krate} needs")
    })
}
