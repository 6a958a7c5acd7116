//! What can go wrong with a database, sorted by what a person can do about it.

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("`{url}` is not a database URL; use sqlite:PATH or postgres://USER@HOST/NAME")]
    InvalidUrl { url: String },
    #[error("cannot open the database: {message}")]
    Unreachable { message: String },
    /// Another process holds the write lock longer than we wait.
    #[error("the database is locked by another process")]
    Locked,
    #[error("the database has tables of a newer Gloss (migration {found}, this one knows {known})")]
    TooNew { found: i64, known: i64 },
    #[error("SQLite {found} can lose committed writes; {needed} or newer is needed")]
    UnsafeSqlite { found: String, needed: &'static str },
    #[error("the stored value in {table}.{column} is not readable: {message}")]
    Inconsistent { table: &'static str, column: &'static str, message: String },
    #[error("{what} works on SQLite only; use {instead} for PostgreSQL")]
    SqliteOnly { what: &'static str, instead: &'static str },
    #[error("tables cannot be set up through a pooler")]
    NeedsDirectConnection,
    /// It was there a moment ago.
    #[error("there is no such project; nothing was stored")]
    ProjectNotFound,
    #[error("migrating the database failed")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    #[error("a database statement failed")]
    Statement(#[source] sqlx::Error),
    #[error("the database task stopped unexpectedly")]
    TaskStopped,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) if is_lock(database.as_ref()) => Self::Locked,
            sqlx::Error::PoolTimedOut => {
                Self::Unreachable { message: "no connection became free in time".to_owned() }
            }
            sqlx::Error::Io(io) => Self::Unreachable { message: io.to_string() },
            _ => Self::Statement(error),
        }
    }
}

/// SQLITE_BUSY with its extended codes, and PostgreSQL's lock_not_available.
pub(crate) fn is_lock(error: &dyn sqlx::error::DatabaseError) -> bool {
    let message = error.message();
    error.code().is_some_and(|code| code == "55P03")
        || message.contains("database is locked")
        || message.contains("database table is locked")
}
