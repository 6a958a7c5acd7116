//! `cargo xtask pg`: a throwaway PostgreSQL for as long as someone looks.

use std::io;
use std::process::ExitCode;

use crate::postgres::{NOT_FOUND, Server, URL_VARIABLE, find};
use crate::verbs::{Outcome, Verb, no_arguments};

pub(crate) const VERB: Verb = Verb {
    name: "pg",
    help: "A throwaway PostgreSQL: prints its URL, stays until Ctrl-C or end of input",
    run: pg,
};

fn pg(args: &[String]) -> Outcome {
    no_arguments(args)?;
    let server = Server::start(&find::bin_dir().ok_or(NOT_FOUND)?)?;
    // Standard output carries the one line a script wants; people read the rest.
    eprintln!("{}\nCtrl-C or end of input removes it.", server.describe());
    println!("export {URL_VARIABLE}={}", server.url());
    io::copy(&mut io::stdin(), &mut io::sink()).map_err(|e| format!("could not wait: {e}"))?;
    Ok(ExitCode::SUCCESS)
}
