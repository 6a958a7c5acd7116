//! The `gloss` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    gloss_cli::main()
}
