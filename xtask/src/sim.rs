//! `cargo xtask sim`: the claim protocol under seeded bad luck.

use crate::run::{cargo, exit_code, status};
use crate::verbs::{Outcome, Verb};

pub(crate) const VERB: Verb = Verb {
    name: "sim",
    help: "[--seeds N]: crashes, late answers, clock jumps against the claim protocol's rules",
    run: sim,
};

fn sim(args: &[String]) -> Outcome {
    let mut command = cargo(&["run", "--release", "--quiet", "--package", "gloss-testkit"]);
    command.args(["--bin", "gloss-sim", "--"]).args(args);
    Ok(exit_code(status(&mut command)?))
}
