//! `gloss-server`: Gloss as a service, set up by environment variables alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    gloss_server::main()
}
