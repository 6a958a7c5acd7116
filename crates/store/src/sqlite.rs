//! SQLite: the driver, its connections, and the words of SQL that differ from PostgreSQL's.

use std::str::FromStr;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::StoreError;

/// Differs: one JSON text carries a batch, read by `json_each`.
macro_rules! rows {
    ($param:literal; $first:ident $t:ident $(, $column:ident $u:ident)*) => {
        concat!(
            "(SELECT json_extract(value, '$.", stringify!($first), "') AS ", stringify!($first),
            $(", json_extract(value, '$.", stringify!($column), "') AS ", stringify!($column),)*
            " FROM json_each(", $param, ")) AS r"
        )
    };
}
/// Differs: a JSON list of numbers as a subquery.
macro_rules! numbers {
    ($param:literal) => {
        concat!("(SELECT value FROM json_each(", $param, "))")
    };
}
/// Differs: a JSON list of words as a subquery.
macro_rules! words {
    ($param:literal) => {
        concat!("(SELECT value FROM json_each(", $param, "))")
    };
}
/// Differs: ids are stored as 16 bytes.
macro_rules! uuid_of {
    ($text:literal) => {
        concat!("unhex(", $text, ")")
    };
}
macro_rules! uuid_text {
    ($column:literal) => {
        concat!("lower(hex(", $column, "))")
    };
}
/// Differs: a write transaction holds the whole database, so rows need no locks of their own.
macro_rules! for_update {
    () => {
        ""
    };
}
macro_rules! for_share {
    () => {
        ""
    };
}
macro_rules! skip_locked {
    () => {
        ""
    };
}
macro_rules! version {
    () => {
        "SELECT sqlite_version()"
    };
}

#[path = "statements/mod.rs"]
mod statements;

pub(crate) type Driver = sqlx::Sqlite;
pub(crate) type DbRow = sqlx::sqlite::SqliteRow;
pub(crate) const KIND: &str = "sqlite";
/// Takes the write lock at once: a read that turns into a write fails with "database is locked"
/// whatever the busy timeout, when another connection has written in between.
pub(crate) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
pub(crate) const MIGRATIONS: &[(i64, &str, &str)] =
    &[(1, "init", include_str!("../migrations/sqlite/0001_init.sql"))];

/// 3.7.0 to 3.51.2 can lose committed writes when two connections write and checkpoint at once
/// (sqlite.org/wal.html, "The WAL-Reset Bug").
const VERSION_MIN: (u32, u32, u32) = (3, 51, 3);
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

#[derive(Debug, Clone)]
pub struct Db {
    pub(crate) read: SqlitePool,
    /// One connection: SQLite has one writer, and waiting here is fairer than in its busy loop.
    pub(crate) write: SqlitePool,
}

impl Db {
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|_| StoreError::InvalidUrl { url: url.to_owned() })?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true);
        let path = options.get_filename().display().to_string();
        let pool = SqlitePoolOptions::new().max_connections(1);
        let write =
            pool.connect_with(options.clone()).await.map_err(|error| opening(error, &path))?;
        refuse_unsafe(&write).await?;
        let read = if url.contains(":memory:") {
            write.clone()
        } else {
            SqlitePoolOptions::new().max_connections(READERS).connect_lazy_with(options)
        };
        Ok(Self { read, write })
    }

    /// `VACUUM INTO`: a consistent copy, while others go on writing.
    pub(crate) async fn backup(&self, path: String) -> Result<(), StoreError> {
        sqlx::query("VACUUM INTO $1").bind(path).execute(&self.read).await?;
        Ok(())
    }
}

fn opening(error: sqlx::Error, path: &str) -> StoreError {
    match StoreError::from(error) {
        StoreError::Statement(cause) => {
            StoreError::Unreachable { message: format!("{path}: {cause}") }
        }
        other => other,
    }
}

async fn refuse_unsafe(pool: &SqlitePool) -> Result<(), StoreError> {
    let found: String = sqlx::query_scalar(version!()).fetch_one(pool).await?;
    let mut parts = found.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < VERSION_MIN {
        return Err(StoreError::UnsafeSqlite { found, needed: "3.51.3" });
    }
    Ok(())
}
