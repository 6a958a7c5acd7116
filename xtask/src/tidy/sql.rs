//! What the store promises about SQL: it never asks the time, and both databases move together.

use super::{File, Finding, scan};

/// Lower case. Time is an argument, so that both databases and every test agree on it.
const ASKS_THE_TIME: &[&str] = &[
    "now()",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtime",
    "clock_timestamp",
    "statement_timestamp",
    "transaction_timestamp",
    "strftime",
    "julianday",
    "unixepoch",
    "datetime(",
];

const MIGRATIONS: [&str; 2] =
    ["crates/store/migrations/sqlite/", "crates/store/migrations/postgres/"];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = files.iter().flat_map(asks_the_time).collect();
    for (ours, theirs) in [(MIGRATIONS[0], MIGRATIONS[1]), (MIGRATIONS[1], MIGRATIONS[0])] {
        for file in files.iter().filter(|file| file.path.starts_with(ours)) {
            findings.extend(lacks_a_twin(file, theirs, files));
            findings.extend(does_not_say_why(file));
        }
    }
    findings
}

fn asks_the_time(file: &File) -> Vec<Finding> {
    let statements = match file.path.rsplit('.').next() {
        Some("sql") if file.path.starts_with("crates/store/") => without_sql_comments(&file.text),
        // The one place where a database is asked for its own.
        Some("rs") if file.name() == "clock.rs" => return Vec::new(),
        Some("rs") if file.path.starts_with("crates/store/src/") => {
            scan::without(&file.text, &[scan::Kind::Comment])
        }
        _ => return Vec::new(),
    };
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(statements.to_lowercase().lines()) {
        // One is enough: the words contain each other.
        let word = ASKS_THE_TIME.iter().find(|word| line.contains(**word));
        findings.extend(word.map(|word| {
            let what = format!("`{word}` asks the time; take it as an argument");
            Finding::new(file, number, what)
        }));
    }
    findings
}

fn without_sql_comments(sql: &str) -> String {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

fn lacks_a_twin(file: &File, theirs: &str, files: &[File]) -> Option<Finding> {
    let twin = format!("{theirs}{}", file.name());
    let what = format!("no twin for the other database; add {twin}");
    (!files.iter().any(|other| other.path == twin)).then(|| Finding::new(file, 1, what))
}

fn does_not_say_why(file: &File) -> Option<Finding> {
    let what = "say first how it differs from its twin: `-- Differs from …: …`";
    (!file.text.starts_with("-- Differs from")).then(|| Finding::new(file, 1, what))
}
