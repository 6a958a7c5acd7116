//! The PostgreSQL the tests use: the one we are given, or one of our own that leaves no trace.

pub(crate) mod find;
mod server;
mod user;

use std::process::Command;

use crate::run;
use crate::verbs::Outcome;
pub(crate) use server::Server;

/// Also read by the tests.
pub(crate) const URL_VARIABLE: &str = "GLOSS_TEST_POSTGRES_URL";

pub(crate) const NOT_FOUND: &str = "PostgreSQL not found: install the `postgresql` package, \
     or set GLOSS_TEST_POSTGRES_URL";

enum Postgres {
    Given(String),
    Started(Server),
    Missing,
}

impl Postgres {
    fn url(&self) -> Option<String> {
        match self {
            Postgres::Given(url) => Some(url.clone()),
            Postgres::Started(server) => Some(server.url()),
            Postgres::Missing => None,
        }
    }
}

/// Tells the command of a server, and keeps the server for as long as the command runs.
pub(crate) fn run_with(command: &mut Command, required: bool) -> Outcome {
    // Held until the command is done: dropping it removes the server.
    let postgres = given_or_started()?;
    match &postgres {
        Postgres::Given(_) => println!("PostgreSQL: the one {URL_VARIABLE} names"),
        Postgres::Started(server) => println!("{}", server.describe()),
        Postgres::Missing if required => return Err(NOT_FOUND.to_owned()),
        Postgres::Missing => println!("{NOT_FOUND}; running the SQLite half only"),
    }
    if let Some(url) = postgres.url() {
        command.env(URL_VARIABLE, url);
    }
    run::status(command).map(run::exit_code)
}

fn given_or_started() -> Result<Postgres, String> {
    let given = std::env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty());
    match (given, find::bin_dir()) {
        (Some(url), _) => Ok(Postgres::Given(url)),
        (None, Some(bin)) => Server::start(&bin).map(Postgres::Started),
        (None, None) => Ok(Postgres::Missing),
    }
}
