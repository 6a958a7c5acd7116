//! `gloss` for tests that start it as a process: to run, to kill, and to read files with.

use std::process::ExitCode;

fn main() -> ExitCode {
    gloss_cli::main()
}
