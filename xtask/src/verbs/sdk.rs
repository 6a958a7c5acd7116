//! `cargo xtask sdk`: the providers' own Python packages against the simulator.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::run;
use crate::verbs::python::{Scratch, install, script};
use crate::verbs::{Outcome, Verb, no_arguments};

pub(crate) const VERB: Verb = Verb {
    name: "sdk",
    help: "The packages anthropic, openai and google-genai, fresh from PyPI, ask the simulator:\n\
           do they read it as they read the real ones? Needs python3 and a network",
    run: sdk,
};

const SIMULATOR: [&str; 4] = ["--package", "gloss-simulator", "--example", "serve"];
const PACKAGES: &[&str] = &["anthropic", "openai", "google-genai"];

fn sdk(args: &[String]) -> Outcome {
    no_arguments(args)?;
    let scratch = Scratch::create("sdk")?;
    let python = install(&scratch.0, PACKAGES)?;
    let built = run::status(run::cargo(&["build", "--quiet"]).args(SIMULATOR))?;
    if !built.success() {
        return Ok(run::exit_code(built));
    }
    let simulator = Simulator::start()?;
    let mut script = script(&python, "tests/sdk/run.py");
    run::status(script.arg(&simulator.url)).map(run::exit_code)
}

struct Simulator {
    child: Child,
    url: String,
}

impl Simulator {
    /// Returns when it takes connections.
    fn start() -> Result<Self, String> {
        let mut program = run::cargo(&["run", "--quiet"]);
        let child = program.args(SIMULATOR).stdout(Stdio::piped()).spawn();
        let child = child.map_err(|e| format!("could not run cargo: {e}"))?;
        let mut simulator = Self { child, url: String::new() };
        if let Some(stdout) = simulator.child.stdout.take() {
            let read = BufReader::new(stdout).read_line(&mut simulator.url);
            read.map_err(|e| format!("could not read from the simulator: {e}"))?;
        }
        match simulator.url.trim() {
            "" => Err("the simulator did not start; its words are above".to_owned()),
            url => {
                simulator.url = url.to_owned();
                Ok(simulator)
            }
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It has nothing to put away.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
