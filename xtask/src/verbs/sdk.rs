//! `cargo xtask sdk`: the providers' own Python packages against the simulator.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::run;
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
    let scratch = Scratch::create()?;
    let python = install(&scratch.0)?;
    let built = run::status(run::cargo(&["build", "--quiet"]).args(SIMULATOR))?;
    if !built.success() {
        return Ok(run::exit_code(built));
    }
    let simulator = Simulator::start()?;
    let mut script = Command::new(python);
    // What Python compiles stays out of the source tree.
    script.env("PYTHONDONTWRITEBYTECODE", "1");
    script.arg(run::root().join("tests/sdk/run.py")).arg(&simulator.url);
    run::status(&mut script).map(run::exit_code)
}

/// An environment of its own with the packages in it; returns its Python.
fn install(folder: &Path) -> Result<PathBuf, String> {
    let made = run::status(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    if !made.success() {
        return Err("python3 cannot make a virtual environment; its words are above".to_owned());
    }
    let python = folder.join("bin/python");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let installed = run::status(Command::new(&python).args(pip).args(PACKAGES))?;
    if !installed.success() {
        let packages = PACKAGES.join(", ");
        return Err(format!("pip could not install {packages}; this verb needs a network"));
    }
    Ok(python)
}

/// A folder that goes when we do.
struct Scratch(PathBuf);

impl Scratch {
    fn create() -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!("gloss-sdk-{}", std::process::id()));
        fs::create_dir_all(&folder)
            .map_err(|e| format!("could not create {}: {e}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is in the temporary folder anyway.
        let _ = fs::remove_dir_all(&self.0);
    }
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
