//! SQLite: the driver, its connections, and the words of SQL that differ from PostgreSQL's.

use std::str::FromStr;
use std::time::Duration;

use gloss_core_model::Timestamp;
use serde_json::{Map, Value, json};
use sqlx::Row;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use uuid::Uuid;

use crate::StoreError;
use crate::wake::{Bell, Wakes};
use clock::CLOCK;
pub(crate) use commit_group::Tx;
use commit_group::Writer;
use low_water::LowWater;

/// Differs: a batch is one JSON text, in the first parameter.
macro_rules! rows {
    ($param:literal $column:ident $type:ident $(, $p:literal $c:ident $t:ident)* $(,)?) => {
        concat!(
            "(SELECT ", field!($column $type), $(", ", field!($c $t),)*
            " FROM json_each(", $param, ")) AS r"
        )
    };
}
/// Differs: ids are stored as 16 bytes.
macro_rules! field {
    ($column:ident UUID) => {
        concat!(
            "unhex(json_extract(value, '$.",
            stringify!($column),
            "')) AS ",
            stringify!($column)
        )
    };
    ($column:ident $type:ident) => {
        concat!("json_extract(value, '$.", stringify!($column), "') AS ", stringify!($column))
    };
}
/// Differs: a list is a JSON text.
macro_rules! among {
    ($what:literal, $param:literal, $type:ident) => {
        concat!($what, " IN (SELECT value FROM json_each(", $param, "))")
    };
}
macro_rules! among_ids {
    ($what:literal) => {
        concat!($what, " IN (SELECT unhex(value) FROM json_each($2))")
    };
}
macro_rules! is_null {
    ($param:literal, $type:ident) => {
        concat!($param, " IS NULL")
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
macro_rules! chosen_rows {
    ($from:literal) => {
        concat!(
            "owner_id = $1 AND run_id = $2 AND block_index IN \
             (SELECT block_index FROM overlay INDEXED BY overlay_pending ",
            $from,
            ")"
        )
    };
}
macro_rules! each_of_batch {
    ($table:literal, $key:literal) => {
        concat!(" FROM r WHERE ", $key)
    };
}
macro_rules! of_each {
    ($table:literal, $column:literal, UUID) => {
        concat!("owner_id = $1 AND ", $column, " IN (SELECT unhex(value) FROM json_each($2))")
    };
    ($table:literal, $column:literal, TEXT) => {
        concat!("owner_id = $1 AND ", $column, " IN (SELECT value FROM json_each($2))")
    };
}
macro_rules! uuid {
    ($param:literal) => {
        $param
    };
}
macro_rules! owner_lock {
    () => {
        "SELECT 1 WHERE $1 IS NOT NULL"
    };
}
macro_rules! library_shared {
    () => {
        "SELECT 1 WHERE $1 IS NOT NULL"
    };
}
macro_rules! library_alone {
    () => {
        "SELECT 1 WHERE $1 IS NOT NULL"
    };
}
macro_rules! wait_briefly {
    () => {
        "SELECT 1"
    };
}
macro_rules! version {
    () => {
        "SELECT sqlite_version() AS version"
    };
}

mod clock;
mod commit_group;
mod low_water;
#[path = "statements/mod.rs"]
mod statements;

use statements::{Column, Named};

pub(crate) type Driver = sqlx::Sqlite;
pub(crate) type DbRow = sqlx::sqlite::SqliteRow;
pub(crate) const KIND: &str = "sqlite";
pub(crate) type NumberList = String;
pub(crate) type Query<'q> = sqlx::query::Query<'q, Driver, SqliteArguments>;
/// There is one writer: nobody to share a run with, and one row of its tally.
pub(crate) const RUNS_ARE_SHARED: bool = false;
pub(crate) const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "init", include_str!("../migrations/sqlite/0001_init.sql")),
    (2, "notes", include_str!("../migrations/sqlite/0002_notes.sql")),
    (3, "error_code", include_str!("../migrations/sqlite/0003_error_code.sql")),
];

/// A large run's index alone outgrows the 2 MiB that SQLite keeps of a file by itself.
const CACHE_KIB: &str = "-16384";
/// Each checkpoint waits for the disk twice; the log grows to 16 MiB between two.
const CHECKPOINT_PAGES: &str = "4000";
/// 3.7.0 to 3.51.2 can lose committed writes when two connections write and checkpoint at once
/// (sqlite.org/wal.html, "The WAL-Reset Bug").
const VERSION_MIN: (u32, u32, u32) = (3, 51, 3);
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

#[derive(Debug, Clone)]
pub struct Db {
    /// Readers, and migrations.
    read: SqlitePool,
    /// One connection: SQLite has one writer, and waiting in our line is fairer than in its busy
    /// loop.
    writer: Writer,
    bell: Bell,
    pub(crate) low_water: LowWater,
}

impl Db {
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|_| StoreError::InvalidUrl { url: url.to_owned() })?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", CACHE_KIB)
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true);
        let path = options.get_filename().display().to_string();
        let writer = Writer::connect(options.clone(), BUSY_TIMEOUT).await;
        let writer = writer.map_err(|error| opening(error, &path))?;
        refuse_unsafe(writer.pool()).await?;
        let read = if url.contains(":memory:") {
            writer.pool().clone()
        } else {
            SqlitePoolOptions::new().max_connections(READERS).connect_lazy_with(options)
        };
        Ok(Self { read, writer, bell: Bell::default(), low_water: LowWater })
    }

    pub(crate) async fn migrate(&self) -> Result<(), StoreError> {
        self.run_migrations(&self.read).await
    }

    pub(crate) fn query(&self, sql: &'static str) -> Query<'static> {
        sqlx::query(sql)
    }

    /// A connection for reading.
    pub(crate) async fn reading(&self) -> Result<PoolConnection<Driver>, StoreError> {
        Ok(self.read.acquire().await?)
    }

    pub(crate) async fn close(&self) {
        self.writer.pool().close().await;
        self.read.close().await;
    }

    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.writer.begin().await?)
    }

    /// Differs: a single statement is a unit too, and shares the sync of its commit.
    pub(crate) async fn execute(&self, query: Query<'_>) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let done = query.execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    pub(crate) async fn execute_returning(
        &self,
        query: Query<'_>,
    ) -> Result<Vec<DbRow>, StoreError> {
        let mut tx = self.begin().await?;
        let rows = query.fetch_all(&mut *tx).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Differs: there is nobody to tell but this process. Others poll.
    pub(crate) async fn announce(&self, now: Timestamp) {
        if self.bell.may_announce(now) {
            self.bell.ring();
        }
    }

    pub(crate) fn wakes(&self) -> Wakes {
        self.bell.listen()
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
    let row = sqlx::query(version!()).fetch_one(pool).await?;
    let found: String = row.try_get("version")?;
    let mut parts = found.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < VERSION_MIN {
        return Err(StoreError::UnsafeSqlite { found, needed: "3.51.3" });
    }
    Ok(())
}

/// Binds what the statement's `rows!` reads; its parameters are the statement's last.
pub(crate) fn bind_rows<'q>(query: Query<'q>, columns: Vec<Named>) -> Query<'q> {
    let mut rows: Vec<Map<String, Value>> = Vec::new();
    for (name, column) in columns {
        for (i, value) in json_values(column).into_iter().enumerate() {
            if i == rows.len() {
                rows.push(Map::new());
            }
            rows[i].insert(name.to_owned(), value);
        }
    }
    query.bind(json!(rows).to_string())
}

fn json_values(column: Column) -> Vec<Value> {
    match column {
        Column::Number(values) => values.into_iter().map(Value::from).collect(),
        Column::Text(values) => values.into_iter().map(Value::from).collect(),
        Column::OptText(values) => values.into_iter().map(Value::from).collect(),
        Column::Id(values) => values.into_iter().map(hex).collect(),
        Column::OptId(values) => values.into_iter().map(|id| id.map_or(Value::Null, hex)).collect(),
    }
}

fn hex(id: Uuid) -> Value {
    id.simple().to_string().into()
}

pub(crate) fn tally_slot(_: i64) -> i64 {
    0
}

pub(crate) fn numbers(list: Vec<i64>) -> NumberList {
    Value::from(list).to_string()
}

pub(crate) fn ids(list: Vec<Uuid>) -> String {
    list.into_iter().map(hex).collect::<Value>().to_string()
}

pub(crate) fn words(list: Vec<String>) -> String {
    Value::from(list).to_string()
}
