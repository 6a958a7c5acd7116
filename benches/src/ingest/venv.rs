//! The Python packages of the corpus and of the field's readers, in an environment of their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A Python that has the packages already.
const PYTHON_VARIABLE: &str = "GLOSS_BENCH_PYTHON";

pub(super) fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ingest")
}

/// Below the target directory, so that `cargo clean` takes it along.
pub(super) fn home() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("target");
    std::env::var_os("CARGO_TARGET_DIR").map_or(beside, PathBuf::from).join("bench-ingest")
}

/// The Python of an environment with what `requirements.txt` pins, made anew when that changes.
pub(super) fn python() -> Result<PathBuf, String> {
    if let Some(given) = std::env::var_os(PYTHON_VARIABLE) {
        return Ok(given.into());
    }
    let list = scripts().join("requirements.txt");
    let wanted = std::fs::read_to_string(&list)
        .map_err(|error| format!("could not read {}: {error}", list.display()))?;
    let folder = home().join("venv");
    let (python, stamp) = (folder.join("bin/python"), folder.join("installed.txt"));
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    println!("installing the field's readers into {}, once …", folder.display());
    succeed(
        Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder),
        "python3 cannot make a virtual environment",
    )?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    succeed(
        Command::new(&python).args(pip).arg(&list),
        "pip could not install the field's readers; this bench needs a network once",
    )?;
    std::fs::write(&stamp, wanted)
        .map_err(|error| format!("could not write {}: {error}", stamp.display()))?;
    Ok(python)
}

pub(super) fn succeed(command: &mut Command, complaint: &str) -> Result<(), String> {
    let status = command.stdin(Stdio::null()).status();
    match status.map_err(|error| format!("{complaint}: {error}"))? {
        status if status.success() => Ok(()),
        status => Err(format!("{complaint}: {status}; its words are above")),
    }
}
