//! `cargo xtask docling`: what we write down, read by docling's own package.

use std::process::{Command, Stdio};

use crate::run;
use crate::verbs::python::{Scratch, install, script};
use crate::verbs::{Outcome, Verb};

pub(crate) const VERB: Verb = Verb {
    name: "docling",
    help: "[PATH]…: ingest the samples, or these files and folders, and load every document that\n\
           comes of it with the package docling-core, fresh from PyPI. Needs python3 and a network",
    run: docling,
};

fn docling(args: &[String]) -> Outcome {
    let scratch = Scratch::create("docling")?;
    let python = install(&scratch.0.join("venv"), &["docling-core"])?;
    let built = run::status(&mut run::cargo(&["build", "--quiet", "--package", "gloss-cli"]))?;
    if !built.success() {
        return Ok(run::exit_code(built));
    }
    let data = scratch.0.join("data");
    let mut gloss = Command::new(run::target().join("debug/gloss"));
    gloss.arg("--data-dir").arg(&data).arg("ingest").stdout(Stdio::null());
    gloss.env("GLOSS_UPLOAD_MAX_FILES_PER_BATCH", "500");
    if args.is_empty() {
        gloss.arg(run::root().join("crates/app/samples"));
    }
    // A file that cannot be read is not what is checked here.
    run::status(gloss.args(args))?;
    let mut check = script(&python, "tests/docling/check.py");
    run::status(check.arg(data.join("objects"))).map(run::exit_code)
}
