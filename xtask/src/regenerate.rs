//! `cargo xtask gen`: writes anew what is generated. Tests keep it true, this makes it so.

use crate::run::{cargo, exit_code, status};
use crate::verbs::{Outcome, Verb, no_arguments};

pub(crate) const VERB: Verb = Verb {
    name: "gen",
    help: "Write docs/openapi.json, docs/cli.md and the outputs in tests/scenarios anew",
    run: generate,
};

fn generate(args: &[String]) -> Outcome {
    no_arguments(args)?;
    let mut code = std::process::ExitCode::SUCCESS;
    for test in [&["--test", "it", "generated"][..], &["--test", "scenarios", "sqlite"][..]] {
        let mut command = cargo(&["test", "--quiet", "--package", "gloss-tests"]);
        let done = status(command.args(test).env("UPDATE_EXPECT", "1"))?;
        if !done.success() {
            code = exit_code(done);
        }
    }
    Ok(code)
}
