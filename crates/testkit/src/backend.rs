//! A fresh database of either kind, gone when the test ends.

use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use tempfile::TempDir;
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// Runs a test on SQLite, and on PostgreSQL where there is one.
    ///
    /// With `REQUIRE_POSTGRES=1` a missing PostgreSQL fails: a silent skip looks like a pass.
    pub async fn each<F: Future<Output = ()>>(test: impl Fn(Database) -> F) {
        for backend in Self::ALL {
            if let Some(database) = Database::fresh(backend).await {
                test(database).await;
            }
        }
    }
}

/// A database that nobody else uses.
#[derive(Debug)]
pub struct Database {
    pub backend: Backend,
    url: String,
    dir: TempDir,
}

impl Database {
    /// None where there is no PostgreSQL to use.
    pub async fn fresh(backend: Backend) -> Option<Self> {
        let dir = TempDir::with_prefix("gloss-test-").expect("a temporary folder");
        let url = match backend {
            Backend::Sqlite => format!("sqlite:{}", dir.path().join("gloss.db").display()),
            Backend::Postgres => fresh_schema(dir.path()).await?,
        };
        Some(Self { backend, url, dir })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The URL with another parameter. SQLite has one writer whatever it says.
    pub fn url_with(&self, parameter: &str) -> String {
        match self.backend {
            Backend::Sqlite => self.url.clone(),
            Backend::Postgres => format!("{}&{parameter}", self.url),
        }
    }

    /// PostgreSQL sessions on this database's schema that sit in a transaction; none on SQLite.
    pub async fn sessions_in_transaction(&self) -> i64 {
        let idle = "SELECT count(*) FROM pg_stat_activity \
                    WHERE application_name = $1 AND state LIKE 'idle in transaction%'";
        self.ask(idle).await
    }

    /// PostgreSQL ends every session on this database's schema; answers how many.
    pub async fn cut_sessions(&self) -> i64 {
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE application_name = $1";
        self.ask(cut).await
    }

    /// Brings the planner's statistics up to date.
    pub async fn analyze(&self) {
        match self.backend {
            Backend::Sqlite => self.rows("ANALYZE").await,
            Backend::Postgres => self.rows("ANALYZE overlay").await,
        };
    }

    /// An id as this database writes it into SQL.
    pub fn id_literal(&self, id: Uuid) -> String {
        match self.backend {
            Backend::Sqlite => format!("x'{}'", id.simple()),
            Backend::Postgres => format!("CAST('{id}' AS UUID)"),
        }
    }

    /// The indexes that the plan of a statement uses.
    pub async fn indexes_used(&self, sql: &str) -> Vec<String> {
        let (explain, before) = match self.backend {
            Backend::Sqlite => ("EXPLAIN QUERY PLAN ", " INDEX "),
            Backend::Postgres => ("EXPLAIN ", " using "),
        };
        let plan = self.rows(&format!("{explain}{sql}")).await;
        let named = plan.iter().filter_map(|line| line.split_once(before)?.1.split(' ').next());
        named.map(str::to_owned).collect()
    }

    /// The one plan that a session of the store makes of a statement, whatever it is asked with:
    /// the indexes in it, each with how many conditions lead into it, and what else reads or joins
    /// rows by the whole table. PostgreSQL alone.
    pub async fn generic_plan(&self, session: &str, sql: &str) -> Vec<String> {
        let parameters = (1..).take_while(|n| sql.contains(&format!("${n}"))).count();
        assert!(parameters > 0, "a statement with parameters");
        let nulls = vec!["NULL"; parameters].join(", ");
        let lost = "the database answers";
        let mut connection = PgConnection::connect(&self.url).await.expect(lost);
        for sql in [session.to_owned(), format!("PREPARE asked AS {sql}")] {
            connection.execute(AssertSqlSafe(sql)).await.expect("the statement runs");
        }
        let explain = AssertSqlSafe(format!("EXPLAIN (COSTS OFF) EXECUTE asked({nulls})"));
        let rows = connection.fetch_all(explain).await.expect("the statement has a plan");
        connection.close().await.expect(lost);
        let mut used: Vec<String> = Vec::new();
        for line in rows.iter().map(|row| row.get::<String, _>(0)) {
            let line = line.trim().trim_start_matches("->").trim();
            if let Some(conditions) = line.strip_prefix("Index Cond: ") {
                let into = used.last_mut().expect("an index has been named");
                *into = format!("{into}/{}", conditions.matches(" AND ").count() + 1);
            } else if let Some((_, rest)) = line.split_once(" using ") {
                used.push(rest.split(' ').next().unwrap_or(rest).to_owned());
            } else if let Some(index) = line.strip_prefix("Bitmap Index Scan on ") {
                used.push(index.to_owned());
            } else if ["Seq Scan", "Hash Join", "Merge Join"].iter().any(|n| line.starts_with(n)) {
                used.push(line.to_lowercase());
            }
        }
        used.sort_unstable();
        used.dedup();
        used
    }

    /// The last column of each row, as text.
    async fn rows(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        let lost = "the database answers";
        match self.backend {
            Backend::Sqlite => {
                let mut connection = SqliteConnection::connect(&self.url).await.expect(lost);
                let rows = connection.fetch_all(sql).await.expect("the statement runs");
                rows.iter().map(|row| row.get(row.len() - 1)).collect()
            }
            Backend::Postgres => {
                let mut connection = PgConnection::connect(&self.url).await.expect(lost);
                let rows = connection.fetch_all(sql).await.expect("the statement runs");
                rows.iter().map(|row| row.get(row.len() - 1)).collect()
            }
        }
    }

    async fn ask(&self, sql: &'static str) -> i64 {
        let Some((_, schema)) = self.url.split_once("application_name=") else { return 0 };
        let server = std::env::var("GLOSS_TEST_POSTGRES_URL").expect("the test server");
        let mut connection = PgConnection::connect(&server).await.expect("the server answers");
        let asked = sqlx::query_scalar(sql).bind(schema).fetch_one(&mut connection).await;
        asked.expect("the server tells")
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Leaves the folder where it is, for somebody to look into.
    pub fn keep(self) -> PathBuf {
        self.dir.keep()
    }
}

/// A schema of its own on the test server, named after the temporary folder.
async fn fresh_schema(dir: &Path) -> Option<String> {
    let required = std::env::var("REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
    let Ok(server) = std::env::var("GLOSS_TEST_POSTGRES_URL") else {
        assert!(
            !required,
            "REQUIRE_POSTGRES=1 and no GLOSS_TEST_POSTGRES_URL: run `cargo xtask test`"
        );
        eprintln!("skipped on PostgreSQL: GLOSS_TEST_POSTGRES_URL is not set");
        return None;
    };
    let folder = dir.file_name().expect("a folder").to_string_lossy();
    let name: String =
        folder.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let name = format!("{name}_{}", std::process::id()).to_lowercase();
    let mut connection = PgConnection::connect(&server).await.expect("the test server answers");
    let create = AssertSqlSafe(format!("CREATE SCHEMA {name}"));
    connection.execute(create).await.expect("a schema can be created");
    let separator = if server.contains('?') { '&' } else { '?' };
    let own = format!("options=-c%20search_path%3D{name}&application_name={name}");
    Some(format!("{server}{separator}{own}"))
}
