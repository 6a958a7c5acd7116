//! `cargo xtask test`: every test, on SQLite and on PostgreSQL.

use std::process::Command;

use crate::verbs::{Outcome, Verb};
use crate::{postgres, run};

pub(crate) const VERB: Verb = Verb {
    name: "test",
    help: "Every test, on SQLite and on a PostgreSQL that lives as long as the tests do\n\
           [-- ARGS] go to the test runner: cargo-nextest if installed, else `cargo test`\n\
           GLOSS_TEST_POSTGRES_URL=… uses that server; REQUIRE_POSTGRES=1 fails without one",
    run: test,
};

fn test(args: &[String]) -> Outcome {
    let args = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
    let mut runner = runner();
    runner.args(args);
    postgres::run_with(&mut runner, required())
}

fn required() -> bool {
    std::env::var_os("REQUIRE_POSTGRES").is_some_and(|value| value == "1")
}

fn runner() -> Command {
    if run::cargo(&["nextest", "--version"]).output().is_ok_and(|o| o.status.success()) {
        run::cargo(&["nextest", "run", "--workspace"])
    } else {
        // Named targets leave the doc tests out, as nextest does; --no-fail-fast likewise.
        run::cargo(&["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"])
    }
}
