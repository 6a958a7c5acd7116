//! Empty databases to measure in, gone afterwards.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use tempfile::TempDir;

const SERVER_VARIABLE: &str = "GLOSS_BENCH_POSTGRES_URL";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub(super) const ALL: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres",
        }
    }

    pub(super) fn server(self) -> Option<String> {
        let url = std::env::var(SERVER_VARIABLE).ok().filter(|url| !url.is_empty());
        url.filter(|_| self == Kind::Postgres)
    }
}

/// One database of our own.
pub(super) enum Place {
    Sqlite { dir: TempDir },
    Postgres { server: String, name: String },
}

impl Place {
    pub(super) async fn new(kind: Kind) -> Self {
        static N: AtomicU32 = AtomicU32::new(0);
        let Some(server) = kind.server() else {
            let dir = TempDir::with_prefix("gloss-bench-").expect("a temporary folder");
            return Place::Sqlite { dir };
        };
        let n = N.fetch_add(1, Ordering::Relaxed);
        let name = format!("gloss_bench_{}_{n}", std::process::id());
        admin(&server, &format!("CREATE DATABASE {name}")).await;
        // What was dropped before is still being written otherwise.
        admin(&server, "CHECKPOINT").await;
        Place::Postgres { server, name }
    }

    pub(super) fn url(&self) -> String {
        match self {
            Place::Sqlite { dir } => format!("sqlite:{}", dir.path().join("gloss.db").display()),
            Place::Postgres { server, name } => with_database(server, name),
        }
    }

    pub(super) async fn remove(self) {
        match self {
            Place::Sqlite { dir } => dir.close().expect("removes"),
            Place::Postgres { server, name } => {
                admin(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
            }
        }
    }
}

async fn admin(server: &str, sql: &str) {
    let mut connection = PgConnection::connect(server).await.expect("the server answers");
    connection.execute(AssertSqlSafe(sql.to_owned())).await.expect("an administrator's command");
    connection.close().await.expect("closes");
}

/// One number or text, asked of PostgreSQL by itself.
pub(super) async fn ask(url: &str, sql: &str) -> String {
    let mut connection = PgConnection::connect(url).await.expect("the server answers");
    let sql = format!("SELECT CAST(({sql}) AS TEXT)");
    let row = connection.fetch_one(AssertSqlSafe(sql)).await.expect("a row");
    let answer: Option<String> = row.try_get(0).expect("a text");
    connection.close().await.expect("closes");
    answer.unwrap_or_default()
}

pub(super) async fn run(url: &str, sql: &str) {
    admin(url, sql).await;
}

fn with_database(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').unwrap_or((server, ""));
    let (scheme, rest) = base.split_once("://").unwrap_or(("postgres", base));
    let host = rest.split('/').next().unwrap_or(rest);
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    format!("{scheme}://{host}/{name}{query}")
}
