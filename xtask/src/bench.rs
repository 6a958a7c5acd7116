//! `cargo xtask bench NAME`: builds what people run, then measures it.

use crate::run::{cargo, exit_code, root, status};
use crate::verbs::{Outcome, Verb};

pub(crate) const VERB: Verb = Verb {
    name: "bench",
    help: "NAME: measure a claim beside its limit in the same run, in release mode; there is: run",
    run: bench,
};

fn bench(args: &[String]) -> Outcome {
    let [name] = args else {
        return Err("give the name of one bench, for example `cargo xtask bench run`".to_owned());
    };
    let built = status(&mut cargo(&[
        "build",
        "--release",
        "--quiet",
        "--package",
        "gloss-cli",
        "--package",
        "gloss-benches",
    ]))?;
    if !built.success() {
        return Ok(exit_code(built));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root().join("target"), Into::into);
    let program = target.join("release").join("gloss-benches");
    Ok(exit_code(status(std::process::Command::new(program).arg(name))?))
}
