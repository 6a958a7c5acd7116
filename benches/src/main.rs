//! `cargo xtask bench NAME`: measures a claim and prints it as a table and as JSON.

use std::process::ExitCode;

mod engine;
mod figures;
mod ingest;
mod llm;
mod process;
mod queue;
mod raw;
mod run;

fn main() -> ExitCode {
    // Files are read by this program's own child, as `gloss` does it.
    gloss_convert::child::run_if_asked(std::env::args().skip(1)).unwrap_or_else(bench)
}

#[tokio::main]
async fn bench() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str).unwrap_or_default() {
        "run" => run::bench().await,
        "engine" => engine::bench().await,
        "llm" => llm::bench().await,
        "ingest" => return ingest::bench(&args[1..]),
        "queue" => return queue::bench(&args[1..]).await,
        other => {
            eprintln!("there is no bench `{other}`; there are: run, llm, engine, ingest, queue");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
