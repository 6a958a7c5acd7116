//! `cargo xtask tidy`: the rules of the house that a program can check.

mod files;
mod law;
mod manifest;
mod scan;
mod source;
mod sql;
mod text;

use std::process::ExitCode;

use crate::run;
use crate::verbs::{Outcome, Verb, no_arguments};
use files::File;

pub(crate) const VERB: Verb = Verb {
    name: "tidy",
    help: "The rules of the house: who may depend on whom, sizes, banned words, twin migrations",
    run: tidy,
};

/// Reads the whole workspace as text and touches nothing.
type Check = fn(&[File]) -> Vec<Finding>;

const CHECKS: &[Check] = &[law::check, source::check, sql::check, text::check];

#[derive(Debug)]
struct Finding {
    path: String,
    line: usize,
    /// What is wrong, and what to do.
    what: String,
}

impl Finding {
    fn new(file: &File, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: file.path.clone(), line, what: what.into() }
    }
}

fn tidy(args: &[String]) -> Outcome {
    no_arguments(args)?;
    let files = files::read(&run::root())?;
    let report = report(findings(&files));
    if report.is_empty() {
        println!("tidy: {} files, nothing to say", files.len());
        return Ok(ExitCode::SUCCESS);
    }
    println!("{report}");
    Ok(ExitCode::FAILURE)
}

fn findings(files: &[File]) -> Vec<Finding> {
    let mut all: Vec<Finding> = CHECKS.iter().flat_map(|check| check(files)).collect();
    all.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    all
}

/// One line each and their count; empty when there is nothing to say.
fn report(findings: Vec<Finding>) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let count = match findings.len() {
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    };
    let lines = findings.into_iter().map(|f| format!("{}:{}: {}", f.path, f.line, f.what));
    lines.chain([count]).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
