//! Every statement, written once and compiled once per driver: `super` is `sqlite` or `postgres`.

use std::time::Duration;

use gloss_core_model::Timestamp;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Executor, Pool, Row, SqlSafeStr, SqlStr};

use super::{CLOCK, Db, Driver, KIND, MIGRATIONS};
use crate::{DatabaseStatus, StoreError};

const VERSION: &str = version!();
const APPLIED: &str = "SELECT count(*) AS applied FROM _sqlx_migrations";
const MIGRATE_TRIES_MAX: u32 = 5;
const MIGRATE_PAUSE: Duration = Duration::from_millis(100);

/// Names each statement and lists them all, so that a test can prepare every one.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$meta])* const $name: &str = $sql;)+
        pub(super) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)+];
    };
}

mod batch;
mod calls;
mod check;
mod claims;
mod deletes;
mod documents;
mod library;
mod memo;
mod objects;
mod overlays;
mod prefixes;
mod projects;
mod removal;
mod report;
mod row;
mod runs;
mod schemas;
mod settle;
mod sweep;
mod tally;
mod work;

pub(crate) use batch::{Column, Named};

impl Db {
    pub(super) async fn run_migrations(&self, pool: &Pool<Driver>) -> Result<(), StoreError> {
        let migrations = MIGRATIONS.iter().map(|(version, name, sql)| {
            let sql: SqlStr = (*sql).into_sql_str();
            Migration::new(*version, (*name).into(), MigrationType::Simple, sql, false)
        });
        let migrator = Migrator::with_migrations(migrations.collect());
        let mut tries = 0;
        // SQLite has no lock for migrations: of several first starts one wins, and the others find
        // the tables made when they look again.
        loop {
            let error = match migrator.run(pool).await {
                Ok(()) => return Ok(()),
                Err(MigrateError::VersionMissing(found)) => {
                    return Err(StoreError::TooNew { found, known: known() });
                }
                Err(error) => error,
            };
            tries += 1;
            if tries == MIGRATE_TRIES_MAX {
                return Err(match error {
                    MigrateError::Execute(error) => error.into(),
                    other => StoreError::Migrate(other),
                });
            }
            tokio::time::sleep(MIGRATE_PAUSE).await;
        }
    }

    pub(crate) async fn status(&self) -> Result<DatabaseStatus, StoreError> {
        let row = self.query(VERSION).fetch_one(&mut *self.reading().await?).await?;
        let version = row.try_get("version")?;
        // No table of migrations means that nothing was ever set up.
        let applied = self.query(APPLIED).fetch_one(&mut *self.reading().await?).await;
        let applied: i64 = applied.and_then(|row| row.try_get("applied")).unwrap_or(0);
        Ok(DatabaseStatus {
            kind: KIND,
            version,
            migrations_applied: u32::try_from(applied).unwrap_or(0),
            migrations_known: u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX),
        })
    }

    pub(crate) async fn clock(&self) -> Result<Timestamp, StoreError> {
        let row = self.query(CLOCK).fetch_one(&mut *self.reading().await?).await?;
        Ok(Timestamp(row.try_get("now")?))
    }

    pub(crate) fn statements(&self) -> Vec<(&'static str, &'static str)> {
        [
            calls::ALL,
            check::ALL,
            claims::ALL,
            deletes::ALL,
            documents::ALL,
            library::ALL,
            overlays::ALL,
            memo::ALL,
            objects::ALL,
            prefixes::ALL,
            projects::ALL,
            removal::ALL,
            report::ALL,
            runs::ALL,
            schemas::ALL,
            settle::ALL,
            sweep::ALL,
            tally::ALL,
            work::ALL,
        ]
        .concat()
    }

    pub(crate) async fn prepare_all(&self) -> Result<u32, (String, StoreError)> {
        let all = self.statements();
        let mut connection = self.reading().await.map_err(|error| ("connect".to_owned(), error))?;
        for (name, sql) in &all {
            let prepared = connection.prepare(AssertSqlSafe(*sql).into_sql_str()).await;
            prepared.map_err(|error| ((*name).to_owned(), error.into()))?;
        }
        Ok(u32::try_from(all.len()).unwrap_or(u32::MAX))
    }
}

fn known() -> i64 {
    MIGRATIONS.iter().map(|(version, ..)| *version).max().unwrap_or(0)
}
