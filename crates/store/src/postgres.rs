//! PostgreSQL: the driver, its connections, and the words of SQL that differ from SQLite's.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{Connection, Executor};

use crate::{StoreError, without_password};

/// Differs: one JSON text carries a batch, read by `jsonb_to_recordset`.
macro_rules! rows {
    ($param:literal; $first:ident $t:ident $(, $column:ident $u:ident)*) => {
        concat!(
            "jsonb_to_recordset(CAST(", $param, " AS jsonb)) AS r(",
            stringify!($first), " ", stringify!($t),
            $(", ", stringify!($column), " ", stringify!($u),)* ")"
        )
    };
}
/// Differs: a JSON list of numbers as a subquery.
macro_rules! numbers {
    ($param:literal) => {
        concat!("(SELECT CAST(jsonb_array_elements_text(CAST(", $param, " AS jsonb)) AS BIGINT))")
    };
}
/// Differs: a JSON list of words as a subquery.
macro_rules! words {
    ($param:literal) => {
        concat!("(SELECT jsonb_array_elements_text(CAST(", $param, " AS jsonb)))")
    };
}
/// Differs: ids are native.
macro_rules! uuid_of {
    ($text:literal) => {
        concat!("CAST(", $text, " AS UUID)")
    };
}
macro_rules! uuid_text {
    ($column:literal) => {
        concat!("CAST(", $column, " AS TEXT)")
    };
}
/// Differs: writers run side by side, so what a transaction decides on is locked.
macro_rules! for_update {
    () => {
        " FOR NO KEY UPDATE"
    };
}
macro_rules! for_share {
    () => {
        " FOR SHARE"
    };
}
/// Differs: claimers pass each other by.
macro_rules! skip_locked {
    () => {
        " FOR UPDATE SKIP LOCKED"
    };
}
macro_rules! version {
    () => {
        "SELECT current_setting('server_version')"
    };
}

#[path = "statements/mod.rs"]
mod statements;

pub(crate) type Driver = sqlx::Postgres;
pub(crate) type DbRow = sqlx::postgres::PgRow;
pub(crate) const KIND: &str = "postgres";
pub(crate) const BEGIN_WRITE: &str = "BEGIN";
pub(crate) const MIGRATIONS: &[(i64, &str, &str)] =
    &[(1, "init", include_str!("../migrations/postgres/0001_init.sql"))];

const CONNECTIONS: u32 = 10;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
pub struct Db {
    pub(crate) read: PgPool,
    /// The same pool: readers and writers do not block each other here.
    pub(crate) write: PgPool,
}

impl Db {
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| StoreError::InvalidUrl { url: without_password(url) })?
            .application_name("gloss")
            .options([
                ("statement_timeout", "60s"),
                ("idle_in_transaction_session_timeout", "30s"),
            ]);
        // Tried once by itself, because the pool would try again and then only say that it gave up.
        let unreachable = |error: sqlx::Error| StoreError::Unreachable {
            message: format!("{}: {error}", without_password(url)),
        };
        let first = PgConnection::connect_with(&options);
        let first = tokio::time::timeout(ACQUIRE_TIMEOUT, first)
            .await
            .unwrap_or(Err(sqlx::Error::PoolTimedOut))
            .map_err(unreachable)?;
        first.close().await.map_err(unreachable)?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A connection that comes back inside a transaction must not lend it to the next user.
            .before_acquire(|connection, _| {
                Box::pin(async move { connection.execute("ROLLBACK").await.map(|_| true) })
            })
            .connect_with(options)
            .await
            .map_err(unreachable)?;
        Ok(Self { read: pool.clone(), write: pool })
    }
}
