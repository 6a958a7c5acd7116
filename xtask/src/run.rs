//! Child processes: cargo as this cargo would run it, from the root of the workspace.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

/// What `cargo run` tells the program it starts. Handed on to a second cargo, it would look like
/// a change of environment to build scripts that watch these variables, and rebuild them each time.
const OF_CARGO_RUN: &[&str] = &[
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_NAME",
    "CARGO_CRATE_NAME",
    "CARGO_PRIMARY_PACKAGE",
    "OUT_DIR",
];

pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let watched = name.to_string_lossy();
        if OF_CARGO_RUN.iter().any(|prefix| watched.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command.current_dir(root()).args(args);
    command
}

/// Runs the command with our own terminal, so that Ctrl-C reaches it too.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.status().map_err(|e| format!("could not run {name}: {e}"))
}

/// Builds a workspace program, and the `gloss` that it starts, as people run them; then hands on
/// the command. A build that fails has said why.
pub(crate) fn in_release(
    package: &str,
    program: &str,
    then: impl FnOnce(Command) -> Result<ExitCode, String>,
) -> Result<ExitCode, String> {
    let packages = ["--package", "gloss-cli", "--package", package];
    let mut build = cargo(&["build", "--release", "--quiet"]);
    let built = status(build.args(packages))?;
    if !built.success() {
        return Ok(exit_code(built));
    }
    then(Command::new(target().join("release").join(program)))
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or(root().join("target"), Into::into)
}

/// The trimmed standard output of a command that succeeds; `None` if it is absent or fails.
pub(crate) fn output(program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Option<String> {
    let done = Command::new(program).args(args).stderr(Stdio::null()).output().ok()?;
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

/// The child's exit code as ours; a child ended by a signal has none, which is a failure.
pub(crate) fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
