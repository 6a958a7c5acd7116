//! `cargo xtask ci`: what must pass before a change is merged, cheapest first.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::verbs::{Outcome, Verb, no_arguments};
use crate::{run, test, tidy};

pub(crate) const VERB: Verb = Verb {
    name: "ci",
    help: "Everything a change must pass: fmt, clippy, tidy, test; stops at the first failure",
    run: ci,
};

struct Step {
    name: &'static str,
    /// What a person would type to run this step alone.
    shown: &'static str,
    run: fn() -> Outcome,
}

const STEPS: &[Step] = &[
    Step { name: "fmt", shown: "cargo fmt --all --check", run: fmt },
    Step {
        name: "clippy",
        shown: "cargo clippy --workspace --all-targets -- -D warnings",
        run: clippy,
    },
    Step { name: "tidy", shown: "cargo xtask tidy", run: || (tidy::VERB.run)(&[]) },
    Step { name: "test", shown: "cargo xtask test", run: || (test::VERB.run)(&[]) },
];

fn ci(args: &[String]) -> Outcome {
    no_arguments(args)?;
    let mut took = Vec::new();
    let mut outcome = Ok(ExitCode::SUCCESS);
    for step in STEPS {
        println!("\n$ {}", step.shown);
        let started = Instant::now();
        outcome = (step.run)();
        let passed = outcome.as_ref().is_ok_and(|code| *code == ExitCode::SUCCESS);
        took.push((step.name, started.elapsed(), passed));
        if !passed {
            break;
        }
    }
    println!("\n{}", summary(&took));
    outcome
}

fn summary(took: &[(&str, Duration, bool)]) -> String {
    let lines = took.iter().map(|(name, time, passed)| {
        let verdict = if *passed { "passed" } else { "FAILED" };
        format!("{name:8}{verdict}  {:>4} s", time.as_secs())
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn fmt() -> Outcome {
    cargo(&["fmt", "--all", "--check"])
}

fn clippy() -> Outcome {
    cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

fn cargo(args: &[&str]) -> Outcome {
    run::status(&mut run::cargo(args)).map(run::exit_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_shows_where_the_time_went() {
        let took =
            [("fmt", Duration::from_secs(1), true), ("clippy", Duration::from_secs(75), false)];
        assert_eq!(summary(&took), "fmt     passed     1 s\nclippy  FAILED    75 s");
    }
}
