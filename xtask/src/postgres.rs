//! The PostgreSQL the tests use: the one we are given, or one of our own that leaves no trace.

pub(crate) mod find;
mod server;
mod user;

pub(crate) use server::Server;

/// Also read by the tests.
pub(crate) const URL_VARIABLE: &str = "GLOSS_TEST_POSTGRES_URL";

pub(crate) const NOT_FOUND: &str = "PostgreSQL not found: install the `postgresql` package, \
     or set GLOSS_TEST_POSTGRES_URL";

pub(crate) enum Postgres {
    Given(String),
    Started(Server),
    Missing,
}

impl Postgres {
    pub(crate) fn url(&self) -> Option<String> {
        match self {
            Postgres::Given(url) => Some(url.clone()),
            Postgres::Started(server) => Some(server.url()),
            Postgres::Missing => None,
        }
    }
}

pub(crate) fn given_or_started() -> Result<Postgres, String> {
    let given = std::env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty());
    match (given, find::bin_dir()) {
        (Some(url), _) => Ok(Postgres::Given(url)),
        (None, Some(bin)) => Server::start(&bin).map(Postgres::Started),
        (None, None) => Ok(Postgres::Missing),
    }
}
