//! `gloss-server`: Gloss as a service, set up by environment variables alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    // As the reader of one file that nobody has checked.
    if let Some(code) = gloss_convert::child::run_if_asked(std::env::args().skip(1)) {
        return code;
    }
    serve()
}

#[tokio::main]
async fn serve() -> ExitCode {
    gloss_server::start().await
}
