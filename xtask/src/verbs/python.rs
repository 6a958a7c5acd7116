//! A Python environment of its own for checks that need other people's packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run;

/// A folder that goes when we do.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn create(name: &str) -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!("gloss-{name}-{}", std::process::id()));
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

/// An environment with the packages in it; returns its Python.
pub(crate) fn install(folder: &Path, packages: &[&str]) -> Result<PathBuf, String> {
    let made = run::status(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    if !made.success() {
        return Err("python3 cannot make a virtual environment; its words are above".to_owned());
    }
    let python = folder.join("bin/python");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let installed = run::status(Command::new(&python).args(pip).args(packages))?;
    if !installed.success() {
        let packages = packages.join(", ");
        return Err(format!("pip could not install {packages}; this verb needs a network"));
    }
    Ok(python)
}

/// A script of ours in that environment.
pub(crate) fn script(python: &Path, path: &str) -> Command {
    let mut script = Command::new(python);
    // What Python compiles stays out of the source tree.
    script.env("PYTHONDONTWRITEBYTECODE", "1");
    script.arg(run::root().join(path));
    script
}
