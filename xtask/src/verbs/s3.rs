//! `cargo xtask s3`: the program against an S3 that is not ours.

use crate::run;
use crate::verbs::python::{Scratch, install, script};
use crate::verbs::{Outcome, Verb, no_arguments};

pub(crate) const VERB: Verb = Verb {
    name: "s3",
    help: "The package moto, fresh from PyPI, is the bucket: does it take our signatures, and do\n\
           ingest, read, doctor and collect find there what they left? Needs python3 and a network",
    run: s3,
};

fn s3(args: &[String]) -> Outcome {
    no_arguments(args)?;
    let scratch = Scratch::create("s3")?;
    let python = install(&scratch.0, &["moto[server]"])?;
    let built = run::status(&mut run::cargo(&["build", "--quiet", "--package", "gloss-cli"]))?;
    if !built.success() {
        return Ok(run::exit_code(built));
    }
    let mut script = script(&python, "tests/s3/run.py");
    script.arg(run::target().join("debug/gloss"));
    run::status(&mut script).map(run::exit_code)
}
