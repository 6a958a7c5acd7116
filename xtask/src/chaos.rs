//! `cargo xtask chaos`: real processes, killed and frozen, on a database that forgets nothing.

use std::process::Command;

use crate::postgres::{self, NOT_FOUND, Postgres, URL_VARIABLE};
use crate::run::{cargo, exit_code, root, status};
use crate::verbs::{Outcome, Verb};

pub(crate) const VERB: Verb = Verb {
    name: "chaos",
    help: "[--cycles N] [--stops N] [--seed S] [--database sqlite|postgres]: kills, drains and\n\
           freezes real workers and a real server, and holds the database against a journal",
    run: chaos,
};

fn chaos(args: &[String]) -> Outcome {
    let built = status(&mut cargo(&[
        "build",
        "--release",
        "--quiet",
        "--package",
        "gloss-cli",
        "--package",
        "gloss-testkit",
    ]))?;
    if !built.success() {
        return Ok(exit_code(built));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root().join("target"), Into::into);
    let mut program = Command::new(target.join("release").join("gloss-chaos"));
    program.args(args);
    if args.iter().any(|arg| arg == "sqlite") {
        return Ok(exit_code(status(&mut program)?));
    }
    // Held until the program is done: dropping it removes the server.
    let postgres = postgres::given_or_started()?;
    match &postgres {
        Postgres::Missing if args.iter().any(|arg| arg == "postgres") => {
            return Err(NOT_FOUND.to_owned());
        }
        Postgres::Missing => println!("{NOT_FOUND}; running the SQLite half only"),
        Postgres::Given(_) => println!("PostgreSQL: the one {URL_VARIABLE} names"),
        Postgres::Started(server) => println!("{}", server.describe()),
    }
    if let Some(url) = postgres.url() {
        program.env(URL_VARIABLE, url);
    }
    Ok(exit_code(status(&mut program)?))
}
