//! The command line: arguments in, one operation of `app`, text or JSON out. It decides nothing.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind as ClapErrorKind;
use tracing_subscriber::EnvFilter;

mod args;
mod commands;
mod console;
mod failure;
mod files;
mod progress;
mod render;
mod settings;
mod signals;

pub use args::Cli;
pub use console::{Console, Environment};

/// Runs with the process's own arguments, streams, environment and signals.
pub fn main() -> ExitCode {
    // As the reader of one file that nobody has checked.
    if let Some(code) = gloss_convert::child::run_if_asked(std::env::args().skip(1)) {
        return code;
    }
    run_process(std::env::args_os())
}

/// The same with other arguments: one command line is one process.
pub fn run_process(args: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> ExitCode {
    let filter = EnvFilter::try_from_env("GLOSS_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("a process can start its threads");
    let mut console = Console::process(std::io::stderr().is_terminal());
    signals::stop_on_signals(&runtime, console.stop.clone());
    let code = runtime.block_on(run(args, &mut console));
    // What is left are calls that were given up; waiting for them would hold the prompt.
    runtime.shutdown_background();
    ExitCode::from(code)
}

/// Runs one command line; answers with the exit code.
pub async fn run(
    args: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    console: &mut Console,
) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, console),
    };
    let json = cli.global.json;
    match commands::run(cli, console).await {
        Ok(code) => code,
        Err(error) => {
            failure::show(&error, json, console);
            error.kind.exit_code()
        }
    }
}

/// clap's own text: help and version on stdout, mistakes on stderr.
fn usage(error: &clap::Error, console: &mut Console) -> u8 {
    let rendered = error.render();
    let help = matches!(error.kind(), ClapErrorKind::DisplayHelp | ClapErrorKind::DisplayVersion);
    let coloured = console.colour && !help;
    let text = if coloured { rendered.ansi().to_string() } else { rendered.to_string() };
    if help {
        console.say(text.trim_end());
        0
    } else {
        console.note(text.trim_end());
        2
    }
}
