//! `gloss-server`: Gloss as a service, set up by environment variables alone.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    gloss_server::start().await
}
