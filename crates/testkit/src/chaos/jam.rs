//! Whether a stopped process holds up the others, because it was stopped inside a transaction.

use std::str::FromStr;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};

use crate::{Backend, Database};

/// Nobody who runs keeps a transaction open for so long.
const PATIENCE: Duration = Duration::from_millis(700);
/// Sessions whose client neither goes on nor reads what it asked for.
const IDLE: &str = "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
                    AND application_name = current_setting('application_name') \
                    AND (state LIKE 'idle in transaction%' OR wait_event = 'ClientWrite') \
                    AND state_change < clock_timestamp() - interval '1 second'";

pub(super) struct Jam {
    backend: Backend,
    url: String,
}

impl Jam {
    pub(super) fn of(database: &Database) -> Self {
        Self { backend: database.backend, url: database.url().to_owned() }
    }

    /// To be asked late in a stop: what the process had asked for is done by then.
    pub(super) async fn is_there(&self) -> bool {
        match self.backend {
            Backend::Sqlite => self.sqlite_is_locked().await,
            Backend::Postgres => {
                let connection = PgConnection::connect(&self.url).await;
                let mut connection = connection.expect("the database opens");
                let idle: i64 = sqlx::query_scalar(IDLE)
                    .fetch_one(&mut connection)
                    .await
                    .expect("sessions can be counted");
                connection.close().await.expect("a connection closes");
                idle > 0
            }
        }
    }

    async fn sqlite_is_locked(&self) -> bool {
        let options = SqliteConnectOptions::from_str(&self.url).expect("a URL");
        let connection = SqliteConnection::connect_with(&options.busy_timeout(PATIENCE)).await;
        let mut connection = connection.expect("the database opens");
        let locked = connection.execute("BEGIN IMMEDIATE; ROLLBACK").await.is_err();
        connection.close().await.expect("a connection closes");
        locked
    }
}
