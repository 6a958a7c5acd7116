//! PostgreSQL: the driver, its connections, and the words of SQL that differ from SQLite's.

use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use gloss_core_model::Timestamp;
use sqlx::Connection;
use sqlx::postgres::{
    PgArguments, PgConnectOptions, PgConnection, PgListener, PgPool, PgPoolOptions,
};
use uuid::Uuid;

use crate::wake::{Bell, Wakes};
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
macro_rules! among_ids {
    ($what:literal) => {
        concat!($what, " = ANY(CAST($2 AS UUID[]))")
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
/// Differs: the rows that a query has chosen and locked, by where they lie. Joined by their key, a
/// planner without statistics may walk over the whole run for each of them. Claimers pass each
/// other by.
macro_rules! chosen_rows {
    ($from:literal) => {
        concat!(
            "ctid = ANY(ARRAY(SELECT ctid FROM overlay ",
            $from,
            for_update!(),
            " SKIP LOCKED))"
        )
    };
}
/// Differs: one look for each row of a batch, and what it finds by where that lies. With a join by
/// a key, a plan made before there are statistics may walk over all that the owner has.
macro_rules! each_of_batch {
    ($table:literal, $key:literal) => {
        concat!(
            " FROM r CROSS JOIN LATERAL (SELECT ctid AS place FROM ",
            $table,
            " WHERE ",
            $key,
            " LIMIT 1) AS found WHERE ",
            $table,
            ".ctid = found.place"
        )
    };
}
/// Differs: what belongs to any of the owner's ids in $2, by where it lies. With the list as a
/// condition, a plan made before there are statistics walks over all that the owner has. Only for
/// rows that nobody changes meanwhile.
macro_rules! of_each {
    ($table:literal, $column:literal, $type:ident) => {
        concat!(
            "ctid = ANY(ARRAY(SELECT found.place FROM unnest(CAST($2 AS ",
            stringify!($type),
            "[])) AS r(id) CROSS JOIN LATERAL (SELECT ctid AS place FROM ",
            $table,
            " WHERE owner_id = $1 AND ",
            $column,
            " = r.id OFFSET 0) AS found))"
        )
    };
}
macro_rules! uuid {
    ($param:literal) => {
        concat!("CAST(", $param, " AS UUID)")
    };
}
/// Differs: whoever admits an owner's calls waits in line with the others who do.
macro_rules! owner_lock {
    () => {
        "SELECT pg_advisory_xact_lock(hashtextextended(CAST($1 AS TEXT), 0))"
    };
}
/// Differs: those who add to what an owner keeps do so side by side, and who deletes is alone.
macro_rules! library_shared {
    () => {
        "SELECT pg_advisory_xact_lock_shared(hashtextextended(CAST($1 AS TEXT), 1))"
    };
}
macro_rules! library_alone {
    () => {
        "SELECT pg_advisory_xact_lock(hashtextextended(CAST($1 AS TEXT), 1))"
    };
}
/// Differs: the lock is given up on soon, with an error.
macro_rules! wait_briefly {
    () => {
        "SET LOCAL lock_timeout = '500ms'"
    };
}
macro_rules! version {
    () => {
        "SELECT current_setting('server_version') AS version"
    };
}

#[path = "statements/mod.rs"]
mod statements;

mod address;
mod clock;
mod connections;
mod low_water;
mod session;

use address::Address;
use clock::CLOCK;
use connections::Connections;
use low_water::LowWater;
use session::Route;
pub(crate) use session::{Single, Tx};
use statements::{Column, Named};

pub(crate) type Driver = sqlx::Postgres;
pub(crate) type DbRow = sqlx::postgres::PgRow;
pub(crate) const KIND: &str = "postgres";
pub(crate) type NumberList = Vec<i64>;
pub(crate) type Query<'q> = sqlx::query::Query<'q, Driver, PgArguments>;
pub(crate) const RUNS_ARE_SHARED: bool = true;
const TALLY_SLOTS: i64 = 16;
pub(crate) const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "init", include_str!("../migrations/postgres/0001_init.sql")),
    (2, "notes", include_str!("../migrations/postgres/0002_notes.sql")),
    (3, "error_code", include_str!("../migrations/postgres/0003_error_code.sql")),
];

const SESSION: [(&str, &str); 5] = [
    ("statement_timeout", "60s"),
    // No unit of work here pauses inside a transaction: whoever does has been stopped, and holds
    // up the others.
    ("idle_in_transaction_session_timeout", "5s"),
    // Each statement has one good plan whatever its values are, and none that reads a whole table;
    // to plan it anew for each batch takes a tenth of the server's time.
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("jit", "off"),
];
const CHANNEL: &str = "gloss_work";
const NOTIFY: &str = "SELECT pg_notify('gloss_work', '')";
const RELISTEN_PAUSE: Duration = Duration::from_secs(1);
const RELISTEN_PAUSE_MAX: Duration = Duration::from_secs(30);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
pub struct Db {
    connections: Connections,
    route: Route,
    bell: Bell,
    pub(crate) low_water: LowWater,
    /// Listens for this process; started by whoever waits first.
    listening: Arc<OnceLock<()>>,
}

impl Db {
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let invalid = || StoreError::InvalidUrl { url: without_password(url) };
        let Address { url: server, connections, route } =
            Address::parse(url).ok_or_else(invalid)?;
        let mut options = PgConnectOptions::from_str(&server).map_err(|_| invalid())?;
        if !server.contains("application_name=") {
            options = options.application_name("gloss");
        }
        if route == Route::Direct {
            options = options.options(SESSION);
        }
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
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options)
            .await
            .map_err(unreachable)?;
        Ok(Self {
            connections: Connections::new(pool, connections, ACQUIRE_TIMEOUT),
            route,
            bell: Bell::default(),
            low_water: LowWater::default(),
            listening: Arc::default(),
        })
    }

    pub(crate) async fn migrate(&self) -> Result<(), StoreError> {
        if self.route == Route::Direct {
            return self.run_migrations(&self.connections.pool).await;
        }
        // Migrations hold a lock of their session, and a pooler's clients have none.
        let status = self.status().await?;
        if status.migrations_applied == status.migrations_known {
            return Ok(());
        }
        Err(StoreError::NeedsDirectConnection)
    }

    /// Differs: every process hears of it, at the price of a lock that all notifiers share.
    pub(crate) async fn announce(&self, now: Timestamp) {
        if !self.bell.may_announce(now) {
            return;
        }
        if let Err(error) = self.execute(self.query(NOTIFY)).await {
            tracing::debug!(%error, "work was not announced; it will be found by polling");
        }
    }

    /// Behind a pooler nobody calls, and everybody polls.
    pub(crate) fn wakes(&self) -> Wakes {
        if self.route == Route::Direct {
            self.listening.get_or_init(|| {
                // A connection of its own: it is never given back.
                let pool = self.connections.pool.clone();
                let own = PgPoolOptions::new().max_connections(1);
                let own = own.connect_lazy_with((*pool.connect_options()).clone());
                tokio::spawn(listen(pool, own, self.bell.clone()));
            });
        }
        self.bell.listen()
    }

    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(Tx::begin(&self.connections, self.route).await?)
    }

    pub(crate) fn query(&self, sql: &'static str) -> Query<'static> {
        self.route.query(sql)
    }

    /// A connection for reading.
    pub(crate) async fn reading(&self) -> Result<Single, StoreError> {
        Ok(Single::begin(&self.connections, self.route).await?)
    }

    /// Differs: a single statement commits by itself, in one round trip.
    pub(crate) async fn execute(&self, query: Query<'_>) -> Result<u64, StoreError> {
        let mut single = self.reading().await?;
        let done = query.execute(&mut *single).await?;
        single.commit().await?;
        Ok(done.rows_affected())
    }

    pub(crate) async fn execute_returning(
        &self,
        query: Query<'_>,
    ) -> Result<Vec<DbRow>, StoreError> {
        let mut single = self.reading().await?;
        let rows = query.fetch_all(&mut *single).await?;
        single.commit().await?;
        Ok(rows)
    }

    pub(crate) async fn close(&self) {
        self.connections.close().await;
    }
}

/// Rings the bell whenever work is announced, until the pool is closed. A connection that is lost
/// is made again, and rung for: something may have been missed.
async fn listen(pool: PgPool, own: PgPool, bell: Bell) {
    let mut pause = RELISTEN_PAUSE;
    while !pool.is_closed() {
        let heard = tokio::select! {
            heard = hear(&own, &bell, &mut pause) => heard,
            () = pool.close_event() => Ok(()),
        };
        if let Err(error) = heard {
            tracing::debug!(%error, "nobody listens for new work for a while; it is polled for");
        }
        bell.ring();
        tokio::time::sleep(pause).await;
        pause = RELISTEN_PAUSE_MAX.min(pause * 2);
    }
}

async fn hear(pool: &PgPool, bell: &Bell, pause: &mut Duration) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    *pause = RELISTEN_PAUSE;
    while listener.try_recv().await?.is_some() {
        bell.ring();
    }
    Ok(())
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

/// Writers that share a run add to different rows of its tally.
pub(crate) fn tally_slot(spread: i64) -> i64 {
    spread.rem_euclid(TALLY_SLOTS)
}

pub(crate) fn numbers(list: Vec<i64>) -> NumberList {
    list
}

pub(crate) fn ids(list: Vec<Uuid>) -> Vec<Uuid> {
    list
}

pub(crate) fn words(list: Vec<String>) -> Vec<String> {
    list
}
