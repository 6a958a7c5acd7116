//! `gloss` for tests that start it as a process: to run, to kill, and to read files with.

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(code) = gloss_convert::child::run_if_asked(std::env::args().skip(1)) {
        return code;
    }
    gloss_cli::main()
}
