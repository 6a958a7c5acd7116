//! PostgreSQL: the driver, its connections, and the words of SQL that differ from SQLite's.

use std::str::FromStr;
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions};

use crate::{StoreError, without_password};

/// Differs: a batch is one array per column.
macro_rules! rows {
    ($param:literal $column:ident $type:ident $(, $p:literal $c:ident $t:ident)* $(,)?) => {
        concat!(
            "unnest(CAST(", $param, " AS ", stringify!($type), "[])",
            $(", CAST(", $p, " AS ", stringify!($t), "[])",)*
            ") AS r(", stringify!($column), $(", ", stringify!($c),)* ")"
        )
    };
}
/// Differs: a list is an array.
macro_rules! among {
    ($what:literal, $param:literal, $type:ident) => {
        concat!($what, " = ANY(CAST(", $param, " AS ", stringify!($type), "[]))")
    };
}
macro_rules! is_null {
    ($param:literal, $type:ident) => {
        concat!("CAST(", $param, " AS ", stringify!($type), "[]) IS NULL")
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
        " SKIP LOCKED"
    };
}
/// Differs: whoever admits an owner's calls waits in line with the others who do.
macro_rules! owner_lock {
    () => {
        "SELECT pg_advisory_xact_lock(hashtextextended(CAST($1 AS TEXT), 0))"
    };
}
macro_rules! version {
    () => {
        "SELECT current_setting('server_version')"
    };
}

#[path = "statements/mod.rs"]
mod statements;

use statements::{Column, Named};

pub(crate) type Driver = sqlx::Postgres;
pub(crate) type DbRow = sqlx::postgres::PgRow;
pub(crate) const KIND: &str = "postgres";
pub(crate) type Tx = sqlx::Transaction<'static, Driver>;
pub(crate) type NumberList = Vec<i64>;
pub(crate) type Query<'q> = sqlx::query::Query<'q, Driver, PgArguments>;
/// Writers that share a run add to different rows of its tally.
pub(crate) const TALLY_SLOTS: i64 = 16;
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
                // No unit of work here pauses inside a transaction: whoever does has been
                // stopped, and holds up the others.
                ("idle_in_transaction_session_timeout", "5s"),
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
            .connect_with(options)
            .await
            .map_err(unreachable)?;
        Ok(Self { read: pool.clone(), write: pool })
    }
}

impl Db {
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.write.begin().await?)
    }

    /// Differs: a single statement commits by itself, in one round trip.
    pub(crate) async fn execute(&self, query: Query<'_>) -> Result<u64, StoreError> {
        Ok(query.execute(&self.write).await?.rows_affected())
    }

    pub(crate) async fn execute_returning(
        &self,
        query: Query<'_>,
    ) -> Result<Vec<DbRow>, StoreError> {
        Ok(query.fetch_all(&self.write).await?)
    }
}

/// Binds what the statement's `rows!` reads; its parameters are the statement's last.
pub(crate) fn bind_rows<'q>(query: Query<'q>, columns: Vec<Named>) -> Query<'q> {
    columns.into_iter().fold(query, |query, (_, column)| match column {
        Column::Number(values) => query.bind(values),
        Column::Text(values) => query.bind(values),
        Column::OptText(values) => query.bind(values),
        Column::Id(values) => query.bind(values),
        Column::OptId(values) => query.bind(values),
    })
}

pub(crate) fn numbers(list: Vec<i64>) -> NumberList {
    list
}

pub(crate) fn words(list: Vec<String>) -> Vec<String> {
    list
}
