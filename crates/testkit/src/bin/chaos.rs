//! `cargo xtask chaos`: real processes under real signals, held against a journal.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    gloss_testkit::chaos::main(std::env::args().skip(1).collect()).await
}
