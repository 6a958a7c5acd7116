//! `cargo xtask bench NAME`: measures a claim and prints it as a table and as JSON.

use std::process::ExitCode;

mod process;
mod raw;
mod run;

#[tokio::main]
async fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    match name.as_str() {
        "run" => run::bench().await,
        other => {
            eprintln!("there is no bench `{other}`; there is: run");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
